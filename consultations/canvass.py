"""Places on a roll: found by what is typed, listed where nobody has answered, with what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import FilteredRelation, Q

from communities.models.household import entrance_key
from consultations.counting import entries_of
from consultations.models import Ballot, Consultation, Questionnaire, RollEntry, Sheet, Vote
from records.parsing import search_key

_PARTS = re.compile(r"号楼|单元|门洞|[栋幢座楼门梯室号户#\-–—/\\_.,，、·]+")


def find_place(entries: Iterable[RollEntry], typed: str) -> list[RollEntry]:
    """Return the places that somebody may mean: 3-1-501, 3栋1单元501 and 3栋 1单元 501室 are one.

    Without the entrance a place is found when its room is the only one of its building.
    """
    wanted = _parts(typed)
    if not wanted:
        return []
    listed = list(entries)
    whole = [entry for entry in listed if _keys(entry) == wanted]
    if whole:
        return whole
    return [entry for entry in listed if len(wanted) > 1 and _without_entrance(entry) == wanted]


def _parts(typed: str) -> list[str]:
    # Blanks part what is typed, too: 3 1 501.
    pieces = _PARTS.split("/".join(search_key(word) for word in typed.split()))
    return [piece.lstrip("0") or piece for piece in pieces if piece]


def _keys(entry: RollEntry) -> list[str]:
    return [part for text in (entry.building_number, entry.entrance, entry.room) for part in _parts(text)]


def _without_entrance(entry: RollEntry) -> list[str]:
    return [part for text in (entry.building_number, entry.room) for part in _parts(text)]


@dataclass(frozen=True, slots=True)
class Door:
    """The places of one entrance that nobody has answered for."""

    building: str
    entrance: str
    entries: tuple[RollEntry, ...]


def silent(vote: Vote) -> list[Door]:
    """Return by building and entrance the places whose owner has not answered a vote; two queries.

    Who has answered for another place of theirs has answered: there is no need to ring.
    """
    live = FilteredRelation("ballots", condition=Q(ballots__vote=vote, ballots__is_live=True))
    entries = entries_of(vote)
    spoken = entries.annotate(live=live).filter(live__isnull=False).order_by().values("person")
    return _doors(entries.exclude(person__in=spoken).order_by("pk"))


def without_sheet(questionnaire: Questionnaire) -> list[Door]:
    """Return by building and entrance the places that have handed in no sheet; one query."""
    entries = RollEntry.objects.filter(roll__consultation=questionnaire.consultation_id)
    handed = Sheet.objects.filter(questionnaire=questionnaire, is_live=True).values("entry")
    return _doors(entries.exclude(pk__in=handed).order_by("pk"))


def _doors(entries: Iterable[RollEntry]) -> list[Door]:
    groups = groupby(entries, key=lambda entry: (entry.building_number, entry.entrance))
    return [Door(building, entrance, tuple(rows)) for (building, entrance), rows in groups]


@dataclass(frozen=True, slots=True)
class Said:
    """What one household has answered to one vote: the live answer last."""

    vote: Vote
    ballots: tuple[Ballot, ...]
    speaks: bool


def history_of(entry: RollEntry, consultation: Consultation) -> list[Said]:
    """Return every answer of a household by vote, oldest first; three queries.

    ``speaks`` is False where another place of the same owner answered later and speaks for this one.
    """
    votes = [
        vote
        for vote in consultation.votes.select_related("rule").order_by("number")
        if _may_answer(vote, entry)
    ]
    mine = list(
        Ballot.objects.filter(entry=entry, vote__in=votes).select_related("entered_by").order_by("pk")
    )
    last = _last_by_vote(entry, votes)
    return [
        Said(
            vote,
            ballots := tuple(ballot for ballot in mine if ballot.vote_id == vote.pk),
            not ballots or last.get(vote.pk) == ballots[-1].pk,
        )
        for vote in votes
    ]


def _may_answer(vote: Vote, entry: RollEntry) -> bool:
    if vote.building_id is None:
        return True
    if vote.building_id != entry.building_id:
        return False
    return not vote.entrance or entrance_key(vote.entrance) == entrance_key(entry.entrance)


def _last_by_vote(entry: RollEntry, votes: Sequence[Vote]) -> dict[int, int]:
    live = Ballot.objects.filter(
        vote__in=list(votes), is_live=True, entry__roll=entry.roll_id, entry__person=entry.person
    )
    return dict(live.order_by("pk").values_list("vote_id", "pk"))
