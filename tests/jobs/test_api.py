"""The state of a job for programs."""

from __future__ import annotations

import pytest
from django.urls import include, path
from django.utils import timezone
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIClient

from accounts.models import User
from jobs.api import JobViewSet
from jobs.models import Job

router = SimpleRouter()
router.register("jobs", JobViewSet, basename="job")
urlpatterns = [path("api/", include(router.urls))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def job(yanji: User) -> Job:
    """Give a failed job of the officer of 延吉市."""
    return Job.objects.create(
        kind="tests.write",
        key="import 7",
        payload={"path": "uploads/secret.xlsx"},
        state=Job.State.FAILED,
        attempt=1,
        created_by=yanji,
        region=yanji.region,
        started_at=timezone.now(),
        finished_at=timezone.now(),
        error_code="no_header",
        error_text="No header row was found in sheet %(sheet)s.",
        error_params={"sheet": "Sheet1"},
    )


def get(user: User | None, job: Job) -> tuple[int, dict[str, object]]:
    """Ask the API for a job as a user."""
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    response = client.get(f"/api/jobs/{job.pk}/")
    return response.status_code, response.json()


def test_a_job_shows_its_state_and_hides_what_it_was_given(yanji: User, job: Job) -> None:
    status, answer = get(yanji, job)
    assert status == 200
    moments = {name: answer.pop(name) for name in ("created_at", "started_at", "finished_at")}
    assert None not in moments.values()
    assert answer == {
        "id": job.pk,
        "kind": "tests.write",
        "state": "failed",
        "attempt": 1,
        "progress_done": 0,
        "progress_total": 0,
        "progress_label": "",
        "result": {},
        "error_code": "no_header",
        "error": "No header row was found in sheet Sheet1.",
    }


def test_a_foreign_job_is_not_found(dunhua: User, job: Job) -> None:
    assert get(dunhua, job)[0] == 404


def test_administrators_have_no_business_here(system_admin: User, job: Job) -> None:
    assert get(system_admin, job)[0] == 403


def test_a_caller_without_an_account_is_refused(job: Job) -> None:
    assert get(None, job)[0] == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_job_cannot_be_changed_here(yanji: User, job: Job, method: str) -> None:
    client = APIClient()
    client.force_authenticate(yanji)
    assert (
        getattr(client, method)(f"/api/jobs/{job.pk}/", {"state": "done"}, format="json").status_code == 405
    )
