"""Sums that must hold whichever row changes: what is handed on, and paid ≤ arrived ≤ issued."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from funding import balances
from funding.models import Allotment, FundBatch, MoneyBalance, MoneyEvent, SplitBalance
from projects.models import Contract
from records.models import ChangeSet
from records.planning import Change, Outcome, Status
from records.services import Mode, apply, apply_many, remove, restore
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.ledgers.rows import region, write

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
LOAD = ChangeSet.Source.LOAD


def change(model: Any, pk: int, **values: Any) -> Outcome:
    """Change a row as a service does: the locks of the pages do not bind."""
    return apply(model, actor=None, source=LOAD, pk=pk, values=values)


def codes(found: Outcome) -> list[str]:
    return [finding.code for finding in found.findings if finding.severity == "hard"]


def split(batch: int, unit: str | None = None) -> tuple[int, int]:
    row = SplitBalance.objects.get(batch=batch, unit=region(unit) if unit else None)
    return row.available_fen, row.handed_on_fen


def sums(project: int, source: int) -> tuple[int, int, int, int, int]:
    row = MoneyBalance.objects.get(project=project, source=source)
    return row.planned_fen, row.issued_fen, row.arrived_fen, row.paid_fen, row.settled_fen


def test_balances_follow_every_write() -> None:
    source, project = a_source(), a_project()
    batch = a_batch(source, wan(100))
    assert split(batch) == (wan(100), 0)

    unit, part = hand_down(batch, {"222401": wan(60), project: wan(40)})
    assert (split(batch), split(batch, "222401")) == ((wan(100), wan(60)), (wan(60), wan(40)))
    happened(project, source, DAY, planned=wan(50), arrived=wan(30), paid=wan(20), settled=wan(10))
    assert sums(project, source) == (wan(50), wan(40), wan(30), wan(20), wan(10))

    assert change(Allotment, part, amount_fen=wan(35)).status == Status.CHANGED
    assert change(Allotment, unit, amount_fen=wan(35)).status == Status.CHANGED
    assert change(FundBatch, batch, amount_fen=wan(35)).status == Status.CHANGED
    assert (split(batch), split(batch, "222401")) == ((wan(35), wan(35)), (wan(35), wan(35)))
    assert sums(project, source) == (wan(50), wan(35), wan(30), wan(20), wan(10))


def test_a_batch_is_never_exceeded_and_the_answer_says_who_has_what() -> None:
    batch = a_batch(a_source(), wan(100))
    hand_down(batch, {"222401": wan(60), "222403": wan(30)})
    row = {"batch_id": batch, "unit_id": region("222402"), "amount_fen": wan("10.01")}
    found = apply(Allotment, actor=None, source=LOAD, values=row)
    assert (found.status, codes(found)) == (Status.REJECTED, ["more_than_there_is"])
    assert "100.01" in found.findings[0].message
    assert all(told in found.findings[0].mend for told in ("60.00", "30.00"))
    assert split(batch) == (wan(100), wan(90))
    row["amount_fen"] = wan(10)
    assert apply(Allotment, actor=None, source=LOAD, values=row).status == Status.CREATED
    assert split(batch) == (wan(100), wan(100))


def test_projects_get_no_more_than_their_unit() -> None:
    batch, first, second = a_batch(a_source(), wan(100)), a_project(), a_project("二区")
    _unit, part = hand_down(batch, {"222401": wan(50), first: wan(30)})
    row = {"batch_id": batch, "project_id": second, "unit_id": region("222401"), "amount_fen": wan(21)}
    found = apply(Allotment, actor=None, source=LOAD, values=row)
    assert codes(found) == ["more_than_there_is"]
    assert "20.00" in found.findings[0].mend
    # A unit's part is not made smaller than what its projects have, nor taken out below them.
    assert codes(change(Allotment, _unit, amount_fen=wan(29))) == ["more_than_there_is"]
    assert codes(change(Allotment, _unit, is_removed=True)) == ["more_than_there_is"]
    assert codes(change(FundBatch, batch, amount_fen=wan(49))) == ["less_than_handed_on"]
    assert codes(change(FundBatch, batch, is_removed=True)) == ["less_than_handed_on"]
    assert Allotment.objects.get(pk=part).amount_fen == wan(30)


def test_paid_stays_within_arrived_and_arrived_within_issued() -> None:
    source, project = a_source(), a_project()
    batch = a_batch(source, wan(100))
    _unit, part = hand_down(batch, {"222401": wan(50), project: wan(50)})
    happened(project, source, DAY, arrived=wan(30), paid=wan(30))
    base = {"project_id": project, "source_id": source, "happened_on": DAY, "voucher": "x"}
    for step, amount in (("paid", 1), ("arrived", wan(20) + 1)):
        row = {**base, "step": step, "amount_fen": amount}
        found = apply(MoneyEvent, actor=None, source=LOAD, values=row)
        assert (found.status, codes(found)) == (Status.REJECTED, ["money_order"])
    arrived = MoneyEvent.objects.get(step="arrived").pk
    assert codes(change(MoneyEvent, arrived, amount_fen=wan(29))) == ["money_order"]
    assert codes(change(MoneyEvent, arrived, is_removed=True)) == ["money_order"]
    assert codes(change(Allotment, part, amount_fen=wan(29))) == ["money_order"]
    assert codes(change(Allotment, part, is_removed=True)) == ["money_order"]
    assert codes(change(FundBatch, batch, source_id=a_source("T-other"))) == ["money_order"]
    assert sums(project, source) == (0, wan(50), wan(30), wan(30), 0)


def test_a_draft_holds_no_money() -> None:
    source, project = a_source(), a_project()
    batch = a_batch(source, wan(100), state="draft")
    hand_down(batch, {"222401": wan(50), project: wan(50)})
    row = {"project_id": project, "source_id": source, "step": "arrived", "amount_fen": 1, "voucher": "x"}
    row["happened_on"] = DAY
    assert codes(apply(MoneyEvent, actor=None, source=LOAD, values=row)) == ["money_order"]
    assert change(FundBatch, batch, state="issued", issued_on=DAY).status == Status.CHANGED
    assert sums(project, source) == (0, wan(50), 0, 0, 0)
    assert apply(MoneyEvent, actor=None, source=LOAD, values=row).status == Status.CREATED
    assert codes(change(FundBatch, batch, state="draft")) == ["money_order"]


def test_money_of_a_source_without_batches_is_issued_by_events() -> None:
    source, project = a_source("T-own", "county", by_batch=False), a_project()
    happened(project, source, DAY, issued=wan(10), arrived=wan(10))
    assert sums(project, source) == (0, wan(10), wan(10), 0, 0)
    row = {"project_id": project, "source_id": source, "step": "issued", "happened_on": DAY, "voucher": "x"}
    back = {**row, "amount_fen": -1, "remark": "收回"}
    assert codes(apply(MoneyEvent, actor=None, source=LOAD, values=back)) == ["money_order"]


def test_money_moved_to_another_project_is_weighed_in_both() -> None:
    source, first, second = a_source("T-own", "county", by_batch=False), a_project(), a_project("二区")
    happened(first, source, DAY, issued=wan(10), arrived=wan(10))
    arrived = MoneyEvent.objects.get(step="arrived").pk
    assert codes(change(MoneyEvent, arrived, project_id=second)) == ["money_order"]
    happened(second, source, DAY, issued=wan(10))
    assert change(MoneyEvent, arrived, project_id=second).status == Status.CHANGED
    assert (sums(first, source), sums(second, source)) == (
        (0, wan(10), 0, 0, 0),
        (0, wan(10), wan(10), 0, 0),
    )


def test_a_refused_row_brings_nothing_for_the_others() -> None:
    source, project = a_source("T-own", "county", by_batch=False), a_project()
    base = {"project_id": project, "source_id": source, "happened_on": DAY, "amount_fen": wan(10)}
    rows = [
        {**base, "step": "issued", "voucher": "a", "happened_on": date(2099, 1, 1)},
        {**base, "step": "arrived", "voucher": "b"},
        {**base, "step": "paid", "voucher": "c"},
    ]
    changes = [Change(values=row) for row in rows]
    found = apply_many(MoneyEvent, actor=None, source=LOAD, changes=changes, mode=Mode.VALID_ROWS)
    assert [codes(one) for one in found] == [["future_date"], ["money_order"], ["money_order"]]
    assert not MoneyEvent.objects.filter(project=project).exists()
    rows[0]["happened_on"] = DAY
    changes = [Change(values=row) for row in rows]
    found = apply_many(MoneyEvent, actor=None, source=LOAD, changes=changes, mode=Mode.VALID_ROWS)
    assert [one.status for one in found] == [Status.CREATED] * 3


def test_what_is_taken_out_and_brought_back_is_weighed_again(province_user: User) -> None:
    batch = a_batch(a_source(), wan(100))
    [first] = hand_down(batch, {"222401": wan(60)})
    form = ChangeSet.Source.FORM
    gone = remove(Allotment, actor=province_user, source=form, pk=first, base_version=1, reason="改给敦化市")
    assert (gone.status, split(batch)) == (Status.CHANGED, (wan(100), 0))
    hand_down(batch, {"222403": wan(50)})
    back = restore(Allotment, actor=province_user, source=form, pk=first)
    assert (back.status, codes(back)) == (Status.REJECTED, ["more_than_there_is"])
    assert split(batch) == (wan(100), wan(50))


def test_no_more_is_paid_on_a_contract_than_it_is_worth() -> None:
    source, project, other = a_source("T-own", "county", by_batch=False), a_project(), a_project("二区")
    row = {"project_id": project, "kind": "construction", "number": "HT-1", "firm": "某公司"}
    [contract] = write(None, Contract, [{**row, "amount_fen": wan(8)}])
    happened(project, source, DAY, issued=wan(20), arrived=wan(20))
    base = {"project_id": project, "source_id": source, "step": "paid", "happened_on": DAY}
    write(None, MoneyEvent, [{**base, "voucher": "a", "amount_fen": wan(5), "contract_id": contract}])
    over = {**base, "voucher": "b", "amount_fen": wan(3) + 1, "contract_id": contract}
    assert codes(apply(MoneyEvent, actor=None, source=LOAD, values=over)) == ["more_than_the_contract"]
    assert codes(change(Contract, contract, amount_fen=wan(4))) == ["less_than_paid"]
    assert codes(change(Contract, contract, is_removed=True)) == ["less_than_paid"]
    assert change(Contract, contract, amount_fen=wan(5)).status == Status.CHANGED
    foreign = {**base, "project_id": other, "voucher": "c", "amount_fen": 1, "contract_id": contract}
    assert "foreign_contract" in codes(apply(MoneyEvent, actor=None, source=LOAD, values=foreign))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("split", {"available_fen": 1, "handed_on_fen": 2}),
        ("money", {"issued_fen": 1, "arrived_fen": 2}),
        ("money", {"issued_fen": 3, "arrived_fen": 2, "paid_fen": 3}),
        ("money", {"settled_fen": -1}),
    ],
)
def test_the_database_itself_refuses_what_would_not_hold(table: str, values: dict[str, int]) -> None:
    source, project = a_source(), a_project()
    batch = a_batch(source, wan(1))

    def act() -> None:
        if table == "split":
            SplitBalance.objects.filter(batch=batch).update(**values)
        else:
            MoneyBalance.objects.create(project_id=project, source_id=source, **values)

    with pytest.raises(IntegrityError), transaction.atomic():
        act()


STEPS = st.sampled_from(("planned", "issued", "arrived", "paid", "settled"))
MOVES = st.lists(st.tuples(st.integers(0, 1), STEPS, st.integers(-5, 9)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_whatever_is_written_the_balances_are_the_sums_and_hold(
    moves: list[tuple[int, str, int]],
) -> None:
    with transaction.atomic():
        source = a_source("T-own", "county", by_batch=False)
        projects = [a_project(), a_project("二区")]
        expected = {project: dict.fromkeys(balances.SUMS, 0) for project in projects}
        for number, (which, step, amount) in enumerate(moves):
            project = projects[which]
            after = {**expected[project]}
            after[f"{step}_fen"] += amount
            right = (
                amount != 0
                and after["paid_fen"] <= after["arrived_fen"] <= after["issued_fen"]
                and min(after.values()) >= 0
            )
            row = {"project_id": project, "source_id": source, "step": step, "happened_on": DAY}
            row |= {"amount_fen": amount, "voucher": str(number), "remark": "更正"}
            found = apply(MoneyEvent, actor=None, source=LOAD, values=row)
            assert found.writes is right, (expected[project], step, amount, found.findings)
            if right:
                expected[project] = after
        stored = {row.project_id: row for row in MoneyBalance.objects.filter(source=source)}
        for project, sums_of in expected.items():
            found_sums = {
                name: getattr(stored[project], name) if project in stored else 0 for name in sums_of
            }
            assert found_sums == sums_of
        transaction.set_rollback(True)
