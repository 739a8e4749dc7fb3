"""The residents' pages, asked as a phone asks them: right, wrong, foreign and hostile."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from consultations import privacy
from consultations.models import (
    Ballot,
    Comment,
    CommentEvent,
    Consultation,
    Disposition,
    Question,
    Questionnaire,
    ResidentSession,
    Roll,
    RollEntry,
    Sheet,
    Support,
)
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from records.attachments import attach
from tests.conftest import make_user
from tests.consultations.hearing import Hearing, hearing, plan
from tests.consultations.phones import phone_of
from tests.projects.stage import make_item, write
from tests.trust.pages import read
from tests.trust.payloads import EVALUATED, PAYLOADS

pytestmark = pytest.mark.django_db
CaptureOnCommit = Callable[..., AbstractContextManager[list[Any]]]


def at(stage: Hearing, name: str, *args: object) -> str:
    """Return the address of a page of a stage's community."""
    return reverse(f"residents:{name}", args=[stage.project.community.code, *args])


def text_of(client: Client, address: str, status: int = 200, **data: str) -> str:
    """Return a page as text."""
    answer = client.get(address, data)
    assert answer.status_code == status, address
    return answer.content.decode()


def post_comment(client: Client, stage: Hearing, **fields: object) -> Comment:
    """Send the form of a comment and return what is stored."""
    form = {
        "key": "k1",
        "kind": "comment",
        "about": f"clause-{stage.clauses[1].pk}",
        "text": "做个坡道",
        **fields,
    }
    answer = client.post(at(stage, "say"), form)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    comment = Comment.objects.latest("pk")
    assert answer["Location"] == at(stage, "comment", comment.pk) + "?done=said"
    return comment


# ------------------------------------------------------------------------------- the way in
def test_whoever_has_no_slip_is_sent_to_the_door_and_back() -> None:
    stage = hearing()
    for name, args in (("say", ()), ("mine", ()), ("vote", (1,)), ("privacy", ()), ("comment", (1,))):
        answer = Client().get(at(stage, name, *args))
        assert answer.status_code == 302
        assert answer["Location"].startswith(at(stage, "enter") + "?next=%2Fp%2F")


def test_a_home_of_another_community_is_nobody_here() -> None:
    stage, other = hearing(), hearing("别处小区")
    stranger = phone_of(other.households[0])
    form = {"key": "k", "kind": "comment", "text": "越界"}
    for answer in (stranger.get(at(stage, "say")), stranger.post(at(stage, "say"), form)):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, at(stage, "enter"))
    assert stranger.post(at(stage, "vote", 1), {"choice": "agree"}).status_code == 302
    assert (Comment.objects.count(), Ballot.objects.count()) == (0, 0)


def test_the_notice_comes_before_the_first_word_and_its_version_is_kept() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0], accepts=False)
    answer = phone.get(at(stage, "say") + f"?about=clause-{stage.clauses[0].pk}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(at(stage, "privacy") + "?next=%2Fp%2F")
    for address, form in (
        (at(stage, "say"), {"key": "k", "kind": "comment", "text": "不行"}),
        (at(stage, "vote", 1), {"choice": "agree"}),
    ):
        assert phone.post(address, form)["Location"].startswith(at(stage, "privacy"))
    assert (Comment.objects.count(), Ballot.objects.count()) == (0, 0)
    assert "No name, no telephone" in text_of(phone, at(stage, "privacy"))
    back = at(stage, "say")
    answer = phone.post(at(stage, "privacy"), {"next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    kept = ResidentSession.objects.get()
    assert kept.privacy_version == privacy.VERSION
    assert kept.privacy_accepted_at is not None
    evil = phone.post(at(stage, "privacy"), {"next": "//evil.example/"})
    assert evil["Location"] == at(stage, "read")


def test_forms_without_their_token_are_refused() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0], strict=True)
    for name, args in (("say", ()), ("privacy", ()), ("vote", (1,)), ("support", (1,)), ("withdraw", (1,))):
        assert phone.post(at(stage, name, *args)).status_code == 403


def test_nothing_of_a_home_is_kept_on_a_shared_machine() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    comment = post_comment(phone, stage)
    for name, args in (
        ("read", ()),
        ("say", ()),
        ("mine", ()),
        ("comment", (comment.pk,)),
        ("vote", (1,)),
        ("all", ()),
    ):
        answer = phone.get(at(stage, name, *args))
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store"), name
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("name", "args", "methods"),
    [
        ("read", (), ("post", "put", "delete")),
        ("all", (), ("post",)),
        ("changes", (), ("post",)),
        ("picture", (1,), ("post",)),
        ("say", (), ("put", "delete")),
        ("mine", (), ("post",)),
        ("comment", (1,), ("post",)),
        ("photo", (1,), ("post",)),
        ("support", (1,), ("get", "put")),
        ("vote", (1,), ("put", "delete")),
        ("questions", (1,), ("put",)),
    ],
)
def test_other_methods_are_refused(name: str, args: tuple[int, ...], methods: tuple[str, ...]) -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    for method in methods:
        assert getattr(phone, method)(at(stage, name, *args)).status_code == 405


