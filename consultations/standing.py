"""Where a consultation stands, judged by the days; and the lock everybody takes who changes something of it.

Whether residents may speak or vote never depends on whether a job has run.  The order of locks is:
consultation, then vote, then project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations import counting, tally
from consultations.models import Comment, Consultation, Disposition, Vote
from projects.models import PlanVersion
from projects.workflow import MovedOn

State = Consultation.State
Kind = Consultation.Kind


def local_day(now: datetime | None = None) -> date:
    """Return the day it is where the deadlines are, whatever zone a visitor's page shows."""
    return timezone.localdate(now, timezone.get_default_timezone())


def state_on(consultation: Consultation, now: datetime | None = None) -> Consultation.State:
    """Return where a consultation stands at a moment: opened and closed by its days, 24:00 local time."""
    state = State(consultation.state)
    if state not in {State.NOTICE, State.OPEN}:
        return state
    today = local_day(now)
    if consultation.closes_on and today > consultation.closes_on:
        return State.CLOSED
    if consultation.opens_on and today >= consultation.opens_on:
        return State.OPEN
    return State.NOTICE


def is_open(consultation: Consultation, now: datetime | None = None) -> bool:
    """Tell whether residents may speak and vote at a moment (aware; now without one)."""
    return state_on(consultation, now) == State.OPEN


def takes_objections(consultation: Consultation, now: datetime | None = None) -> bool:
    """Tell whether the result is on display and residents may object, to 24:00 of its last day."""
    if consultation.state != State.RESULT or consultation.result_to is None:
        return False
    return local_day(now) <= consultation.result_to


def version_to_finalise(consultation: Consultation) -> PlanVersion | None:
    """Return the version that is to become final: the revised one, else the one that was heard."""
    return consultation.revised_version or consultation.plan_version


def unanswered(consultations: Iterable[Consultation]) -> QuerySet[Comment]:
    """Return the comments that still need a disposition; withdrawn and erased ones need none."""
    return Comment.objects.filter(consultation__in=list(consultations), state__in=Comment.OWED).exclude(
        dispositions__is_current=True
    )


def unlinked(consultation: Consultation) -> QuerySet[Disposition]:
    """Return the answers that promise a change and name no clause or item that has it."""
    promised = (Disposition.Outcome.ADOPTED, Disposition.Outcome.PARTLY)
    rows = Disposition.objects.filter(comment__consultation=consultation, is_current=True)
    rows = rows.filter(outcome__in=promised, comment__state__in=Comment.OWED)
    return rows.filter(clause=None, item=None)


def hold(consultation: Consultation) -> Consultation:
    """Lock a consultation until the transaction ends and return it as it stands now.

    Whoever says something and whoever makes the plan final take the same lock, so that neither misses the
    other.
    """
    rows = Consultation.objects.live().select_related("project__community", "project__unit")
    held: Consultation | None = rows.filter(pk=consultation.pk).select_for_update(of=("self",)).first()
    if held is None:
        raise MovedOn(_("The consultation has been removed meanwhile."))
    return held


def hold_all(project_id: int) -> list[Consultation]:
    """Return the consultations on a project's plan, newest first; locked inside a transaction."""
    rows: Any = Consultation.objects.live().filter(project_id=project_id, kind=Kind.PLAN).order_by("-pk")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    return list(rows)


def stands(held: Consultation) -> str:
    """Return in words where a consultation stands now."""
    return _("The consultation is «%(state)s» now.") % {"state": state_on(held).label}


def uncounted(held: Consultation) -> QuerySet[Vote]:
    """Return the votes of a consultation that are not counted yet."""
    return Vote.objects.filter(consultation=held, counted_at=None)


def lost_votes(consultation: Consultation) -> list[Vote]:
    """Return the votes that decide about the plan and were lost."""
    rows = Vote.objects.filter(consultation=consultation, is_decisive=True, result__isnull=False)
    return [vote for vote in rows.select_related("rule") if not is_carried(vote)]


def is_carried(vote: Vote) -> bool:
    """Tell whether a counted vote reached its thresholds."""
    counted = counting.result_of(vote)
    return counted is not None and counted.is_passed


def in_words(vote: Vote) -> str:
    """Return a counted vote in one sentence: who took part and who agreed, people and area."""
    counted = counting.result_of(vote)
    if counted is None:
        return vote.matter
    joined, agreed = counted.join_shares, counted.agree_shares
    return _(
        "%(matter)s: took part %(joined)d of %(people)d people "
        "(%(joined_people)s%%, area %(joined_area)s%%), "
        "agreed %(agreed)d (%(agreed_people)s%%, area %(agreed_area)s%%)"
    ) % {
        "matter": vote.matter,
        "joined": counted.joined.people,
        "people": counted.roll.people,
        "joined_people": tally.percent(joined[0]),
        "joined_area": tally.percent(joined[1]),
        "agreed": counted.agree.people,
        "agreed_people": tally.percent(agreed[0]),
        "agreed_area": tally.percent(agreed[1]),
    }


def evidence(lost: Sequence[Vote]) -> str:
    """Return the tally of lost votes in words, for the record; at most 500 characters."""
    return "；".join(_("Voted down: %(tally)s") % {"tally": in_words(vote)} for vote in lost)[:500]
