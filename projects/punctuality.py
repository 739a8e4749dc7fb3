"""How punctual and how complete units report: who is late, and the league over months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Region
from projects.models import ProgressReport, Project, UnitReturn
from projects.months import month_end
from records.rates import percentage


def days_late(found: UnitReturn, today: date) -> int:
    """Return how many days the first submission missed the due day by, or misses it until today."""
    first = found.first_submitted_at
    day = timezone.localdate(first) if first else today
    return max((day - found.round.due_on).days, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one unit has reported over some months: shares in per cent, None where nothing was due."""

    unit: Region
    returns: int
    on_time: int
    missing: int
    due: int
    filled: int

    @property
    def timeliness(self) -> Decimal | None:
        """Return the share of returns that came in time, in per cent."""
        return percentage(self.on_time, self.returns)

    @property
    def completeness(self) -> Decimal | None:
        """Return the share of due reports that were made, in per cent."""
        return percentage(self.filled, self.due)


def league(returns: Any, today: date) -> list[Standing]:
    """Return how punctual and complete the units of these returns have been, best first; three queries.

    A return whose day has not come and that has not been submitted counts neither way.
    """
    rows = list(returns.select_related("round", "unit"))
    due, done = reports_by_unit({row.round.month for row in rows}, {row.unit_id for row in rows})
    by_unit: dict[int, list[UnitReturn]] = {}
    for row in rows:
        if row.first_submitted_at or row.round.due_on < today:
            by_unit.setdefault(row.unit_id, []).append(row)
    table = [
        Standing(
            unit=mine[0].unit,
            returns=len(mine),
            on_time=sum(days_late(row, today) == 0 for row in mine),
            missing=sum(row.first_submitted_at is None for row in mine),
            due=sum(due[unit, row.round.month] for row in mine),
            filled=sum(done[unit, row.round.month] for row in mine),
        )
        for unit, mine in by_unit.items()
    ]
    return sorted(table, key=lambda row: (-(row.timeliness or 0), -(row.completeness or 0), row.unit.path))


def reports_by_unit(months: Collection[date], units: Collection[int]) -> tuple[Counter[Any], Counter[Any]]:
    """Return how many reports were due and how many were made, by (unit, month); two queries."""
    due: Counter[Any] = Counter()
    owing: set[tuple[int, date]] = set()
    projects = Project.objects.live().counted().filter(standing=Project.Standing.ACTIVE, unit__in=units)
    dates = projects.exclude(started_on=None).order_by()
    for pk, unit, started, completed in dates.values_list("pk", "unit_id", "started_on", "completed_on"):
        for month in months:
            if started and started <= month_end(month) and (completed is None or completed >= month):
                due[unit, month] += 1
                owing.add((pk, month))
    done: Counter[Any] = Counter()
    reports = ProgressReport.objects.live().filter(
        unit__in=units, month__in=months, progress_percent__isnull=False, invested_fen__isnull=False
    )
    for pk, unit, month in reports.order_by().values_list("project_id", "unit_id", "month"):
        if (pk, month) in owing:
            done[unit, month] += 1
    return due, done
