"""Two officers at once: a batch is never exceeded, nor paid what has not arrived; the control does exceed.

On SQLite, which lets one writer in at a time, fewer rounds show the same.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.models import Region, User
from funding import balances, batches
from funding.checks.batch import ALLOTMENT
from funding.models import Allotment, FundBatch, MoneyBalance, MoneyEvent, SplitBalance
from records import checks, following
from records.models import ChangeSet
from records.planning import Outcome, Status
from records.services import apply
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.trust.test_races import all_at_once, assert_history_is_whole

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
CODES = ("222401", "222402", "222403", "222404", "222405", "222406", "222424", "222426")


def rounds() -> int:
    """Return how often two officers meet."""
    return 40 if connection.vendor == "postgresql" else 8


def units() -> list[int]:
    found = dict(Region.objects.filter(code__in=CODES).values_list("code", "pk"))
    return [found[code] for code in CODES]


def allot(batch: int, unit: int, amount: int, actor: User | None) -> Outcome:
    row = {"batch_id": batch, "unit_id": unit, "amount_fen": amount}
    return apply(Allotment, actor=actor, source=ChangeSet.Source.API, values=row)


def handed_on(batch: int) -> int:
    return sum(Allotment.objects.live().filter(batch=batch).values_list("amount_fen", flat=True))


def assert_balances_are_true() -> None:
    for row in SplitBalance.objects.filter(unit=None):
        assert (row.available_fen, row.handed_on_fen) == (
            FundBatch.objects.get(pk=row.batch_id).amount_fen,
            handed_on(row.batch_id),
        )


def test_two_officers_at_once_never_exceed_a_batch(province_user: User) -> None:
    source, places = a_source(), units()
    for _round in range(rounds()):
        batch = a_batch(source, wan(100))

        def work(index: int, batch: int = batch) -> Outcome:
            return allot(batch, places[index], wan(60), province_user)

        found = all_at_once(2, work)
        assert Counter(one.status for one in found) == {Status.CREATED: 1, Status.REJECTED: 1}
        [refused] = [one for one in found if one.status == Status.REJECTED]
        assert [finding.code for finding in refused.findings] == ["more_than_there_is"]
        # The loser is told who was faster, and with how much.
        assert "60.00" in refused.findings[0].mend
        assert handed_on(batch) == wan(60)
    assert_balances_are_true()
    assert_history_is_whole(Allotment)


def test_of_many_officers_as_many_get_something_as_there_is(province_user: User) -> None:
    batch, places = a_batch(a_source(), wan(100)), units()
    found = all_at_once(len(places), lambda index: allot(batch, places[index], wan(30), province_user))
    assert Counter(one.status for one in found) == {Status.CREATED: 3, Status.REJECTED: len(places) - 3}
    assert handed_on(batch) == wan(90)
    assert_balances_are_true()


def test_the_split_screen_and_the_grid_at_once_wait_for_each_other_and_not_in_a_ring(
    province_user: User,
) -> None:
    source, places = a_source(), units()
    for _round in range(rounds()):
        batch = a_batch(source, wan(100))

        def work(index: int, batch: int = batch) -> int:
            if index:
                return int(allot(batch, places[index], wan(40), province_user).writes)
            held = FundBatch.objects.get(pk=batch)
            return len(batches.split(held, {places[index]: wan(50)}, actor=province_user))

        assert all_at_once(2, work) == [1, 1]
        assert handed_on(batch) == wan(90)
    assert_balances_are_true()
    assert_history_is_whole(Allotment)


def test_two_payments_at_once_never_exceed_what_arrived(province_user: User) -> None:
    source = a_source()
    for number in range(rounds()):
        project = a_project(f"{number}区")
        hand_down(a_batch(source, wan(100)), {"222401": wan(100), project: wan(100)})
        happened(project, source, date(2026, 3, 1), arrived=wan(100))

        def work(index: int, project: int = project) -> str:
            row: dict[str, Any] = {"project_id": project, "source_id": source, "step": "paid"}
            row |= {"happened_on": date(2026, 3, 2), "amount_fen": wan(60), "voucher": str(index)}
            found = apply(MoneyEvent, actor=province_user, source=ChangeSet.Source.API, values=row)
            return "/".join([found.status, *(finding.code for finding in found.findings)])

        answers = all_at_once(2, work)
        assert Counter(answer.split("/")[0] for answer in answers) == {
            Status.CREATED: 1,
            Status.REJECTED: 1,
        }
        assert sum("money_order" in answer for answer in answers) == 1
        assert MoneyBalance.objects.get(project=project).paid_fen == wan(60)
    assert_history_is_whole(MoneyEvent)


def test_a_smaller_batch_and_a_larger_part_at_once_do_not_pass_each_other(province_user: User) -> None:
    source, [place, *_others] = a_source(), units()
    for _round in range(rounds()):
        batch = a_batch(source, wan(100), state="draft")

        def work(index: int, batch: int = batch) -> str:
            if index:
                return allot(batch, place, wan(80), province_user).status
            values, api = {"amount_fen": wan(50)}, ChangeSet.Source.API
            return apply(FundBatch, actor=province_user, source=api, pk=batch, values=values).status

        answers = all_at_once(2, work)
        assert sum(status == Status.REJECTED for status in answers) == 1
        assert handed_on(batch) <= FundBatch.objects.get(pk=batch).amount_fen
    assert_balances_are_true()


def without_wall_and_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the balances alone: nothing is held, and the database has nothing to refuse."""
    monkeypatch.setattr(balances, "locked", lambda rows: rows)
    monkeypatch.setitem(following._followers, ALLOTMENT, [])


