"""The rollups: one function per set of numbers, one query each, typed rows out.

Pages, charts, workbooks, snapshots and bulletins call these and nothing else.  The caller hands over projects
that are already narrowed to what the reader may see (``Project.objects.visible_to(user)``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from django.db.models import BigIntegerField, Case, CharField, Count, Expression, F, Func, Q, Sum, Value, When
from django.db.models.functions import Cast, Substr

from dashboards.figures import Amounts, Figures, Measure, Row, sum_of
from dashboards.places import Places
from projects.models import Project, ProjectQuerySet
from projects.months import month_end

By = Literal["unit", "prefecture", "year"]

# A planned figure is missing: the sums of such projects are too low, and pages say so.
BLANK = Q(planned_households=None) | Q(planned_buildings=None) | Q(planned_area=None)


class Cents(Func):
    """㎡ as a whole number of 1/100 ㎡: SQLite would add decimals as floats."""

    template = "CAST(ROUND(%(expressions)s * 100) AS BIGINT)"
    output_field = BigIntegerField()


def state_on(on: date) -> Case:
    """Return the state of a project at the end of a day, as ``ProjectQuerySet`` defines it."""
    return Case(
        When(completed_on__lte=on, then=Value(Measure.COMPLETED)),
        When(started_on__lte=on, then=Value(Measure.UNDER_WAY)),
        When(ready_on__lte=on, then=Value(Measure.READY)),
        default=Value(Measure.PREPARING),
        output_field=CharField(),
    )


def of_measure(projects: ProjectQuerySet, measure: str, on: date) -> ProjectQuerySet:
    """Return the projects a measure counts on a day: the rows behind a number."""
    narrowed = {
        Measure.PLANNED: lambda: projects.planned(),
        Measure.ADDED: lambda: projects.filter(origin=Project.Origin.ADDED),
        Measure.LISTED: lambda: projects,
        Measure.PREPARING: lambda: projects.preparing_on(on),
        Measure.READY: lambda: projects.ready_on_day(on),
        Measure.UNDER_WAY: lambda: projects.under_way_on(on),
        Measure.STARTED: lambda: projects.started_by(on),
        Measure.COMPLETED: lambda: projects.completed_by(on),
        Measure.INCOMPLETE: lambda: projects.filter(BLANK),
        Measure.SIMULATED: lambda: projects.filter(is_simulated=True),
    }
    return narrowed[Measure(measure)]()


def amounts_of(projects: ProjectQuerySet) -> Amounts:
    """Return how much a set of projects is, by one query."""
    sums = projects.order_by().aggregate(**_SUMS)
    return Amounts(**{name: int(sums[name] or 0) for name in _SUMS})


_SUMS: dict[str, Expression] = {
    "communities": Count("pk"),
    "households": Sum("planned_households"),
    "buildings": Sum("planned_buildings"),
    "area_cents": Sum(Cents("planned_area")),
}


def progress(
    projects: ProjectQuerySet, places: Places, *, years: Sequence[int], on: date, by: By | None = None
) -> tuple[Row, ...]:
    """Return the figures of plan years on a day: one row, or one per unit, prefecture or plan year.

    Units and prefectures without a project have rows of zeros, so that 47 units are always 47 rows.
    """
    key = {"unit": "unit_id", "prefecture": "unit_id", "year": "plan_year", None: None}[by]
    grouped = _grouped(projects.of_year(*years), on, key)
    if by == "year":
        return tuple(Row(str(year), str(year), grouped[year]) for year in sorted(set(years)))
    if by is None:
        return (Row(places.region.code, places.region.label, grouped[0]),)
    return by_region(places, grouped, by)


def by_region(places: Places, by_unit: Mapping[Any, Figures], by: By) -> tuple[Row, ...]:
    """Return rows of units, or of prefectures, from the figures of each unit (by primary key)."""
    above = places.prefecture_of
    units = tuple(
        Row(unit.code, unit.label, by_unit[unit.pk], above[unit.pk].code if unit.pk in above else "")
        for unit in places.units
    )
    return units if by == "unit" else prefectures_of(places, units)


def prefectures_of(places: Places, units: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows of prefectures, added up from those of their units."""
    parts: dict[str, list[Figures]] = {place.code: [] for place in places.prefectures}
    for row in units:
        if row.parent in parts:
            parts[row.parent].append(row.figures)
    return tuple(Row(place.code, place.label, sum_of(parts[place.code])) for place in places.prefectures)


