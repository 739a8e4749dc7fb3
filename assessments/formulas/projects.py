"""Facts from the ledgers of projects: order of the preparation, tenders, quality, investment, reporting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from assessments.formulas import BehindRow, Fact, Kind, Measure, counted, formula
from projects import punctuality
from projects.models import (
    Contract,
    Defect,
    Milestone,
    ProgressReport,
    Project,
    ProjectQuerySet,
    UnitReturn,
)
from projects.months import month_of

PROJECT = "projects.project"


def projects_of(units: Sequence[Region], year: int) -> ProjectQuerySet:
    """Return the projects that count in a plan year."""
    return Project.objects.live().counted().of_year(year).filter(unit__in=[unit.pk for unit in units])


def facts_from(
    units: Sequence[Region], model: str, rows: Mapping[int, Sequence[BehindRow]]
) -> dict[int, Fact]:
    """Return a fact for each unit that counts its rows."""
    return {
        unit.pk: Fact(counted(rows.get(unit.pk, ())), len(rows.get(unit.pk, ())), {model: rows[unit.pk]})
        if unit.pk in rows
        else Fact(0, 0)
        for unit in units
    }


def by_unit(
    found: Iterable[tuple[Any, ...]], test: Callable[[tuple[Any, ...]], bool]
) -> dict[int, list[BehindRow]]:
    """Sort (unit, pk, version, …) by unit; ``test`` tells of each tuple whether it counts."""
    rows: dict[int, list[BehindRow]] = defaultdict(list)
    for values in found:
        rows[values[0]].append(BehindRow(values[1], values[2], int(test(values))))
    return rows


def _started(units: Sequence[Region], year: int, on: date) -> Iterable[tuple[Any, ...]]:
    # Years from before the portal were entered as they were: their papers lie elsewhere.
    started = projects_of(units, year).filter(is_history=False).started_by(on).order_by("pk")
    return started.values_list("unit_id", "pk", "version", "started_on")


@formula(
    "preparation.heard_before_start",
    label=_("started before the residents were heard"),
    words=_("%(part)s of %(whole)s started projects without it"),
    kind=Kind.CASES,
)
def heard_before_start(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Count started projects whose residents had not been consulted by the day of the start (two queries)."""
    heard = _days_of(units, year, Milestone.Kind.CONSULTATION)
    started = list(_started(units, year, on))
    return facts_from(units, PROJECT, by_unit(started, lambda row: not heard.get(row[1], row[3]) < row[3]))


@formula(
    "preparation.tendered_before_start",
    label=_("started before tender or contract"),
    words=_("%(part)s of %(whole)s started projects without it"),
    kind=Kind.CASES,
)
def tendered_before_start(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Count started projects with neither a tender nor a contract for the works by then (three queries)."""
    days = _days_of(units, year, Milestone.Kind.TENDER)
    contracts = (
        Contract.objects.live()
        .of_year(year)
        .filter(
            kind=Contract.Kind.CONSTRUCTION, unit__in=[unit.pk for unit in units], signed_on__isnull=False
        )
        .order_by()
    )
    for project, day in contracts.values_list("project_id", "signed_on"):
        days[project] = min(day, days.get(project, day))
    started = list(_started(units, year, on))
    late = by_unit(started, lambda row: not days.get(row[1], date.max) <= row[3])
    return facts_from(units, PROJECT, late)


def _days_of(units: Sequence[Region], year: int, kind: str) -> dict[int, date]:
    rows = Milestone.objects.live().of_year(year).filter(kind=kind, actual_on__isnull=False)
    inside = rows.filter(unit__in=[unit.pk for unit in units]).order_by()
    return dict(inside.values_list("project_id", "actual_on"))


@formula(
    "quality.overdue_defects",
    label=_("defects not mended in time"),
    words=_("%(part)s of %(whole)s defects late"),
    kind=Kind.CASES,
)
def overdue_defects(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Count the defects found by the day that were or are mended after they were due (one query)."""
    return facts_from(
        units, "projects.defect", by_unit(_defects(units, year, on), lambda row: _is_late(row, on))
    )


@formula(
    "quality.defects_mended",
    label=_("defects mended and verified"),
    words=_("%(part)s of %(whole)s defects"),
)
def defects_mended(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how many of the defects found by the day had been mended by then (one query)."""
    found = _defects(units, year, on)
    return facts_from(
        units, "projects.defect", by_unit(found, lambda row: row[4] is not None and row[4] <= on)
    )


def _defects(units: Sequence[Region], year: int, on: date) -> list[tuple[Any, ...]]:
    rows = (
        Defect.objects.live()
        .of_year(year)
        .filter(unit__in=[unit.pk for unit in units], found_on__lte=on)
        .order_by("pk")
    )
    return list(rows.values_list("unit_id", "pk", "version", "due_on", "mended_on"))


def _is_late(row: tuple[Any, ...], on: date) -> bool:
    due, mended = row[3], row[4]
    done = mended if mended is not None and mended <= on else on
    return due is not None and due < done


@formula(
    "progress.invested",
    label=_("invested ÷ planned investment"),
    words=_("%(part)s ÷ %(whole)s"),
    measure=Measure.FEN,
)
def invested(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return what the last monthly report by the day says was invested, of what was planned (two queries)."""
    reports = (
        ProgressReport.objects.live()
        .of_year(year)
        .filter(unit__in=[unit.pk for unit in units], month__lte=month_of(on), invested_fen__isnull=False)
        .order_by("month")
    )
    last = {row[0]: row for row in reports.values_list("project_id", "pk", "version", "invested_fen")}
    planned: dict[int, tuple[int, int]] = {}
    listed = projects_of(units, year).filter(planned_investment_fen__gt=0).order_by()
    # Of years from before the portal nobody reported month by month: what is unknown is not 0.
    for unit, pk, fen, is_history in listed.values_list(
        "unit_id", "pk", "planned_investment_fen", "is_history"
    ):
        if pk in last or not is_history:
            planned[pk] = (unit, fen or 0)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows: dict[int, list[BehindRow]] = defaultdict(list)
    for pk, (unit, fen) in planned.items():
        sums[unit][1] += fen
        if pk in last:
            _project, report, version, spent = last[pk]
            sums[unit][0] += spent
            rows[unit].append(BehindRow(report, version, 1))
    return {
        unit.pk: Fact(sums[unit.pk][0], sums[unit.pk][1], {"projects.progressreport": rows[unit.pk]})
        if unit.pk in sums
        else Fact(0, 0)
        for unit in units
    }


@formula(
    "reporting.in_time",
    label=_("monthly returns in time"),
    words=_("%(part)s of %(whole)s returns"),
)
def returned_in_time(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how many of the year's monthly returns came in time, after ``projects.punctuality``."""
    inside = [unit.pk for unit in units]
    returns = UnitReturn.objects.live().filter(
        unit__in=inside, round__month__year=year, round__due_on__lte=on
    )
    table = {row.unit.pk: row for row in punctuality.league(returns, on)}
    rows = by_unit(
        returns.order_by("pk").values_list(
            "unit_id", "pk", "version", "round__due_on", "first_submitted_at__date"
        ),
        lambda row: row[4] is not None and row[4] <= row[3],
    )
    return {
        pk: Fact(table[pk].on_time, table[pk].returns, {"projects.unitreturn": rows.get(pk, [])})
        if pk in table
        else Fact(0, 0)
        for pk in inside
    }
