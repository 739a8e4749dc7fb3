"""The demonstration province: every published figure by plain queries on the rows, and how they get there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Max, Sum
from pytest_django import DjangoDbBlocker

from accounts.models import Region
from communities.models import Building, Community
from projects.models import AnnualPlan, Milestone, Project, ProjectQuerySet
from records.checks import Severity
from records.marks import Mark
from records.models import ChangeSet, VersionedRecord
from records.planning import Change, Status, plan
from renovation_portal.demo import loading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

YEARS = (2019, 2020, 2021, 2022)
SQUARE_METRES_PER_WAN = 10_000


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Load the demonstration once for all tests of this file; give what the command printed."""
    printed = StringIO()
    with django_db_blocker.unblock():
        call_command("load_demo", stdout=printed)
    yield printed.getvalue()
    with django_db_blocker.unblock():
        take_away()


def take_away() -> None:
    """Empty the tables that the load has filled, for the tests of other files."""
    for model in reversed(loading.MODELS):
        for table in (model.history.model, model):
            rows = table._base_manager.all()
            rows._raw_delete(rows.db)
    ChangeSet.objects.filter(label=loading.LABEL).delete()


def projects(*years: int) -> ProjectQuerySet:
    """Return the live projects of plan years."""
    rows: ProjectQuerySet = Project.objects.live()
    return rows.of_year(*years)


def test_the_831_of_2019_stand_where_their_milestones_say() -> None:
    """On 3 January 2020: 303 completed, 226 under way, 302 ready to start (provincial press conference)."""
    day = date(2020, 1, 3)

    def done(kind: str) -> set[int]:
        steps = Milestone.objects.live().filter(project__plan_year=2019, kind=kind, actual_on__lte=day)
        return set(steps.values_list("project_id", flat=True))

    completed, started, prepared = done("completion"), done("start"), done("tender")
    assert (len(completed), len(started - completed), len(prepared - started)) == (303, 226, 302)
    assert len(completed | started | prepared) == 831
    assert completed <= started


def sums(rows: ProjectQuerySet) -> tuple[int, int, int, Decimal]:
    """Return communities, buildings, households and area in 万㎡."""
    found = rows.aggregate(
        communities=Count("community", distinct=True),
        buildings=Sum("planned_buildings"),
        households=Sum("planned_households"),
        area=Sum("planned_area"),
    )
    return (
        found["communities"],
        found["buildings"],
        found["households"],
        to_the_hundredth(found["area"]) / SQUARE_METRES_PER_WAN,
    )


def to_the_hundredth(area: Decimal) -> Decimal:
    """Return a sum of areas in ㎡ with its two places: SQLite adds decimals as binary fractions."""
    return area.quantize(Decimal("0.01"))


def rate(part: int, whole: int) -> str:
    """Return a percentage with one place, as bulletins print it."""
    return f"{Decimal(part) * 100 / whole:.1f}"


# --- the figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((2019,), (831, 4049, 218_000, Decimal("1566.7"))),
        ((2020,), (1945, 5087, 273_859, Decimal("2223.86"))),
        ((2019, 2020), (2776, 9136, 491_859, Decimal("3790.56"))),
        ((2021,), (1623, 7130, 390_000, Decimal("3205"))),
        ((2022,), (1142, 3720, 196_600, Decimal("1592.5"))),
    ],
)
def test_the_plans_add_up_to_the_published_totals(years: tuple[int, ...], expected: tuple[Any, ...]) -> None:
    assert sums(projects(*years).planned()) == expected


def test_each_of_the_47_units_is_in_every_plan_year() -> None:
    assert Region.objects.units().count() == 47
    for year in YEARS:
        assert projects(year).planned().values("unit").distinct().count() == 47


def test_the_plan_of_2019_stood_on_3_january_2020_as_the_press_conference_said() -> None:
    rows, day = projects(2019), date(2020, 1, 3)
    counts = [
        found.count()
        for found in (
            rows.completed_by(day),
            rows.under_way_on(day),
            rows.ready_on_day(day),
            rows.preparing_on(day),
        )
    ]
    assert counts == [303, 226, 302, 0]
    assert rows.started_by(day).count() == 529
    assert rows.completed_by(date(2020, 12, 8)).count() == 819
    assert rows.completed_by(date(2021, 4, 30)).count() == 831


@pytest.mark.parametrize(
    ("day", "started", "percent"),
    [
        (date(2020, 3, 31), 0, "0.0"),
        (date(2020, 5, 31), 144, "7.4"),
        (date(2020, 6, 30), 313, "16.1"),
        (date(2020, 7, 31), 381, "19.6"),
        (date(2020, 10, 30), None, None),
        (date(2020, 10, 31), 1945, "100.0"),
    ],
)
def test_the_starts_of_2020_follow_the_published_rates(
    day: date, started: int | None, percent: str | None
) -> None:
    count = projects(2020).started_by(day).count()
    if started is None:
        assert count < 1945
    else:
        assert (count, rate(count, 1945)) == (started, percent)


