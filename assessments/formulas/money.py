"""Facts of money: the sums of ``funding.totals``, the days to pass it on, payments outside the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from assessments.formulas import BehindRow, Fact, Kind, Measure, formula
from assessments.formulas.projects import by_unit, facts_from
from funding import totals
from funding.models import MoneyEvent
from funding.totals import Money
from projects.models import Project

EVENT, ALLOTMENT = "funding.moneyevent", "funding.allotment"
Step = MoneyEvent.Step


def _sums(
    units: Sequence[Region],
    year: int,
    on: date,
    read: Callable[[Money], tuple[int, int]],
    rows: Mapping[str, Mapping[int, Sequence[BehindRow]]],
) -> Mapping[int, Fact]:
    region = Region.objects.get(code=settings.PORTAL_PROVINCE)
    found = totals.of(region, years=[year], on=on, by="unit")
    return {
        unit.pk: Fact(
            *read(found.get(unit.pk, Money())),
            {model: listed[unit.pk] for model, listed in rows.items() if unit.pk in listed},
        )
        for unit in units
    }


@formula(
    "money.execution",
    label=_("paid ÷ handed down"),
    words=_("paid %(part)s ÷ handed down %(whole)s"),
    measure=Measure.FEN,
)
def execution(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return what was paid of what was handed down (预算执行率), after ``funding.totals``."""
    rows = {
        EVENT: _events(year, on, [Step.PAID, Step.ISSUED], Step.PAID),
        ALLOTMENT: _allotments(year, on, 0),
    }
    return _sums(units, year, on, lambda sums: (sums.paid_fen, sums.handed_down_fen), rows)


@formula(
    "money.arrival",
    label=_("arrived ÷ planned money"),
    words=_("arrived %(part)s ÷ planned %(whole)s"),
    measure=Measure.FEN,
)
def arrival(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return what had arrived of what the sources are to bring (到位率), after ``funding.totals``."""
    rows = {EVENT: _events(year, on, [Step.PLANNED, Step.ARRIVED], Step.ARRIVED)}
    return _sums(units, year, on, lambda sums: (sums.arrived_fen, sums.planned_fen), rows)


def _events(year: int, on: date, steps: Iterable[str], counts: str) -> dict[int, list[BehindRow]]:
    rows = totals.events_until(on).filter(project__plan_year=year, step__in=list(steps)).order_by("pk")
    return by_unit(rows.values_list("unit_id", "pk", "version", "step"), lambda row: row[3] == counts)


def _allotments(year: int, on: date, counts: int) -> dict[int, list[BehindRow]]:
    rows = totals.allotments_until(on).filter(batch__plan_year=year, project=None).order_by("pk")
    return by_unit(rows.values_list("unit_id", "pk", "version"), lambda _row: bool(counts))


@formula(
    "money.outside_plan",
    label=_("payments outside the plan"),
    words=_("%(part)s of %(whole)s payments"),
    kind=Kind.CASES,
)
def outside_plan(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Count the payments to projects that are in no issued plan or were withdrawn (专款专用; one query)."""
    rows = totals.events_until(on).filter(project__plan_year=year, step=Step.PAID, amount_fen__gt=0)
    found = rows.order_by("pk").values_list(
        "unit_id", "pk", "version", "project__library", "project__standing"
    )
    return facts_from(units, EVENT, by_unit(found, _outside))


def _outside(row: tuple[Any, ...]) -> bool:
    return bool(row[3] != Project.Library.ISSUED or row[4] == Project.Standing.WITHDRAWN)


@formula(
    "money.split_late_days",
    label=_("days beyond the time for passing money on"),
    words=_("%(part)s days late, %(whole)s parts of batches"),
    kind=Kind.CASES,
)
def split_late_days(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Add up the days by which units passed money on too late (预算法第五十二条; two queries).

    The clock runs from the day the unit got its part until its projects have all of it; what is not passed on
    runs until the day.  Sources without a time limit are left out.
    """
    rows = totals.allotments_until(on).filter(batch__plan_year=year)
    passed: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    inside = rows.filter(project__isnull=False, project__is_removed=False).order_by()
    for batch, unit, day, issued, fen in inside.values_list(
        "batch_id", "unit_id", "allotted_on", "batch__issued_on", "amount_fen"
    ):
        passed[batch, unit].append((day or issued or on, fen))
    late: dict[int, int] = defaultdict(int)
    behind: dict[int, list[BehindRow]] = defaultdict(list)
    to_units = rows.filter(project=None, batch__source__split_days__isnull=False).order_by("pk")
    for row in to_units.values_list(
        "unit_id",
        "pk",
        "version",
        "batch_id",
        "amount_fen",
        "allotted_on",
        "batch__issued_on",
        "batch__source__split_days",
    ):
        unit, pk, version, batch, fen, day, issued, limit = row
        done = _passed_on(passed[batch, unit], fen, on)
        days = max((done - (day or issued or on)).days - (limit or 0), 0)
        late[unit] += days
        behind[unit].append(BehindRow(pk, version, int(days > 0)))
    return {
        unit.pk: Fact(late[unit.pk], len(behind[unit.pk]), {ALLOTMENT: behind[unit.pk]})
        if unit.pk in behind
        else Fact(0, 0)
        for unit in units
    }


def _passed_on(parts: Iterable[tuple[date, int]], whole_fen: int, on: date) -> date:
    """Return the day on which the parts had reached the whole; the day asked for while they have not."""
    reached = 0
    for day, fen in sorted(parts):
        reached += fen
        if reached >= whole_fen:
            return day
    return on