# ------------------------------------------------------------------------------- speaking
def test_a_comment_is_said_seen_taken_back_and_erased() -> None:
    stage = hearing()
    phone, neighbour = phone_of(stage.households[0]), phone_of(stage.households[1])
    form = text_of(phone, at(stage, "say"), about=f"clause-{stage.clauses[1].pk}")
    assert "单元门前台阶" in form
    comment = post_comment(phone, stage)
    assert "Your comment has arrived" in text_of(phone, at(stage, "comment", comment.pk))
    assert "做个坡道" in text_of(phone, at(stage, "mine"))
    assert "做个坡道" in text_of(phone, at(stage, "read"))
    assert "做个坡道" not in text_of(neighbour, at(stage, "all"))
    for name in ("comment", "withdraw", "erase", "photo"):
        assert neighbour.get(at(stage, name, comment.pk)).status_code == 404
    for name in ("withdraw", "erase"):
        assert neighbour.post(at(stage, name, comment.pk)).status_code == 404
    Comment.objects.update(state="published")
    assert "做个坡道" in text_of(Client(), at(stage, "all"))
    assert "1 comment so far" in text_of(Client(), at(stage, "read"))
    assert "Take it back?" in text_of(phone, at(stage, "withdraw", comment.pk))
    assert phone.post(at(stage, "withdraw", comment.pk))["Location"] == at(stage, "mine") + "?done=withdrawn"
    stone = text_of(Client(), at(stage, "all"))
    assert "做个坡道" not in stone
    assert "Whoever said this has taken it back." in stone
    phone.post(at(stage, "erase", comment.pk))
    assert "Erased at the wish of whoever said it." in text_of(Client(), at(stage, "all"))
    assert "坡道" not in text_of(phone, at(stage, "mine"))
    assert phone.get(at(stage, "comment", comment.pk)).status_code == 404