def test_the_completions_of_2020_follow_the_published_counts() -> None:
    rows = projects(2020)
    days = (date(2020, 6, 30), date(2020, 12, 8), date(2022, 2, 28))
    assert [rows.completed_by(day).count() for day in days] == [0, 398, 1945]


def test_the_plan_of_2021_was_started_by_september_and_all_but_one_done_by_october() -> None:
    rows = projects(2021)
    assert rows.started_by(date(2021, 9, 30)).count() == 1623
    assert rows.started_by(date(2021, 8, 31)).count() < 1623
    under_way = rows.under_way_on(date(2022, 10, 31))
    assert list(under_way.values_list("community__name", flat=True)) == ["州府家园小区"]


def test_more_was_started_in_2022_than_planned() -> None:
    planned, started = projects(2022).planned(), projects(2022).started_by(date(2022, 12, 31))
    households = started.aggregate(total=Sum("planned_households"))["total"]
    assert (planned.count(), started.count(), rate(1159, 1142)) == (1142, 1159, "101.5")
    assert (households, rate(households, 196_600)) == (198_800, "101.1")
    assert projects(2022).filter(origin=Project.Origin.ADDED).count() == 17
    assert planned.started_by(date(2022, 10, 31)).count() == 1142
    assert projects(2022).aggregate(last=Max("completed_on"))["last"].year == 2023


def test_june_2020_has_its_shape_by_prefecture() -> None:
    found = {}
    for prefecture in Region.objects.filter(level=Region.Level.PREFECTURE):
        rows = projects(2020).filter(unit__path__startswith=prefecture.path)
        found[prefecture.label] = (rows.started_by(date(2020, 6, 30)).count(), rows.count())
    assert found == {
        "长春市": (94, 520),
        "吉林市": (55, 362),
        "四平市": (24, 166),
        "辽源市": (24, 98),
        "通化市": (41, 208),
        "白山市": (12, 149),
        "松原市": (8, 139),
        "白城市": (7, 145),
        "延边州": (48, 158),
    }


@pytest.mark.parametrize(
    ("unit", "year", "expected"),
    [
        ("222401", 2020, (24, 318, 15_040, Decimal("127"))),
        ("220122", 2021, (35, 61, 3_566, Decimal("30.34"))),
    ],
)
def test_units_with_published_figures_have_them(unit: str, year: int, expected: tuple[Any, ...]) -> None:
    assert sums(projects(year).filter(unit__code=unit)) == expected


def test_yanji_and_yongji_add_up_to_what_they_reported() -> None:
    yanji = projects(2019, 2020, 2021).filter(unit__code="222401")
    assert sums(yanji)[:3] == (113, 995, 48_189)
    invested = yanji.of_year(2020).aggregate(total=Sum("planned_investment_fen"))["total"]
    assert invested == 61_000 * 1_000_000
    assert sums(projects(2022).filter(unit__code="222401"))[:2] == (46, 323)
    assert sums(projects(2020).filter(unit__code="220221"))[1] == 109


# --- the rows ----------------------------------------------------------------------------------------


def test_published_communities_hold_what_was_published_and_nothing_else_is_called_real() -> None:
    real = Community.objects.filter(is_simulated=False).order_by("unit__code")
    assert list(
        real.values_list(
            "unit__code", "region__name", "name", "building_count", "household_count", "floor_area", "markers"
        )
    ) == [
        ("220101", "绿园区", "西安大路2800号院", 8, 422, Decimal("38800.00"), {}),
        ("220221", "永吉县", "口前镇站前社区（第一批）", 33, 1650, None, {"floor_area": Mark.UNKNOWN.value}),
        ("220401", "西安区", "仙城小区", None, 7010, None, {}),
        ("222401", "延吉市", "州府家园小区", 16, 880, Decimal("89100.00"), {}),
    ]
    works = Project.objects.filter(is_simulated=False).order_by("unit__code")
    assert list(
        works.values_list(
            "community__name", "plan_year", "planned_investment_fen", "started_on", "progress_percent"
        )
    ) == [
        ("口前镇站前社区（第一批）", 2020, 4262 * 1_000_000, date(2020, 5, 31), Decimal(100)),
        ("州府家园小区", 2021, None, date(2021, 5, 15), Decimal(60)),
    ]
    assert not Building.objects.filter(is_simulated=False).exists()
    assert not AnnualPlan.objects.filter(is_simulated=False).exists()


def test_every_community_is_in_one_plan_year_and_its_project_repeats_its_figures() -> None:
    assert Community.objects.annotate(years=Count("projects")).filter(years__gt=1).count() == 0
    assert list(Community.objects.filter(projects=None).values_list("name", flat=True)) == [
        "西安大路2800号院",
        "仙城小区",
    ]
    differing = Project.objects.exclude(
        planned_buildings=F("community__building_count"), planned_households=F("community__household_count")
    )
    assert differing.count() == 0


