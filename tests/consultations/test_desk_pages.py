"""The officials' pages: prepared, announced, looked at, answered; and a sheet on which nothing is alive."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from consultations import owed
from consultations.models import Comment, CommentEvent, Consultation, Disposition, Vote
from consultations.sheet import FORMATS, content
from projects.models import PlanClause, PlanVersion, Project
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.consultations.hearing import hearing, plan, register
from tests.consultations.test_proceedings import answer, over, say
from tests.projects.stage import make_project
from tests.trust.pages import read
from tests.trust.payloads import EVALUATED, PAYLOADS

State = Consultation.State
pytestmark = pytest.mark.django_db


def test_a_consultation_is_begun_prefilled_and_announced_on_its_page(
    yanji: User, client_for: ClientFor
) -> None:
    project = make_project("建工小区", stage=Project.Stage.PLAN)
    register(project)
    version = plan(project, PlanVersion.State.DRAFT)
    client = client_for(yanji)
    address = reverse("consultations:new", args=[project.pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"plan_version": version.pk, "telephone": "0433-2510000", "opens_on": "", "closes_on": ""}
    sent |= {"closes_on": (timezone.localdate() + timedelta(days=10)).isoformat()}
    twice = [client.post(address, sent) for _time in range(2)]
    [made] = Consultation.objects.all()
    page = reverse("consultations:consultation", args=[made.pk])
    assert [answer.headers["Location"] for answer in twice] == [page, page]
    assert (made.state, made.plan_version, made.organiser) == (State.DRAFT, version, "北山街道")
    step = reverse("consultations:step", args=[made.pk, "announce"])
    client.post(step, {"places": "各单元门口"})
    made.refresh_from_db()
    assert made.state == State.OPEN
    # Residents know the days now: the form says so and changes nothing.
    edit = reverse("consultations:edit", args=[made.pk])
    refused = client.post(edit, {**sent, "seen": made.version, "kind": "plan", "closes_on": "2030-01-01"})
    assert refused.status_code == 400
    before = made.closes_on
    made.refresh_from_db()
    assert made.closes_on == before


def test_comments_are_shown_or_hidden_with_a_reason_and_leave_a_trace(
    yanji: User, client_for: ClientFor
) -> None:
    found = hearing()
    comments = [say(found, household=number) for number in range(3)]
    Comment.objects.update(state=Comment.State.PENDING)
    client, url = client_for(yanji), reverse("consultations:comments", args=[found.consultation.pk])
    client.post(url, {"comment": [comments[0].pk, comments[1].pk], "do": "publish"})
    client.post(url, {"comment": comments[2].pk, "do": "hide", "reason": ""})
    states = list(Comment.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["published", "published", "pending"]
    client.post(url, {"comment": comments[2].pk, "do": "hide", "reason": "涉及他人隐私"})
    hidden = Comment.objects.get(pk=comments[2].pk)
    assert (hidden.state, hidden.hidden_reason, hidden.moderated_by) == ("hidden", "涉及他人隐私", yanji)
    events = CommentEvent.objects.order_by("pk").values_list("action", "actor", "note")
    assert list(events) == [
        ("published", yanji.pk, ""),
        ("published", yanji.pk, ""),
        ("hidden", yanji.pk, "涉及他人隐私"),
    ]
    assert client.post(url, {"comment": "99999", "do": "publish"}).status_code == 404


def test_one_form_answers_many_links_what_changed_and_takes_back(yanji: User, client_for: ClientFor) -> None:
    found = hearing()
    comments = [say(found, household=number) for number in range(3)]
    over(found)
    client, url = client_for(yanji), reverse("consultations:answers", args=[found.consultation.pk])
    sent = {"outcome": "adopted", "reason": "加装扶手。", "do": "answer", "key": "a-key-of-a-form"}
    for _time in range(2):
        client.post(url, {**sent, "comment": [comments[0].pk, comments[1].pk]})
    assert Disposition.objects.filter(is_current=True).count() == Disposition.objects.count() == 2
    same = {"outcome": "duplicate", "reason": "同前。", "do": "answer", "same_as": comments[0].pk}
    client.post(url, {**same, "comment": comments[2].pk})
    client.post(reverse("consultations:step", args=[found.consultation.pk, "answered"]))
    client.post(reverse("consultations:step", args=[found.consultation.pk, "revise"]))
    found.consultation.refresh_from_db()
    version = found.consultation.revised_version
    assert version is not None
    clause = version.clauses.get(number=2)
    given = Disposition.objects.get(comment=comments[0], is_current=True)
    client.post(url, {f"changed-{given.pk}": f"clause:{clause.pk}", "do": f"link:{given.pk}"})
    given.refresh_from_db()
    assert given.clause == clause
    client.post(url, {f"why-{given.pk}": "写错了", "do": f"back:{given.pk}"})
    given.refresh_from_db()
    assert given.is_current is False


def test_a_wrong_step_a_foreign_clause_and_a_stranger_change_nothing(
    yanji: User, dunhua: User, auditor: User, client_for: ClientFor
) -> None:
    found, other = hearing(), hearing("河南小区")
    comment = say(found)
    step = reverse("consultations:step", args=[found.consultation.pk, "cancel"])
    assert client_for(dunhua).post(step, {"reason": "x"}).status_code == 404
    assert client_for(auditor).post(step, {"reason": "x"}).status_code == 403
    assert client_for(yanji).get(step).status_code == 405
    unknown = reverse("consultations:step", args=[found.consultation.pk, "win"])
    assert client_for(yanji).post(unknown).status_code == 404
    url = reverse("consultations:answers", args=[found.consultation.pk])
    sent = {"outcome": "adopted", "reason": "改。", "comment": comment.pk, "do": "answer"}
    foreign = {**sent, "changed": f"clause:{other.clauses[0].pk}"}
    assert client_for(yanji).post(url, foreign).status_code == 400
    assert client_for(auditor).post(url, sent).status_code == 403
    found.consultation.refresh_from_db()
    assert (found.consultation.state, Disposition.objects.count()) == (State.OPEN, 0)


def test_officials_are_reminded_of_what_they_owe_residents(yanji: User, dunhua: User) -> None:
    found = hearing()
    waiting, silent = say(found), say(found, household=1)
    long_ago = timezone.now() - timedelta(days=31)
    Comment.objects.filter(pk=waiting.pk).update(state=Comment.State.PENDING, made_at=long_ago)
    Comment.objects.filter(pk=silent.pk).update(made_at=long_ago)
    over(found)
    with translation.override("en"):
        items = owed.owed(yanji)
        assert owed.owed(dunhua) == []
    assert [(item["kind"], item["due_note"]) for item in items] == [
        ("Comments to look at", "within 24 hours"),
        ("Comments to answer", "unanswered for more than 30 days"),
        ("Consultation", ""),
    ]
    assert items[0]["overdue"] is True
    Comment.objects.update(state=Comment.State.PUBLISHED)
    for comment in (waiting, silent):
        answer(comment, yanji)
    yesterday = timezone.localdate() - timedelta(days=1)
    over(found, State.RESULT, result_from=yesterday, result_to=yesterday)
    [item] = owed.owed(yanji)
    assert item["due"] == timezone.localdate()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_what_was_typed_is_alive_on_the_pages_and_on_the_sheet(
    payload: str, yanji: User, client_for: ClientFor
) -> None:
    found = hearing(organiser=payload[:100], telephone=payload[:40])
    comment = say(found)
    Comment.objects.filter(pk=comment.pk).update(text=payload, voice=payload[:60])
    Disposition.objects.create(comment=comment, outcome="refused", reason=payload, answered_by=yanji)
    Vote.objects.update(matter=payload)
    clause = PlanClause.objects.order_by("pk")[0]
    typed = {"title": payload[:100], "text": payload}
    apply(PlanClause, actor=None, source=ChangeSet.Source.LOAD, pk=clause.pk, values=typed)
    client = client_for(yanji)
    for name in ("consultation", "answers", "sheet", "comments"):
        address = reverse(f"consultations:{name}", args=[found.consultation.pk])
        page = client.get(address, {"show": "all"} if name == "answers" else {})
        assert page.status_code == 200
        html = page.content.decode()
        assert read(html).found == []
        assert EVALUATED not in html
    made = content(Consultation.objects.get(pk=found.consultation.pk))
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"](made))) as book:
        xml = book.read("word/document.xml").decode()
    texts = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", xml))
    assert "<script" not in xml.lower()
    assert EVALUATED not in texts
    assert FORMATS["pdf"](made).startswith(b"%PDF")


def test_the_sheet_tells_the_public_what_it_may_know(yanji: User) -> None:
    found = hearing()
    shown, hidden, withdrawn = (say(found, household=number) for number in range(3))
    Comment.objects.filter(pk=hidden.pk).update(state="hidden", hidden_reason="涉及隐私", text="张三的电话")
    Comment.objects.filter(pk=withdrawn.pk).update(state="withdrawn", text="撤回的话")
    answer(shown, yanji)
    made = content(found.consultation)
    assert [row["number"] for row in made["rows"]] == ["1", "2"]
    text = str(made)
    assert "台阶太高" in text
    assert "涉及隐私" in text
    assert "张三" not in text
    assert "撤回的话" not in text
    assert not any(household.place in text for household in found.households)


def test_a_page_of_many_comments_asks_no_more_than_a_page_of_one(
    yanji: User, client_for: ClientFor, django_assert_max_num_queries: object
) -> None:
    found = hearing()
    for number in range(12):
        answer(say(found, household=number), yanji)
    client = client_for(yanji)
    for name in ("consultation", "answers", "sheet", "comments"):
        address = reverse(f"consultations:{name}", args=[found.consultation.pk])
        with django_assert_max_num_queries(15):  # type: ignore[operator]
            client.get(address, {"show": "all"} if name == "answers" else {})
