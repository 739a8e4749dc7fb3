"""Rows about money that are hard to carry through a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from communities.models import Building
from funding.models import (
    Agreement,
    Allotment,
    Contribution,
    FundBatch,
    MoneyEvent,
    PayBand,
    Source,
)
from projects.models import Contract, Project
from tests.ledgers import rows

UNIT = "222401"


def source(code: str) -> int:
    """Return the key of a source that comes with the portal."""
    return Source.objects.get(code=code).pk


def hard_sources() -> list[int]:
    """Write sources with names that spreadsheets like to change, two of them with one name."""
    common = {"channel": "other", "instrument": "other"}
    place = rows.region(UNIT)
    listed: list[dict[str, Any]] = [
        {**common, "region_id": place, "code": "0012", "name": "=1+1", "subject": "0221"},
        {**common, "region_id": place, "code": "1-2", "name": "同名来源", "by_batch": True, "split_days": 0},
        {**common, "region_id": place, "code": "x", "name": "同名来源", "is_active": False},
    ]
    return rows.write(None, Source, listed)


def hard_batches() -> list[int]:
    """Write batches with money to the 分, in the province and in a unit, drafts and issued ones."""
    rows.hard_projects()
    hard_sources()
    common = {"fiscal_year": 2020, "plan_year": 2020}
    province, unit = rows.region("220000"), rows.region(UNIT)
    listed: list[dict[str, Any]] = [
        {
            **common,
            "number": "吉财建〔2020〕12号",
            "title": "关于下达2020年补助资金的通知",
            "source_id": source("central-subsidy"),
            "region_id": province,
            "level": "province",
            "subject": "2210108",
            "amount_fen": 123_456_789_01,
            "issued_on": date(2020, 5, 1),
            "received_on": date(2020, 5, 8),
            "state": "issued",
        },
        {
            **common,
            "number": "1-2",
            "source_id": source("prefecture-subsidy"),
            "region_id": unit,
            "level": "unit",
            "amount_fen": 1_000_000_01,
            "issued_on": date(2020, 6, 1),
            "remark": "'=x",
        },
        {
            **common,
            "number": "吉财建〔2020〕12号",
            "source_id": source("provincial-subsidy"),
            "region_id": province,
            "level": "province",
            "fiscal_year": 2021,
            "amount_fen": 2,
        },
        {
            **common,
            "number": "0012",
            "source_id": Source.objects.get(code="1-2").pk,
            "region_id": unit,
            "level": "prefecture",
            "amount_fen": 1_000_000,
        },
    ]
    return rows.write(None, FundBatch, listed)


def hard_allotments() -> list[int]:
    """Write what units and projects get of two batches of one number, down to nothing at all."""
    central, own, provincial, _last = hard_batches()
    unit, other = rows.region(UNIT), rows.region("222403")
    first, second, third, *_rest = Project.objects.order_by("pk").values_list("pk", flat=True)
    parts: list[dict[str, Any]] = [
        {"batch_id": central, "unit_id": unit, "amount_fen": 100_000_000_01, "number": "1-2"},
        {"batch_id": central, "unit_id": other, "amount_fen": 0, "remark": "@x"},
        {"batch_id": provincial, "unit_id": unit, "amount_fen": 1},
        {"batch_id": own, "unit_id": unit, "amount_fen": 500_000_00, "allotted_on": date(2020, 6, 2)},
    ]
    made = rows.write(None, Allotment, parts)
    listed: list[dict[str, Any]] = [
        {"batch_id": central, "unit_id": unit, "project_id": first, "amount_fen": 80_000_000_01},
        {"batch_id": central, "unit_id": unit, "project_id": second, "amount_fen": 20_000_000_00},
        {"batch_id": own, "unit_id": unit, "project_id": third, "amount_fen": 0, "number": "001"},
    ]
    return made + rows.write(None, Allotment, listed)


def hard_events() -> list[int]:
    """Write events of every step: to the 分, paid back, on a contract, of a contribution."""
    hard_allotments()
    hard_contributions(begun=True)
    first, second, *_rest = Project.objects.order_by("pk").values_list("pk", flat=True)
    [contract] = rows.write(
        None, Contract, [{"project_id": first, "kind": "construction", "number": "1-2", "firm": "=甲"}]
    )
    central, direct = source("central-subsidy"), source("residents-direct")
    day = date(2020, 7, 1)
    given = Contribution.objects.get(project=first, group="1-2")
    of = {"project_id": first, "source_id": central, "happened_on": day}
    theirs = {"project_id": first, "source_id": direct, "happened_on": day, "contribution_id": given.pk}
    listed: list[dict[str, Any]] = [
        {**of, "step": "planned", "amount_fen": 80_000_000_01, "voucher": "计划"},
        {**of, "step": "arrived", "amount_fen": 50_000_000_01, "voucher": "001"},
        {**of, "step": "paid", "amount_fen": 30_000_000_00, "voucher": "=1+1", "contract_id": contract},
        {**of, "step": "paid", "amount_fen": -1, "voucher": "1E5", "remark": "退回"},
        {**of, "step": "settled", "amount_fen": 29_000_000_00, "voucher": "3/4", "payee": "@某公司"},
        {**theirs, "step": "issued", "amount_fen": 28_800_00, "voucher": "同名"},
        {**theirs, "step": "arrived", "amount_fen": 80_000, "voucher": "同名"},
        {
            "project_id": second,
            "source_id": direct,
            "step": "planned",
            "happened_on": day,
            "amount_fen": 1,
            "voucher": "同名",
        },
    ]
    return rows.write(None, MoneyEvent, listed)


def hard_contributions(*, begun: bool = False) -> list[int]:
    """Write contributions per household, per ㎡ and fixed, with and without a building."""
    if not begun:
        rows.hard_projects()
    first, second, *_rest = Project.objects.order_by("pk").values_list("pk", flat=True)
    community = Project.objects.values_list("community", flat=True).get(pk=first)
    [building] = rows.write(None, Building, [{"community_id": community, "number": "1-2"}])
    direct, fund = source("residents-direct"), source("residents-repair-fund-top-up")
    listed: list[dict[str, Any]] = [
        {
            "project_id": first,
            "source_id": direct,
            "payer": "residents",
            "group": "1-2",
            "building_id": building,
            "households": 36,
            "basis": "household",
            "rate_fen": 80_000,
            "instalments": 3,
            "first_due_on": date(2020, 6, 1),
            "every_months": 6,
        },
        {
            "project_id": first,
            "source_id": fund,
            "payer": "residents",
            "group": "=2栋",
            "area": Decimal("1234.57"),
            "basis": "area",
            "rate_fen": 501,
        },
        {
            "project_id": second,
            "source_id": source("former-owner"),
            "payer": "former_owner",
            "group": "纺织厂（原）",
            "agreed_fen": 0,
            "remark": "001",
        },
    ]
    return rows.write(None, Contribution, listed)


def hard_agreements() -> list[int]:
    """Write agreements of two modes, sums down to the 分."""
    first, second, *_rest = rows.hard_projects()
    listed: list[dict[str, Any]] = [
        {
            "project_id": first,
            "number": "=1+1",
            "partner": "某建设公司",
            "mode": "ppp",
            "invested_fen": 12_345_678_901,
            "base_pay_fen": 1,
            "signed_on": date(2020, 3, 1),
            "starts_on": date(2020, 4, 1),
            "ends_on": date(2035, 3, 31),
        },
        {
            "project_id": second,
            "number": "001",
            "partner": "1-2",
            "mode": "interest_subsidy",
            "loan_fen": 0,
            "interest_percent": Decimal("2.05"),
        },
    ]
    return rows.write(None, Agreement, listed)


def hard_bands() -> list[int]:
    """Write bands of pay by score."""
    first, second = hard_agreements()
    listed = [
        {"agreement_id": first, "from_score": Decimal("90.00"), "share_percent": Decimal("100.00")},
        {"agreement_id": first, "from_score": Decimal("75.50"), "share_percent": Decimal("62.05")},
        {"agreement_id": second, "from_score": Decimal("0.00"), "share_percent": Decimal("0.00")},
    ]
    return rows.write(None, PayBand, listed)


MAKERS = {
    "funding-sources": hard_sources,
    "fund-batches": hard_batches,
    "allotments": hard_allotments,
    "money-events": hard_events,
    "contributions": hard_contributions,
    "agreements": hard_agreements,
    "pay-bands": hard_bands,
}
