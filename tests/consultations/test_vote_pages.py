"""The staff pages of votes: set up, entered by keyboard, listed, traced, printed."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document
from PIL import Image

from accounts.models import User
from consultations import canvass, counting, vote_papers
from consultations.ballots import cast
from consultations.models import Ballot, Consultation, Notice, Vote, VoteRule
from tests.conftest import ClientFor
from tests.consultations.hearing import Hearing, hearing, rule
from tests.trust.world import body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Hearing:
    """A community of twelve households that is voting now."""
    return hearing()


def stand(heard: Hearing, **values: Any) -> None:
    """Put the consultation into a state."""
    Consultation._base_manager.filter(pk=heard.consultation.pk).update(**values)


def enter(vote: Vote, **values: Any) -> tuple[str, dict[str, Any]]:
    """Return address and form of a sheet."""
    form = {"place": "1-1-101", "choice": "agree", "channel": "paper", **values}
    return reverse("consultations:vote_enter", args=[vote.pk]), form


def place(heard: Hearing, number: int) -> str:
    """Return a place as somebody types it."""
    return heard.entries[number].place


# --- setting up ------------------------------------------------------------------------------------------


def test_a_vote_is_set_up_before_the_announcement(heard: Hearing, yanji: User, client_for: ClientFor) -> None:
    stand(heard, state=Consultation.State.DRAFT)
    client = client_for(yanji)
    chosen = VoteRule.objects.get(code="elevator-entrance-yanji")
    where = f"{heard.buildings[0].pk}/1单元"
    form = {"matter": "加装电梯", "rule": chosen.pk, "place": where, "key": "one"}
    address = reverse("consultations:vote_new", args=[heard.consultation.pk])
    for _twice in range(2):
        assert client.post(address, form).status_code == 302
    made = Vote.objects.get(number=2)
    assert (made.matter, made.rule, made.building_id, made.entrance, made.is_decisive) == (
        "加装电梯",
        chosen,
        heard.buildings[0].pk,
        "1单元",
        False,
    )
    assert client.post(
        reverse("consultations:vote", args=[made.pk]), form | {"matter": "装电梯", "key": "two"}
    )["Location"] == (reverse("consultations:votes", args=[heard.consultation.pk]))
    made.refresh_from_db()
    assert made.matter == "装电梯"
    client.post(reverse("consultations:vote_remove", args=[made.pk]))
    assert not Vote.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("where", ["", "0", "0/1单元", "x"])
def test_a_rule_of_an_entrance_needs_the_entrance(
    heard: Hearing, yanji: User, client_for: ClientFor, where: str
) -> None:
    stand(heard, state=Consultation.State.DRAFT)
    chosen = VoteRule.objects.get(code="elevator-entrance-jinan")
    address = reverse("consultations:vote_new", args=[heard.consultation.pk])
    form = {"matter": "加装电梯", "rule": chosen.pk, "place": where}
    assert client_for(yanji).post(address, form).status_code == 400
    assert Vote.objects.count() == 1


def test_votes_stand_once_announced(heard: Hearing, yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    form = {"matter": "别的事", "rule": VoteRule.objects.get(code="civil-code-weighty").pk}
    assert client.post(reverse("consultations:vote", args=[heard.vote.pk]), form).status_code == 400
    client.post(reverse("consultations:vote_remove", args=[heard.vote.pk]))
    heard.vote.refresh_from_db()
    assert heard.vote.matter == "是否同意改造方案"


def test_the_province_adds_a_rule_and_stops_offering_it(
    province_user: User, yanji: User, client_for: ClientFor
) -> None:
    form = {
        "code": "own",
        "name": "本省规则",
        "scope": "community",
        "join_numerator": 2,
        "join_denominator": 3,
        "agree_numerator": 4,
        "agree_denominator": 5,
        "source": "某省条例 第一条",
    }
    address = reverse("consultations:rules")
    assert client_for(yanji).post(address, form).status_code == 403
    client = client_for(province_user)
    assert client.post(address, form | {"agree_numerator": 6}).status_code == 400
    assert client.post(address, form | {"source": ""}).status_code == 400
    assert client.post(address, form).status_code == 302
    made = VoteRule.objects.get(code="own")
    assert (
        client.post(reverse("consultations:rule_offer", args=[made.pk]), {"offered": "0"}).status_code == 302
    )
    made.refresh_from_db()
    assert (made.is_active, made.agree_numerator) == (False, 4)


# --- entering sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["1栋 1单元 101", "1-1-101", "１栋1单元101室", "01 1 101", "1号楼1门101"])
def test_a_place_is_found_however_it_is_typed(heard: Hearing, typed: str) -> None:
    found = canvass.find_place(heard.entries, typed)
    wanted = [
        entry
        for entry in heard.entries
        if entry.building_id == heard.buildings[0].pk and (entry.entrance, entry.room) == ("1单元", "101")
    ]
    assert (heard.buildings[0].number, found) == (found[0].building_number, wanted)


def test_a_sheet_is_taken_once_and_the_channel_stays(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    address, form = enter(heard.vote, place=place(heard, 0), channel="visit", key="k1", sheet_no="7")
    client = client_for(worker)
    answers = [client.post(address, form) for _twice in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{address}?channel=visit"] * 2
    kept = Ballot.objects.get()
    assert (kept.entry, kept.choice, kept.channel, kept.sheet_no, kept.entered_by, kept.is_live) == (
        heard.entries[0],
        "agree",
        "visit",
        "7",
        worker,
        True,
    )


def test_an_answer_is_replaced_only_when_somebody_says_so(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    client = client_for(worker)
    client.post(*enter(heard.vote, place=place(heard, 0), key="k1"))
    again = enter(heard.vote, place=place(heard, 0), choice="against", key="k2")
    answer = client.post(*again)
    assert (answer.status_code, Ballot.objects.count()) == (400, 1)
    assert 'type="checkbox" name="replaces"' in answer.content.decode()
    assert client.post(again[0], again[1] | {"replaces": "on"}).status_code == 302
    rows = list(Ballot.objects.order_by("pk").values_list("choice", "is_live"))
    assert rows == [("agree", False), ("against", True)]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"place": "9-9-999"}, Consultation.State.OPEN),
        ({"choice": "majority"}, Consultation.State.OPEN),
        ({"channel": "online"}, Consultation.State.OPEN),
        ({"channel": "proxy"}, Consultation.State.OPEN),
        ({}, Consultation.State.ANSWERED),
        ({}, Consultation.State.CANCELLED),
    ],
)
def test_a_sheet_that_cannot_be_taken_says_why(
    heard: Hearing, worker: User, client_for: ClientFor, values: dict[str, str], state: str
) -> None:
    stand(heard, state=state)
    answer = client_for(worker).post(*enter(heard.vote, **{"place": place(heard, 0), **values}))
    assert (answer.status_code, Ballot.objects.count()) == (400, 0)


def test_the_limit_of_proxies_is_said_at_the_field(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    VoteRule.objects.filter(pk=heard.vote.rule_id).update(proxies_per_holder=1)
    client = client_for(worker)
    proxy = {"channel": "proxy", "proxy_holder": "1栋 101"}
    assert client.post(*enter(heard.vote, place=place(heard, 0), **proxy)).status_code == 302
    answer = client.post(*enter(heard.vote, place=place(heard, 1), **proxy))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["proxy_holder"])


def test_a_photographed_sheet_loses_what_the_camera_noted(
    heard: Hearing, worker: User, auditor: User, client_for: ClientFor, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "13800000000"
    Image.new("RGB", (40, 60), "white").save(out, "JPEG", exif=notes)
    sheet = SimpleUploadedFile("张三.jpg", out.getvalue(), "image/jpeg")
    client = client_for(worker)
    assert client.post(*enter(heard.vote, place=place(heard, 0), scan=sheet)).status_code == 302
    address = reverse("consultations:ballot_scan", args=[Ballot.objects.get().pk])
    sent = client.get(address)
    content = b"".join(sent.streaming_content)  # type: ignore[attr-defined]
    assert b"13800000000" in out.getvalue()
    assert b"13800000000" not in content
    assert (sent["Content-Type"], sent["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert client_for(auditor).get(address).status_code == 403


def test_a_file_that_is_no_sheet_is_refused(heard: Hearing, worker: User, client_for: ClientFor) -> None:
    file = SimpleUploadedFile("sheet.jpg", b"<script>alert(1)</script>", "image/jpeg")
    answer = client_for(worker).post(*enter(heard.vote, place=place(heard, 0), scan=file))
    assert (answer.status_code, Ballot.objects.count()) == (400, 0)


# --- who has not answered, who has


def test_the_list_for_the_doors_names_who_is_silent_and_no_answer(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    client = client_for(worker)
    one, two = heard.entries[:2]
    type(one).objects.filter(pk__in=[one.pk, two.pk]).update(person="=both")
    client.post(*enter(heard.vote, place=one.place, choice="against"))
    doors = canvass.silent(heard.vote)
    listed = {entry.pk for door in doors for entry in door.entries}
    assert listed == {entry.pk for entry in heard.entries[2:]}
    with translation.override("zh-hans"):
        words = {str(label) for label in Ballot.Choice.labels}
    page = client.get(reverse("consultations:vote_doors", args=[heard.vote.pk])).content.decode()
    assert not [word for word in words if f">{word}<" in page]


def test_the_history_of_a_household_tells_every_answer(
    heard: Hearing, worker: User, auditor: User, client_for: ClientFor
) -> None:
    client = client_for(worker)
    client.post(*enter(heard.vote, place=place(heard, 0)))
    client.post(*enter(heard.vote, place=place(heard, 0), choice="abstain", channel="visit", replaces="on"))
    address = reverse("consultations:vote_place", args=[heard.consultation.pk, heard.entries[0].pk])
    [said] = client.get(address).context["said"]
    told = [(ballot.choice, ballot.channel, ballot.is_live) for ballot in said.ballots]
    assert (told, said.speaks) == ([("agree", "paper", False), ("abstain", "visit", True)], True)
    assert client_for(auditor).get(address).status_code == 403
    other = hearing("别的小区")
    crossed = reverse("consultations:vote_place", args=[heard.consultation.pk, other.entries[0].pk])
    assert client.get(crossed).status_code == 404


def test_the_running_count_is_shown_to_staff(heard: Hearing, worker: User, client_for: ClientFor) -> None:
    client = client_for(worker)
    for number in range(7):
        client.post(*enter(heard.vote, place=place(heard, number)))
    address = reverse("consultations:votes", args=[heard.consultation.pk])
    [line] = client.get(address).context["lines"]
    join, agree = line["figures"]["lines"]
    assert (join["people"], join["of_people"], join["people_percent"], join["area_percent"]) == (
        7,
        12,
        "58.33",
        "58.33",
    )
    assert (join["is_met"], agree["is_met"]) == (False, True)
    assert "50.25" in join["missing"]


# --- papers ------------------------------------------------------------------------------------------------


def counted(heard: Hearing, worker: User, agree: int, against: int) -> Vote:
    """Let households vote and count."""
    words = ["agree"] * agree + ["against"] * against
    for entry, choice in zip(heard.entries, words, strict=False):
        cast(heard.vote, entry, choice, channel="paper", entered_by=worker)
    counting.close_votes(heard.consultation)
    return Vote.objects.select_related("rule", "consultation__project__community").get(pk=heard.vote.pk)


def test_the_result_form_has_the_fields_of_the_form_in_use(heard: Hearing, worker: User) -> None:
    Vote.objects.filter(pk=heard.vote.pk).update(rule=VoteRule.objects.get(code="civil-code-weighty"))
    vote = counted(heard, worker, 9, 1)
    paper = vote_papers.paper_of(vote, vote_papers.Kind.RESULT)
    matter, result = paper.sections
    assert [value for _label, value in matter.rows][:1] == ["是否同意改造方案"]
    assert [label for label, _value in matter.rows][3:] == [
        "Begins",
        "Ends",
        "Put to the vote by",
        "Contact",
        "Telephone",
    ]
    assert dict(result.rows) == {
        "People concerned": "12 people",
        "Area concerned": "603.00 ㎡",
        "People taking part": "10 people",
        "Area taking part": "502.50 ㎡",
        "Share of people taking part": "83.33 %",
        "Share of area taking part": "83.33 %",
        "People agreeing": "9 people",
        "Area agreeing": "452.25 ㎡",
        "Agreeing, share of the people taking part": "90.00 %",
        "Agreeing, share of the area taking part": "90.00 %",
    }
    assert "three quarters" in paper.conclusion
    assert "is carried" in paper.conclusion


def test_a_lost_vote_says_so(heard: Hearing, worker: User) -> None:
    paper = vote_papers.paper_of(counted(heard, worker, 4, 4), vote_papers.Kind.RESULT)
    assert "not carried" in paper.conclusion


def test_word_and_pdf_tell_what_the_page_tells(heard: Hearing, worker: User, client_for: ClientFor) -> None:
    vote, client = counted(heard, worker, 9, 1), client_for(worker)
    for kind in vote_papers.Kind.values:
        page = client.get(reverse("consultations:vote_paper", args=[vote.pk, kind]))
        paper = page.context["paper"]
        values = [row[1] for part in paper["sections"] for row in part["rows"] if row[1]]
        word = client.get(reverse("consultations:vote_paper_file", args=[vote.pk, kind, "docx"]))
        cells = {
            cell.text
            for table in Document(io.BytesIO(body_of(word))).tables
            for row in table.rows
            for cell in row.cells
        }
        assert set(values) <= cells
        sent = client.get(reverse("consultations:vote_paper_file", args=[vote.pk, kind, "pdf"]))
        content = body_of(sent)
        assert (sent["Content-Type"], content[:5]) == ("application/pdf", b"%PDF-")
        assert b"NotoSerifSC" in content
        assert "filename*=utf-8''" in sent["Content-Disposition"]


def test_no_paper_tells_a_result_before_the_count(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    client = client_for(worker)
    for kind in ("count", "result", "form", "other"):
        assert client.get(reverse("consultations:vote_paper", args=[heard.vote.pk, kind])).status_code == 404
    assert client.get(reverse("consultations:vote_paper", args=[heard.vote.pk, "notice"])).status_code == 200


def test_the_preliminary_count_is_put_up_after_the_count(
    heard: Hearing, worker: User, yanji: User, client_for: ClientFor
) -> None:
    client, address = client_for(yanji), reverse("consultations:vote_count_notice", args=[heard.vote.pk])
    client.post(address)
    assert not Notice.objects.exists()
    counted(heard, worker, 9, 1)
    client.post(address)
    notice = Notice.objects.get()
    assert (notice.kind, notice.from_on) == (Notice.Kind.COUNT, timezone.localdate())


def test_a_rule_of_all_is_told_as_one(heard: Hearing) -> None:
    made = rule(
        code="tests-all", agree_of_all=True, agree_numerator=1, agree_denominator=1, agree_is_exclusive=False
    )
    words = vote_papers.rule_in_words(counting.rule_of(made))
    assert words == "owners of all of the area, and all of the owners by number, agree"


def test_a_removed_consultation_has_no_pages(heard: Hearing, worker: User, client_for: ClientFor) -> None:
    stand(heard, is_removed=True)
    client = client_for(worker)
    assert client.get(reverse("consultations:votes", args=[heard.consultation.pk])).status_code == 404
    assert client.get(reverse("consultations:vote_enter", args=[heard.vote.pk])).status_code == 404


def test_strangers_find_nothing_and_readers_enter_nothing(
    heard: Hearing, dunhua: User, auditor: User, client_for: ClientFor
) -> None:
    address, form = enter(heard.vote, place=place(heard, 0))
    assert client_for(dunhua).post(address, form).status_code == 404
    assert client_for(auditor).post(address, form).status_code == 403
    assert (
        client_for(auditor).get(reverse("consultations:votes", args=[heard.consultation.pk])).status_code
        == 200
    )
    assert Ballot.objects.count() == 0


def test_sheets_are_no_longer_entered_after_the_days_of_paper(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    today = timezone.localdate()
    stand(heard, opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=5), state="closed")
    answer = client_for(worker).post(*enter(heard.vote, place=place(heard, 0)))
    assert (answer.status_code, Ballot.objects.count()) == (400, 0)
