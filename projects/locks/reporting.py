"""What a month that has been reported closes: its progress, and the days that lie in it.

A month is closed to a unit from the moment its return is submitted until it is returned, and for good once
it is accepted; a unit without a return is closed out when the round is closed.  A return that is still being
filled in keeps its month open, also after the round was closed (补报).  Months from before the first round
have never been reported here and are open.

A dated waiver of kind deadline with the code ``round.2026-10`` opens the month again to its region, on its
days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from projects.models import ProgressReport, Project, ReportingRound, UnitReturn, Waiver
from records.locks import ALL, Lock, change_lock

Row = dict[str, Any]
Place = tuple[int, date]

# While a return stands in one of these, its unit works on the month.
OPEN = (UnitReturn.State.DRAFT, UnitReturn.State.RETURNED)
DAYS = ("started_on", "completed_on")


def code_of(month: date) -> str:
    """Return the code under which the deadline of a month can be waived."""
    return f"round.{month:%Y-%m}"


def closed_among(places: Iterable[Place]) -> set[Place]:
    """Return which of these (unit, month) are closed.

    Inside a transaction the returns stay locked until it ends: nobody submits a month while somebody else
    writes into it.
    """
    asked = set(places)
    months = {month for _unit, month in asked}
    known = ReportingRound.objects.filter(month__in=months) if months else ReportingRound.objects.none()
    rounds = dict(known.values_list("month", "closed_at"))
    if not rounds:
        return set()
    returns = UnitReturn.objects.live().filter(
        unit__in={unit for unit, _month in asked}, round__month__in=rounds
    )
    if connection.in_atomic_block:
        returns = returns.select_for_update(of=("self",), no_key=True)
    states = {(unit, month): state for unit, month, state in _states(returns)}
    return {
        (unit, month)
        for unit, month in asked
        if month in rounds
        and (states[unit, month] not in OPEN if (unit, month) in states else rounds[month] is not None)
    }


def _states(returns: Any) -> Iterable[tuple[int, date, str]]:
    found: Iterable[tuple[int, date, str]] = returns.order_by("pk").values_list(
        "unit_id", "round__month", "state"
    )
    return found


@change_lock("projects.progressreport", fields=(ALL,))
def reported_progress(
    before: Sequence[Row | None], rows: Sequence[Row], _user: User
) -> Iterator[tuple[int, Lock]]:
    """The progress of a reported month stays as it was signed."""
    for position, _field, month in _closed_fields(
        before, rows, lambda row: [(ALL, _first(row.get("month")))], lambda row: row.get("project_id")
    ):
        yield position, Lock(ALL, _reason(month))


@change_lock("projects.progressquantity", fields=(ALL,))
def reported_quantities(
    before: Sequence[Row | None], rows: Sequence[Row], _user: User
) -> Iterator[tuple[int, Lock]]:
    """So do the quantities."""
    asked = {row["report_id"] for row in (*before, *rows) if row and isinstance(row.get("report_id"), int)}
    months = dict(ProgressReport.objects.filter(pk__in=asked).order_by().values_list("pk", "month"))
    for position, _field, month in _closed_fields(
        before, rows, lambda row: [(ALL, months.get(row["report_id"]))], lambda row: row.get("project_id")
    ):
        yield position, Lock(ALL, _reason(month))


@change_lock("projects.project", fields=DAYS)
def reported_days(
    before: Sequence[Row | None], rows: Sequence[Row], _user: User
) -> Iterator[tuple[int, Lock]]:
    """No start or completion enters a reported month, and none leaves it."""
    for position, field, month in _closed_fields(
        before, rows, lambda row: [(day, _first(row.get(day))) for day in DAYS], lambda row: row.get("id")
    ):
        yield position, Lock(field, _reason(month))


def _closed_fields(
    before: Sequence[Row | None],
    rows: Sequence[Row],
    months_of: Callable[[Row], Sequence[tuple[str, date | None]]],
    project_of: Callable[[Row], int | None],
) -> Iterator[tuple[int, str, date]]:
    """Yield (position, field, month) of what a row would carry into a closed month, or out of it."""
    found = [
        (position, row, field, month)
        for position, pair in enumerate(zip(before, rows, strict=True))
        for row in pair
        if row is not None and row.get("unit_id") is not None
        for field, month in months_of(row)
        if month is not None
    ]
    closed = closed_among((row["unit_id"], month) for _position, row, _field, month in found)
    held = [entry for entry in found if (entry[1]["unit_id"], entry[3]) in closed]
    if not held:
        return
    admits = _admissions({entry[3] for entry in held}, [(entry[1], project_of(entry[1])) for entry in held])
    for position, row, field, month in held:
        if not admits(row, project_of(row), month):
            yield position, field, month


def _admissions(
    months: set[date], asked: Sequence[tuple[Row, int | None]]
) -> Callable[[Row, int | None, date], bool]:
    """Return what tells whether a waiver in force today opens a month to a row."""
    in_force = Waiver.objects.in_force(timezone.localdate()).filter(kind=Waiver.Kind.DEADLINE)
    waivers = [
        waiver
        for waiver in in_force.select_related("region")
        if any(waiver.covers(code_of(month)) for month in months)
    ]
    if not waivers:
        return lambda _row, _project, _month: False
    paths = dict(
        Region.objects.filter(pk__in={row["unit_id"] for row, _project in asked}).values_list("pk", "path")
    )
    projects = {project for _row, project in asked if project is not None}
    years = dict(Project.objects.filter(pk__in=projects).order_by().values_list("pk", "plan_year"))

    def admits(row: Row, project: int | None, month: date) -> bool:
        year = row.get("plan_year") or years.get(project or 0, 0)
        return any(
            waiver.covers(code_of(month)) and waiver.holds_for(paths[row["unit_id"]], year, project)
            for waiver in waivers
        )

    return admits


def _first(day: Any) -> date | None:
    return day.replace(day=1) if isinstance(day, date) else None


def _reason(month: date) -> str:
    return _(
        "The return of %(month)s has been submitted: its figures are closed."
        " Have it returned, or ask for a dated exception."
    ) % {"month": f"{month:%Y-%m}"}
