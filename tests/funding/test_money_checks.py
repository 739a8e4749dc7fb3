"""What is wrong or doubtful about rows of the money ledgers, each rule by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import Department, User
from communities.models import Building
from funding.checks.event import _short_days
from funding.models import Agreement, Allotment, Contribution, FundBatch, MoneyEvent, PayBand, Source
from funding.words import wan_yuan
from projects.models import PlanItem, PlanVersion, Project
from records.models import ChangeSet
from records.planning import Change, Outcome, Status, plan, review
from records.rows import load_rows
from records.services import apply, remove
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.ledgers.rows import region, write
from tests.projects.stage import make_item

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
LOAD = ChangeSet.Source.LOAD


def written(model: Any, **values: Any) -> Outcome:
    """Write a row as the system does: no scope and no lock binds."""
    return apply(model, actor=None, source=LOAD, values=values)


def codes(found: Outcome) -> list[str]:
    return [finding.code for finding in found.findings]


def reviewed(model: Any, pk: int) -> list[str]:
    """Return the codes of what is said about a row as it stands."""
    rows = load_rows(model.objects.all(), [pk])
    return [finding.code for finding in review(model, [rows[pk]])[0]]


def event(project: int, source: int, **values: Any) -> dict[str, Any]:
    return {
        "project_id": project,
        "source_id": source,
        "step": "planned",
        "happened_on": DAY,
        "amount_fen": wan(50),
        "voucher": "1",
        **values,
    }


@pytest.fixture
def own(db: None) -> int:
    """Write a source of the county's own."""
    return a_source("T-own", "county", by_batch=False)


@pytest.fixture
def project(db: None) -> int:
    """Write a project of 212 households in the issued plan of 2026."""
    return a_project(planned_households=212, planned_area=Decimal("21200"), planned_investment_fen=wan(848))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"amount_fen": -1}, "amount"),
        ({"step": "arrived", "happened_on": date(2099, 1, 1)}, "future_date"),
        ({"voucher": ""}, "invalid"),
        ({"happened_on": None}, "invalid"),
        ({"amount_fen": 10**15}, "invalid"),
        ({"amount_fen": 0.5}, "invalid"),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    project: int, own: int, values: dict[str, Any], code: str
) -> None:
    found = written(MoneyEvent, **event(project, own, **values))
    assert found.status == Status.REJECTED
    assert code in codes(found)
    assert not MoneyEvent.objects.exists()


def test_a_voucher_is_entered_once_for_each_step(project: int, own: int) -> None:
    assert written(MoneyEvent, **event(project, own)).status == Status.CREATED
    assert codes(written(MoneyEvent, **event(project, own))) == ["same_voucher"]
    assert written(MoneyEvent, **event(project, own, step="settled")).status == Status.CREATED


def test_money_of_batches_is_not_issued_by_an_event_too(project: int) -> None:
    found = written(MoneyEvent, **event(project, a_source(), step="issued"))
    assert codes(found) == ["issued_by_batch"]


def test_a_contribution_pays_only_its_own_project_and_source(project: int, own: int) -> None:
    other = a_project("二区")
    row = {"project_id": project, "source_id": own, "payer": "residents", "group": "1栋", "households": 10}
    [given] = write(None, Contribution, [{**row, "agreed_fen": wan("0.8")}])
    assert codes(written(MoneyEvent, **event(other, own, contribution_id=given))) == ["foreign_contribution"]
    assert written(MoneyEvent, **event(project, own, contribution_id=given)).status == Status.CREATED
    gone = apply(Contribution, actor=None, source=LOAD, pk=given, values={"is_removed": True})
    assert codes(gone) == ["in_use"]


