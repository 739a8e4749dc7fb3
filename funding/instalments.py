"""Contributions by instalments: when which part is due, what came in, what is in arrears.  Nothing here reads
the database; sums are whole 分.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projects.months import months_after


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a contribution: its number from 1, the day it is due, and how much of it came in."""

    number: int
    due_on: date | None
    amount_fen: int
    received_fen: int = 0

    @property
    def open_fen(self) -> int:
        """Return what is still to come."""
        return self.amount_fen - self.received_fen

    def is_late(self, on: date) -> bool:
        """Tell whether it should have come in before a day and has not, or not in full."""
        return self.open_fen > 0 and self.due_on is not None and self.due_on < on


def schedule(
    agreed_fen: int, *, instalments: int, first_due_on: date | None, every_months: int
) -> tuple[Instalment, ...]:
    """Return the instalments of an agreed sum: equal parts, the odd 分 on the first ones.

    Due on the same day of the month each time; a day that a month does not have becomes its last.  Without a
    first day no instalment is due on any.
    """
    each, odd = divmod(agreed_fen, instalments)
    return tuple(
        Instalment(
            number=at + 1,
            due_on=months_after(first_due_on, at * every_months) if first_due_on else None,
            amount_fen=each + (1 if at < odd else 0),
        )
        for at in range(instalments)
    )


def settle(parts: Sequence[Instalment], received_fen: int) -> tuple[Instalment, ...]:
    """Return the instalments with what came in, the first one first; what is too much stays on the last."""
    left = received_fen
    found = []
    for at, part in enumerate(parts):
        is_last = at == len(parts) - 1
        taken = left if is_last else min(max(left, 0), part.amount_fen)
        left -= taken
        found.append(Instalment(part.number, part.due_on, part.amount_fen, taken))
    return tuple(found)


def arrears(parts: Sequence[Instalment], on: date) -> int:
    """Return how much of what was due before a day has not come in, in 分."""
    due = sum(part.amount_fen for part in parts if part.due_on is not None and part.due_on < on)
    return max(due - sum(part.received_fen for part in parts), 0)
