"""What households say: once, in measure, without numbers of persons, and theirs to take back."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consultations import comments, privacy
from consultations.comments import BLOT, CommentRefused, Saying, TooMany
from consultations.models import Comment, CommentEvent, Consultation, Support
from tests.consultations.hearing import Hearing, hearing, plan
from tests.consultations.phones import session_of
from tests.projects.stage import make_item

pytestmark = pytest.mark.django_db


def said(stage: Hearing, text: str = "台阶太高，能不能做坡道？", key: str = "k1", **rest: object) -> Comment:
    """Let the first household say something."""
    session, _token = session_of(stage.households[0])
    return comments.say(session, stage.project, Saying(text, key, **rest))  # type: ignore[arg-type]


def test_a_comment_on_a_clause_waits_to_be_looked_at_and_names_the_building_alone() -> None:
    stage = hearing()
    comment = Comment.objects.get(pk=said(stage, clause_id=stage.clauses[1].pk).pk)
    assert (comment.state, comment.kind, comment.clause_id) == ("pending", "comment", stage.clauses[1].pk)
    assert comment.consultation_id == stage.consultation.pk
    assert comment.voice == "1栋, a resident"
    assert comment.session is not None
    assert comment.session.privacy_version == privacy.VERSION
    assert list(CommentEvent.objects.values_list("comment", "action")) == [(comment.pk, "said")]


def test_of_a_small_building_not_even_the_building_is_named() -> None:
    assert said(hearing(per_building=3)).voice == "a resident"


def test_the_same_form_sent_twice_has_said_it_once_and_no_other_home_can_use_its_key() -> None:
    stage = hearing()
    first, second = said(stage), said(stage)
    assert first.pk == second.pk
    session, _token = session_of(stage.households[1])
    other = comments.say(session, stage.project, Saying("也要坡道", "k1"))
    assert other.pk != first.pk
    assert Comment.objects.count() == 2


def test_a_home_speaks_three_times_in_ten_minutes_and_ten_times_a_day() -> None:
    stage = hearing()
    session, _token = session_of(stage.households[0])
    start = timezone.now()
    taken = 0
    for minute in range(0, 60, 2):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            try:
                comments.say(session, stage.project, Saying("一句话", f"k{minute}"))
                taken += 1
            except TooMany:
                pass
    assert taken == 10
    with time_machine.travel(start + timedelta(minutes=70), tick=False), pytest.raises(TooMany) as refused:
        comments.say(session, stage.project, Saying("一句话", "later"))
    assert refused.value.retry_after == timedelta(days=1)
    other, _token = session_of(stage.households[1])
    with time_machine.travel(start + timedelta(minutes=70), tick=False):
        assert comments.say(other, stage.project, Saying("一句话", "k")).pk


def test_what_is_refused_costs_no_try() -> None:
    stage = hearing()
    for number in range(5):
        with pytest.raises(CommentRefused, match="not in the plan"):
            said(stage, key=f"w{number}", clause_id=10**9)
    for number in range(3):
        said(stage, key=f"g{number}")
    with pytest.raises(TooMany):
        said(stage, key="g3")


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n ", "empty"), ("长" * 1001, "long"), ("\u202e\u200b", "empty")]
)
def test_nothing_and_too_much_are_refused(text: str, code: str) -> None:
    with pytest.raises(CommentRefused) as refused:
        said(hearing(), text=text)
    assert refused.value.code == code
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"opens_on": timezone.localdate() + timedelta(days=1)}, "not taken now"),
        ({"closes_on": timezone.localdate() - timedelta(days=1)}, "not taken now"),
        ({"state": Consultation.State.CLOSED}, "not taken now"),
        ({"state": Consultation.State.FINAL}, "not taken now"),
        ({"state": Consultation.State.DRAFT}, "not taken now"),
    ],
)
def test_nothing_is_taken_before_and_after(change: dict[str, object], told: str) -> None:
    stage = hearing(**change)  # type: ignore[arg-type]
    with pytest.raises(CommentRefused, match=told):
        said(stage)


def test_a_clause_of_another_version_or_community_is_refused() -> None:
    stage, other = hearing(), hearing("别处小区")
    later = plan(stage.project)
    for clause in (other.clauses[0], later.clauses.get(number=1)):
        with pytest.raises(CommentRefused, match="not in the plan"):
            said(stage, clause_id=clause.pk)
    with pytest.raises(CommentRefused, match="not in the plan"):
        said(stage, item_id=other.items[0].pk)
    session, _token = session_of(other.households[0])
    with pytest.raises(type(stage.project).DoesNotExist):
        comments.say(session, stage.project, Saying("越界", "k"))


def test_without_the_notice_about_data_nothing_is_taken() -> None:
    stage = hearing()
    session, _token = session_of(stage.households[0], accepts=False)
    with pytest.raises(CommentRefused) as refused:
        comments.say(session, stage.project, Saying("一句话", "k"))
    assert refused.value.code == "privacy"


def test_works_of_the_catalogue_are_proposed_and_nothing_else() -> None:
    stage = hearing()
    item = make_item("加装电梯")
    assert said(stage, kind="proposal", proposed_id=item.pk).proposed_id == item.pk
    for wrong in (None, 10**9):
        with pytest.raises(CommentRefused, match="Choose what should be added"):
            said(stage, key=f"w{wrong}", kind="proposal", proposed_id=wrong)


def test_the_result_is_objected_to_while_it_hangs() -> None:
    today = timezone.localdate()
    stage = hearing(state=Consultation.State.RESULT, result_from=today - timedelta(days=2), result_to=today)
    assert said(stage, kind="objection").kind == "objection"
    with pytest.raises(CommentRefused):
        said(stage, key="k2")
    gone = hearing(
        "旧小区",
        state=Consultation.State.RESULT,
        result_from=today - timedelta(days=9),
        result_to=today - timedelta(days=1),
    )
    with pytest.raises(CommentRefused):
        said(gone, kind="objection")


def test_a_home_takes_back_its_own_words_and_no_others() -> None:
    stage = hearing()
    comment = said(stage)
    mine, _token = session_of(stage.households[0])
    stranger, _token = session_of(stage.households[1])
    with pytest.raises(Comment.DoesNotExist):
        comments.withdraw(comment, stranger)
    comments.withdraw(comment, mine)
    comments.withdraw(comment, mine)
    kept = Comment.objects.get(pk=comment.pk)
    assert (kept.state, kept.text) == ("withdrawn", "台阶太高，能不能做坡道？")
    assert [event.action for event in kept.events.all()] == ["said", "withdrawn"]


def test_what_is_erased_keeps_neither_words_nor_home() -> None:
    stage = hearing()
    comment = said(stage)
    mine, _token = session_of(stage.households[0])
    stranger, _token = session_of(stage.households[1])
    with pytest.raises(Comment.DoesNotExist):
        comments.erase(comment, stranger)
    comments.erase(comment, mine)
    kept = Comment.objects.get(pk=comment.pk)
    assert (kept.state, kept.text, kept.household_id, kept.session_id) == ("erased", "", None, None)
    assert kept.voice == "a resident"
    assert [event.action for event in kept.events.all()] == ["said", "erased"]


def test_a_home_supports_what_others_said_once() -> None:
    stage = hearing()
    comment = said(stage)
    neighbour, _token = session_of(stage.households[1])
    with pytest.raises(Comment.DoesNotExist):
        comments.support(comment, neighbour)
    Comment.objects.filter(pk=comment.pk).update(state="published")
    for _time in range(2):
        comments.support(comment, neighbour)
    assert Support.objects.count() == 1
    with pytest.raises(CommentRefused, match="your own"):
        comments.support(comment, session_of(stage.households[0])[0])
    outsider, _token = session_of(hearing("别处小区").households[0])
    with pytest.raises(Comment.DoesNotExist):
        comments.support(comment, outsider)
    comments.support(comment, neighbour, on=False)
    assert Support.objects.count() == 0


@pytest.mark.parametrize(
    "number",
    [
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "１３９１２３４５６７８",
        "+86 13912345678",
        "一三九一二三四五六七八",
        "幺三九幺二三四五六七八",
        "222401196001011234",
        "22240119600101123X",
        "222401 19600101 123x",
        "6222021234567890123",
        "0433-2512345",
        "wang@example.com",
    ],
)
def test_numbers_of_persons_are_taken_out(number: str) -> None:
    assert comments.readable(f"我是王大妈，电话{number}，请联系") == f"我是王大妈，电话{BLOT}，请联系"


@pytest.mark.parametrize(
    "text",
    [
        "1、3、5、6、7、8、9、10、11、12栋都要坡道",
        "2026-03-01 至 2026-03-15，2,300 ㎡，108 盏",
        "一二三四五六七八九十栋",
        "国办发〔2020〕23号",
        "造价 12345678 元",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert comments.readable(text) == text


@given(st.text(max_size=300))
def test_whatever_is_typed_is_stored_without_signs_that_cannot_be_seen(text: str) -> None:
    try:
        kept = comments.readable(text)
    except CommentRefused:
        return
    assert comments.readable(kept) == kept
    assert not any(sign in kept for sign in "\x00\x1b\u202e\u200b\ufeff")


@pytest.mark.django_db(transaction=True)
def test_of_many_that_arrive_together_three_are_taken() -> None:
    stage = hearing()
    session, _token = session_of(stage.households[0])

    def speak(number: int) -> str:
        try:
            comments.say(session, stage.project, Saying("一句话", f"k{number}"))
        except TooMany:
            return "refused"
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(max_workers=12) as pool:
        told = Counter(pool.map(speak, range(24)))
    assert told == {"taken": 3, "refused": 21}
    assert Comment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_form_that_arrives_many_times_at_once_is_one_comment() -> None:
    stage = hearing()
    session, _token = session_of(stage.households[0])

    def speak(_number: int) -> int:
        try:
            return comments.say(session, stage.project, Saying("一句话", "same")).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert len(set(pool.map(speak, range(16)))) == 1
    assert Comment.objects.count() == 1
