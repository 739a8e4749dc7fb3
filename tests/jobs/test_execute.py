"""Doing a job: how each way to end is recorded."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation

from jobs import services
from jobs.models import Job
from jobs.registry import handler
from jobs.runs import Fenced, JobRun
from tests.jobs.handlers import effects


def ask(kind: str, **payload: object) -> Job:
    """Put a job into the queue without telling anybody."""
    return Job.objects.create(kind=kind, key="a", payload=payload)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_done_with_its_result_and_progress() -> None:
    job = ask("tests.write", steps=4)
    assert services.execute(job.pk) == Job.State.DONE
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == (Job.State.DONE, 1, {"rows": 4})
    assert (job.progress_done, job.progress_total, job.step) == (4, 4, "Reading rows")
    assert job.started_at is not None
    assert job.finished_at is not None
    assert effects(job.pk) == [1]


@pytest.mark.django_db
def test_inside_a_test_transaction_a_job_runs_just_as_well() -> None:
    job = ask("tests.write", steps=4)
    assert services.execute(job.pk) == Job.State.DONE
    assert effects(job.pk) == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["tests.write", "tests.write_then_fence"])
def test_a_doubled_message_finds_nothing_to_do(kind: str) -> None:
    job = ask(kind)
    assert services.execute(job.pk) == Job.State.DONE
    assert services.execute(job.pk) is None
    assert effects(job.pk) == [1]


@pytest.mark.django_db
def test_a_job_that_another_worker_runs_is_left_alone() -> None:
    job = ask("tests.write")
    assert services.claim(job.pk) is not None
    assert services.execute(job.pk) is None
    assert effects(job.pk) == []


@pytest.mark.django_db
def test_a_job_that_is_gone_is_nothing_to_do() -> None:
    assert services.execute(4_711) is None


@pytest.mark.django_db(transaction=True)
def test_work_that_cannot_be_done_fails_at_once_and_says_why() -> None:
    job = ask("tests.refuse")
    assert services.execute(job.pk) == Job.State.FAILED
    job.refresh_from_db()
    assert (job.attempt, job.error_code) == (1, "no_header")
    assert job.error_message == "No header row was found in sheet Sheet1."


@pytest.mark.django_db(transaction=True)
def test_a_fault_is_recorded_under_a_number_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    job = ask("tests.stumble", times=1)
    with caplog.at_level(logging.ERROR, logger="jobs.services"):
        assert services.execute(job.pk) == Job.State.QUEUED
    job.refresh_from_db()
    number = job.error_params["error_id"]
    assert number in job.error_message
    assert number in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in job.error_message
    assert effects(job.pk) == []


@pytest.mark.django_db(transaction=True)
def test_a_faulty_attempt_is_repeated_after_a_pause() -> None:
    job = ask("tests.stumble", times=1)
    services.execute(job.pk)
    job.refresh_from_db()
    assert job.run_after is not None
    assert timedelta(seconds=10) < job.run_after - timezone.now() < timedelta(seconds=20)
    assert services.execute(job.pk) is None
    Job.objects.update(run_after=None)
    assert services.execute(job.pk) == Job.State.DONE
    job.refresh_from_db()
    assert (job.attempt, job.result, job.error_message) == (2, {"attempt": 2}, "")
    assert effects(job.pk) == [2]


@pytest.mark.django_db(transaction=True)
def test_after_three_faulty_attempts_the_job_has_failed() -> None:
    job = ask("tests.stumble", times=9)
    ends = []
    for _ in range(4):
        ends.append(services.execute(job.pk))
        Job.objects.update(run_after=None)
    assert ends == [Job.State.QUEUED, Job.State.QUEUED, Job.State.FAILED, None]
    job.refresh_from_db()
    assert (job.attempt, job.error_code) == (3, "crashed")
    assert effects(job.pk) == []


@pytest.mark.django_db(transaction=True)
def test_work_that_takes_too_long_fails_and_is_not_repeated() -> None:
    job = ask("tests.overrun")
    assert services.execute(job.pk) == Job.State.FAILED
    job.refresh_from_db()
    assert job.error_code == "timeout"
    assert "longer than allowed" in job.error_message


@pytest.mark.django_db(transaction=True)
def test_a_kind_that_this_worker_does_not_know_yet_is_tried_again_later() -> None:
    job = ask("tests.of_the_next_release")
    assert services.execute(job.pk) == Job.State.QUEUED


@handler("tests.cancelled_midway")
def cancelled_midway(run: JobRun) -> None:
    """Somebody cancels while the work goes on."""
    services.cancel(Job.objects.get(pk=run.job_id))
    with transaction.atomic():
        run.finish({"rows": 1})


@pytest.mark.django_db(transaction=True)
def test_a_job_cancelled_while_it_runs_keeps_nothing() -> None:
    job = ask("tests.cancelled_midway")
    assert services.execute(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, {})


@pytest.mark.django_db
def test_a_cancelled_job_does_not_start() -> None:
    job = ask("tests.write")
    assert services.cancel(job) is True
    assert services.cancel(job) is False
    assert services.execute(job.pk) is None
    assert job.state == Job.State.CANCELLED


@handler("tests.result_that_is_no_json")
def result_that_is_no_json(run: JobRun) -> dict[str, object]:
    """Return what no JSON can hold."""
    return {"when": object()}


@pytest.mark.django_db(transaction=True)
def test_a_result_that_cannot_be_stored_is_a_fault_like_any_other() -> None:
    job = ask("tests.result_that_is_no_json")
    assert services.execute(job.pk) == Job.State.QUEUED
    job.refresh_from_db()
    assert job.error_code == "crashed"


@pytest.mark.django_db
def test_messages_are_shown_in_the_readers_language() -> None:
    job = Job(error_text="This field cannot be blank.", progress_label="Yes")
    with translation.override("zh-hans"):
        assert (job.error_message, job.step) == ("此字段不能为空。", "是")


@pytest.mark.django_db(transaction=True)
def test_long_work_stops_at_its_next_report_when_it_lost_the_job() -> None:
    job = ask("tests.write")
    claimed = services.claim(job.pk)
    assert claimed is not None
    run = JobRun(claimed)
    Job.objects.update(attempt=2)
    assert run.beat() is False
    with pytest.raises(Fenced):
        run.progress(1, 10)
