"""The pages of a job: who may follow it, what they show, who may steer it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Region, User
from jobs import services
from jobs.models import Job
from tests.conftest import ClientFor

NO_HEADER = "No header row was found in sheet %(sheet)s."


@pytest.fixture
def job(yanji: User) -> Job:
    """Give a job of the officer of 延吉市 that is under way."""
    return Job.objects.create(
        kind="tests.write",
        key="import 7",
        state=Job.State.RUNNING,
        attempt=1,
        created_by=yanji,
        region=yanji.region,
        heartbeat_at=timezone.now(),
        started_at=timezone.now(),
        progress_done=620,
        progress_total=2000,
        progress_label="Rows checked",
    )


def end(job: Job, state: Job.State, **fields: object) -> None:
    """Let the job end."""
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now(), **fields)


PAGES = ["", "progress/"]


@pytest.mark.parametrize("page", PAGES)
def test_the_one_who_asked_sees_how_far_it_is(
    yanji: User, client_for: ClientFor, job: Job, page: str
) -> None:
    response = client_for(yanji).get(f"{job.get_absolute_url()}{page}")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Rows checked" in text
    assert "620" in text
    assert "2,000" in text
    assert f'hx-get="/jobs/{job.pk}/progress/"' in text
    assert "HX-Refresh" not in response.headers


@pytest.mark.parametrize("page", PAGES)
def test_readers_of_the_region_and_operators_may_follow_it(
    prefecture_reviewer: User, system_admin: User, client_for: ClientFor, job: Job, page: str
) -> None:
    for user in (prefecture_reviewer, system_admin):
        assert client_for(user).get(f"{job.get_absolute_url()}{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_job_is_not_found(
    dunhua: User, security_admin: User, audit_admin: User, client_for: ClientFor, job: Job, page: str
) -> None:
    for user in (dunhua, security_admin, audit_admin):
        assert client_for(user).get(f"{job.get_absolute_url()}{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_asked_to_log_in(client: Client, job: Job, page: str) -> None:
    response = client.get(f"{job.get_absolute_url()}{page}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_a_job_without_a_region_is_seen_by_its_owner_alone(
    yanji: User, province_user: User, client_for: ClientFor, job: Job
) -> None:
    Job.objects.update(region=None)
    assert client_for(yanji).get(job.get_absolute_url()).status_code == 200
    assert client_for(province_user).get(job.get_absolute_url()).status_code == 404


def test_the_fragment_reloads_the_page_when_the_work_has_ended(
    yanji: User, client_for: ClientFor, job: Job
) -> None:
    end(job, Job.State.DONE)
    response = client_for(yanji).get(f"{job.get_absolute_url()}progress/")
    assert response.headers["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_the_page_of_done_work_leads_to_the_result(yanji: User, client_for: ClientFor, job: Job) -> None:
    end(job, Job.State.DONE, result={"next_url": "/ledgers/imports/7/"})
    text = client_for(yanji).get(job.get_absolute_url()).content.decode()
    assert 'href="/ledgers/imports/7/"' in text
    assert "<progress" not in text
    assert "Cancel the work" not in text
    assert "Ask for it again" not in text


def test_the_page_of_failed_work_says_why_and_offers_another_try(
    yanji: User, client_for: ClientFor, job: Job
) -> None:
    end(
        job,
        Job.State.FAILED,
        error_code="no_header",
        error_text=NO_HEADER,
        error_params={"sheet": "<b>Sheet1</b>"},
    )
    text = client_for(yanji).get(job.get_absolute_url()).content.decode()
    assert "No header row was found in sheet &lt;b&gt;Sheet1&lt;/b&gt;." in text
    assert "Ask for it again" in text


def test_the_owner_repeats_and_cancels(yanji: User, client_for: ClientFor, job: Job) -> None:
    client = client_for(yanji)
    assert client.post(f"/jobs/{job.pk}/cancel/").headers["Location"] == f"/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    client.post(f"/jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.QUEUED, 1)


def test_steering_what_cannot_be_steered_changes_nothing(
    yanji: User, client_for: ClientFor, job: Job
) -> None:
    client = client_for(yanji)
    text = client.post(f"/jobs/{job.pk}/retry/", follow=True).content.decode()
    assert "Only failed or cancelled work can be asked for again." in text
    end(job, Job.State.DONE)
    text = client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "The work had already ended." in text
    job.refresh_from_db()
    assert job.state == Job.State.DONE


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_only_the_owner_and_operators_steer(
    prefecture_reviewer: User, dunhua: User, system_admin: User, client_for: ClientFor, job: Job, verb: str
) -> None:
    assert client_for(prefecture_reviewer).post(f"/jobs/{job.pk}/{verb}/").status_code == 404
    assert client_for(dunhua).post(f"/jobs/{job.pk}/{verb}/").status_code == 404
    assert client_for(system_admin).get(f"/jobs/{job.pk}/{verb}/").status_code == 405
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert client_for(system_admin).post(f"/jobs/{job.pk}/{verb}/").status_code == 302


def test_the_list_shows_all_work_and_the_machinery_to_operators(
    system_admin: User, client_for: ClientFor, job: Job
) -> None:
    services.pulse(services.BEAT)
    Job.objects.create(kind="tests.refuse", key="b")
    client = client_for(system_admin)
    text = client.get("/jobs/").content.decode()
    assert "Write a row" in text
    assert "tests.refuse" in text
    assert "never seen" not in text  # the worker lives: its job's heart beats
    only_waiting = client.get("/jobs/?state=queued").content.decode()
    assert "Write a row" not in only_waiting
    assert "tests.refuse" in only_waiting
    assert client.get("/jobs/?state=done").content.decode().count("No work was asked for yet.") == 1
    assert client.get("/jobs/?state=nonsense").status_code == 200


def test_the_list_is_refused_to_everybody_else(
    province_user: User, security_admin: User, auditor: User, client_for: ClientFor
) -> None:
    for user in (province_user, security_admin, auditor):
        assert client_for(user).get("/jobs/").status_code == 403


def test_the_list_costs_the_same_for_one_job_and_for_many(
    system_admin: User, client_for: ClientFor, django_assert_max_num_queries: object
) -> None:
    region = Region.objects.get(code="222401")
    Job.objects.bulk_create(
        Job(kind="tests.write", key=str(number), region=region, created_by=system_admin)
        for number in range(60)
    )
    client = client_for(system_admin)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/jobs/")
