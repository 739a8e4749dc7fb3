"""What the database itself refuses to store about a job."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Job
from jobs.registry import handler, title_of
from tests.jobs.handlers import write

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("job_once_per_key", {"key": "taken"}),
        ("job_state_is_known", {"state": "lost"}),
        ("job_attempts_are_limited", {"state": "cancelled", "finished_at": NOW, "attempt": 4}),
        ("job_waiting_can_still_run", {"state": "queued", "attempt": 3}),
        ("job_running_has_a_heartbeat", {"state": "running", "attempt": 1, "started_at": NOW}),
        ("job_finished_has_an_end", {"state": "done"}),
        ("job_finished_has_an_end", {"state": "queued", "finished_at": NOW}),
        ("job_failed_says_why", {"state": "failed", "finished_at": NOW}),
        ("job_progress_within_total", {"progress_done": 11, "progress_total": 10}),
    ],
)
def test_the_database_refuses(constraint: str, fields: dict[str, object]) -> None:
    Job.objects.create(kind="tests.write", key="taken")
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Job.objects.create(**{"kind": "tests.write", "key": "new", **fields})
    # SQLite names the columns of a broken uniqueness, every other constraint by its name.
    assert constraint in str(refusal.value) or "jobs_job.kind, jobs_job.key" in str(refusal.value)


def test_a_kind_has_one_handler_and_a_title() -> None:
    assert title_of("tests.write") == "Write a row"
    assert title_of("tests.refuse") == "tests.refuse"
    assert title_of("tests.of_an_app_that_left") == "tests.of_an_app_that_left"
    assert handler("tests.write")(write) is write
    with pytest.raises(ImproperlyConfigured):
        handler("tests.write")(lambda run: None)
