"""Money rows for the tests of totals, pages and gates: sources, a batch, its parts, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Region
from communities.models import Community
from funding.models import Allotment, FundBatch, MoneyEvent, Source
from projects.models import Project
from tests.ledgers.rows import region, write

WAN = 1_000_000  # 分 in 万元


def wan(amount: str | int) -> int:
    """Return 万元 as 分."""
    return int(Decimal(amount) * WAN)


def a_source(code: str = "T-central", channel: str = "central", *, by_batch: bool = True, **more: Any) -> int:
    """Write a source of money; central money comes by batches and is passed on within 30 days."""
    row: dict[str, Any] = {
        "code": code,
        "name": f"测试{code}",
        "region_id": region("220000"),
        "channel": channel,
        "instrument": "subsidy" if by_batch else "own_budget",
        "subject": "2210108" if by_batch else "",
        "split_days": 30 if by_batch else None,
        "by_batch": by_batch,
    }
    return write(None, Source, [row | more])[0]


def a_project(name: str = "铁南小区", unit: str = "222401", year: int = 2026, **more: Any) -> int:
    """Write a community and its project in the issued plan of a year."""
    [community] = write(None, Community, [{"name": name, "region_id": region(unit)}])
    row = {"community_id": community, "plan_year": year, "origin": "planned", "library": "issued"}
    return write(None, Project, [row | more])[0]


def a_batch(source: int, amount: int, *, year: int = 2026, state: str = "issued", **more: Any) -> int:
    """Write a batch of the province, issued on the 1st of February of its year."""
    row = {
        "number": f"吉财综〔{year}〕{1 + FundBatch.objects.count()}号",
        "source_id": source,
        "region_id": region("220000"),
        "level": "central",
        "fiscal_year": year,
        "plan_year": year,
        "subject": "2210108",
        "amount_fen": amount,
        "state": state,
        "issued_on": date(year, 2, 1) if state == "issued" else None,
    }
    return write(None, FundBatch, [row | more])[0]


def hand_down(batch: int, parts: Mapping[str | int, int]) -> list[int]:
    """Write parts of a batch: a unit's code gets its part, a project's key what its unit gives on."""
    units: dict[str, int] = dict(Region.objects.units().values_list("code", "pk"))
    of = dict(
        Project.objects.filter(pk__in=[key for key in parts if isinstance(key, int)]).values_list(
            "pk", "unit"
        )
    )
    rows: list[dict[str, Any]] = [
        {"batch_id": batch, "unit_id": units[key], "amount_fen": amount}
        if isinstance(key, str)
        else {"batch_id": batch, "unit_id": of[key], "project_id": key, "amount_fen": amount}
        for key, amount in parts.items()
    ]
    return write(None, Allotment, rows)


def happened(project: int, source: int, on: date, **steps: int) -> list[int]:
    """Write events of a project on a day: ``planned=…, issued=…, arrived=…, paid=…, settled=…`` in 分."""
    written: list[int] = []
    for step, amount in steps.items():
        row = {
            "project_id": project,
            "source_id": source,
            "step": step,
            "happened_on": on,
            "amount_fen": amount,
            "voucher": f"{step}-{1 + MoneyEvent.objects.count()}",
        }
        written += write(None, MoneyEvent, [row if amount > 0 else row | {"remark": "更正"}])
    return written
