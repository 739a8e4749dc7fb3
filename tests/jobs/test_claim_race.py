"""Many workers, one job: exactly one wins the claim, on each database."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from jobs import services
from jobs.models import Job, JobQuerySet
from tests.jobs.handlers import effects

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(action: Callable[[], object]) -> list[object]:
    """Do something in several threads at the same moment, each on its own connection; return the answers."""
    start = threading.Barrier(THREADS)
    answers: list[object] = []

    def act() -> None:
        try:
            start.wait(timeout=10)
            answers.append(action())
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answers) == THREADS
    return answers


def test_one_of_many_workers_wins_the_claim() -> None:
    for number in range(5):
        job = Job.objects.create(kind="tests.write", key=str(number))
        answers = at_once(lambda pk=job.pk: services.claim(pk) is not None)  # type: ignore[misc]
        assert sorted(answers, key=str) == [False] * (THREADS - 1) + [True]
        job.refresh_from_db()
        assert (job.state, job.attempt) == (Job.State.RUNNING, 1)


def test_without_its_condition_the_claim_would_be_won_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show that the condition decides the race: the same claim without it is lost by nobody."""
    job = Job.objects.create(kind="tests.write", key="control", max_attempts=THREADS)
    monkeypatch.setattr(JobQuerySet, "due", lambda rows: rows.all())

    assert at_once(lambda: services.claim(job.pk) is not None) == [True] * THREADS
    job.refresh_from_db()
    assert job.attempt == THREADS


def test_many_doubled_messages_do_the_work_once() -> None:
    job = Job.objects.create(kind="tests.write", key="a", payload={"steps": 2, "pause": 0.05})
    answers = at_once(lambda: services.execute(job.pk))
    assert answers.count(Job.State.DONE) == 1
    assert answers.count(None) == THREADS - 1
    assert effects(job.pk) == [1]


def test_asking_at_once_under_one_key_makes_one_job() -> None:
    answers = at_once(lambda: services.enqueue(kind="tests.write", key="month 2020-06").pk)
    assert len(set(answers)) == 1
    assert Job.objects.count() == 1


def test_two_sweepers_return_a_lost_job_once_and_send_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []

    def note(task: str, *args: int) -> bool:
        sent.extend(args)
        return True

    monkeypatch.setattr("jobs.broker.send", note)
    monkeypatch.setattr("django.conf.settings.CELERY_TASK_ALWAYS_EAGER", False)
    job = Job.objects.create(
        kind="tests.write",
        key="lost",
        state=Job.State.RUNNING,
        attempt=1,
        started_at="2020-01-01 00:00:00+08:00",
        heartbeat_at="2020-01-01 00:00:00+08:00",
    )
    answers = at_once(services.sweep)
    assert sum(answer.returned for answer in answers if isinstance(answer, services.Swept)) == 1
    assert sent == [job.pk]


def test_a_sweep_does_not_wait_for_a_job_that_is_committing() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: a sweep waits for every commit")
    job = Job.objects.create(
        kind="tests.write",
        key="busy",
        state=Job.State.RUNNING,
        attempt=1,
        started_at="2020-01-01 00:00:00+08:00",
        heartbeat_at="2020-01-01 00:00:00+08:00",
    )
    answers: list[services.Swept] = []

    def sweep() -> None:
        try:
            answers.append(services.sweep())
        finally:
            connection.close()

    with transaction.atomic():
        Job.objects.attempt_of(job.pk, 1).update(progress_done=1)
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join(timeout=5)
        assert [answer.returned for answer in answers] == [0]
