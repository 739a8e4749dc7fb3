"""The sweeper: whatever a dead worker or an emptied broker left comes back, once."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import broker, owners, services
from jobs.models import Job


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[int]:
    """Take the broker's place and note which jobs were sent."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    messages: list[int] = []

    def note(task: str, *args: int) -> bool:
        messages.extend(args)
        return True

    monkeypatch.setattr(broker, "send", note)
    return messages


def running(**fields: object) -> Job:
    """Return a job that a worker claimed and that was alive just now."""
    now = timezone.now()
    return Job.objects.create(
        **{
            "kind": "tests.write",
            "key": "a",
            "state": Job.State.RUNNING,
            "attempt": 1,
            "owner": owners.this_process(),
            "heartbeat_at": now,
            "started_at": now,
            **fields,
        }
    )


def ago(seconds: int) -> datetime:
    """Return a moment of the past."""
    return timezone.now() - timedelta(seconds=seconds)


def dead_process() -> str:
    """Return the name of a process of this machine that has ended."""
    script = "from jobs.owners import this_process; print(this_process())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_job_that_was_never_sent_is_sent(sent: list[int]) -> None:
    job = Job.objects.create(kind="tests.write", key="a")
    assert services.sweep() == services.Swept(sent=1, returned=0, given_up=0)
    assert sent == [job.pk]
    assert services.sweep().sent == 0


@pytest.mark.parametrize(("seconds", "expected"), [(100, 0), (140, 1)])
def test_a_message_is_sent_again_when_it_went_unanswered(
    sent: list[int], seconds: int, expected: int
) -> None:
    Job.objects.create(kind="tests.write", key="a", sent_at=ago(seconds))
    assert services.sweep().sent == expected


@pytest.mark.parametrize(("seconds", "state"), [(100, Job.State.RUNNING), (140, Job.State.QUEUED)])
def test_a_job_returns_to_the_queue_when_its_heartbeat_stopped(seconds: int, state: Job.State) -> None:
    job = running(heartbeat_at=ago(seconds))
    services.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (state, 1)


def test_a_returned_job_is_sent_in_the_same_sweep(sent: list[int]) -> None:
    job = running(heartbeat_at=ago(600))
    assert services.sweep() == services.Swept(sent=1, returned=1, given_up=0)
    assert sent == [job.pk]


def test_a_job_that_lost_every_worker_is_given_up_and_says_so() -> None:
    job = running(attempt=3, heartbeat_at=ago(600))
    assert services.sweep() == services.Swept(sent=0, returned=0, given_up=1)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "worker_lost")
    assert job.error_message.startswith("The worker died 3 times while doing this work")
    assert job.finished_at is not None


def test_a_job_of_a_dead_process_of_this_machine_returns_at_once() -> None:
    job = running(owner=dead_process())
    assert services.sweep().returned == 1
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


@pytest.mark.parametrize("owner", ["", "another-boot:pid:[4026531836]/1/2"])
def test_a_job_of_a_process_that_cannot_be_asked_waits_for_its_heartbeat(owner: str) -> None:
    running(owner=owner)
    assert services.sweep().returned == 0


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED])
def test_what_has_ended_is_left_alone(state: Job.State, sent: list[int]) -> None:
    running(state=state, finished_at=ago(600), heartbeat_at=ago(600), error_code="crashed")
    assert services.sweep() == services.Swept(0, 0, 0)
    assert sent == []


def test_a_broker_that_cannot_be_reached_leaves_the_job_unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "send", lambda task, *args: False)
    job = Job.objects.create(kind="tests.write", key="a")
    assert services.sweep().sent == 0
    job.refresh_from_db()
    assert job.sent_at is None


def test_this_process_lives_and_a_reused_number_does_not_pass_for_it() -> None:
    name = owners.this_process()
    assert f"/{os.getpid()}/" in name
    assert owners.is_gone(name) is False
    assert owners.is_gone(f"{name}0") is True


def test_an_ended_process_is_gone() -> None:
    assert owners.is_gone(dead_process()) is True
