"""Locks see a row before and after the change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from accounts.models import User
from records.locks import Lock, change_lock, lock, locks_on

KIND = "tests.moved"


@lock(KIND, fields=("colour",))
def red_is_closed(rows: Sequence[dict[str, Any]], _user: User) -> Iterator[tuple[int, Lock]]:
    for position, row in enumerate(rows):
        if row["colour"] == "red":
            yield position, Lock("colour", "red")


@change_lock(KIND, fields=("month",))
def may_is_closed(
    before: Sequence[dict[str, Any] | None], rows: Sequence[dict[str, Any]], _user: User
) -> Iterator[tuple[int, Lock]]:
    for position, (was, becomes) in enumerate(zip(before, rows, strict=True)):
        if "may" in {becomes["month"], was["month"] if was else None}:
            yield position, Lock("month", "may")


def row(month: str, colour: str = "blue") -> dict[str, Any]:
    return {"month": month, "colour": colour}


@pytest.mark.parametrize(
    ("was", "becomes", "closed"),
    [
        (row("may"), row("june"), {"month": "may"}),
        (row("june"), row("may"), {"month": "may"}),
        (None, row("may"), {"month": "may"}),
        (row("june"), row("july"), {}),
        (None, row("june", "red"), {"colour": "red"}),
        (row("may", "red"), row("may"), {"month": "may"}),
    ],
)
def test_a_rule_closes_by_the_old_value_as_well_as_by_the_new(
    was: dict[str, Any] | None, becomes: dict[str, Any], closed: dict[str, str]
) -> None:
    assert locks_on(KIND, [becomes], User(), before=[was]) == [closed]


def test_rows_that_only_stand_are_their_own_past() -> None:
    assert locks_on(KIND, [row("may"), row("june")], User()) == [{"month": "may"}, {}]


def test_a_rule_is_not_asked_about_fields_it_cannot_close() -> None:
    assert locks_on(KIND, [row("may", "red")], User(), frozenset({"month"})) == [{"month": "may"}]