def test_a_payment_before_its_money_came_is_doubted_on_its_day(project: int, own: int) -> None:
    happened(project, own, date(2026, 3, 1), issued=wan(60))
    happened(project, own, date(2026, 4, 1), arrived=wan(60))
    early = event(project, own, step="paid", happened_on=date(2026, 3, 31), amount_fen=wan(20))
    found = written(MoneyEvent, **early)
    assert (found.status, codes(found)) == (Status.CREATED, ["paid_before_arrival"])
    later = event(project, own, step="paid", happened_on=date(2026, 4, 1), voucher="2")
    assert codes(written(MoneyEvent, **{**later, "amount_fen": wan(20)})) == []


@pytest.mark.parametrize(
    ("moves", "short"),
    [
        ([], set()),
        ([(1, 5), (1, -5)], set()),
        ([(1, -5), (2, 5)], {1}),
        ([(1, 5), (2, -6), (3, -1), (4, 2)], {2, 3}),
    ],
)
def test_short_days_are_those_that_end_below_nothing(moves: list[tuple[int, int]], short: set[int]) -> None:
    listed = [(date(2026, 3, day), amount) for day, amount in moves]
    assert _short_days(listed) == {date(2026, 3, day) for day in short}


def test_a_plan_with_pipes_of_a_utility_wants_its_share_once(project: int, own: int) -> None:
    water = Department.objects.get(code="water")
    assert water.kind == Department.Kind.UTILITY
    item = make_item("供水管线", department_id=water.pk)
    [version] = write(None, PlanVersion, [{"project_id": project, "number": 1, "state": "final"}])
    write(None, PlanItem, [{"plan_version_id": version, "item_id": item.pk, "place": "全区"}])
    first, second = (
        written(MoneyEvent, **event(project, own, voucher=number)).row["id"] for number in ("1", "2")
    )
    assert [reviewed(MoneyEvent, pk) for pk in (first, second)] == [["utility_share"], []]
    row = {"project_id": project, "payer": "utility", "group": "自来水公司", "agreed_fen": wan(30)}
    [share] = write(None, Contribution, [{**row, "source_id": Source.objects.get(code="utility-own").pk}])
    assert reviewed(MoneyEvent, first) == []
    remove_contribution(share)
    assert reviewed(MoneyEvent, first) == ["utility_share"]
    utility = Source.objects.get(code="utility-own").pk
    assert codes(written(MoneyEvent, **event(project, utility, voucher="3"))) == []
    assert reviewed(MoneyEvent, first) == []


def remove_contribution(pk: int) -> None:
    apply(Contribution, actor=None, source=LOAD, pk=pk, values={"is_removed": True})


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ((wan(400), wan(448)), []),
        # 20 万元 a household is the most there is, and 73 元/㎡ the least, once everything is covered.
        ((wan(2000), wan(2241)), ["planned_total"]),
        ((wan(100),), []),
    ],
)
def test_what_all_sources_plan_is_in_proportion(
    project: int, own: int, amounts: tuple[int, ...], told: list[str]
) -> None:
    for number, amount in enumerate(amounts):
        found = written(MoneyEvent, **event(project, own, amount_fen=amount, voucher=str(number)))
    assert codes(found) == told


def test_too_little_is_doubted_once_the_plan_is_covered(own: int) -> None:
    cheap = a_project("便宜区", planned_area=Decimal("21200"), planned_investment_fen=wan(100))
    assert codes(written(MoneyEvent, **event(cheap, own, amount_fen=wan(99)))) == []
    found = written(MoneyEvent, **event(cheap, own, amount_fen=wan(1), voucher="2"))
    assert "planned_total" in codes(found)