def _grouped(projects: ProjectQuerySet, on: date, key: str | None) -> dict[Any, Figures]:
    """Return the figures by key from one pass over the projects, grouped by origin and state."""
    found = (
        projects.order_by()
        .annotate(state=state_on(on))
        .values_list("origin", "state", key or Value(0))
        .annotate(
            **_SUMS, blank=Count("pk", filter=BLANK), simulated=Count("pk", filter=Q(is_simulated=True))
        )
    )
    sums: dict[Any, dict[str, Amounts]] = defaultdict(lambda: defaultdict(Amounts))
    for origin, state, of, communities, households, buildings, area, blank, simulated in found:
        # PostgreSQL adds bigints up to a numeric, and a sum of nothing is NULL.
        amounts = Amounts(communities, int(households or 0), int(buildings or 0), int(area or 0))
        known = sums[of]
        known["planned" if origin == Project.Origin.PLANNED else "added"] += amounts
        known[state] += amounts
        if blank:
            known["incomplete"] += Amounts(communities=blank)
        if simulated:
            known["simulated"] += Amounts(communities=simulated)
    return defaultdict(Figures, {of: Figures(**amounts) for of, amounts in sums.items()})


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Where the work stood at the end of a month (or on the day asked for), counted from the start."""

    on: date
    due: Amounts
    started: Amounts
    completed: Amounts
    # Started and completed are those that a snapshot of the day holds.
    is_kept: bool = False


def trend(projects: ProjectQuerySet, *, years: Sequence[int], on: date) -> tuple[TrendPoint, ...]:
    """Return month by month what was due to start, had started and was completed, by one query.

    ``due`` counts the plan's projects by their planned start and goes on to the end of the last plan year;
    started and completed stop at ``on``.  Months run from January of the first plan year.
    """
    groups = (
        projects.of_year(*years)
        .order_by()
        .annotate(
            due=_month(F("planned_start_on"), Q(origin=Project.Origin.PLANNED)),
            start=_month(F("started_on"), Q(started_on__lte=on)),
            end=_month(F("completed_on"), Q(completed_on__lte=on)),
        )
        .values("due", "start", "end")
        .annotate(communities=Count("pk"), households=Sum("planned_households"))
    )
    steps: dict[str, dict[str, Amounts]] = {name: defaultdict(Amounts) for name in ("due", "start", "end")}
    for group in cast(Iterable[dict[str, Any]], groups):
        amounts = Amounts(group["communities"], int(group["households"] or 0))
        for name, by_month in steps.items():
            if group[name]:
                by_month[group[name]] += amounts
    return tuple(_cumulate(steps, list(_months(years, on)), on))


def _month(column: F, condition: Q) -> Case:
    """Return the month of a date as 2020-06 where a condition holds; both databases cut it from the text."""
    return Case(When(condition, then=Substr(Cast(column, CharField()), 1, 7)), output_field=CharField())


def _months(years: Sequence[int], on: date) -> Iterable[date]:
    """Yield the month ends of the plan years, and those after them up to the month of ``on``."""
    year, month = min(years), 1
    last = max((max(years), 12), (on.year, on.month))
    while (year, month) <= last:
        yield month_end(date(year, month, 1))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _cumulate(steps: dict[str, dict[str, Amounts]], months: list[date], on: date) -> Iterable[TrendPoint]:
    # What was dated before the first month of the axis counts from that month on.
    first = f"{months[0]:%Y-%m}"
    sums = {
        name: sum((amounts for key, amounts in by_month.items() if key < first), Amounts())
        for name, by_month in steps.items()
    }
    for day in months:
        for name, by_month in steps.items():
            sums[name] += by_month.get(f"{day:%Y-%m}", Amounts())
        is_last = (day.year, day.month) == (on.year, on.month)
        yield TrendPoint(min(day, on) if is_last else day, sums["due"], sums["start"], sums["end"])
