"""Asking for work: once per key, on commit, and never a matter for the person who asks."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from jobs import services
from jobs.models import Job
from jobs.registry import UnknownKind
from tests.jobs.handlers import effects
from tests.stack import free_port


@pytest.fixture
def no_broker(settings: Settings) -> None:
    """Point the web at an address where nobody listens."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"


@pytest.mark.django_db
def test_a_job_remembers_who_asked_for_what_and_where(yanji: User) -> None:
    job = services.enqueue(
        kind="tests.write", key="a", payload={"batch": 7}, actor=yanji, region=yanji.region
    )
    job.refresh_from_db()
    assert (job.state, job.attempt, job.payload) == (Job.State.QUEUED, 0, {"batch": 7})
    assert (job.created_by, job.region) == (yanji, yanji.region)


@pytest.mark.django_db
def test_asking_twice_under_one_key_returns_the_first_job() -> None:
    first = services.enqueue(kind="tests.write", key="a", payload={"batch": 7})
    second = services.enqueue(kind="tests.write", key="a", payload={"batch": 8})
    assert second.pk == first.pk
    assert Job.objects.get().payload == {"batch": 7}


@pytest.mark.django_db
def test_the_same_key_of_another_kind_is_another_job() -> None:
    services.enqueue(kind="tests.write", key="a")
    services.enqueue(kind="tests.refuse", key="a")
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_a_kind_that_nobody_handles_is_refused_at_once() -> None:
    with pytest.raises(UnknownKind):
        services.enqueue(kind="tests.nobody", key="a")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_the_work_starts_only_when_the_transaction_commits(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue(kind="tests.write", key="a")
        assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_asks_for_nothing() -> None:
    class Refused(Exception):
        pass

    def ask_and_fail() -> None:
        with transaction.atomic():
            services.enqueue(kind="tests.write", key="a")
            raise Refused

    with pytest.raises(Refused):
        ask_and_fail()
    assert not Job.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Job.State.FAILED, Job.State.CANCELLED])
def test_asking_again_gives_an_unsuccessful_job_new_attempts(state: Job.State) -> None:
    job = ended_job(state)
    services.enqueue(kind=job.kind, key=job.key, payload={"batch": 8}, again=True)
    job.refresh_from_db()
    assert (job.state, job.payload, job.error_code) == (Job.State.QUEUED, {"batch": 8}, "")
    # The count of attempts goes on, or an old worker could pass the fence of a new run.
    assert (job.attempt, job.max_attempts, job.finished_at) == (3, 6, None)


@pytest.mark.django_db
def test_asking_again_without_a_payload_repeats_the_same_work() -> None:
    job = ended_job(Job.State.FAILED)
    services.enqueue(kind=job.kind, key=job.key, again=True)
    job.refresh_from_db()
    assert (job.state, job.payload) == (Job.State.QUEUED, {"batch": 7})


@pytest.mark.django_db
def test_asking_again_never_repeats_what_is_done() -> None:
    job = ended_job(Job.State.DONE)
    services.enqueue(kind=job.kind, key=job.key, payload={"batch": 8}, again=True)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.payload) == (Job.State.DONE, 3, {"batch": 7})


@pytest.mark.django_db
def test_a_failed_job_stays_failed_unless_it_is_asked_for_again() -> None:
    job = ended_job(Job.State.FAILED)
    services.enqueue(kind=job.kind, key=job.key)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_job_waits_and_the_log_says_so_once(
    no_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="jobs.broker"):
        jobs = [services.enqueue(kind="tests.write", key=str(number)) for number in range(3)]
    for job in jobs:
        job.refresh_from_db()
    assert [(job.state, job.sent_at) for job in jobs] == [(Job.State.QUEUED, None)] * 3
    assert len(caplog.records) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_for_later_is_neither_sent_nor_started_before_its_time() -> None:
    job = services.enqueue(kind="tests.write", key="a", run_after=timezone.now() + timedelta(minutes=5))
    assert services.execute(job.pk) is None
    assert services.sweep().sent == 0
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))
    assert services.sweep().sent == 1
    assert effects(job.pk) == [1]


def ended_job(state: Job.State) -> Job:
    """Return a job that used up its attempts and ended in a state."""
    return Job.objects.create(
        kind="tests.write",
        key="ended",
        payload={"batch": 7},
        state=state,
        attempt=3,
        started_at=timezone.now(),
        finished_at=timezone.now(),
        error_code="no_header" if state == Job.State.FAILED else "",
    )