def test_a_batch_has_its_subject_number_and_date() -> None:
    source = a_source()
    row = {"number": "1号", "source_id": source, "region_id": region("220000"), "level": "central"}
    row |= {"fiscal_year": 2026, "plan_year": 2026, "amount_fen": wan(100)}
    assert codes(written(FundBatch, **{**row, "subject": "2210105"})) == ["subject"]
    assert codes(written(FundBatch, **{**row, "amount_fen": 0})) == ["amount"]
    assert codes(written(FundBatch, **{**row, "state": "issued"})) == ["issued_without_date"]
    assert codes(written(FundBatch, **{**row, "issued_on": date(2099, 1, 1)})) == ["future_date"]
    assert codes(written(FundBatch, **{**row, "fiscal_year": 20})) == ["year"]
    early = {"issued_on": DAY, "received_on": date(2026, 2, 1)}
    found = written(FundBatch, **{**row, **early})
    assert (found.status, codes(found)) == (Status.CREATED, ["received_before_issued"])
    assert codes(written(FundBatch, **row)) == ["same_number"]


@pytest.mark.parametrize(
    ("today", "told"), [("2026-03-10", []), ("2026-03-11", ["split_late"])], ids=["in time", "late"]
)
def test_a_batch_is_split_within_the_days_of_its_source(today: str, told: list[str]) -> None:
    batch = a_batch(a_source(), wan(100), received_on=date(2026, 2, 8))
    [part] = hand_down(batch, {"222401": wan(99)})
    with time_machine.travel(f"{today}T12:00:00+08:00", tick=False):
        assert reviewed(FundBatch, batch) == told
        apply(Allotment, actor=None, source=LOAD, pk=part, values={"amount_fen": wan(100)})
        assert reviewed(FundBatch, batch) == []


@pytest.mark.parametrize(
    ("unit", "year", "values", "code"),
    [
        ("222401", 2027, {}, "outside_plan"),
        ("222403", 2026, {}, "outside_plan"),
        ("222401", 2026, {"standing": "withdrawn"}, "outside_plan"),
        ("222401", 2026, {"library": "declared"}, "outside_plan"),
    ],
    ids=["year", "unit", "withdrawn", "declared"],
)
def test_money_goes_to_projects_of_the_plan_alone(
    unit: str, year: int, values: dict[str, Any], code: str
) -> None:
    batch, project = a_batch(a_source(), wan(100)), a_project(unit=unit, year=year, **values)
    hand_down(batch, {"222401": wan(50)})
    row = {"batch_id": batch, "unit_id": region("222401"), "project_id": project, "amount_fen": wan(1)}
    assert code in codes(written(Allotment, **row))


def test_a_unit_outside_the_batchs_region_gets_nothing_of_it() -> None:
    batch = a_batch(a_source(), wan(100), region_id=region("222400"))
    assert codes(written(Allotment, batch_id=batch, unit_id=region("220284"), amount_fen=1)) == [
        "outside_plan"
    ]
    assert codes(written(Allotment, batch_id=batch, unit_id=region("222400"), amount_fen=1)) == [
        "outside_plan"
    ]


def test_an_allotment_that_names_its_project_alone_gets_its_unit() -> None:
    batch, project = a_batch(a_source(), wan(100)), a_project()
    hand_down(batch, {"222401": wan(50)})
    found = written(Allotment, batch_id=batch, project_id=project, amount_fen=wan(50))
    assert (found.status, found.row["unit_id"]) == (Status.CREATED, region("222401"))


@pytest.mark.parametrize(
    ("rule", "sum_fen"),
    [
        ({"basis": "household", "rate_fen": 80_000, "households": 36}, 2_880_000),
        # 12.35 ㎡ × 5.01 元 are 61.8735 元.
        ({"basis": "area", "rate_fen": 501, "area": Decimal("12.35")}, 6_187),
        ({"basis": "area", "rate_fen": 50, "area": Decimal("0.01")}, 1),
        ({"basis": "area", "rate_fen": 49, "area": Decimal("0.01")}, 0),
    ],
)
def test_a_sum_nobody_entered_follows_from_its_rule(
    project: int, own: int, rule: dict[str, Any], sum_fen: int
) -> None:
    row = {"project_id": project, "source_id": own, "payer": "residents", "group": "1栋", **rule}
    found = written(Contribution, **row)
    assert (found.status, found.row["agreed_fen"]) == (Status.CREATED, sum_fen)
    other = written(Contribution, **{**row, "group": "2栋", "agreed_fen": sum_fen + 1})
    assert "agreed_by_rule" in codes(other)


