"""What the households of the three hearings said, how it was answered, and how they voted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from communities.models import CatalogueItem, Household
from consultations import comments, counting
from consultations.models import (
    Ballot,
    Comment,
    CommentEvent,
    Consultation,
    Disposition,
    Roll,
    RollEntry,
    Support,
    Vote,
)
from projects.models import PlanVersion
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.hearings.telling import Hearing

Action, State = CommentEvent.Action, Comment.State


def write_comments(hearing: Hearing, consultation: Consultation, officer: User) -> list[Comment]:
    """Write what was said and answered, each on its day; return the comments in the order of the story."""
    draw = Draw("hearing", hearing.key)
    by_building = _by_building(consultation)
    clauses = {clause.number: clause for clause in _version_of(consultation).clauses.all()}
    proposable = {item.code: item for item in CatalogueItem.objects.in_use().filter(taxonomy__code="jl4")}
    said = []
    for number, told in enumerate(hearing.told["comments"]):
        household = draw.pick(by_building[told["b"] - 1])
        is_pending = told.get("pending", False)
        comment = Comment.objects.create(
            project=consultation.project,
            consultation=consultation,
            kind=Comment.Kind.PROPOSAL if "proposal" in told else Comment.Kind.COMMENT,
            clause=clauses.get(told.get("clause")),
            proposed=proposable.get(told.get("proposal", "")),
            text=told["text"],
            household=household,
            voice=comments.voice_of(household),
            channel=told.get("channel", Comment.Channel.ONLINE),
            entered_by=officer if "channel" in told else None,
            state=State.PENDING if is_pending else State.PUBLISHED,
            moderated_by=None if is_pending else officer,
            key=f"demo-{hearing.key}-{number}",
            is_simulated=True,
        )
        at = _at(hearing, told["day"], draw)
        Comment.objects.filter(pk=comment.pk).update(
            made_at=at, moderated_at=None if is_pending else at + timedelta(hours=3)
        )
        _note(comment, Action.SAID, at, None)
        if not is_pending:
            _note(comment, Action.PUBLISHED, at + timedelta(hours=3), officer)
        if "outcome" in told:
            _answer(comment, told, at + timedelta(days=4, hours=2), officer)
        _support(comment, told["supports"], by_building, draw)
        said.append(comment)
    return said


def _by_building(consultation: Consultation) -> list[list[Household]]:
    rows = Household.objects.live().filter(community=consultation.project.community_id)
    found: dict[int, list[Household]] = {}
    for household in rows.select_related("building").order_by("building__pk", "pk"):
        found.setdefault(household.building_id, []).append(household)
    return list(found.values())


def _version_of(consultation: Consultation) -> PlanVersion:
    return PlanVersion.objects.get(pk=consultation.plan_version_id or 0)


def _at(hearing: Hearing, days: int, draw: Draw) -> datetime:
    """Return a moment of daytime so many days after the opening, and never one to come."""
    clock = time(draw.between(7, 20), draw.between(0, 59))
    at = timezone.make_aware(datetime.combine(hearing.opens_on + timedelta(days=days), clock))
    return min(at, timezone.now() - timedelta(hours=4))


def _note(comment: Comment, action: CommentEvent.Action, at: datetime, actor: User | None) -> None:
    event = CommentEvent.objects.create(comment=comment, action=action, actor=actor)
    CommentEvent.objects.filter(pk=event.pk).update(at=at)


def _answer(comment: Comment, told: dict[str, Any], at: datetime, officer: User) -> None:
    made = Disposition.objects.create(
        comment=comment, outcome=told["outcome"], reason=told["reason"], answered_by=officer
    )
    Disposition.objects.filter(pk=made.pk).update(answered_at=at)
    _note(comment, Action.ANSWERED, at, officer)


def _support(comment: Comment, count: int, by_building: list[list[Household]], draw: Draw) -> None:
    others = [one for building in by_building for one in building if one.pk != comment.household_id]
    Support.objects.bulk_create(
        Support(comment=comment, household=household) for household in draw.sample(others, count)
    )


def link_answers(hearing: Hearing, said: list[Comment], second: PlanVersion) -> None:
    """Name the clause of the second version that each answer changed."""
    clauses = {clause.number: clause for clause in second.clauses.all()}
    for comment, told in zip(said, hearing.told["comments"], strict=True):
        if "changed" in told:
            Disposition.objects.filter(comment=comment, is_current=True).update(
                clause=clauses[told["changed"]]
            )


def write_ballots(hearing: Hearing, consultation: Consultation) -> None:
    """Write how the households voted, on which way their answers came."""
    entries = list(RollEntry.objects.filter(roll__consultation=consultation).order_by("pk"))
    for vote, told in zip(Vote.objects.filter(consultation=consultation), hearing.told["votes"], strict=True):
        draw = Draw("ballots", hearing.key, vote.number)
        choices = [choice for choice in Ballot.Choice.values for _time in range(told[choice])]
        choices = draw.shuffled(choices)
        channels = [name for name in ("paper", "visit", "proxy") for _time in range(told[name])]
        channels += ["online"] * (len(choices) - len(channels))
        channels = draw.shuffled(channels)
        # The first household's slip is printed on start: its vote is left to whoever tries it.
        voters = draw.sample(entries[1:], len(choices))
        made = Ballot.objects.bulk_create(
            Ballot(
                vote=vote,
                entry=entry,
                choice=choice,
                channel=channel,
                proxy_holder=f"{entry.building_number}委托书 {number}" if channel == "proxy" else "",
                is_simulated=True,
            )
            for number, (entry, choice, channel) in enumerate(
                zip(voters, choices, channels, strict=True), start=1
            )
        )
        last = max(min(hearing.told["closes"], 0) - hearing.told["opens"] - 1, 0)
        for ballot in made:
            ballot.cast_at = _at(hearing, draw.between(0, last), draw)
        Ballot.objects.bulk_update(made, ["cast_at"])


def count(hearing: Hearing, consultation: Consultation) -> None:
    """Count the votes for good, as on the evening of the closing day."""
    counting.close_votes(consultation)
    closing = hearing.day("closes") or hearing.today
    evening = timezone.make_aware(datetime.combine(closing + timedelta(days=1), time(9, 30)))
    Vote.objects.filter(consultation=consultation).update(counted_at=evening)
    opening = timezone.make_aware(datetime.combine(hearing.opens_on, time(8, 0)))
    Roll.objects.filter(consultation=consultation).update(frozen_at=opening)
