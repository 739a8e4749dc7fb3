"""The fence: an attempt that lost its job cannot write, whatever it believes."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from jobs import services
from jobs.models import Job
from jobs.runs import Fenced, JobRun
from tests.jobs.handlers import effects, leave_effect


@pytest.fixture
def run(transactional_db: None) -> JobRun:
    """Give the first attempt at a job."""
    job = services.claim(Job.objects.create(kind="tests.write", key="a").pk)
    assert job is not None
    return JobRun(job)


def lose(run: JobRun) -> JobRun:
    """Let the sweeper take the job away and another worker claim it."""
    Job.objects.filter(pk=run.job_id).update(heartbeat_at="2020-01-01 00:00:00+08:00")
    assert services.sweep().returned == 1
    job = services.claim(run.job_id)
    assert job is not None
    assert job.attempt == 2
    return JobRun(job)


@pytest.fixture
def _no_dispatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the sweep from running what it returns to the queue, as it would in eager mode."""
    monkeypatch.setattr(services, "dispatch", lambda job_id: False)


pytestmark = pytest.mark.usefixtures("_no_dispatch")


@pytest.mark.parametrize("door", ["fence", "finish"])
def test_the_owner_passes(run: JobRun, door: str) -> None:
    with transaction.atomic():
        leave_effect(run)
        getattr(run, door)()
    assert effects(run.job_id) == [1]


@pytest.mark.parametrize("door", ["fence", "finish"])
def test_a_former_owner_is_refused_and_its_writes_are_undone(run: JobRun, door: str) -> None:
    lose(run)

    def write() -> None:
        with transaction.atomic():
            leave_effect(run)
            getattr(run, door)()

    with pytest.raises(Fenced):
        write()
    assert effects(run.job_id) == []
    assert Job.objects.get().state == Job.State.RUNNING


def test_the_new_owner_is_not_disturbed_by_the_old_one(run: JobRun) -> None:
    successor = lose(run)
    assert run.beat() is False
    with transaction.atomic():
        leave_effect(successor)
        successor.finish({"rows": 1})
    assert effects(run.job_id) == [2]
    assert Job.objects.get().result == {"rows": 1}


def test_a_finished_job_cannot_be_finished_again(run: JobRun) -> None:
    with transaction.atomic():
        run.finish({"rows": 1})

    def finish() -> None:
        with transaction.atomic():
            run.finish({"rows": 2})

    with pytest.raises(Fenced):
        finish()
    assert Job.objects.get().result == {"rows": 1}


@pytest.mark.parametrize("door", ["fence", "finish"])
def test_outside_a_transaction_the_fence_refuses_to_pretend(run: JobRun, door: str) -> None:
    with pytest.raises(TransactionManagementError):
        getattr(run, door)()


def test_a_transaction_that_fails_after_the_finish_leaves_the_job_running(run: JobRun) -> None:
    def write() -> None:
        with transaction.atomic():
            run.finish({"rows": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert Job.objects.get().state == Job.State.RUNNING
