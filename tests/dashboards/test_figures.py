"""The arithmetic: rates, points, the calendar, and that parts add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Region
from dashboards.figures import (
    STATES,
    Amounts,
    Base,
    Figures,
    Measure,
    Row,
    points,
    time_progress,
    total,
)
from dashboards.snapshots import Member, sums_by_unit
from projects.months import month_end, previous_month_end
from projects.punctuality import Standing
from records.rates import percentage


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (313, 1945, "16.1"),
        (381, 1945, "19.6"),
        (1159, 1142, "101.5"),
        (1, 2000, "0.1"),  # 0.05 goes up
        (1999, 2000, "100.0"),  # 99.95 goes up too
        (0, 7, "0.0"),
    ],
)
def test_rates_are_rounded_half_up_to_one_decimal(part: int, whole: int, expected: str) -> None:
    assert percentage(part, whole) == Decimal(expected)


def test_without_a_plan_there_is_no_rate() -> None:
    assert percentage(3, 0) is None
    assert points(None, Decimal("1.0")) is None


def test_a_difference_of_rates_is_what_readers_subtract() -> None:
    assert points(percentage(313, 1945), percentage(144, 1945)) == Decimal("8.7")


@pytest.mark.parametrize(
    ("year", "on", "expected"),
    [
        (2020, date(2020, 6, 30), "49.7"),  # 182 of 366
        (2021, date(2021, 5, 10), "35.6"),  # 130 of 365
        (2020, date(2019, 12, 31), "0.0"),
        (2020, date(2020, 12, 31), "100.0"),
        (2020, date(2026, 1, 1), "100.0"),
    ],
)
def test_the_time_passed_counts_the_days_of_the_plan_year(year: int, on: date, expected: str) -> None:
    assert time_progress(year, on) == Decimal(expected)


def test_month_ends_know_leap_years_and_december() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert previous_month_end(date(2024, 3, 31)) == date(2024, 2, 29)
    assert previous_month_end(date(2020, 1, 31)) == date(2019, 12, 31)


def test_everything_started_is_told_by_counts_not_by_a_rounded_rate() -> None:
    nearly = Figures(planned=Amounts(2000), under_way=Amounts(1999), ready=Amounts(1))
    assert nearly.start_rate(Base.COMMUNITIES) == Decimal("100.0")
    assert not nearly.all_started
    assert Figures(planned=Amounts(2), added=Amounts(1), completed=Amounts(3)).all_started


members = st.builds(
    Member,
    pk=st.integers(1, 10**6),
    version=st.integers(1, 9),
    unit=st.sampled_from(["222401", "222403", "220101"]),
    origin=st.sampled_from(["planned", "added"]),
    state=st.sampled_from([state.value for state in STATES]),
    households=st.none() | st.integers(0, 5000),
    buildings=st.none() | st.integers(0, 100),
    area_cents=st.none() | st.integers(0, 10**9),
    blank=st.integers(0, 1),
    simulated=st.integers(0, 1),
)


@given(st.lists(members, max_size=60))
def test_parts_are_the_whole_whatever_the_projects(projects: list[Member]) -> None:
    by_unit = sums_by_unit(projects)
    whole = total(Row(code, code, figures) for code, figures in by_unit.items())
    everything = sum((project.amounts for project in projects), Amounts())

    assert whole.listed == everything
    assert sum((whole.of(state) for state in STATES), Amounts()) == everything
    assert whole.started == whole.under_way + whole.completed
    for measure in (*STATES, Measure.PLANNED, Measure.ADDED, Measure.STARTED, Measure.LISTED):
        counted = [project.amounts for project in projects if project.counts_as(measure)]
        assert whole.of(measure) == sum(counted, Amounts())
    assert Figures.from_json(whole.as_json()) == whole


@pytest.mark.parametrize(
    ("part", "whole", "rate"), [(1, 16, "6.3"), (3, 16, "18.8"), (1, 3, "33.3"), (7, 0, None)]
)
def test_every_rate_is_rounded_half_up_and_needs_a_whole(part: int, whole: int, rate: str | None) -> None:
    known = percentage(part, whole)
    assert (None if known is None else str(known)) == rate
    assert Standing(Region(), whole, part, 0, whole, part).timeliness == known