def test_no_unit_has_two_communities_of_one_name() -> None:
    names = Counter(Community.objects.values_list("unit", "name_key"))
    assert [name for name, count in names.items() if count > 1] == []


def test_communities_lie_in_districts_and_streets_of_their_unit() -> None:
    pairs = Community.objects.values_list("unit__path", "region__path")
    assert all(region.startswith(unit) for unit, region in pairs)
    assert not Community.objects.filter(region__code__endswith="01", region__name__endswith="市本级").exists()
    assert Community.objects.filter(is_simulated=True, street="").count() == 0


def test_the_buildings_of_yanji_and_dunhua_add_up_to_their_communities() -> None:
    listed = Community.objects.filter(
        unit__code__in=("222401", "222403"), projects__plan_year__in=(2020, 2021)
    ).annotate(
        houses=Count("buildings"),
        homes=Sum("buildings__household_count"),
        space=Sum("buildings__floor_area"),
        doors=Sum("buildings__entrance_count"),
    )
    assert listed.count() > 100
    for row in listed.values():
        assert (row["houses"], row["homes"], to_the_hundredth(row["space"])) == (
            row["building_count"],
            row["household_count"],
            row["floor_area"],
        )
        # Of the one published community the entrances are not known.
        assert row["entrance_count"] == (row["doors"] if row["is_simulated"] else None)
    assert Building.objects.exclude(community__in=listed.values("pk")).count() == 0


def test_the_targets_of_issued_plans_are_the_sums_of_their_projects() -> None:
    for year in YEARS:
        added = {
            row["unit"]: row
            for row in projects(year)
            .planned()
            .values("unit")
            .annotate(
                communities=Count("pk"),
                buildings=Sum("planned_buildings"),
                households=Sum("planned_households"),
                area=Sum("planned_area"),
            )
        }
        plans = AnnualPlan.objects.filter(year=year)
        assert plans.count() == 47
        for issued in plans:
            row = added[issued.unit_id]
            assert issued.state == AnnualPlan.State.ISSUED
            assert issued.issued_on is not None
            assert "模拟" in issued.document_no
            assert (issued.target_projects, issued.target_communities) == (row["communities"],) * 2
            assert (issued.target_buildings, issued.target_households, issued.target_area) == (
                row["buildings"],
                row["households"],
                to_the_hundredth(row["area"]),
            )


def test_a_few_units_have_a_draft_without_projects_to_practise_on() -> None:
    drafts = AnnualPlan.objects.filter(state=AnnualPlan.State.DRAFT)
    assert {"222401", "222403"} < set(drafts.values_list("unit__code", flat=True))
    assert set(drafts.values_list("year", flat=True)) == {2023}
    assert not projects(2023).exists()


def test_dates_follow_each_other_and_end_in_2023() -> None:
    last = Project.objects.aggregate(
        ready=Max("ready_on"), started=Max("started_on"), completed=Max("completed_on")
    )
    assert max(last.values()) <= date(2023, 10, 31)
    assert not Project.objects.filter(ready_on__gte=F("started_on")).exists()
    assert not Project.objects.filter(completed_on__lt=F("started_on")).exists()


def test_the_portal_doubts_a_few_rows_and_refuses_none() -> None:
    doubtful: Counter[str] = Counter()
    for model in loading.MODELS:
        outcomes = plan(model, actor=None, changes=[Change({}, pk) for pk in _pks(model)])
        assert {found.status for found in outcomes} == {Status.SAME}
        findings = [finding for found in outcomes for finding in found.findings]
        assert [finding for finding in findings if finding.severity is Severity.HARD] == []
        share = sum(1 for found in outcomes if found.findings) / len(outcomes)
        assert share <= 0.01
        doubtful.update(finding.code for finding in findings)
    wanted = {"area_per_household", "area_per_building", "households_per_building", "built_late"}
    assert wanted < set(doubtful)


def _pks(model: type[VersionedRecord]) -> list[int]:
    return list(model._default_manager.values_list("pk", flat=True))


def test_every_row_has_its_history_from_the_initial_load() -> None:
    for model in loading.MODELS:
        rows, states = model._base_manager, model.history.model._base_manager
        assert rows.count() == states.count() > 0
        # Milestones of start and completion were written together with their projects.
        for one in ChangeSet.objects.filter(pk__in=rows.values("change_set")):
            assert (one.source, one.label, one.actor) == (ChangeSet.Source.LOAD, loading.LABEL, None)


# --- loading -----------------------------------------------------------------------------------------


def test_the_command_says_what_it_loaded(demo: str) -> None:
    assert "5560 communities" in demo
    assert "5558 projects" in demo


def test_loading_again_writes_nothing() -> None:
    before = [model._base_manager.count() for model in loading.MODELS], ChangeSet.objects.count()
    printed = StringIO()
    call_command("load_demo", stdout=printed)
    assert ([model._base_manager.count() for model in loading.MODELS], ChangeSet.objects.count()) == before
    assert "already there" in printed.getvalue()
