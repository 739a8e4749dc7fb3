"""The promises of the jobs app, kept by real processes: a broker, workers that are killed, beat."""

import os
import signal
import time
from io import StringIO

import pytest
import redis
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from jobs import broker, services
from jobs.models import Job
from tests.jobs.handlers import effects
from tests.stack import LocalBroker, Stack, wait_for

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True)
def _workers_know_the_test_jobs(request: pytest.FixtureRequest) -> None:
    name = "breakable_stack" if "breakable_stack" in request.fixturenames else "stack"
    request.getfixturevalue(name).includes = ("tests.jobs.handlers",)


def state_is(job: Job, state: Job.State) -> bool:
    """Tell whether the job's row has reached a state."""
    return Job.objects.filter(pk=job.pk, state=state).exists()


def swept_until(job: Job, state: Job.State) -> bool:
    """Sweep, as beat does every 30 seconds, and tell whether the job has reached a state."""
    services.sweep()
    return state_is(job, state)


def sweep_every_second() -> None:
    """Write the timetable, with the sweep sped up from every 30 seconds."""
    call_command("sync_timetable", stdout=StringIO())
    every_second = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.filter(name="jobs.sweep").update(interval=every_second)


def test_a_worker_killed_in_mid_job_leaves_nothing_and_the_next_one_does_it_once(stack: Stack) -> None:
    worker = stack.start_worker()
    job = services.enqueue(kind="tests.write", key="kill", payload={"steps": 4, "pause": 1})
    wait_for(
        "progress is shown", lambda: Job.objects.filter(pk=job.pk, progress_done__gt=0).exists(), seconds=10
    )

    worker.kill()
    assert effects(job.pk) == []
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING
    stack.start_worker()
    wait_for("the job is done", lambda: swept_until(job, Job.State.DONE), seconds=40)

    job.refresh_from_db()
    assert (job.attempt, job.result, effects(job.pk)) == (2, {"rows": 4}, [2])


def test_a_worker_killed_after_the_commit_does_not_repeat_the_effect(stack: Stack) -> None:
    worker = stack.start_worker()
    job = services.enqueue(kind="tests.finish_then_linger", key="linger")
    wait_for("the job is done", lambda: state_is(job, Job.State.DONE), seconds=40)

    worker.kill()
    stack.start_worker()
    time.sleep(4)  # longer than a heartbeat may be missing
    services.sweep()

    job.refresh_from_db()
    assert (job.state, job.attempt, effects(job.pk)) == (Job.State.DONE, 1, [1])


def test_the_job_of_a_killed_pool_process_starts_again_without_a_sweep(stack: Stack) -> None:
    worker = stack.start_worker()
    job = services.enqueue(kind="tests.write", key="child", payload={"steps": 3, "pause": 1})
    wait_for("the job runs", lambda: state_is(job, Job.State.RUNNING), seconds=40)

    (child,) = worker.children()
    os.kill(child, signal.SIGKILL)
    wait_for("it runs again", lambda: Job.objects.filter(pk=job.pk, attempt=2).exists(), seconds=40)

    wait_for("the job is done", lambda: state_is(job, Job.State.DONE), seconds=40)
    assert effects(job.pk) == [2]


def test_a_job_that_kills_every_worker_is_given_up_and_others_go_on(stack: Stack) -> None:
    stack.start_worker()
    poison = services.enqueue(kind="tests.poison", key="poison")
    other = services.enqueue(kind="tests.write", key="other")

    wait_for("it is given up", lambda: swept_until(poison, Job.State.FAILED), seconds=40)
    wait_for("the other is done", lambda: swept_until(other, Job.State.DONE), seconds=40)
    poison.refresh_from_db()
    assert (poison.attempt, poison.error_code) == (3, "worker_lost")
    assert "died 3 times" in poison.error_message


def test_a_frozen_worker_is_replaced_and_cannot_write_when_it_thaws(stack: Stack) -> None:
    frozen = stack.start_worker()
    job = services.enqueue(kind="tests.write", key="freeze", payload={"steps": 3, "pause": 1})
    wait_for("the job runs", lambda: state_is(job, Job.State.RUNNING), seconds=40)
    frozen.freeze()

    stack.start_worker()
    wait_for("another finished it", lambda: swept_until(job, Job.State.DONE), seconds=40)
    assert effects(job.pk) == [2]
    frozen.thaw()
    wait_for("the old one noticed", lambda: "lost its job and kept nothing" in frozen.output, seconds=40)

    job.refresh_from_db()
    assert (job.state, job.attempt, effects(job.pk)) == (Job.State.DONE, 2, [2])


