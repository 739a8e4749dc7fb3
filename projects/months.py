"""Arithmetic of calendar months: plain days in, plain days out."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_before(day: date) -> date:
    """Return the first day of the month before a day's."""
    return month_of(month_of(day) - timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; a day the month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
