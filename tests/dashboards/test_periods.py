"""Periods and when their reports fall due: ends of months, leap day, year end, Fridays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.periods import FUNDS, MONTH, QUARTER, WEEK, YEAR, Period, last_due


def due(kind: str, now: str, *, weekday: int = 4, day: int = 1, hour: int = 1) -> str:
    found = last_due(kind, datetime.fromisoformat(now), weekday=weekday, day=day, hour=hour)
    return f"{found.start} {found.end}"


@pytest.mark.parametrize(
    ("kind", "now", "expected"),
    [
        (MONTH, "2024-02-29 23:59", "2024-01-01 2024-01-31"),
        (MONTH, "2024-03-01 00:59", "2024-01-01 2024-01-31"),
        (MONTH, "2024-03-01 01:00", "2024-02-01 2024-02-29"),
        (FUNDS, "2023-03-01 01:00", "2023-02-01 2023-02-28"),
        (QUARTER, "2024-03-31 12:00", "2023-10-01 2023-12-31"),
        (QUARTER, "2024-04-01 01:00", "2024-01-01 2024-03-31"),
        (QUARTER, "2024-06-30 23:00", "2024-01-01 2024-03-31"),
        (YEAR, "2023-12-31 23:59", "2022-01-01 2022-12-31"),
        (YEAR, "2024-01-01 00:30", "2022-01-01 2022-12-31"),
        (YEAR, "2024-01-01 01:00", "2023-01-01 2023-12-31"),
        (WEEK, "2024-03-01 00:59", "2024-02-16 2024-02-22"),
        (WEEK, "2024-03-01 01:00", "2024-02-23 2024-02-29"),
        (WEEK, "2024-03-02 00:00", "2024-02-23 2024-02-29"),
    ],
)
def test_the_latest_period_that_has_fallen_due(kind: str, now: str, expected: str) -> None:
    assert due(kind, now) == expected


def test_a_later_day_of_the_month_waits_for_it() -> None:
    assert due(MONTH, "2024-03-09 23:00", day=10) == "2024-01-01 2024-01-31"
    assert due(MONTH, "2024-03-10 01:00", day=10) == "2024-02-01 2024-02-29"
    assert due(YEAR, "2024-01-09 23:00", day=10) == "2022-01-01 2022-12-31"


@given(
    st.sampled_from([WEEK, MONTH, FUNDS, QUARTER, YEAR]),
    st.datetimes(datetime(2001, 1, 1), datetime(2040, 12, 31)),
    st.integers(0, 6),
    st.integers(1, 28),
    st.integers(0, 23),
)
def test_periods_follow_each_other_without_gap_or_overlap(
    kind: str, now: datetime, weekday: int, day: int, hour: int
) -> None:
    period = last_due(kind, now, weekday=weekday, day=day, hour=hour)
    assert period.start <= period.end < now.date()
    assert period == Period.ending(kind, period.end)
    before = Period.ending(kind, period.before)
    assert before.end + timedelta(days=1) == period.start
    # Asked day by day, each period comes up and none is skipped.
    seen = [
        last_due(kind, now + timedelta(days=step), weekday=weekday, day=day, hour=hour)
        for step in range(0, 40)
    ]
    for earlier, later in zip(seen, seen[1:], strict=False):
        assert later == earlier or later.before == earlier.end


def test_a_day_that_ends_no_period_is_refused() -> None:
    for kind, end in ((MONTH, date(2024, 2, 28)), (QUARTER, date(2024, 2, 29)), (YEAR, date(2024, 6, 30))):
        with pytest.raises(ValueError, match="No period"):
            Period.ending(kind, end)
