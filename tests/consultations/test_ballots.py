"""One live answer per household, by whatever way it comes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from consultations import ballots, counting
from consultations.ballots import BallotRefused, cast
from consultations.models import (
    Ballot,
    Consultation,
    RollEntry,
    Vote,
    VoteRule,
)
from consultations.tally import Weight
from records.attachments import prepare
from tests.consultations.hearing import Hearing, hearing, rule
from tests.consultations.phones import session_at
from tests.parallel import together

pytestmark = pytest.mark.django_db

Choice, Channel = Ballot.Choice, Ballot.Channel


@pytest.fixture
def heard() -> Hearing:
    """A community that is voting now: twelve households of 50.25 ㎡."""
    return hearing()


def online(vote: Vote, entry: RollEntry, choice: str = Choice.AGREE) -> Ballot:
    """Vote as a resident does."""
    return cast(vote, entry, choice, channel=Channel.ONLINE, session=session_at(entry))


def on_paper(vote: Vote, entry: RollEntry, by: User, choice: str = Choice.AGREE, **more: Any) -> Ballot:
    """Enter a sheet of paper."""
    return cast(vote, entry, choice, channel=more.pop("channel", Channel.PAPER), entered_by=by, **more)


def rows(vote: Vote) -> list[tuple[str, str, bool]]:
    """Return every answer to a vote: choice, channel, live."""
    return list(vote.ballots.order_by("pk").values_list("choice", "channel", "is_live"))


def test_online_and_paper_of_one_household_are_counted_once(heard: Hearing, worker: User) -> None:
    online(heard.vote, heard.entries[0], Choice.AGREE)
    on_paper(heard.vote, heard.entries[0], worker, Choice.AGAINST)
    made = counting.count(heard.vote)
    assert (made.answered, made.joined, made.against) == (1, Weight(1, 5025), Weight(1, 5025))
    assert rows(heard.vote) == [("agree", "online", False), ("against", "paper", True)]


def test_the_same_answer_again_is_the_first_one(heard: Hearing, worker: User) -> None:
    session = session_at(heard.entries[0])
    first = cast(heard.vote, heard.entries[0], Choice.AGREE, channel=Channel.ONLINE, session=session)
    again = cast(heard.vote, heard.entries[0], Choice.AGREE, channel=Channel.ONLINE, session=session)
    assert (again, Ballot.objects.count()) == (first, 1)


def test_an_answer_said_again_after_another_of_the_same_owner_is_the_latest(heard: Hearing) -> None:
    one, two = heard.entries[:2]
    RollEntry.objects.filter(pk__in=[one.pk, two.pk]).update(person="=both")
    one.refresh_from_db()
    two.refresh_from_db()
    session = session_at(one)
    cast(heard.vote, one, Choice.AGREE, channel=Channel.ONLINE, session=session)
    online(heard.vote, two, Choice.AGAINST)
    cast(heard.vote, one, Choice.AGREE, channel=Channel.ONLINE, session=session)
    made = counting.count(heard.vote)
    assert (made.roll, made.agree, made.against) == (Weight(11, 60_300), Weight(1, 10_050), Weight())


def test_a_vote_is_counted_with_one_query(
    heard: Hearing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for entry in heard.entries[:8]:
        online(heard.vote, entry)
    vote = Vote.objects.select_related("rule").get(pk=heard.vote.pk)
    with django_assert_num_queries(1):
        made = counting.count(vote)
    assert (made.households, made.joined, made.is_passed) == (12, Weight(8, 40_200), True)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"closes_on": -1}, "closed"),
        ({"opens_on": 1}, "closed"),
        ({"state": Consultation.State.DRAFT}, "closed"),
        ({"state": Consultation.State.CANCELLED}, "closed"),
        ({"state": Consultation.State.ANSWERED}, "closed"),
    ],
)
def test_residents_vote_only_while_the_vote_is_open(
    heard: Hearing, values: dict[str, Any], code: str
) -> None:
    today = timezone.localdate()
    dates = {
        name: today + timedelta(days=value) if isinstance(value, int) else value
        for name, value in values.items()
    }
    Consultation._base_manager.filter(pk=heard.consultation.pk).update(**dates)
    with pytest.raises(BallotRefused) as refusal:
        online(heard.vote, heard.entries[0])
    assert (refusal.value.code, Ballot.objects.count()) == (code, 0)


def test_by_the_dates_the_vote_is_open_though_the_job_is_late(heard: Hearing) -> None:
    state = Consultation.State.NOTICE
    Consultation._base_manager.filter(pk=heard.consultation.pk).update(state=state)
    assert online(heard.vote, heard.entries[0]).is_live


@pytest.mark.parametrize(("days", "taken"), [(1, True), (3, True), (4, False)])
def test_sheets_of_paper_may_be_entered_some_days_longer(
    heard: Hearing, worker: User, days: int, taken: bool
) -> None:
    closed = timezone.localdate() - timedelta(days=days)
    Consultation._base_manager.filter(pk=heard.consultation.pk).update(
        opens_on=closed, closes_on=closed, state=Consultation.State.CLOSED
    )
    if taken:
        assert on_paper(heard.vote, heard.entries[0], worker).is_live
        return
    with pytest.raises(BallotRefused, match="no longer be entered"):
        on_paper(heard.vote, heard.entries[0], worker)


def test_nothing_is_taken_after_the_count(heard: Hearing, worker: User) -> None:
    on_paper(heard.vote, heard.entries[0], worker)
    [made] = counting.close_votes(heard.consultation)
    with pytest.raises(BallotRefused) as refusal:
        on_paper(heard.vote, heard.entries[1], worker)
    heard.vote.refresh_from_db()
    assert refusal.value.code == "counted"
    assert (made.answered, counting.result_of(heard.vote)) == (1, made)
    before = heard.vote.counted_at
    assert counting.close_votes(heard.consultation) == [made]
    heard.vote.refresh_from_db()
    assert heard.vote.counted_at == before


def test_a_place_of_another_community_is_refused(heard: Hearing, worker: User) -> None:
    other = hearing("别的小区")
    with pytest.raises(BallotRefused, match="not on the roll"):
        on_paper(heard.vote, other.entries[0], worker)


def test_a_code_opens_its_own_home_only(heard: Hearing) -> None:
    mine, other = heard.entries[:2]
    session = session_at(mine)
    with pytest.raises(BallotRefused, match="another home"):
        cast(heard.vote, other, Choice.AGREE, channel=Channel.ONLINE, session=session)
    with pytest.raises(BallotRefused, match="code of your home"):
        cast(heard.vote, mine, Choice.AGREE, channel=Channel.ONLINE)
    session.ended_at = timezone.now()
    with pytest.raises(BallotRefused, match="code of your home"):
        cast(heard.vote, mine, Choice.AGREE, channel=Channel.ONLINE, session=session)


def test_only_officials_of_the_place_enter_sheets(heard: Hearing, dunhua: User, auditor: User) -> None:
    for stranger in (dunhua, auditor, None):
        with pytest.raises(PermissionDenied):
            on_paper(heard.vote, heard.entries[0], stranger)  # type: ignore[arg-type]
    assert not Ballot.objects.exists()


def test_a_vote_of_one_entrance_hears_that_entrance_only(heard: Hearing, worker: User) -> None:
    here = heard.entries[0]
    mine = rule(code="tests-stairwell", scope=VoteRule.Scope.ENTRANCE, agree_of_all=True)
    vote = Vote.objects.create(
        consultation=heard.consultation,
        number=2,
        matter="加装电梯",
        rule=mine,
        building_id=here.building_id,
        entrance="01 单元",
    )
    assert here.entrance == "1单元"
    inside = [
        entry for entry in heard.entries if (entry.building_id, entry.entrance) == (here.building_id, "1单元")
    ]
    outside = next(entry for entry in heard.entries if entry not in inside)
    on_paper(vote, here, worker)
    with pytest.raises(BallotRefused, match="not on the roll"):
        on_paper(vote, outside, worker)
    assert counting.count(vote).roll == Weight(len(inside), 5025 * len(inside))


def test_a_holder_of_proxies_speaks_for_so_many_owners_and_no_more(heard: Hearing, worker: User) -> None:
    VoteRule.objects.filter(pk=heard.vote.rule_id).update(proxies_per_holder=2)
    one, two, three = heard.entries[:3]
    proxy = {"channel": Channel.PROXY, "proxy_holder": "1栋 101"}
    on_paper(heard.vote, one, worker, **proxy)
    on_paper(heard.vote, two, worker, **proxy)
    with pytest.raises(BallotRefused) as refusal:
        on_paper(heard.vote, three, worker, channel=Channel.PROXY, proxy_holder=" 1栋１０１ ")
    assert refusal.value.code == "proxies"
    # The same owner again, another answer: still two.
    on_paper(heard.vote, two, worker, Choice.AGAINST, **proxy)
    # Who answers in person frees the holder.
    online(heard.vote, one)
    assert on_paper(heard.vote, three, worker, **proxy).is_live


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"channel": Channel.PROXY}, "holder"),
        ({"channel": Channel.PAPER, "proxy_holder": "1栋 101"}, "holder"),
        ({"channel": "pigeon"}, "channel"),
        ({"choice": "majority"}, "choice"),
    ],
)
def test_what_cannot_be_read_is_refused(
    heard: Hearing, worker: User, more: dict[str, str], code: str
) -> None:
    with pytest.raises(BallotRefused) as refusal:
        on_paper(heard.vote, heard.entries[0], worker, **more)
    assert (refusal.value.code, Ballot.objects.count()) == (code, 0)


def test_a_scanned_sheet_is_kept_under_a_name_nobody_chose(
    heard: Hearing, worker: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scan = prepare(SimpleUploadedFile("张三 13800000000.pdf", b"%PDF-1.4 sheet"))
    ballot = on_paper(heard.vote, heard.entries[0], worker, scan=scan)
    ballot.refresh_from_db()
    with ballot.scan.open() as kept:
        assert kept.read() == b"%PDF-1.4 sheet"
    assert "13800000000" not in (ballot.scan.name or "")


def test_the_public_sees_no_group_of_fewer_than_five(heard: Hearing, worker: User) -> None:
    assert counting.public_result(heard.vote) is None
    for entry, choice in zip(heard.entries, [Choice.AGREE] * 10 + [Choice.AGAINST] * 2, strict=True):
        on_paper(heard.vote, entry, worker, choice)
    counting.close_votes(heard.consultation)
    heard.vote.refresh_from_db()
    shown = counting.public_result(heard.vote)
    assert shown is not None
    assert (shown.is_passed, shown.joined) == (True, Weight(12, 60_300))
    assert (shown.agree, shown.agree_percent, shown.against, shown.abstain) == (None, None, None, None)


@pytest.mark.django_db(transaction=True)
def test_parallel_answers_of_one_household_leave_one_live_row() -> None:
    heard = hearing()
    entry = heard.entries[0]
    sessions = [session_at(entry) for _number in range(8)]
    choices = [Choice.AGREE, Choice.AGAINST] * 4
    answered = together(
        [
            partial(ballots.cast, heard.vote, entry, choice, channel=Channel.ONLINE, session=session)
            for session, choice in zip(sessions, choices, strict=True)
        ]
    )
    assert [type(one) for one in answered] == [Ballot] * 8
    assert (Ballot.objects.count(), Ballot.objects.filter(is_live=True).count()) == (8, 1)
    assert counting.count(heard.vote).joined == Weight(1, counting.hundredths(Decimal("50.25")))


@pytest.mark.django_db(transaction=True)
def test_parallel_proxies_of_one_holder_stay_within_the_limit(worker: User) -> None:
    heard = hearing()
    VoteRule.objects.filter(pk=heard.vote.rule_id).update(proxies_per_holder=3)
    proxies = {"channel": Channel.PROXY, "proxy_holder": "1栋 101"}
    answered = together([partial(on_paper, heard.vote, entry, worker, **proxies) for entry in heard.entries])
    refused = [one.code for one in answered if isinstance(one, BallotRefused)]
    assert len([one for one in answered if isinstance(one, Ballot)]) == 3
    assert refused == ["proxies"] * 9
    assert Ballot.objects.filter(is_live=True).count() == 3
