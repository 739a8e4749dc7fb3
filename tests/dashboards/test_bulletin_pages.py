"""The pages of the bulletins: who may do what, what happens when they do, and when they may not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.roles import Role
from dashboards import bulletins
from dashboards.documents import files
from dashboards.models import Bulletin
from jobs.models import Job
from projects.models import Project
from tests.conftest import ClientFor, make_user

pytestmark = pytest.mark.django_db

WORDS = {"to": "各市（州）：", "remark": "", "matters": "", "next_steps": "倒排工期。"}


@pytest.fixture
def draft(year: list[Project]) -> Bulletin:
    """Give the draft of June 2020, made by the timetable."""
    return bulletins.make(plan_year=2020, year=2020, month=6)[0]


@pytest.fixture
def issued(draft: Bulletin) -> Bulletin:
    """Give June 2020 as it was issued."""
    signer = make_user("signer", "签发人", Role.MANAGER, "220000")
    return bulletins.issue(bulletin=draft, seen=1, by=signer)


# ---------------------------------------------------------------- reading


def test_the_page_is_the_paper_with_its_numbers_as_links(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(draft.get_absolute_url())
    html = response.content.decode()
    assert draft.title in html
    assert "Draft, not issued" in html
    started = "/dashboards/rows/?year=2020&amp;on=2020-06-30&amp;region=220000&amp;measure=started"
    assert f'<a href="{started}">4</a>' in html
    assert f'<a href="{started}">40.0%</a>' in html
    assert response.context["comparison"]["net"] == 2
    assert [check.sign for check in response.context["checks"]] == ["ok", "ok", "ok", "ok", "soft"]


def test_each_number_of_the_text_equals_its_rows(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    html = client.get(draft.get_absolute_url()).content.decode()
    article = html[html.index("<article") : html.index("</article>")]
    links = set(re.findall(r'<a href="(/dashboards/rows/[^"]+)">([\d,]+)</a>', article))
    checked = [link for link in sorted(links) if link[1] != "0"]
    assert len(checked) > 20
    for url, text in checked:
        behind = client.get(url.replace("&amp;", "&")).context["behind"].amounts
        assert text in {f"{behind.communities:,}", f"{behind.households:,}"}


def test_a_reader_elsewhere_sees_the_issued_text_and_links_only_to_their_own_rows(
    issued: Bulletin, yanji: User, client_for: ClientFor
) -> None:
    response = client_for(yanji).get(issued.get_absolute_url())
    html = response.content.decode()
    assert "region=222401" in html
    assert "region=220000" not in html
    assert "region=222403" not in html
    assert response.context["checks"] == []
    assert {
        line["unit"] for group in response.context["comparison"]["groups"] for line in group["units"]
    } == {"延吉市"}


def test_the_moves_are_listed_with_who_when_and_why(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    response = client.get(f"{draft.get_absolute_url()}changes/")
    assert [line["move"].name for line in response.context["lines"]] == ["小区1", "小区2", "小区6"]
    narrowed = client.get(f"{draft.get_absolute_url()}changes/?unit=222404")
    assert [line["unit"] for line in narrowed.context["lines"]] == ["珲春市"]


def test_the_list_shows_what_one_may_read(
    draft: Bulletin, province_user: User, yanji: User, client_for: ClientFor
) -> None:
    assert draft.title in client_for(province_user).get("/dashboards/bulletins/").content.decode()
    response = client_for(yanji).get("/dashboards/bulletins/")
    assert list(response.context["page_obj"]) == []
    assert response.context["form"] is None


@pytest.mark.parametrize("suffix", ["docx", "pdf", "xlsx"])
def test_files_come_as_they_were_stored_under_their_chinese_title(
    issued: Bulletin, yanji: User, client_for: ClientFor, suffix: str
) -> None:
    response: Any = client_for(yanji).get(f"{issued.get_absolute_url()}{suffix}/")
    assert b"".join(response.streaming_content) == files.read(issued.files[suffix])
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.EXPORT, actor=yanji).count() == 1


def test_an_unknown_file_is_not_found(issued: Bulletin, yanji: User, client_for: ClientFor) -> None:
    assert client_for(yanji).get(f"{issued.get_absolute_url()}exe/").status_code == 404


# ---------------------------------------------------------------- making


def test_the_button_makes_one_bulletin_and_leads_to_it(
    year: list[Project], province_user: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_for(province_user)
    form = {"plan_year": 2020, "period": "2020-06"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/dashboards/bulletins/make/", form)
    assert response.headers["Location"] == Job.objects.get().get_absolute_url()
    bulletin = Bulletin.objects.get()
    assert bulletin.drafted_by == province_user
    again = client.post("/dashboards/bulletins/make/", form)
    assert again.headers["Location"] == bulletin.get_absolute_url()
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"plan_year": 2020, "period": "2999-01"}, "period"),
        ({"plan_year": 2020, "period": "2020-13"}, "period"),
        ({"plan_year": 2020, "period": "Juni"}, "period"),
        ({"plan_year": 2021, "period": "2020-06"}, "plan_year"),
        ({"plan_year": "x", "period": "2020-06"}, "plan_year"),
        ({}, "period"),
    ],
)
def test_a_period_that_cannot_be_reported_is_refused(
    province_user: User, client_for: ClientFor, form: dict[str, Any], field: str
) -> None:
    response = client_for(province_user).post("/dashboards/bulletins/make/", form)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Job.objects.exists()


def test_a_year_without_projects_fails_in_words(
    province_user: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client_for(province_user).post(
            "/dashboards/bulletins/make/", {"plan_year": 2020, "period": "2020-06"}
        )
    job = Job.objects.get()
    assert (job.state, job.error_code) == (Job.State.FAILED, "nothing_to_report")
    assert "No project is listed for plan year 2020" in job.error_message


# ---------------------------------------------------------------- editing


def test_the_draft_is_edited_by_form(draft: Bulletin, province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    url = f"{draft.get_absolute_url()}edit/"
    assert client.get(url).context["form"].initial["seen"] == 1
    response = client.post(url, {**WORDS, "seen": 1})
    assert response.headers["Location"] == draft.get_absolute_url()
    assert Bulletin.objects.get().narrative["next_steps"] == "倒排工期。"


def test_a_lost_race_keeps_the_text_that_was_typed(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    url = f"{draft.get_absolute_url()}edit/"
    client.post(url, {**WORDS, "seen": 1})
    response = client.post(url, {**WORDS, "next_steps": "我写的一段话", "seen": 1})
    assert response.status_code == 200
    assert "我写的一段话" in response.content.decode()
    assert "Somebody changed this draft meanwhile" in response.content.decode()


def test_an_empty_text_is_refused_and_nothing_saved(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).post(f"{draft.get_absolute_url()}edit/", {"seen": 1, "to": ""})
    assert set(response.context["form"].errors) == {"to", "next_steps"}
    assert Bulletin.objects.get().revision == 1


def test_markup_in_the_text_is_shown_as_text(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    words = {**WORDS, "remark": "<script>alert(1)</script>", "seen": 1}
    client.post(f"{draft.get_absolute_url()}edit/", words)
    html = client.get(draft.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_an_issued_bulletin_has_no_form(issued: Bulletin, province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    for response in (
        client.get(f"{issued.get_absolute_url()}edit/"),
        client.post(f"{issued.get_absolute_url()}edit/", {**WORDS, "seen": 1}),
    ):
        assert response.headers["Location"] == issued.get_absolute_url()
    assert Bulletin.objects.get().narrative == issued.narrative


# ---------------------------------------------------------------- issuing


def test_a_second_person_issues(draft: Bulletin, province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    response = client.post(f"{draft.get_absolute_url()}issue/", {"seen": 1}, follow=True)
    assert Bulletin.objects.get().issued_by == province_user
    assert "The bulletin is issued." in response.content.decode()
    again = client.post(f"{draft.get_absolute_url()}issue/", {"seen": 1}, follow=True)
    assert "had been issued already" in again.content.decode()


def test_the_writer_is_refused_and_it_is_noted(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    client.post(f"{draft.get_absolute_url()}edit/", {**WORDS, "seen": 1})
    assert "You wrote this draft" in client.get(draft.get_absolute_url()).content.decode()
    assert client.post(f"{draft.get_absolute_url()}issue/", {"seen": 2}).status_code == 403
    assert Bulletin.objects.get().is_draft
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.BULLETIN_ISSUE)
    assert (event.actor, event.outcome) == (province_user, "refused")


def test_a_draft_that_changed_is_not_signed_unread(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    other = make_user("other", "他人", Role.MANAGER, "220000")
    bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=other)
    response = client_for(province_user).post(f"{draft.get_absolute_url()}issue/", {"seen": 1}, follow=True)
    assert "Read it again" in response.content.decode()
    assert Bulletin.objects.get().is_draft


def test_a_failed_check_keeps_a_bulletin_from_being_issued(
    draft: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    document = draft.document
    document["tables"][0]["total"]["started"] = 999
    Bulletin.objects.filter(pk=draft.pk).update(document=document)
    client = client_for(province_user)
    assert "A check failed" in client.get(draft.get_absolute_url()).content.decode()
    client.post(f"{draft.get_absolute_url()}issue/", {"seen": 1})
    assert Bulletin.objects.get().is_draft


def test_an_incomplete_form_is_refused(draft: Bulletin, province_user: User, client_for: ClientFor) -> None:
    assert client_for(province_user).post(f"{draft.get_absolute_url()}issue/", {}).status_code == 400


# ---------------------------------------------------------------- who may come in

READ = ["", "changes/", "pdf/"]
WRITE = ["edit/", "issue/"]


def test_a_draft_is_not_found_by_those_who_do_not_write_it(
    draft: Bulletin, yanji: User, auditor: User, client_for: ClientFor
) -> None:
    for user in (yanji, auditor):
        for part in READ:
            assert client_for(user).get(draft.get_absolute_url() + part).status_code == 404


def test_writing_takes_the_capability(
    issued: Bulletin, yanji: User, prefecture_reviewer: User, auditor: User, client_for: ClientFor
) -> None:
    for user in (yanji, prefecture_reviewer, auditor):
        for part in WRITE:
            assert client_for(user).post(issued.get_absolute_url() + part).status_code == 403
        assert client_for(user).post("/dashboards/bulletins/make/").status_code == 403


def test_bulletins_of_another_region_are_not_found(draft: Bulletin, client_for: ClientFor) -> None:
    elsewhere = make_user("elsewhere", "延边州管理", Role.MANAGER, "222400")
    for part in READ:
        assert client_for(elsewhere).get(draft.get_absolute_url() + part).status_code == 404
    for part in WRITE:
        assert client_for(elsewhere).post(draft.get_absolute_url() + part, {"seen": 1}).status_code == 404


def test_who_has_no_business_here_is_refused(
    issued: Bulletin,
    worker: User,
    liaison: User,
    system_admin: User,
    security_admin: User,
    client_for: ClientFor,
    client: Client,
) -> None:
    urls = ["/dashboards/bulletins/", *(issued.get_absolute_url() + part for part in READ)]
    for url in urls:
        for user in (worker, liaison, system_admin, security_admin):
            assert client_for(user).get(url).status_code == 403
        assert client.get(url).status_code == 302


def test_methods_are_those_that_make_sense(
    issued: Bulletin, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    for part in ["", "changes/", "pdf/"]:
        assert client.post(issued.get_absolute_url() + part).status_code == 405
    assert client.get(issued.get_absolute_url() + "issue/").status_code == 405
    assert client.get("/dashboards/bulletins/make/").status_code == 405
    assert client.put(issued.get_absolute_url() + "edit/").status_code == 405


def test_pages_cost_few_queries(
    draft: Bulletin, province_user: User, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client = client_for(province_user)
    for url in ("/dashboards/bulletins/", draft.get_absolute_url(), f"{draft.get_absolute_url()}changes/"):
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
