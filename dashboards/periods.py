"""The periods reports are about: weeks, months, quarters and years, as plain days (Asia/Shanghai)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from projects.months import month_before, month_end, month_of, months_after

WEEK, MONTH, FUNDS, QUARTER, YEAR = "week", "start", "funds", "quarter", "year"
# How many months a period of a kind has; a week has seven days instead.
MONTHS = {MONTH: 1, FUNDS: 1, QUARTER: 3, YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of one kind of report, both days included."""

    kind: str
    start: date
    end: date

    @classmethod
    def ending(cls, kind: str, end: date) -> Self:
        """Return the period of a kind that ends on a day; ValueError when none does."""
        if kind == WEEK:
            return cls(kind, end - timedelta(days=6), end)
        months = MONTHS[kind]
        if end != month_end(end) or end.month % months:
            raise ValueError(f"No period of the kind {kind} ends on {end:%Y-%m-%d}.")
        return cls(kind, months_after(month_of(end), 1 - months), end)

    @classmethod
    def month(cls, year: int, month: int, kind: str = MONTH) -> Self:
        """Return a month."""
        return cls.ending(kind, month_end(date(year, month, 1)))

    @property
    def before(self) -> date:
        """Return the last day of the period before."""
        return self.start - timedelta(days=1)

    @property
    def key(self) -> str:
        """Return what names the period among all periods of all kinds."""
        if self.kind == MONTH:
            return f"{self.end:%Y-%m}"
        return f"{self.kind}/{self.end:%Y-%m-%d}"

    @property
    def quarter(self) -> int:
        """Return the quarter of its last day."""
        return (self.end.month + 2) // 3


def last_due(kind: str, now: datetime, *, weekday: int, day: int, hour: int) -> Period:
    """Return the latest period of a kind whose report has fallen due by a moment (local time).

    A weekly report falls due on the weekday and reports on the seven days before it; the others on the day of
    the month that follows the period.  Before the hour the report of the period before is still the latest.
    """
    today = now.date() if now.hour >= hour else now.date() - timedelta(days=1)
    if kind == WEEK:
        due = today - timedelta(days=(today.weekday() - weekday) % 7)
        return Period.ending(kind, due - timedelta(days=1))
    first = month_of(today)
    if today.day < day:
        first = month_before(first)
    months = MONTHS[kind]
    # The month in which the report falls due follows the last month of its period.
    while (first.month - 1) % months:
        first = month_before(first)
    return Period.ending(kind, first - timedelta(days=1))
