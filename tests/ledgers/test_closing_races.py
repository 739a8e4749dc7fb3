"""A table is closed at the moment a unit hands in or types: one of them is told, nothing comes in afterwards.

On SQLite, which lets one writer in at a time, fewer rounds show the same.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Region, User
from ledgers.dispatching import service, sources
from ledgers.dispatching.service import DispatchError
from ledgers.models import Dispatch, DispatchRow
from records.models import ChangeSet
from records.services import apply
from tests.ledgers.test_dispatch import COLUMNS, YANJI
from tests.trust.test_races import all_at_once, assert_history_is_whole

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]


def rounds() -> int:
    """Return how often staff and a unit meet."""
    return 30 if connection.vendor == "postgresql" else 6


def table(staff: User, number: int) -> Dispatch:
    """Send out a table that asks one unit for one number, filled in already."""
    values = {"title": f"调度{number}", "source": "units", "year": 2026}
    made = service.create(actor=staff, values={**values, "due_at": timezone.now() + timedelta(hours=4)})
    service.change(
        made,
        actor=staff,
        values={"shown": ["planned"], "asked": service.give_slots(COLUMNS[:1])},
        units=Region.objects.filter(code=YANJI),
    )
    service.send_out(made, actor=staff)
    [row] = made.rows.all()
    found = apply(DispatchRow, actor=None, source=ChangeSet.Source.LOAD, pk=row.pk, values={"count_1": 1})
    assert found.writes
    made.refresh_from_db()
    return made


def close(dispatch: Dispatch, staff: User) -> str:
    """Close a table as the page does."""
    service.close(Dispatch.objects.get(pk=dispatch.pk), actor=staff)
    return "closed"


def hand_in(dispatch: Dispatch, unit: User) -> str:
    """Hand the part in as the page does; tell whether it was taken."""
    try:
        service.submit(dispatch.parts.get(), actor=unit, signed_name="金明")
    except DispatchError:
        return "refused"
    return "handed in"


def meet(made: Dispatch, staff: User, unit: User, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Hand in while the closing holds the parts and has not ended; return what both were told.

    The closing waits, once it holds the parts, until the unit has begun and had time to stand in the queue.
    """
    held, begun = threading.Event(), threading.Event()
    facts = sources.facts

    def slow(*args: Any, **options: Any) -> Any:
        held.set()
        assert begun.wait(20)
        time.sleep(0.7)
        return facts(*args, **options)

    monkeypatch.setattr(sources, "facts", slow)

    def work(index: int) -> str:
        if index == 0:
            return close(made, staff)
        assert held.wait(20)
        begun.set()
        return hand_in(made, unit)

    closed, handed = all_at_once(2, work)
    return closed, handed


def test_who_waited_for_the_closing_is_told_that_the_table_is_closed(
    province_user: User, yanji: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = table(province_user, 1)
    assert meet(made, province_user, yanji, monkeypatch) == ("closed", "refused")
    assert made.parts.get().state == "waiting"


def test_control_who_trusts_what_was_read_before_hands_in_to_a_closed_table(
    province_user: User, yanji: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = table(province_user, 1)
    monkeypatch.setattr(service, "_table_of", lambda _held: made)
    assert meet(made, province_user, yanji, monkeypatch) == ("closed", "handed in")
    assert (Dispatch.objects.get().state, made.parts.get().state) == ("closed", "submitted")


def test_what_is_handed_in_while_the_table_is_closed_is_in_or_refused(
    province_user: User, yanji: User
) -> None:
    for number in range(rounds()):
        made = table(province_user, number)

        def work(index: int, made: Dispatch = made) -> str:
            return hand_in(made, yanji) if index else close(made, province_user)

        closed, handed = all_at_once(2, work)
        made.refresh_from_db()
        part = made.parts.get()
        assert (closed, made.state) == ("closed", "closed")
        assert (handed, part.state) in {("handed in", "submitted"), ("refused", "waiting")}
        if part.submitted_at is not None:
            # Nobody handed in after the table was closed.
            assert made.closed_at is not None
            assert part.submitted_at <= made.closed_at


def test_a_cell_typed_while_the_table_is_closed_is_in_it_or_refused(province_user: User, yanji: User) -> None:
    for number in range(rounds()):
        made = table(province_user, number)
        [row] = made.rows.all()

        def work(index: int, made: Dispatch = made, row: DispatchRow = row) -> Any:
            if index == 0:
                return close(made, province_user)
            return apply(
                DispatchRow,
                actor=yanji,
                source=ChangeSet.Source.GRID,
                pk=row.pk,
                values={"count_1": 7},
                base_version=row.version,
            )

        _closed, typed = all_at_once(2, work)
        row.refresh_from_db()
        made.refresh_from_db()
        assert made.state == "closed"
        assert (typed.writes, row.count_1) in {(True, 7), (False, 1)}
        late = DispatchRow.history.filter(id=row.pk, count_1=7, history_date__gt=made.closed_at)
        assert not late.exists()
    assert_history_is_whole(DispatchRow)
