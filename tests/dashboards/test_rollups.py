"""The rollups on numbers that can be counted by hand, and against each other."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Region, User
from dashboards.figures import Amounts, Figures, Measure, total
from dashboards.places import Places, all_projects, projects_in
from dashboards.rollups import amounts_of, of_measure, progress, trend
from projects.models import Project
from records.models import ChangeSet
from records.services import remove
from tests.dashboards.conftest import JUNE, enter, started

pytestmark = pytest.mark.django_db


def province() -> Places:
    return Places.within(Region.objects.get(code="220000"))


def whole(places: Places, *years: int, on: date = JUNE) -> Figures:
    (row,) = progress(all_projects(places.region), places, years=years or (2020,), on=on)
    return row.figures


def test_a_year_of_work_counts_as_by_hand(year: list[Project]) -> None:
    figures = whole(province())
    assert figures.planned == Amounts(10, 500, 10, 8 * 400010 + 10)
    assert figures.added == Amounts(1, 20, 1, 400010)
    assert figures.preparing.communities == 6
    assert figures.ready.communities == 1
    assert figures.under_way == Amounts(3, 170, 3, 3 * 400010)
    assert figures.completed == Amounts(1, 50, 1, 400010)
    assert figures.started == Amounts(4, 220, 4, 4 * 400010)
    assert figures.incomplete.communities == 2
    assert figures.start_rate("communities") == Decimal("40.0")
    assert figures.start_rate("households") == Decimal("44.0")


def test_the_three_counters_of_january_2020_add_up_to_the_plan(db: None) -> None:
    day = date(2020, 1, 3)
    enter(
        [
            {
                "unit": "222401",
                "plan_year": 2019,
                **started(date(2019, 5, 1), completed_on=date(2019, 11, 1)),
            }
            for _ in range(3)
        ]
        + [{"unit": "222401", "plan_year": 2019, **started(date(2019, 6, 1))} for _ in range(2)]
        + [{"unit": "222401", "plan_year": 2019, "ready_on": date(2019, 12, 20)} for _ in range(3)]
    )
    figures = whole(province(), 2019, on=day)
    counts = (figures.completed, figures.under_way, figures.ready, figures.planned)
    assert [amounts.communities for amounts in counts] == [3, 2, 3, 8]


def test_a_day_counts_to_its_end(year: list[Project]) -> None:
    figures = whole(province(), on=date(2020, 6, 29))
    assert (figures.completed.communities, figures.started.communities, figures.ready.communities) == (
        0,
        3,
        0,
    )


def test_several_plan_years_are_added(year: list[Project]) -> None:
    places = province()
    assert whole(places, 2019, 2020) == whole(places, 2019) + whole(places, 2020)
    rows = progress(all_projects(places.region), places, years=(2019, 2020, 2021), on=JUNE, by="year")
    assert [(row.key, row.figures.planned.communities) for row in rows] == [
        ("2019", 1),
        ("2020", 10),
        ("2021", 0),
    ]


def test_forty_seven_units_are_always_listed(db: None) -> None:
    places = province()
    rows = progress(all_projects(places.region), places, years=(2020,), on=JUNE, by="unit")
    assert len(rows) == 47
    assert {row.figures for row in rows} == {Figures()}
    assert len(progress(all_projects(places.region), places, years=(2020,), on=JUNE, by="prefecture")) == 9


def test_districts_count_in_their_city_proper(year: list[Project]) -> None:
    places = province()
    rows = {
        row.key: row.figures.planned.communities
        for row in progress(all_projects(places.region), places, years=(2020,), on=JUNE, by="unit")
    }
    assert (rows["220101"], rows["220122"], "220102" in rows) == (2, 2, False)


def test_removed_projects_do_not_count(year: list[Project], province_user: User) -> None:
    places = province()
    before = whole(places)
    remove(
        Project,
        actor=province_user,
        source=ChangeSet.Source.FORM,
        pk=year[0].pk,
        base_version=1,
        reason="退库",
    )
    assert whole(places).listed == before.listed - Amounts(1, 50, 1, 400010)


def test_areas_add_up_exactly(db: None) -> None:
    enter([{"unit": "222401", "planned_area": Decimal("0.10")} for _ in range(30)])
    enter([{"unit": "222401", "planned_area": Decimal("99999999.99")} for _ in range(3)])
    assert whole(province()).planned.area == Decimal("3.00") + 3 * Decimal("99999999.99")


@pytest.mark.parametrize("measure", [measure for measure in Measure if measure != Measure.INCOMPLETE])
def test_the_rows_behind_a_number_are_that_number(year: list[Project], measure: Measure) -> None:
    places = province()
    for code in ("220000", "222400", "222401"):
        region = Region.objects.get(code=code)
        inside = Places.within(region)
        projects = projects_in(Project.objects.live(), region)
        (row,) = progress(projects, inside, years=(2020,), on=JUNE)
        amounts = amounts_of(of_measure(projects.of_year(2020), measure, JUNE))
        if measure == Measure.SIMULATED:
            assert amounts.communities == row.figures.simulated.communities
        else:
            assert amounts == row.figures.of(measure)
    assert places.units


def test_any_mixture_of_projects_adds_up_every_way(db: None) -> None:
    chance = random.Random(2020)
    units = [unit.code for unit in Region.objects.units()]
    day = date(2020, 1, 1)
    rows = []
    for _number in range(300):
        ready = day + timedelta(days=chance.randrange(200))
        begun = ready + timedelta(days=chance.randrange(120))
        dates = [
            {},
            {"ready_on": ready},
            {"ready_on": ready, "started_on": begun},
            {
                "ready_on": ready,
                "started_on": begun,
                "completed_on": begun + timedelta(days=chance.randrange(90)),
            },
        ]
        rows.append(
            {
                "unit": chance.choice(units),
                "plan_year": chance.choice([2019, 2020]),
                "origin": chance.choice(["planned", "planned", "added"]),
                "planned_households": chance.choice([None, chance.randrange(900)]),
                "planned_area": Decimal(chance.randrange(10**8)) / 100,
                **chance.choice(dates),
            }
        )
    enter(rows)
    places = province()
    projects = all_projects(places.region)
    for on in (date(2020, 3, 31), JUNE, date(2021, 1, 31)):
        years = (2019, 2020)
        (single,) = progress(projects, places, years=years, on=on)
        for by in ("unit", "prefecture", "year"):
            assert total(progress(projects, places, years=years, on=on, by=by)) == single.figures
        for measure in Measure:
            amounts = amounts_of(of_measure(projects.of_year(*years), measure, on))
            assert amounts.communities == single.figures.of(measure).communities
        last = [point for point in trend(projects, years=years, on=on) if point.on == on]
        assert last[0].started.communities == single.figures.started.communities
        assert last[0].completed.communities == single.figures.completed.communities


def test_the_trend_is_cumulative_and_stops_on_the_day(year: list[Project]) -> None:
    places = province()
    points = {point.on: point for point in trend(all_projects(places.region), years=(2020,), on=JUNE)}
    assert list(points) == [date(2020, month, day) for month, day in MONTHS]
    started_by = [points[date(2020, month, day)].started.communities for month, day in MONTHS[:7]]
    assert started_by == [0, 0, 0, 1, 2, 4, 4]  # July's start lies after the day
    assert points[JUNE].completed.communities == 1
    assert [points[date(2020, *day)].due.communities for day in ((5, 31), (6, 30), (9, 30))] == [0, 1, 2]


MONTHS = [(1, 31), (2, 29), (3, 31), (4, 30), (5, 31), (6, 30)]
MONTHS += [(7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31)]


def test_the_trend_of_an_earlier_plan_goes_on_in_the_next_year(year: list[Project]) -> None:
    places = province()
    points = trend(all_projects(places.region), years=(2019,), on=date(2020, 6, 10))
    assert (points[0].on, points[-1].on, points[-1].completed.communities) == (
        date(2019, 1, 31),
        date(2020, 6, 10),
        1,
    )


def test_what_a_user_may_not_see_does_not_count(year: list[Project], prefecture_reviewer: User) -> None:
    places = province()
    seen = Project.objects.visible_to(prefecture_reviewer)
    (row,) = progress(seen, places, years=(2020,), on=JUNE)
    assert row.figures.listed.communities == 7


def test_each_set_of_numbers_is_one_query(
    year: list[Project], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    places = province()
    projects = all_projects(places.region)
    for by in (None, "unit", "prefecture", "year"):
        with django_assert_num_queries(1):
            progress(projects, places, years=(2020,), on=JUNE, by=by)
    with django_assert_num_queries(1):
        trend(projects, years=(2020,), on=JUNE)
