"""Asking for work, doing it once, and looking after what went astray."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop

from accounts.models import Region, User
from jobs import broker, owners
from jobs.models import DEFAULT_ATTEMPTS, Job, Pulse, database_time
from jobs.registry import handler_for
from jobs.runs import Fenced, Heart, JobFailed, JobRun

logger = logging.getLogger(__name__)

RUN_TASK = "jobs.run"
# How many messages one sweep sends: a long backlog is drained in several sweeps.
SWEEP_LIMIT = 500

CRASHED = gettext_noop("Unexpected error no. %(error_id)s. Give this number to the administrator.")
TIMED_OUT = gettext_noop("The work took longer than allowed and was stopped. Nothing unfinished was kept.")
WORKER_LOST = gettext_noop(
    "The worker died %(attempts)s times while doing this work, so it was given up."
    " Nothing unfinished was kept."
)


# ---------------------------------------------------------------- asking


def enqueue(
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    actor: User | None = None,
    region: Region | None = None,
    run_after: datetime | None = None,
    again: bool = False,
) -> Job:
    """Ask for a job and return its row; asking again under the same kind and key returns the first one.

    ``again`` gives a failed or cancelled job new attempts with the new payload; it changes no other.
    The message goes out when the caller's transaction commits.  Without a broker the row waits for the
    sweeper and the caller notices nothing.  Raises UnknownKind when no app handles the kind.
    """
    handler_for(kind)
    fields = {"payload": payload or {}, "created_by": actor, "region": region, "run_after": run_after}
    with transaction.atomic():
        job, created = Job.objects.get_or_create(kind=kind, key=key, defaults=fields)
        if created:
            transaction.on_commit(partial(dispatch, job.pk), robust=True)
        elif again:
            retry(job, payload=payload, run_after=run_after)
    return job


def retry(job: Job, *, payload: dict[str, Any] | None = None, run_after: datetime | None = None) -> bool:
    """Give a failed or cancelled job new attempts; False when it is in another state."""
    changed = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
        state=Job.State.QUEUED,
        max_attempts=F("attempt") + DEFAULT_ATTEMPTS,
        payload=job.payload if payload is None else payload,
        run_after=run_after,
        sent_at=None,
        finished_at=None,
        **_NO_ERROR,
    )
    job.refresh_from_db()
    if changed:
        transaction.on_commit(partial(dispatch, job.pk), robust=True)
    return bool(changed)


def cancel(job: Job) -> bool:
    """Cancel a job that has not ended; a running attempt stops at its next report and keeps nothing."""
    changed = Job.objects.filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING]).update(
        state=Job.State.CANCELLED, finished_at=Now()
    )
    job.refresh_from_db()
    return bool(changed)


def dispatch(job_id: int) -> bool:
    """Send a job that is due to the workers; False when it is not due, was just sent, or cannot be sent.

    The row is marked before the message leaves, by a conditional update, so that two sweepers (or two
    beats) send it once.
    """
    if settings.CELERY_TASK_ALWAYS_EAGER:
        execute(job_id)
        return True
    if not Job.objects.unsent().filter(pk=job_id).update(sent_at=Now()):
        return False
    if broker.send(RUN_TASK, job_id):
        return True
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(sent_at=None)
    return False


# ---------------------------------------------------------------- doing


def execute(job_id: int) -> Job.State | None:
    """Do a job if it is free, and return how it ended.

    None means that there was nothing to do here: another worker has it, it is finished, or this attempt lost
    it on the way.  Safe to call any number of times, from any number of workers.
    """
    job = claim(job_id)
    if job is None and _free_from_dead_owner(job_id):
        job = claim(job_id)
    if job is None:
        return None
    run = JobRun(job)
    try:
        with Heart(run):
            result = handler_for(job.kind)(run)
        return _complete(run, result or {})
    except Fenced:
        logger.warning("Attempt %s of job %s (%s) lost its job and kept nothing.", run.attempt, job_id, job)
        return None
    except JobFailed as failure:
        return _fail(run, failure.code, failure.text, failure.params)
    except SoftTimeLimitExceeded:
        return _fail(run, "timeout", TIMED_OUT, {})
    except Exception:
        # Whatever a handler stumbles on, the person who waits must learn of it: the row records it, under
        # the number by which the log has the rest.
        error_id = uuid.uuid4().hex[:8]
        logger.exception("Attempt %s of job %s (%s) failed, error %s.", run.attempt, job_id, job, error_id)
        return _crash(run, error_id)


def claim(job_id: int) -> Job | None:
    """Take a waiting job for this process: a conditional update that exactly one caller wins."""
    with transaction.atomic():
        won = (
            Job.objects.due()
            .filter(pk=job_id)
            .update(
                state=Job.State.RUNNING,
                attempt=F("attempt") + 1,
                owner=owners.this_process(),
                heartbeat_at=Now(),
                started_at=Coalesce("started_at", Now()),
                progress_done=0,
                progress_total=0,
                progress_label="",
                **_NO_ERROR,
            )
        )
        return Job.objects.select_related("created_by", "region").get(pk=job_id) if won else None


_NO_ERROR: dict[str, Any] = {"error_code": "", "error_text": "", "error_params": {}}


def _complete(run: JobRun, result: dict[str, Any]) -> Job.State:
    if Job.objects.attempt_of(run.job_id, run.attempt).update(**run.ending(Job.State.DONE, result)):
        return Job.State.DONE
    # The handler may have ended the job in its own transaction, which is the better way.
    if Job.objects.filter(pk=run.job_id, attempt=run.attempt, state=Job.State.DONE).exists():
        return Job.State.DONE
    raise Fenced(run.job_id, run.attempt)


def _fail(run: JobRun, code: str, text: str, params: dict[str, Any]) -> Job.State | None:
    failed = Job.objects.attempt_of(run.job_id, run.attempt).update(
        error_code=code, error_text=text, error_params=params, **run.ending(Job.State.FAILED, {})
    )
    return Job.State.FAILED if failed else None


def _crash(run: JobRun, error_id: str) -> Job.State | None:
    if not connection.in_atomic_block:
        # The error may have been the loss of this very connection.
        close_old_connections()
    if run.attempt >= run.job.max_attempts:
        return _fail(run, "crashed", CRASHED, {"error_id": error_id})
    # Each attempt waits longer: a database that restarts needs seconds, a full disk needs somebody to come.
    pause = timedelta(seconds=settings.JOBS_RETRY_SECONDS * run.attempt)
    returned = Job.objects.attempt_of(run.job_id, run.attempt).update(
        state=Job.State.QUEUED,
        sent_at=None,
        run_after=database_time(pause),
        error_code="crashed",
        error_text=CRASHED,
        error_params={"error_id": error_id},
    )
    return Job.State.QUEUED if returned else None


# ---------------------------------------------------------------- looking after


class Swept(NamedTuple):
    """What one sweep did: messages sent, jobs taken from lost workers, jobs given up."""

    sent: int
    returned: int
    given_up: int


def sweep() -> Swept:
    """Take jobs from workers that are lost and send what waits; harmless when two run at once."""
    with transaction.atomic():
        # A row that is locked belongs to an attempt which is committing right now: it is alive.
        running = list(Job.objects.running().select_for_update(skip_locked=True))
        stale = set(Job.objects.stale().values_list("pk", flat=True))
        outcomes = [_take_back(job) for job in running if job.pk in stale or owners.is_gone(job.owner)]
    waiting = Job.objects.unsent().order_by("pk").values_list("pk", flat=True)[:SWEEP_LIMIT]
    return Swept(
        sent=sum(dispatch(job_id) for job_id in waiting),
        returned=outcomes.count(Job.State.QUEUED),
        given_up=outcomes.count(Job.State.FAILED),
    )


def _free_from_dead_owner(job_id: int) -> bool:
    """Take a job from a dead process of this machine; the message of a killed worker comes back at once."""
    job = Job.objects.running().filter(pk=job_id).first()
    return job is not None and owners.is_gone(job.owner) and _take_back(job) == Job.State.QUEUED


def _take_back(job: Job) -> Job.State | None:
    """Return a lost attempt's job to the queue, or give it up; None when somebody else was first."""
    attempt = Job.objects.attempt_of(job.pk, job.attempt)
    if job.attempt < job.max_attempts:
        logger.warning(
            "Attempt %s of job %s (%s) lost its worker; it starts again.", job.attempt, job.pk, job
        )
        returned = attempt.update(state=Job.State.QUEUED, sent_at=None, run_after=None)
        return Job.State.QUEUED if returned else None
    logger.error("Job %s (%s) lost its worker %s times and is given up.", job.pk, job, job.attempt)
    given_up = attempt.update(
        state=Job.State.FAILED,
        finished_at=Now(),
        error_code="worker_lost",
        error_text=WORKER_LOST,
        error_params={"attempts": job.attempt},
    )
    return Job.State.FAILED if given_up else None


# ---------------------------------------------------------------- signs of life

WORKER = "worker"
BEAT = "beat"
# Seconds without a sign after which a part counts as silent: a worker after 300, beat after two periods.
SILENT_AFTER = {WORKER: 300, BEAT: 60}


def pulse(name: str) -> None:
    """Note that a part of the machinery is alive now, by database time."""
    if not Pulse.objects.filter(name=name).update(at=Now()):
        Pulse.objects.bulk_create(
            [Pulse(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
        )


def pulse_report() -> dict[str, str]:
    """Return "ok", "silent" or "never seen" for worker and beat.

    A worker that is busy with a long job shows its life by the heartbeat of that job.
    """
    seen = set(Pulse.objects.values_list("name", flat=True))
    alive = {
        name
        for name, seconds in SILENT_AFTER.items()
        if Pulse.objects.filter(name=name, at__gte=database_time(timedelta(seconds=-seconds))).exists()
    }
    if WORKER not in alive:
        recent = database_time(timedelta(seconds=-SILENT_AFTER[WORKER]))
        if Job.objects.running().filter(heartbeat_at__gte=recent).exists():
            alive.add(WORKER)
    return {
        name: "ok" if name in alive else "silent" if name in seen else "never seen" for name in SILENT_AFTER
    }
