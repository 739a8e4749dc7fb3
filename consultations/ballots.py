"""Answers of households to a vote: one live answer each, by whatever way it came; the former ones stay."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Capability
from consultations.counting import entries_of, paper_until
from consultations.models import Ballot, Consultation, ResidentSession, RollEntry, Vote
from consultations.standing import is_open, local_day
from records.attachments import Prepared
from records.parsing import search_key

if TYPE_CHECKING:
    from accounts.models import User

State, Channel = Consultation.State, Ballot.Channel
# States in which sheets are taken; the dates say when, so that a late job shuts nobody out.
TAKING = (State.NOTICE, State.OPEN, State.CLOSED)


class BallotRefused(ValueError):
    """The answer cannot be taken; the message says why and what to do.  ``code`` tells the reasons apart."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one call of ``cast`` brings."""

    choice: str
    channel: str
    session: ResidentSession | None
    entered_by: User | None
    proxy_holder: str
    sheet_no: str
    scan: Prepared | None


@transaction.atomic
def cast(
    vote: Vote,
    entry: RollEntry,
    choice: str,
    *,
    channel: str,
    session: ResidentSession | None = None,
    entered_by: User | None = None,
    proxy_holder: str = "",
    sheet_no: str = "",
    scan: Prepared | None = None,
) -> Ballot:
    """Take a household's answer; it replaces the one before, which stays as history.

    Online answers come with the household's session, from the first to the last day of the vote.  Sheets of
    paper, answers at the door and by proxy come with the official who enters them; for
    ``counting.paper_until`` days after closing they may still be entered, never after the count.  The same
    answer a second time is the first one.

    Raises BallotRefused, and PermissionDenied for an official who may not enter answers there.  Holds the
    vote's row, so that parallel answers, the count and the limit of proxies are exact.
    """
    held = (
        Vote.objects.select_related("rule", "consultation__project__community__region")
        .select_for_update(of=("self",))
        .get(pk=vote.pk)
    )
    answer = _Answer(choice, channel, session, entered_by, proxy_holder.strip(), sheet_no.strip()[:40], scan)
    _refuse_strangers(held, entry, answer)
    _refuse_untimely(held, channel)
    _refuse_unreadable(answer)
    _refuse_many_proxies(held, entry, answer)
    last = _last_of_person(held, entry)
    if last is not None and last.entry_id == entry.pk and _is_same(last, answer):
        return last
    Ballot.objects.filter(vote=held, entry=entry, is_live=True).update(is_live=False)
    return _keep(held, entry, answer)


def live_answers(consultation: Consultation, household_id: int) -> dict[int, Ballot]:
    """Return a household's live answers by vote; one query."""
    found = Ballot.objects.filter(
        vote__consultation=consultation, entry__household=household_id, is_live=True
    )
    return {ballot.vote_id: ballot for ballot in found}


def takes_online(consultation: Consultation) -> bool:
    """Say whether residents may vote today: by the dates, whatever job has or has not run."""
    return not consultation.is_removed and consultation.opens_on is not None and is_open(consultation)


def takes_paper(consultation: Consultation) -> bool:
    """Say whether officials may enter answers today: until the vote closes and some days for the box."""
    until = paper_until(consultation)
    return (
        consultation.state in TAKING
        and not consultation.is_removed
        and consultation.opens_on is not None
        and until is not None
        and consultation.opens_on <= local_day() <= until
    )


def holder_key(holder: str) -> str:
    """Return the form in which two spellings of one proxy holder's mark are equal."""
    return search_key(holder)


def _refuse_strangers(vote: Vote, entry: RollEntry, answer: _Answer) -> None:
    if not entries_of(vote).filter(pk=entry.pk).exists():
        raise BallotRefused("place", _("This place is not on the roll of the vote."))
    if answer.channel == Channel.ONLINE:
        session = answer.session
        if session is None or session.ended_at is not None or session.expires_at <= timezone.now():
            raise BallotRefused("session", _("Enter with the code of your home first."))
        if session.household_id != entry.household_id:
            raise BallotRefused("session", _("This code belongs to another home."))
        return
    if answer.channel not in Channel.values:
        raise BallotRefused("channel", _("Choose how the answer came."))
    official, region = answer.entered_by, vote.consultation.project.community.region
    if official is None or not official.may(Capability.BALLOT_ENTER) or not official.region.contains(region):
        raise PermissionDenied


def _refuse_untimely(vote: Vote, channel: str) -> None:
    if vote.counted_at is not None:
        raise BallotRefused("counted", _("The vote is counted; no answer can be added or changed."))
    consultation = vote.consultation
    if channel == Channel.ONLINE:
        if not takes_online(consultation):
            raise BallotRefused("closed", _("The vote is not open now."))
    elif not takes_paper(consultation):
        raise BallotRefused("closed", _("The vote is closed; sheets can no longer be entered."))


def _refuse_unreadable(answer: _Answer) -> None:
    if answer.choice not in Ballot.Choice.values:
        raise BallotRefused("choice", _("Choose: agree, do not agree, or abstain."))
    if answer.channel != Channel.PROXY and answer.proxy_holder:
        raise BallotRefused("holder", _("A holder of a proxy is named only for an answer by proxy."))
    if answer.channel == Channel.PROXY and not answer.proxy_holder:
        raise BallotRefused("holder", _("Write who holds the proxy: the holder's own room, no name."))
    if len(answer.proxy_holder) > 60:
        raise BallotRefused("holder", _("The mark of the holder has at most 60 signs."))


def _refuse_many_proxies(vote: Vote, entry: RollEntry, answer: _Answer) -> None:
    most = vote.rule.proxies_per_holder
    if answer.channel != Channel.PROXY or most is None:
        return
    mine = holder_key(answer.proxy_holder)
    given = Ballot.objects.filter(vote=vote, is_live=True, channel=Channel.PROXY).order_by()
    owners = {
        person
        for holder, person in given.values_list("proxy_holder", "entry__person")
        if holder_key(holder) == mine
    }
    if len(owners - {entry.person}) >= most:
        raise BallotRefused(
            "proxies",
            _("%(holder)s already speaks for %(count)d owners, which is the most one person may.")
            % {"holder": answer.proxy_holder, "count": most},
        )


def _last_of_person(vote: Vote, entry: RollEntry) -> Ballot | None:
    """Return the answer that speaks for the owner now, given for whichever of their places."""
    live = Ballot.objects.filter(
        vote=vote, is_live=True, entry__roll=entry.roll_id, entry__person=entry.person
    )
    return live.order_by("-pk").first()


def _is_same(before: Ballot, answer: _Answer) -> bool:
    session = answer.session.pk if answer.session else None
    official = answer.entered_by.pk if answer.entered_by else None
    return answer.scan is None and (
        before.choice,
        before.channel,
        before.session_id,
        before.entered_by_id,
        before.proxy_holder,
        before.sheet_no,
    ) == (answer.choice, answer.channel, session, official, answer.proxy_holder, answer.sheet_no)


def _keep(vote: Vote, entry: RollEntry, answer: _Answer) -> Ballot:
    ballot = Ballot(
        vote=vote,
        entry=entry,
        choice=answer.choice,
        channel=answer.channel,
        session=answer.session,
        entered_by=answer.entered_by,
        proxy_holder=answer.proxy_holder,
        sheet_no=answer.sheet_no,
    )
    if answer.scan is not None:
        name = f"{secrets.token_hex(16)}.{answer.scan.ending}"
        ballot.scan.save(name, ContentFile(answer.scan.content), save=False)
    ballot.save()
    return ballot
