"""What happens to projects by itself: rounds that open, visits that are planned, the daily list."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.registry import handler
from jobs.runs import JobRun
from jobs.services import enqueue
from projects import digest, rounds, visits
from projects.months import month_before, month_of

OPEN, VISITS, DIGEST = "projects.open_rounds", "projects.plan_visits", "projects.send_digest"
# The hours of the day in which mail goes out; later, tomorrow's list says it.
DIGEST_HOURS = range(7, 18)


@handler(OPEN, title=_("Opening of a monthly round"))
def open_rounds(run: JobRun) -> dict[str, Any]:
    """Open the round of this month when its day has come, and that of the month before."""
    today = timezone.localdate()
    months = [month_before(today), month_of(today)]
    due = [month for month in months if rounds.calendar_of(month)[0] <= today]
    with transaction.atomic():
        opened = [str(rounds.open_round(month, actor=None)) for month in due]
        result = {"rounds": opened}
        run.finish(result)
    return result


@handler(VISITS, title=_("Planning of visits after completion"))
def plan_visits(run: JobRun) -> dict[str, Any]:
    """Write the visits of what has been accepted since."""
    with transaction.atomic():
        result = {"planned": visits.plan_visits()}
        run.finish(result)
    return result


@handler(DIGEST, title=_("Daily list of what is owed"))
def send_digest(_run: JobRun) -> dict[str, Any]:
    """Send today's lists; each user is marked before theirs goes, so that a second try sends none twice."""
    return {"sent": digest.send_all()}


def _ask(kind: str) -> None:
    """Ask for a day's work under the day: once is enough."""
    enqueue(kind=kind, key=f"{timezone.localdate():%Y-%m-%d}", again=True)


@shared_task(name=OPEN)
def ask_for_rounds() -> None:
    """Ask for the rounds that open today."""
    _ask(OPEN)


@shared_task(name=VISITS)
def ask_for_visits() -> None:
    """Ask for the visits of today."""
    _ask(VISITS)


@shared_task(name=DIGEST)
def ask_for_digest() -> None:
    """Ask for the lists of today, by day: a beat that wakes in the night wakes nobody else."""
    if timezone.localtime().hour in DIGEST_HOURS:
        _ask(DIGEST)
