"""元 typed as 万元 and the reverse: flagged on every row before anything is saved, and on no other row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Region, User
from funding.models import MoneyEvent
from ledgers.importing import batches
from ledgers.importing.plan import ImportPlan
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from records.models import ChangeSet
from records.planning import Change, plan
from records.services import apply, confirm
from tests.excel_corpus import cases_money
from tests.funding.money_rows import a_batch, a_project, a_source, wan
from tests.ledgers.fund_rows import source
from tests.ledgers.rows import write

pytestmark = pytest.mark.django_db
SIZES: tuple[dict[str, Any], ...] = (
    {"planned_households": 212, "planned_area": Decimal("21200"), "planned_investment_fen": wan(848)},
    {"planned_households": 330, "planned_area": Decimal("24750"), "planned_investment_fen": wan(1200)},
    # One that names its households nowhere, and one of which nothing at all is known but the sums.
    {"planned_investment_fen": wan(400)},
    {"planned_households": 150},
)


@pytest.fixture
def plan_of_four(db: None) -> list[int]:
    """Write four projects of 延吉市 and a batch of the province that it may split."""
    names = ("一区", "二区", "三区", "四区")
    made = [a_project(name, year=2026, **size) for name, size in zip(names, SIZES, strict=True)]
    a_batch(source("central-subsidy"), wan(99_999), number="吉财综〔2026〕1号")
    return made


def previewed(slug: str, name: str, content: bytes, user: User) -> ImportPlan:
    """Upload a file as the page does, and return what it shows before anything is saved."""
    file = SimpleUploadedFile(name, content)
    unit = Region.objects.get(code="222401")
    batch = batches.upload(user=user, ledger=LEDGERS[slug], region=unit, year=2026, file=file)
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    return batches.plan_of(batch)


@pytest.mark.parametrize(("name", "way", "kind"), cases_money.CASES)
def test_exactly_the_slips_are_flagged_before_anything_is_saved(
    name: str, way: str, kind: str, province_user: User, plan_of_four: list[int]
) -> None:
    slug, content = cases_money.TABLES[name].ledger, cases_money.make(name, way, kind)
    rows: Any = LEDGERS[slug].resource.model._default_manager
    before = rows.count()
    found = previewed(slug, f"资金.{kind}", content, province_user)
    said = [
        [code for _key, code, *_rest in row.problems] + [code for _key, code, *_rest in row.doubts]
        for row in found.rows
    ]
    slips = [bool({"unit_slip", "invalid", "more_than_there_is"} & set(codes)) for codes in said]
    wrong = cases_money.wrong_rows(name, way)
    if name == "allotments" and "more_than_there_is" in {code for codes in said for code in codes}:
        # A sum that is exceeded is told on every row of it, the right ones too.
        assert all(slip for slip, is_wrong in zip(slips, wrong, strict=True) if is_wrong), said
    else:
        assert slips == wrong, said
    if not any(wrong):
        assert (found.counts()["new"], found.open_doubts()) == (len(wrong), 0), said
    assert rows.count() == before


def test_the_flag_says_what_the_amount_would_be_in_the_other_unit(
    province_user: User, plan_of_four: list[int]
) -> None:
    content = cases_money.make("money-events", "wan_under_yuan", "csv")
    found = previewed("money-events", "资金.csv", content, province_user)
    assert "204.00" in found.rows[0].doubts[0][3]


def test_amounts_without_anything_to_measure_by_are_measured_by_each_other() -> None:
    project, own = a_project(), a_source("T-own", "county", by_batch=False)
    row = {"project_id": project, "source_id": own, "step": "planned"}
    amounts = [wan(120), wan(80), wan("0.0096"), wan(45), wan(950_000)]
    changes = [
        Change(values={**row, "happened_on": date(2026, 3, 1), "amount_fen": amount, "voucher": str(n)})
        for n, amount in enumerate(amounts)
    ]
    found = plan(MoneyEvent, actor=None, changes=changes)
    doubted = ["unit_slip" in [finding.code for finding in one.findings] for one in found]
    assert doubted == [False, False, True, False, True]


def test_a_doubt_that_somebody_has_settled_is_settled(yanji: User, plan_of_four: list[int]) -> None:
    own = a_source("T-own", "county", by_batch=False)
    row = {"project_id": plan_of_four[0], "source_id": own, "step": "planned", "voucher": "1"}
    row |= {"happened_on": date(2026, 3, 1), "amount_fen": 35_000}
    [pk] = write(None, MoneyEvent, [row])
    confirm(MoneyEvent, actor=yanji, pk=pk, code="unit_slip", reason="公证费")
    again = apply(MoneyEvent, actor=yanji, source=ChangeSet.Source.FORM, pk=pk, values={"remark": "公证费"})
    assert [(finding.code, finding.confirmed) for finding in again.findings] == [("unit_slip", True)]
