"""What the workers do for the dashboards, and what beat asks for when a period is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from celery import shared_task
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dashboards import asking, bulletins, mailing, missed, snapshots
from dashboards.alerts import evaluating, ways  # noqa: F401  (the ways of looking register themselves)
from dashboards.alerts.registry import Night
from dashboards.models import Bulletin
from dashboards.periods import FUNDS, WEEK, Period
from jobs.registry import handler
from jobs.runs import JobFailed, JobRun

NOT_OVER = gettext_noop(
    "The month is not over yet: its numbers can still change. Ask again after its last day."
)
NOTHING = gettext_noop("No project is listed for plan year %(year)s. Import the plan first.")

NO_MONEY = gettext_noop("No money is entered for plan year %(year)s by the end of the period.")


@handler(asking.FREEZE, title=_("Freezing of a month's numbers"))
def freeze_month(run: JobRun) -> dict[str, Any]:
    """Freeze a month end of every plan year reported then, and the months missed before it."""
    on, plan_year = date.fromisoformat(run.payload["on"]), run.payload["plan_year"]
    with transaction.atomic():
        try:
            made = snapshots.freeze_month(on, plan_year=plan_year, by=run.job.created_by)
        except snapshots.NotOver:
            raise JobFailed("not_over", NOT_OVER) from None
        result = {
            "snapshots": [snapshot.pk for snapshot in made],
            "next_url": asking.dashboard_url(plan_year or on.year, on),
        }
        run.finish(result)
    return result


@handler(asking.BULLETIN, title=_("Periodic report"))
def make_bulletin(run: JobRun) -> dict[str, Any]:
    """Make the draft of a period's report, once; month ends missed before it are frozen first."""
    plan_year = run.payload["plan_year"]
    period = Period.ending(run.payload["kind"], date.fromisoformat(run.payload["end"]))
    with transaction.atomic():
        try:
            if period.kind != WEEK:
                # Not left to the entry that freezes: it may come later, and would see no gap any more.
                snapshots.freeze_month(period.end, plan_year=plan_year, by=run.job.created_by)
            bulletin, _is_new = bulletins.make_for(period, plan_year=plan_year, by=run.job.created_by)
        except snapshots.NotOver:
            raise JobFailed("not_over", NOT_OVER) from None
        except bulletins.NothingToReport:
            nothing = NO_MONEY if period.kind == FUNDS else NOTHING
            raise JobFailed("nothing_to_report", nothing, year=plan_year) from None
        result = {"bulletin": bulletin.pk, "next_url": bulletin.get_absolute_url()}
        run.finish(result)
    return result


@handler(asking.MISSED, title=_("Reports missed during an outage"))
def make_missed(run: JobRun) -> dict[str, Any]:
    """Make the reports missed before a period as far as they can be, then ask for those on the period."""
    latest = Period.ending(run.payload["kind"], date.fromisoformat(run.payload["end"]))
    walked = missed.walk(latest, note=run.progress)
    with transaction.atomic():
        result = {
            "made": walked.made,
            "missed": walked.missed,
            "next_url": reverse("dashboards:timetable"),
        }
        run.finish(result)
        asking.ask_for_reports(latest)
    return result


@handler(asking.ALERTS, title=_("Evaluation of the alert rules"))
def evaluate_alerts(run: JobRun) -> dict[str, Any]:
    """Look by every rule; alerts and the end of the job are written in one transaction."""
    region, on = snapshots.province(), date.fromisoformat(run.payload["on"])
    judged = evaluating.look(Night(region, on), note=run.progress)
    with transaction.atomic():
        counts = evaluating.keep(region, judged, on).as_dict()
        result = {**counts, "next_url": reverse("dashboards:alerts")}
        run.finish(result)
    return result


@handler(mailing.MAIL, title=_("Mail to the subscribers of a report"))
def mail_bulletin(run: JobRun) -> dict[str, Any]:
    """Send an issued report to its subscribers, to each once."""
    return {"sent": mailing.send(Bulletin.objects.get(pk=run.payload["bulletin"]))}


@shared_task(name="dashboards.freeze_last_month")
def freeze_last_month() -> None:
    """Ask for the freezing of the month that is over."""
    asking.ask_for_freeze(snapshots.last_month_end())


@shared_task(name="dashboards.report_all_due")
def report_all_due() -> None:
    """Ask for every periodic report that has fallen due."""
    asking.ask_for_all_due(timezone.localtime())


@shared_task(name="dashboards.nightly_alerts")
def nightly_alerts() -> None:
    """Ask for the evaluation of the alert rules."""
    asking.ask_for_alerts()
