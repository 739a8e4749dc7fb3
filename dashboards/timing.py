"""The timetable of the periodic reports: usual times, what staff made of them, and what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import audit
from dashboards import sections, snapshots
from dashboards.models import Bulletin, ReportSchedule
from dashboards.periods import FUNDS, YEAR, Period, last_due

if TYPE_CHECKING:
    from accounts.models import User

Kind = Bulletin.Kind
# Weekly on Fridays, money on the 1st; the hours are ours, one after the other in the night.
USUAL: dict[str, dict[str, int]] = {
    Kind.WEEK: {"weekday": ReportSchedule.Weekday.FRIDAY, "hour": 8},
    Kind.START: {"day": 1, "hour": 1},
    Kind.FUNDS: {"day": 1, "hour": 2},
    Kind.QUARTER: {"day": 1, "hour": 3},
    Kind.YEAR: {"day": 1, "hour": 4},
}
FIELDS = ("is_active", "weekday", "day", "hour")


class Outdated(Exception):
    """Somebody changed the timetable meanwhile."""


def schedules() -> list[ReportSchedule]:
    """Return the times of all kinds, in the order of their periods; unsaved where nothing was changed."""
    kept = {schedule.kind: schedule for schedule in ReportSchedule.objects.select_related("updated_by")}
    return [kept.get(kind) or ReportSchedule(kind=kind, revision=0, **usual) for kind, usual in USUAL.items()]


def schedule_of(kind: str) -> ReportSchedule:
    """Return the time of one kind; KeyError when there is no such kind."""
    return {schedule.kind: schedule for schedule in schedules()}[kind]


def due(schedule: ReportSchedule, now: datetime) -> Period:
    """Return the latest period whose report has fallen due by a moment (local time)."""
    return last_due(schedule.kind, now, weekday=schedule.weekday, day=schedule.day, hour=schedule.hour)


def plan_years_due(period: Period) -> list[int]:
    """Return the plan years a report on a period is due for: those that are still reported.

    The running plan year is; the one before is as long as its task had not been started in full before the
    period, and in reports on a whole year in any case.  Money is reported where there is any.
    """
    region = snapshots.province()
    years = snapshots.plan_years_reported(region, period.end)
    if period.kind == FUNDS:
        return [year for year in years if sections.has_money(region, year, period.end)]
    return [
        year
        for year in years
        if period.kind == YEAR
        or year == period.end.year
        or not snapshots.all_started_by(region, year, period.before)
    ]


def next_due(schedule: ReportSchedule, now: datetime) -> datetime:
    """Return when the next report of a kind falls due."""
    current = due(schedule, now)
    moment = now.replace(minute=0, second=0, microsecond=0)
    # A period ends within 366 days; days are tried at the hour itself.
    day = moment.replace(hour=schedule.hour)
    while day <= now or due(schedule, day) == current:
        day += timedelta(days=1)
    return day


@transaction.atomic
def change(kind: str, *, seen: int, by: User, **values: object) -> ReportSchedule:
    """Change when a kind is made; ``seen`` is the revision the editor had; raises Outdated and KeyError."""
    schedule = schedule_of(kind)
    if schedule.pk is not None:
        schedule = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
    if schedule.revision != seen:
        raise Outdated(kind)
    before = {name: getattr(schedule, name) for name in FIELDS}
    for name in FIELDS:
        setattr(schedule, name, values[name])
    after = {name: getattr(schedule, name) for name in FIELDS}
    if before == after:
        return schedule
    schedule.revision += 1
    schedule.updated_by, schedule.updated_at = by, timezone.now()
    schedule.save()
    audit.record(
        audit.Kind.SETTINGS_CHANGE, actor=by, what=f"report_schedule.{kind}", before=before, after=after
    )
    return schedule
