"""Arithmetic of calendar months and of the part of a year that has passed: plain days in."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_before(day: date) -> date:
    """Return the first day of the month before a day's."""
    return month_of(month_of(day) - timedelta(days=1))


def previous_month_end(day: date) -> date:
    """Return the last day of the month before a day's."""
    return month_of(day) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; a day the month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def passed_of_year(year: int, day: date) -> Fraction:
    """Return how much of a year has passed by the end of a day: day of the year ÷ days of the year.

    0 before the year and 1 after it (序时进度: Tianjin's 35.62 % on 10 May 2022 is 130 ÷ 365).
    """
    days = 366 if calendar.isleap(year) else 365
    passed = (day - date(year, 1, 1)).days + 1
    return Fraction(min(max(passed, 0), days), days)


def time_progress(year: int, on: date) -> Decimal:
    """Return how much of a year has passed by the end of a day (序时进度), in per cent to one decimal."""
    tenths = passed_of_year(year, on) * 1000
    return Decimal(int(tenths + Fraction(1, 2))) / 10