def test_a_hidden_comment_is_a_stone_with_its_reason() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    comment = post_comment(phone, stage, text="骂人的话")
    Comment.objects.update(state="hidden", hidden_reason="辱骂他人")
    seen = text_of(Client(), at(stage, "all"))
    assert "骂人的话" not in seen
    assert "The office does not show this comment. Its reason: 辱骂他人" in seen
    assert "辱骂他人" in text_of(phone, at(stage, "comment", comment.pk))


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 1001},
        {"about": "clause-999999"},
        {"kind": "objection"},
        {"kind": "defect"},
        {"kind": "nonsense"},
        {"kind": "proposal", "proposed": "99999999"},
        {"key": ""},
        {"about": "clause-9" + "9" * 40, "text": ""},
    ],
)
def test_what_cannot_be_taken_keeps_the_text_and_says_why(fields: dict[str, str]) -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    form = {"key": "k", "kind": "comment", "about": "", "text": "我的话", **fields}
    answer = phone.post(at(stage, "say"), form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert Comment.objects.count() == 0


def test_the_fourth_comment_in_ten_minutes_waits_and_its_text_is_kept() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    for number in range(3):
        post_comment(phone, stage, key=f"k{number}")
    form = {"key": "k9", "kind": "comment", "about": "", "text": "还有一句"}
    answer = phone.post(at(stage, "say"), form)
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "还有一句" in answer.content.decode()
    assert Comment.objects.count() == 3


def test_the_same_form_sent_again_leads_to_the_same_comment() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    assert post_comment(phone, stage).pk == post_comment(phone, stage).pk
    assert Comment.objects.count() == 1


def test_an_item_is_proposed_from_the_catalogue() -> None:
    stage = hearing()
    phone, item = phone_of(stage.households[0]), make_item("加装电梯")
    assert "加装电梯" in text_of(phone, at(stage, "say"), kind="proposal")
    comment = post_comment(phone, stage, kind="proposal", about="", proposed=str(item.pk), text="3栋要电梯")
    assert comment.proposed_id == item.pk
    assert "Proposed: 加装电梯" in text_of(phone, at(stage, "mine"))


def test_others_are_supported_and_counted() -> None:
    stage = hearing()
    comment = post_comment(phone_of(stage.households[0]), stage)
    Comment.objects.update(state="published")
    neighbour = phone_of(stage.households[1])
    answer = neighbour.post(at(stage, "support", comment.pk), {"on": "1", "page": "1"})
    assert answer["Location"] == at(stage, "all") + f"?page=1#said-{comment.pk}"
    assert "1 other home thinks so too" in text_of(neighbour, at(stage, "all"))
    neighbour.post(at(stage, "support", comment.pk), {"on": "0"})
    assert Support.objects.count() == 0
    assert neighbour.post(at(stage, "support", 10**9), {"on": "1"}).status_code == 404
    assert phone_of(stage.households[0]).post(at(stage, "support", comment.pk)).status_code == 400


# ------------------------------------------------------------------------------- voting
def test_a_home_votes_sees_its_answer_and_changes_it() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    assert (
        phone.post(at(stage, "vote", 1), {"choice": "agree"})["Location"]
        == at(stage, "vote", 1) + "?done=voted"
    )
    phone.post(at(stage, "vote", 1), {"choice": "against"})
    assert list(Ballot.objects.order_by("pk").values_list("choice", "is_live", "channel")) == [
        ("agree", False, "online"),
        ("against", True, "online"),
    ]
    assert "Your home answered «do not agree»" in text_of(phone, at(stage, "read"))
    assert "Your home answered" not in text_of(phone_of(stage.households[1]), at(stage, "read"))
    assert phone.post(at(stage, "vote", 1), {"choice": "maybe"}).status_code == 400
    assert phone.get(at(stage, "vote", 9)).status_code == 404


def test_no_answer_is_chosen_beforehand_and_all_weigh_the_same() -> None:
    stage = hearing()
    for client in (Client(), phone_of(stage.households[0])):
        page = text_of(client, at(stage, "read"))
        assert "checked" not in page
        assert [
            page.count(f'value="{word}"') + page.count(f"?choice={word}") for word in Ballot.Choice.values
        ] == [1, 1, 1]


def test_after_the_last_day_no_answer_is_taken() -> None:
    stage = hearing(closes_on=timezone.localdate() - timedelta(days=1))
    phone = phone_of(stage.households[0])
    assert phone.post(at(stage, "vote", 1), {"choice": "agree"}).status_code == 400
    assert "The vote is not open now." in text_of(phone, at(stage, "vote", 1))
    assert Ballot.objects.count() == 0


def test_who_is_not_on_the_roll_is_told_so() -> None:
    stage = hearing()
    stage.entries[0].delete()
    phone = phone_of(stage.households[0])
    assert "not on the roll" in text_of(phone, at(stage, "read"))
    assert phone.post(at(stage, "vote", 1), {"choice": "agree"}).status_code == 400


# ------------------------------------------------------------------------------- questionnaires
def test_a_questionnaire_is_answered_and_its_limits_hold() -> None:
    stage = hearing()
    sheet = Questionnaire.objects.create(consultation=stage.consultation, title="改造意愿")
    many = Question.objects.create(
        questionnaire=sheet, number=1, text="最要紧的", kind="multiple", max_choices=2
    )
    options = [many.options.create(number=n, text=f"选项{n}") for n in (1, 2, 3)]
    step = Question.objects.create(questionnaire=sheet, number=2, text="满意吗", kind="scale")
    phone, address = phone_of(stage.households[0]), at(stage, "questions", sheet.pk)
    assert "改造意愿" in text_of(Client(), at(stage, "read"))
    assert "At most 2 answers." in text_of(phone, address)
    good = {f"q{many.pk}": [str(one.pk) for one in options[:2]], f"q{step.pk}": "4"}
    bad = {**good, f"q{many.pk}": [str(one.pk) for one in options]}
    refused = phone.post(address, bad)
    assert refused.status_code == 400
    assert refused.content.decode().count(" checked") == 4
    assert Sheet.objects.count() == 0
    assert phone.post(address, good)["Location"] == address + "?done=answered"
    assert Sheet.objects.get().answers.count() == 3
    assert text_of(phone, address).count(" checked") == 3
    outsider = phone_of(hearing("别处小区").households[0])
    assert outsider.post(address, good).status_code == 302


def test_after_the_works_a_home_judges_them_while_its_plan_stays_readable() -> None:
    stage = hearing(state=Consultation.State.FINAL)
    today = timezone.localdate()
    Project.objects.filter(pk=stage.project.pk).update(started_on=today, completed_on=today)
    row = {"project_id": stage.project.pk, "kind": "satisfaction", "title": "满意度调查", "state": "open"}
    days = {"opens_on": today, "closes_on": today + timedelta(days=5), "organiser": "街道"}
    [judged] = write(Consultation, [{**row, **days}])
    roll = Roll.objects.create(consultation=judged, households=12, people=12, area=600)
    home = stage.households[0]
    place = {"building_id": home.building_id, "building_number": "1栋", "room": "1", "area": 50}
    RollEntry.objects.create(roll=roll, household=home, person="1", **place)
    sheet = Questionnaire.objects.create(consultation=judged, title="满意度问卷")
    asked = Question.objects.create(
        questionnaire=sheet, number=1, text="满意吗", kind="scale", is_overall=True
    )
    phone = phone_of(home)
    page = text_of(phone, at(stage, "read"))
    for told in ("The plan is final", "屋面防水", "满意度问卷", "Report something wrong", "Finished"):
        assert told in page, told
    assert phone.post(at(stage, "questions", sheet.pk), {f"q{asked.pk}": "5"}).status_code == 302
    assert Sheet.objects.get().answers.get().step == 5
    assert phone.post(at(stage, "questions", sheet.pk), {f"q{asked.pk}": "6"}).status_code == 400


def test_totals_of_a_questionnaire_are_public_once_it_is_over_and_small_ones_never() -> None:
    stage = hearing()
    sheet = Questionnaire.objects.create(consultation=stage.consultation, title="改造意愿")
    asked = Question.objects.create(questionnaire=sheet, number=1, text="要电梯吗", kind="single")
    yes, no = (asked.options.create(number=n, text=text) for n, text in ((1, "要"), (2, "不要")))
    for number, home in enumerate(stage.households):
        choice = no if number < 2 else yes
        address = at(stage, "questions", sheet.pk)
        assert phone_of(home).post(address, {f"q{asked.pk}": str(choice.pk)}).status_code == 302
    assert Client().get(at(stage, "results", sheet.pk)).status_code == 404
    Consultation.objects.filter(pk=stage.consultation.pk).update(state="final")
    assert "See what all answered" in text_of(Client(), at(stage, "read"))
    page = text_of(Client(), at(stage, "results", sheet.pk))
    assert "要电梯吗" in page
    assert "not shown" in page
    assert "(16" not in page
    assert Client().get(at(hearing("别处小区"), "results", sheet.pk)).status_code == 404


# ------------------------------------------------------------------------------- answers
def revise(stage: Hearing, comment: Comment) -> PlanVersion:
    """Answer a comment, change its clause in a second version, and put the result on display."""
    officer = make_user("answers", "答复人", Role.ENTRY, "222401")
    newer = plan(stage.project)
    roof, steps = newer.clauses.order_by("number")
    PlanClause.objects.filter(pk=roof.pk).update(former=stage.clauses[0])
    PlanClause.objects.filter(pk=steps.pk).update(
        former=stage.clauses[1], text="修补 18 个单元门前台阶，面层铺防滑砖，1 号楼 1 单元做坡道。"
    )
    old, new = stage.items[1], newer.items.get(clause=steps)
    PlanItem.objects.filter(pk=new.pk).update(item=old.item, amount_fen=(old.amount_fen or 0) + 4_700_000)
    same = newer.items.get(clause=roof)
    PlanItem.objects.filter(pk=same.pk).update(item=stage.items[0].item)
    Disposition.objects.create(
        comment=comment,
        outcome="adopted",
        reason="在 1 号楼 1 单元做坡道。",
        clause=steps,
        answered_by=officer,
    )
    today = timezone.localdate()
    Consultation.objects.filter(pk=stage.consultation.pk).update(
        state="result", revised_version=newer, result_from=today, result_to=today + timedelta(days=6)
    )
    return newer


def test_an_adopted_comment_shows_the_changed_words_the_cost_and_what_comes_next() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    comment = post_comment(phone, stage, text="我妈坐轮椅，能不能做坡道？")
    Comment.objects.update(state="published")
    revise(stage, comment)
    page = text_of(phone, at(stage, "comment", comment.pk))
    for told in (
        "Your comment was adopted",
        "在 1 号楼 1 单元做坡道。",
        "<del>抹水泥</del>",
        "<ins>铺防滑砖，1 号楼 1 单元做坡道</ins>",
        "Cost of this clause",
        "Your home pays more",
        "0 yuan",
        "What comes next",
        "It is good like this",
    ):
        assert told in page, told
    changes = text_of(phone, at(stage, "changes"))
    assert "You said" in changes
    assert "我妈坐轮椅" in changes
    public = text_of(Client(), at(stage, "changes"))
    assert "You said" not in public
    assert "1栋, a resident" in public
    assert "屋面防水" not in public
    assert "See what your words have changed" in text_of(Client(), at(stage, "read"))


def test_a_revision_is_not_shown_before_it_is_on_display() -> None:
    stage = hearing()
    comment = post_comment(phone_of(stage.households[0]), stage)
    revise(stage, comment)
    Consultation.objects.update(state="revised")
    assert Client().get(at(stage, "changes")).status_code == 404
    assert "防滑砖" not in text_of(phone_of(stage.households[0]), at(stage, "comment", comment.pk))


# ------------------------------------------------------------------------------- the works
def test_a_defect_is_reported_with_a_photo_that_tells_nothing_but_its_pixels(
    django_capture_on_commit_callbacks: CaptureOnCommit,
) -> None:
    stage = hearing()
    Project.objects.filter(pk=stage.project.pk).update(started_on=timezone.localdate())
    phone = phone_of(stage.households[0])
    picture = Image.new("RGB", (640, 480), "white")
    exif = Image.Exif()
    exif[0x010F] = "Canary camera"
    exif.get_ifd(0x8825)[1] = "N"
    raw = io.BytesIO()
    picture.save(raw, "JPEG", exif=exif)
    assert b"Canary" in raw.getvalue()
    photo = SimpleUploadedFile("家门口.jpg", raw.getvalue(), "image/jpeg")
    assert "Photo" in text_of(phone, at(stage, "say"), kind="defect")
    comment = post_comment(phone, stage, kind="defect", about="", text="台阶裂了", photo=photo)
    assert comment.consultation_id is None
    with comment.photo.open() as kept:
        content = kept.read()
    assert b"Canary" not in content
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    sent = phone.get(at(stage, "photo", comment.pk))
    assert sent["Content-Type"] == "image/jpeg"
    assert b"Canary" not in b"".join(sent.streaming_content)  # type: ignore[attr-defined]
    assert phone_of(stage.households[1]).get(at(stage, "photo", comment.pk)).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(at(stage, "erase", comment.pk))
    assert not comment.photo.storage.exists(comment.photo.name or "")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF89a<script>", b"%PDF-1.4"])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    stage = hearing()
    Project.objects.filter(pk=stage.project.pk).update(started_on=timezone.localdate())
    form = {"key": "k", "kind": "defect", "text": "坏了", "photo": SimpleUploadedFile("a.jpg", content)}
    assert phone_of(stage.households[0]).post(at(stage, "say"), form).status_code == 400
    assert Comment.objects.count() == 0


def test_words_on_the_finished_works_wait_for_the_end() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    assert "This is not taken now." in text_of(phone, at(stage, "say"), kind="acceptance")
    today = timezone.localdate()
    Project.objects.filter(pk=stage.project.pk).update(started_on=today, completed_on=today)
    assert post_comment(phone, stage, kind="acceptance", about="", text="很满意").kind == "acceptance"


def test_pictures_of_the_plan_are_shown_and_no_other_files() -> None:
    stage, other = hearing(), hearing("别处小区")
    raw = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(raw, "PNG")

    def kept(record: Any) -> int:
        return attach(record, SimpleUploadedFile("图.png", raw.getvalue()), actor=None, bound=False).pk

    mine, foreign = kept(stage.items[0]), kept(other.items[0])
    private = kept(stage.project.community)
    assert at(stage, "picture", mine) in text_of(Client(), at(stage, "read"))
    answer = Client().get(at(stage, "picture", mine))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    for hidden in (foreign, private, 10**9):
        assert Client().get(at(stage, "picture", hidden)).status_code == 404
    Consultation.objects.filter(pk=stage.consultation.pk).update(state="draft")
    assert Client().get(at(stage, "picture", mine)).status_code == 404


def test_the_result_is_objected_to_from_the_page() -> None:
    today = timezone.localdate()
    stage = hearing(state=Consultation.State.RESULT, result_from=today, result_to=today)
    phone = phone_of(stage.households[0])
    assert "Object to the result" in text_of(phone, at(stage, "read"))
    comment = post_comment(phone, stage, kind="objection", about="", text="不同意占绿地")
    assert (comment.kind, comment.consultation_id) == ("objection", stage.consultation.pk)


# ------------------------------------------------------------------------------- harm
def test_numbers_of_persons_reach_neither_log_nor_address_nor_database(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    caplog.set_level("DEBUG")
    canaries = ("13912345678", "222401196001011234")
    comment = post_comment(phone, stage, text=f"电话{canaries[0]}，身份证{canaries[1]}")
    phone.post(at(stage, "say"), {"key": "", "kind": "comment", "text": canaries[0]})
    phone.post(at(stage, "vote", 1), {"choice": canaries[0]})
    told = caplog.text + comment.text + str(list(CommentEvent.objects.values()))
    assert not any(canary in told for canary in canaries)


def test_whatever_is_typed_is_shown_as_text_on_every_page() -> None:
    stage = hearing()
    phone = phone_of(stage.households[0])
    officer = make_user("answers", "答复人", Role.ENTRY, "222401")
    for number, payload in enumerate(PAYLOADS):
        comment = Comment.objects.create(
            project=stage.project,
            consultation=stage.consultation,
            clause=stage.clauses[number % 2],
            text=payload,
            household=stage.households[0],
            voice=payload[:60],
            state="published",
            key=f"x{number}",
        )
        Disposition.objects.create(comment=comment, outcome="refused", reason=payload, answered_by=officer)
    pages = [phone.get(at(stage, "mine")), phone.get(at(stage, "read"))]
    pages += [phone.get(at(stage, "all"), {"page": number}) for number in (1, 2)]
    pages += [phone.get(at(stage, "comment", pk)) for pk in Comment.objects.values_list("pk", flat=True)]
    for payload in PAYLOADS:
        pages.append(phone.get(at(stage, "say"), {"about": payload, "kind": payload}))
        pages.append(phone.get(at(stage, "read"), {"done": payload, "lang": payload}))
        pages.append(phone.get(at(stage, "vote", 1), {"choice": payload}))
        pages.append(
            phone.post(at(stage, "say"), {"key": "", "kind": payload, "about": payload, "text": payload})
        )
    assert {answer.status_code for answer in pages} == {200, 400}
    for answer in pages:
        assert read(answer.content.decode()).found == []
        assert EVALUATED not in answer.content.decode()
