"""The heart of a running attempt: others see it beat, and no lock stops it for good."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from jobs import services
from jobs.models import Job
from jobs.registry import handler
from jobs.runs import JobRun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _beat_every_second(settings: Settings) -> None:
    settings.JOBS_HEARTBEAT_SECONDS = 1


@handler("tests.watched")
def watched(run: JobRun) -> dict[str, object]:
    """Report progress and look, after a while, at what everybody else sees."""
    run.progress(3, 10, "Rows checked")
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=90))
    time.sleep(2.5)
    seen = Job.objects.get(pk=run.job_id)
    return {
        "progress": [seen.progress_done, seen.progress_total, seen.progress_label],
        "beats": seen.heartbeat_at is not None and timezone.now() - seen.heartbeat_at < timedelta(seconds=5),
        "threads": [thread.name for thread in threading.enumerate() if "heart" in thread.name],
    }


def test_progress_and_heartbeat_are_seen_while_the_work_goes_on() -> None:
    job = Job.objects.create(kind="tests.watched", key="a")
    services.execute(job.pk)
    job.refresh_from_db()
    assert job.result == {
        "progress": [3, 10, "Rows checked"],
        "beats": True,
        "threads": [f"heart-of-job-{job.pk}"],
    }
    assert not [thread for thread in threading.enumerate() if "heart" in thread.name]


@handler("tests.holds_the_row")
def holds_the_row(run: JobRun) -> dict[str, object]:
    """Keep the row (on SQLite the whole database) locked for longer than a heartbeat."""
    with transaction.atomic():
        run.fence()
        time.sleep(3.5)
    time.sleep(2.5)
    return {"connection": connection.is_usable()}


def test_a_heart_that_meets_a_lock_beats_on_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    job = Job.objects.create(kind="tests.holds_the_row", key="a")
    with caplog.at_level("DEBUG", logger="jobs.runs"):
        assert services.execute(job.pk) == Job.State.DONE
    assert "is late" in caplog.text
    job.refresh_from_db()
    assert job.heartbeat_at is not None
    assert timezone.now() - job.heartbeat_at < timedelta(seconds=3)


@handler("tests.loses_its_job")
def loses_its_job(run: JobRun) -> None:
    """Go on reporting after the sweeper gave the job to somebody else."""
    Job.objects.update(attempt=2)
    for step in range(100):
        run.progress(step, 100)
        time.sleep(0.1)


def test_the_heart_tells_the_work_that_it_lost_the_job() -> None:
    job = Job.objects.create(kind="tests.loses_its_job", key="a")
    started = time.monotonic()
    assert services.execute(job.pk) is None
    assert time.monotonic() - started < 5
