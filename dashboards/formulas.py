"""The facts of assessments that are rollups: the same functions as on the dashboards, unit by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from assessments.formulas import BehindRow, Fact, formula
from dashboards.figures import Base, Figures, Measure
from dashboards.places import Places, projects_in
from dashboards.rollups import of_measure, progress
from projects.models import Project, ProjectQuerySet

PROJECT = "projects.project"
# 吉林省2020年方案: preliminary work is done by the end of March.
PREPARED_BY = (3, 31)


def _facts(
    units: Sequence[Region],
    year: int,
    on: date,
    measure: Measure,
    read: Callable[[Figures], tuple[int, int]],
) -> Mapping[int, Fact]:
    """Return a fact for each unit from the rollup of progress, and the projects it counted (four queries)."""
    region = Region.objects.get(code=settings.PORTAL_PROVINCE)
    places = Places.within(region)
    projects = projects_in(Project.objects.live(), region)
    figures = {row.key: row.figures for row in progress(projects, places, years=[year], on=on, by="unit")}
    rows = _rows(projects.of_year(year), measure, on)
    return {
        unit.pk: Fact(*read(figures.get(unit.code, Figures())), {PROJECT: rows.get(unit.pk, [])})
        for unit in units
    }


def _rows(projects: ProjectQuerySet, measure: Measure, on: date) -> dict[int, list[BehindRow]]:
    rows: dict[int, list[BehindRow]] = defaultdict(list)
    counted = set(of_measure(projects, measure, on).order_by().values_list("pk", flat=True))
    for unit, pk, version in projects.order_by("pk").values_list("unit_id", "pk", "version"):
        rows[unit].append(BehindRow(pk, version, int(pk in counted)))
    return rows


@formula(
    "progress.started_communities",
    label=_("started ÷ planned, by communities"),
    words=_("%(part)s ÷ %(whole)s communities"),
)
def started_communities(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return the start rate by communities (开工率): may exceed 100 %."""
    return _facts(
        units, year, on, Measure.STARTED, lambda row: (row.started.communities, row.planned.communities)
    )


@formula(
    "progress.started_households",
    label=_("started ÷ planned, by households"),
    words=_("%(part)s ÷ %(whole)s households"),
)
def started_households(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return the start rate by households."""
    base = Base.HOUSEHOLDS
    return _facts(units, year, on, Measure.STARTED, lambda row: (row.started.on(base), row.planned.on(base)))


@formula(
    "progress.completed",
    label=_("completed ÷ planned, by communities"),
    words=_("%(part)s ÷ %(whole)s communities"),
)
def completed(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return the completion rate by communities (完工率)."""
    return _facts(
        units, year, on, Measure.COMPLETED, lambda row: (row.completed.communities, row.planned.communities)
    )


@formula(
    "progress.carried_over",
    label=_("last year's plan: completed ÷ planned"),
    words=_("%(part)s ÷ %(whole)s communities of last year's plan"),
)
def carried_over(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how far the plan of the year before had been completed by the day."""
    return completed(units, year - 1, on)


@formula(
    "progress.prepared_by_march",
    label=_("prepared by the end of March ÷ all listed"),
    words=_("%(part)s of %(whole)s communities"),
)
def prepared_by_march(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how many projects were ready or further on 31 March of the plan year (吉林2020)."""
    return prepared(units, year, min(on, date(year, *PREPARED_BY)))


@formula(
    "progress.prepared",
    label=_("ready to start or further ÷ all listed"),
    words=_("%(part)s of %(whole)s communities"),
)
def prepared(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how many projects were ready to start or further on the day."""
    facts = _facts(
        units,
        year,
        on,
        Measure.PREPARING,
        lambda row: ((row.listed - row.preparing).communities, row.listed.communities),
    )
    return {pk: _turned(fact) for pk, fact in facts.items()}


def _turned(fact: Fact) -> Fact:
    """Let the rows that are past the preparation count, instead of those still in it."""
    rows = {
        model: [BehindRow(row.pk, row.version, 1 - row.counts) for row in found]
        for model, found in fact.rows.items()
    }
    return Fact(fact.part, fact.whole, rows)