def test_control_without_balances_two_who_saw_the_same_rest_exceed_the_batch(
    province_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each looks how much is left, and writes when both have looked: what pages alone could promise."""
    without_wall_and_lock(monkeypatch)
    others = [known for known in checks._set_checks[ALLOTMENT] if known.code != "more_than_there_is"]
    monkeypatch.setitem(checks._set_checks, ALLOTMENT, others)
    batch, places, looked = a_batch(a_source(), wan(100)), units(), threading.Barrier(2)

    def work(index: int) -> Status:
        left = wan(100) - handed_on(batch)
        looked.wait(timeout=60)
        assert left >= wan(60)
        return allot(batch, places[index], wan(60), province_user).status

    assert all_at_once(2, work) == [Status.CREATED] * 2
    assert handed_on(batch) == wan(120)


def test_control_the_check_alone_is_passed_by_two_at_once(
    province_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two transactions that see the same sums: the check lets both through, and only the wall would not."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite begins every writing transaction alone")
    without_wall_and_lock(monkeypatch)
    batch, places, asked = a_batch(a_source(), wan(100)), units(), threading.Barrier(2)
    read = balances.allotments_of

    def together(batches: Any) -> Any:
        found = read(batches)
        asked.wait(timeout=60)
        return found

    monkeypatch.setattr(balances, "allotments_of", together)
    found = all_at_once(2, lambda index: allot(batch, places[index], wan(60), province_user).status)
    assert (found, handed_on(batch)) == ([Status.CREATED] * 2, wan(120))


def test_the_wall_alone_holds_where_the_check_has_been_passed(
    province_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any lock in the check, the database refuses the second; asked again, the check says why."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite begins every writing transaction alone")
    batch, places, asked = a_batch(a_source(), wan(100)), units(), threading.Barrier(2)
    first = threading.local()
    held = balances.hold_splits

    def unheld(keys: Any, *, make: bool = False) -> Any:
        if not make and not getattr(first, "done", False):
            first.done = True
            asked.wait(timeout=60)
            return []
        return held(keys, make=make)

    monkeypatch.setattr(balances, "hold_splits", unheld)
    found = all_at_once(2, lambda index: allot(batch, places[index], wan(60), province_user))
    assert Counter(one.status for one in found) == {Status.CREATED: 1, Status.REJECTED: 1}
    assert handed_on(batch) == wan(60)
    assert_balances_are_true()
