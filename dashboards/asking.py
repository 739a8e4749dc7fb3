"""Asking for month ends and reports: each under a key that holds its period, so that once is enough."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from dashboards import missed, snapshots, timing
from dashboards.periods import Period
from jobs.models import Job
from jobs.services import enqueue

if TYPE_CHECKING:
    from accounts.models import User
    from dashboards.models import ReportSchedule

FREEZE = "dashboards.freeze_month"
BULLETIN = missed.REPORT_JOB
MISSED = "dashboards.make_missed"
ALERTS = "dashboards.evaluate_alerts"


def ask_for_freeze(on: date, *, plan_year: int | None = None, by: User | None = None) -> Job:
    """Ask for the freezing of a month end, of one plan year or of all reported; a failed run begins anew."""
    return enqueue(
        kind=FREEZE,
        key=f"{plan_year or 'all'}/{on:%Y-%m}",
        payload={"on": f"{on:%Y-%m-%d}", "plan_year": plan_year},
        actor=by,
        region=snapshots.province(),
        again=True,
    )


def ask_for_bulletin(*, plan_year: int, year: int, month: int, by: User | None = None) -> Job:
    """Ask for a month's bulletin; however often, there will be one."""
    return ask_for_report(Period.month(year, month), plan_year=plan_year, by=by)


def ask_for_report(period: Period, *, plan_year: int, by: User | None = None) -> Job:
    """Ask for the report on a period; however often, there will be one; a failed run begins anew."""
    return enqueue(
        kind=BULLETIN,
        key=f"{plan_year}/{period.key}",
        payload={"plan_year": plan_year, "kind": period.kind, "end": f"{period.end:%Y-%m-%d}"},
        actor=by,
        region=snapshots.province(),
        again=True,
    )


def ask_for_bulletins(on: date) -> list[Job]:
    """Ask for the bulletins that are due on the month that ends on a day."""
    return ask_for_reports(Period.month(on.year, on.month))


def ask_for_reports(period: Period) -> list[Job]:
    """Ask for the reports on a period: one for each plan year that is still reported."""
    return [ask_for_report(period, plan_year=year) for year in timing.plan_years_due(period)]


def ask_for_missed(latest: Period) -> Job:
    """Ask for the reports missed before a period; the job asks for those on the period itself in the end."""
    return enqueue(
        kind=MISSED,
        key=f"{latest.kind}/{latest.end:%Y-%m-%d}",
        payload={"kind": latest.kind, "end": f"{latest.end:%Y-%m-%d}"},
        region=snapshots.province(),
        again=True,
    )


def ask_for_all_due(now: datetime) -> list[Job]:
    """Ask for the latest report of every kind that the timetable makes and that has fallen due (local time).

    After an outage those missed before it come first, so that issues are numbered in their order.  A period
    that is being or was reported is asked for under its old key, and nothing happens.
    """
    return [
        job for schedule in timing.schedules() if schedule.is_active for job in _ask_for_due(schedule, now)
    ]


def _ask_for_due(schedule: ReportSchedule, now: datetime) -> list[Job]:
    latest = timing.due(schedule, now)
    if missed.gap(latest):
        first = ask_for_missed(latest)
        if first.state in {Job.State.QUEUED, Job.State.RUNNING}:
            return [first]
    return ask_for_reports(latest)


def dashboard_url(plan_year: int, on: date) -> str:
    """Return the dashboard on a frozen day."""
    return f"{reverse('dashboards:overview')}?year={plan_year}&on={on:%Y-%m-%d}"


def last_evaluation() -> Job | None:
    """Return the evaluation of the alerts that ended last."""
    return Job.objects.filter(kind=ALERTS, state=Job.State.DONE).order_by("-finished_at", "-pk").first()


def ask_for_alerts(*, by: User | None = None) -> Job:
    """Ask for the evaluation of the alert rules: once a night, and on demand once after each that ended."""
    today = timezone.localdate()
    last = last_evaluation() if by is not None else None
    return enqueue(
        kind=ALERTS,
        key=f"{today:%Y-%m-%d}" if by is None else f"{today:%Y-%m-%d}/{last.pk if last else 0}",
        payload={"on": f"{today:%Y-%m-%d}"},
        actor=by,
        region=snapshots.province(),
        again=True,
    )