def test_contributions_are_told_what_is_missing_or_foreign(project: int, own: int) -> None:
    row = {"project_id": project, "source_id": own, "payer": "residents", "group": "1栋"}
    assert codes(written(Contribution, **row)) == ["required"]
    bare = written(Contribution, **row, basis="household", agreed_fen=wan(1))
    assert (bare.status, codes(bare)) == (Status.CREATED, ["rule_incomplete"])
    assert "same_group" in codes(written(Contribution, **row, agreed_fen=wan(1)))
    many = {**row, "group": "2栋", "agreed_fen": wan(1), "instalments": 61}
    assert "instalments" in codes(written(Contribution, **many))
    elsewhere = a_project("二区")
    [building] = write(None, Building, [{"community_id": _community(elsewhere), "number": "1"}])
    foreign = {**row, "group": "3栋", "agreed_fen": wan(1), "building_id": building}
    assert "foreign_building" in codes(written(Contribution, **foreign))


def _community(project: int) -> int:
    return Project.objects.values_list("community_id", flat=True).get(pk=project)


def test_agreements_keep_their_terms_and_bands_their_order(project: int) -> None:
    row = {"project_id": project, "number": "XY-1", "partner": "某公司", "mode": "ppp"}
    found = written(Agreement, **row)
    assert (found.status, codes(found)) == (Status.CREATED, ["terms_missing"])
    wrong = {"partner_code": "91220101MA0Y1XXXXX", "starts_on": DAY, "ends_on": date(2026, 1, 1)}
    wrong |= {"interest_percent": Decimal("100.01"), "base_pay_fen": wan(100)}
    second = written(Agreement, **{**row, "number": "XY-2", **wrong})
    assert sorted(codes(second)) == ["credit_code", "dates_in_order", "percentage"]
    assert "same_number" in codes(written(Agreement, **row))

    band = {"agreement_id": found.row["id"], "from_score": Decimal(90), "share_percent": Decimal(100)}
    assert written(PayBand, **band).status == Status.CREATED
    assert codes(written(PayBand, **band)) == ["same_score"]
    high = {**band, "from_score": Decimal("100.01")}
    assert "percentage" in codes(written(PayBand, **high))
    less = written(PayBand, **{**band, "from_score": Decimal(95), "share_percent": Decimal(90)})
    assert (less.status, codes(less)) == (Status.CREATED, ["worse_pays_more"])
    gone = apply(Agreement, actor=None, source=LOAD, pk=found.row["id"], values={"is_removed": True})
    assert (gone.status, "in_use" in codes(gone)) == (Status.REJECTED, True)


def test_what_is_not_even_named_is_missed(project: int) -> None:
    found = written(MoneyEvent, project_id=project)
    assert {finding.field for finding in found.findings} == {
        "source_id",
        "step",
        "happened_on",
        "amount_fen",
        "voucher",
    }


def test_a_source_that_money_came_from_is_not_taken_out(province_user: User) -> None:
    source = a_source()
    found = plan(Source, actor=None, changes=[Change(values={"is_removed": True}, pk=source)])
    assert codes(found[0]) == []
    a_batch(source, wan(1))
    gone = remove(Source, actor=province_user, source=LOAD, pk=source, base_version=1, reason="不再使用")
    assert (gone.status, codes(gone)) == (Status.REJECTED, ["in_use"])


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "0.00"),
        (1, "0.000001"),
        (924_517_0000, "9,245.17"),
        (-1_000_000, "-1.00"),
        (2_126_800_0000, "21,268.00"),
    ],
)
def test_fen_are_told_in_wan_yuan_exactly(fen: int, words: str) -> None:
    assert wan_yuan(fen) == words
