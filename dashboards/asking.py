"""Asking for month ends and bulletins: each under a key that holds its period, so that once is enough."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from dashboards import snapshots
from jobs.models import Job
from jobs.services import enqueue

if TYPE_CHECKING:
    from accounts.models import User

FREEZE = "dashboards.freeze_month"
BULLETIN = "dashboards.make_bulletin"
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
    return enqueue(
        kind=BULLETIN,
        key=f"{plan_year}/{year}-{month:02d}",
        payload={"plan_year": plan_year, "year": year, "month": month},
        actor=by,
        region=snapshots.province(),
        again=True,
    )


def ask_for_bulletins(on: date) -> list[Job]:
    """Ask for the bulletins that are due on a month: one for each plan year whose starts are still reported.

    The running plan year is; the one before is as long as its task has not been started in full.
    """
    region = snapshots.province()
    return [
        ask_for_bulletin(plan_year=plan_year, year=on.year, month=on.month)
        for plan_year in snapshots.plan_years_reported(region, on)
        if plan_year == on.year or not snapshots.all_started_before(region, plan_year, on)
    ]


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