def test_without_a_broker_work_is_accepted_at_once_and_done_when_it_is_back(
    breakable_stack: Stack, own_broker: LocalBroker
) -> None:
    own_broker.stop()
    started = time.monotonic()
    jobs = [services.enqueue(kind="tests.write", key=f"off {number}") for number in range(3)]
    assert time.monotonic() - started < 3
    assert [Job.objects.get(pk=job.pk).sent_at for job in jobs] == [None, None, None]

    own_broker.start()
    breakable_stack.start_worker()
    for job in jobs:
        wait_for("the job is done", lambda job=job: swept_until(job, Job.State.DONE), seconds=40)  # type: ignore[misc]
    assert [effects(job.pk) for job in jobs] == [[1], [1], [1]]


def test_worker_and_beat_outlive_the_broker(breakable_stack: Stack, own_broker: LocalBroker) -> None:
    sweep_every_second()
    worker, beat = breakable_stack.start_worker(), breakable_stack.start_beat()
    own_broker.stop()
    job = services.enqueue(kind="tests.write", key="outage")
    wait_for("the worker noticed", lambda: "Connection refused" in worker.output, seconds=40)
    time.sleep(3)
    assert Job.objects.get(pk=job.pk).sent_at is None

    own_broker.start()
    wait_for("the job is done", lambda: state_is(job, Job.State.DONE), seconds=40)
    assert worker.is_running
    assert beat.is_running
    assert effects(job.pk) == [1]


def test_a_broker_that_hangs_costs_a_request_about_a_second_and_only_once(
    breakable_stack: Stack, own_broker: LocalBroker
) -> None:
    assert own_broker.process is not None
    own_broker.process.freeze()
    started = time.monotonic()
    services.enqueue(kind="tests.write", key="hang 1")
    first = time.monotonic() - started
    services.enqueue(kind="tests.write", key="hang 2")
    second = time.monotonic() - started - first
    own_broker.process.thaw()

    assert first < 3
    assert second < 0.5
    assert Job.objects.filter(sent_at__isnull=True).count() == 2


def test_a_broker_that_is_full_leaves_the_job_waiting(
    breakable_stack: Stack, own_broker: LocalBroker
) -> None:
    with redis.Redis.from_url(own_broker.url) as client:
        client.config_set("maxmemory", "1")
    job = services.enqueue(kind="tests.write", key="full")
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (Job.State.QUEUED, None)


def test_a_worker_complains_about_a_broker_that_may_lose_messages(
    breakable_stack: Stack, own_broker: LocalBroker
) -> None:
    assert broker.may_lose_messages() is False
    with redis.Redis.from_url(own_broker.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    assert broker.may_lose_messages() is True
    worker = breakable_stack.start_worker()
    worker.wait_for_output("set its maxmemory-policy to noeviction")
    own_broker.stop()
    assert broker.may_lose_messages() is False


def test_messages_lost_by_an_emptied_broker_are_sent_again(
    breakable_stack: Stack, own_broker: LocalBroker
) -> None:
    job = services.enqueue(kind="tests.write", key="flush")
    assert Job.objects.get(pk=job.pk).sent_at is not None
    own_broker.stop()
    own_broker.start()

    breakable_stack.start_worker()
    wait_for("the job is done", lambda: swept_until(job, Job.State.DONE), seconds=40)
    assert effects(job.pk) == [1]


def test_a_worker_that_starts_takes_up_what_a_dead_one_left_without_beat(stack: Stack) -> None:
    worker = stack.start_worker()
    job = services.enqueue(kind="tests.write", key="left", payload={"steps": 3, "pause": 1})
    wait_for("the job runs", lambda: state_is(job, Job.State.RUNNING), seconds=40)
    worker.kill()

    stack.start_worker()
    wait_for("the job is done", lambda: state_is(job, Job.State.DONE), seconds=40)
    assert effects(job.pk) == [2]


def test_beat_and_worker_keep_the_timetable_and_sweep_by_themselves(stack: Stack) -> None:
    sweep_every_second()
    stack.start_worker()
    unsent = Job.objects.create(kind="tests.write", key="by beat")
    stack.start_beat()

    wait_for("beat's sweep sent the job", lambda: state_is(unsent, Job.State.DONE), seconds=40)
    assert effects(unsent.pk) == [1]
    assert services.pulse_report() == {"worker": "ok", "beat": "ok"}
