"""Jobs for the tests: each shows one way a job can go.  The workers of ``stack`` load them too."""

import os
import signal
import time
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils.translation import gettext_noop

from jobs.models import Pulse
from jobs.registry import handler
from jobs.runs import JobFailed, JobRun

READING = gettext_noop("Reading rows")
NO_HEADER = gettext_noop("No header row was found in sheet %(sheet)s.")


def leave_effect(run: JobRun) -> None:
    """Write what the job is for: a row that shows which attempt wrote it."""
    Pulse.objects.bulk_create([Pulse(name=f"effect {run.job_id} {run.attempt}", at=run.job.created_at)])


def effects(job_id: int) -> list[int]:
    """Return the attempts whose effect was committed."""
    names = Pulse.objects.filter(name__startswith=f"effect {job_id} ").values_list("name", flat=True)
    return sorted(int(name.rpartition(" ")[2]) for name in names)


@handler("tests.write", title="Write a row")
def write(run: JobRun) -> dict[str, Any]:
    """Do the work the plain way: progress, then effect and end in one transaction."""
    steps, pause = run.payload.get("steps", 1), run.payload.get("pause", 0)
    for step in range(steps):
        time.sleep(pause)
        run.progress(step + 1, steps, READING)
    with transaction.atomic():
        leave_effect(run)
        run.finish({"rows": steps})
    return {"rows": steps}


@handler("tests.write_then_fence")
def write_then_fence(run: JobRun) -> dict[str, Any]:
    """Write and fence in one transaction, and end by returning."""
    with transaction.atomic():
        leave_effect(run)
        time.sleep(run.payload.get("pause", 0))
        run.fence()
    return {"rows": 1}


@handler("tests.finish_then_linger")
def finish_then_linger(run: JobRun) -> dict[str, Any]:
    """End the job in its transaction and then take long to return."""
    with transaction.atomic():
        leave_effect(run)
        run.finish({"rows": 1})
    time.sleep(run.payload.get("linger", 30))
    return {"rows": 1}


@handler("tests.refuse")
def refuse(run: JobRun) -> None:
    """Find out that the work cannot be done."""
    raise JobFailed("no_header", NO_HEADER, sheet="Sheet1")


@handler("tests.stumble")
def stumble(run: JobRun) -> dict[str, Any]:
    """Crash on the first attempts (``payload["times"]``), after writing something."""
    with transaction.atomic():
        leave_effect(run)
        if run.attempt <= run.payload["times"]:
            raise ZeroDivisionError("a fault of ours")
        run.finish({"attempt": run.attempt})
    return {}


@handler("tests.overrun")
def overrun(run: JobRun) -> None:
    """Run into Celery's soft time limit."""
    raise SoftTimeLimitExceeded


@handler("tests.poison")
def poison(run: JobRun) -> None:
    """Kill the process that does the work, each time."""
    os.kill(os.getpid(), signal.SIGKILL)
