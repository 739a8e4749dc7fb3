"""From the rows of a vote to its tally, and from the tally to what may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models.household import entrance_key
from consultations import tally
from consultations.models import Consultation, RollEntry, Vote, VoteRule
from records.models import Limit

# Groups smaller than this are not shown to the public: somebody could be recognised.
SMALLEST_CELL = 5
# How many days after closing sheets of paper that were handed in before may still be entered.
PAPER_DAYS = "consultation_paper_days"


def rule_of(rule: VoteRule) -> tally.Rule:
    """Return a stored rule as the tally takes it."""
    return tally.Rule(
        join=Fraction(rule.join_numerator, rule.join_denominator),
        agree=Fraction(rule.agree_numerator, rule.agree_denominator),
        agree_is_exclusive=rule.agree_is_exclusive,
        agree_of_all=rule.agree_of_all,
    )


def entries_of(vote: Vote) -> QuerySet[RollEntry]:
    """Return the places that may answer a vote: the whole roll, or the building or entrance it is about.

    Entrances are told apart as the register does it: 1单元 and 1 are one.
    """
    entries = RollEntry.objects.filter(roll__consultation=vote.consultation_id)
    if vote.rule.scope == VoteRule.Scope.COMMUNITY:
        return entries
    if vote.building_id is None:
        return entries.none()
    entries = entries.filter(building_id=vote.building_id)
    if vote.rule.scope == VoteRule.Scope.BUILDING:
        return entries
    spellings = {
        entrance
        for entrance in entries.order_by().values_list("entrance", flat=True).distinct()
        if entrance_key(entrance) == entrance_key(vote.entrance)
    }
    return entries.filter(entrance__in=spellings)


def count(vote: Vote) -> tally.Tally:
    """Count a vote as its live answers stand now; one query when ``vote.rule`` is loaded."""
    live = FilteredRelation("ballots", condition=Q(ballots__vote=vote, ballots__is_live=True))
    rows = entries_of(vote).annotate(live=live).order_by()
    return tally.count(
        rule_of(vote.rule),
        (
            tally.Place(person, hundredths(area), choice or "", order or 0)
            for person, area, choice, order in rows.values_list("person", "area", "live__choice", "live__pk")
        ),
    )


def hundredths(area: Decimal) -> int:
    """Return an area in ㎡ as whole hundredths; raises ValueError where it has more than two places."""
    scaled = area * 100
    if scaled != int(scaled):
        raise ValueError(area)
    return int(scaled)


def square_metres(area: int) -> Decimal:
    """Return an area in hundredths as ㎡ with two places."""
    return Decimal(area).scaleb(-2)


@transaction.atomic
def close_votes(consultation: Consultation) -> list[tally.Tally]:
    """Count every vote of a consultation for good and return the tallies, in the order of the votes.

    A vote that was counted keeps its result.  Answers wait for the count and are refused after it, since both
    hold the vote's row.
    """
    votes = consultation.votes.select_related("rule").select_for_update(of=("self",)).order_by("number")
    return [_settle(vote) for vote in votes]


def _settle(vote: Vote) -> tally.Tally:
    if vote.result is None:
        vote.result = count(vote).as_data()
        vote.counted_at = timezone.now()
        vote.save(update_fields=["result", "counted_at"])
    return tally.Tally.from_data(vote.result)


def result_of(vote: Vote) -> tally.Tally | None:
    """Return the counted result of a vote, None until it is counted."""
    return None if vote.result is None else tally.Tally.from_data(vote.result)


def paper_until(consultation: Consultation) -> date | None:
    """Return the last day on which sheets handed in before may be entered; None without a closing day.

    Votes should not be counted before this day is over: a sheet in the box is an answer.
    """
    if consultation.closes_on is None:
        return None
    days = Limit.objects.filter(code=PAPER_DAYS).values_list("high", flat=True).first()
    return consultation.closes_on + timedelta(days=int(days or 0))


@dataclass(frozen=True, slots=True)
class PublicResult:
    """A result as everybody may see it on the residents' pages.

    Groups of one to four people are not shown, nor what would give them away by subtraction: then ``agree``,
    ``against`` and ``abstain`` or even ``joined`` are None and the outcome alone stands.  (The printed result
    form carries the totals that its form asks for.)  Percentages are (people, area).
    """

    is_passed: bool
    is_quorate: bool
    roll: tally.Weight
    joined: tally.Weight | None
    agree: tally.Weight | None
    against: int | None
    abstain: int | None
    join_percent: tuple[str, str] | None
    agree_percent: tuple[str, str] | None


def public_result(vote: Vote) -> PublicResult | None:
    """Return what the public may know of a vote: nothing before it is counted."""
    counted = result_of(vote)
    return None if counted is None else published(counted)


def published(counted: tally.Tally) -> PublicResult:
    """Return a tally without the cells from which a household's answer could be guessed."""
    joined, agree = counted.joined.people, counted.agree.people
    shows_joined = not (_is_small(joined) or _is_small(counted.roll.people - joined))
    shows_agree = shows_joined and not (_is_small(agree) or _is_small(joined - agree))
    shows_split = shows_agree and not any(
        _is_small(side.people) for side in (counted.against, counted.abstain)
    )
    return PublicResult(
        is_passed=counted.is_passed,
        is_quorate=counted.is_quorate,
        roll=counted.roll,
        joined=counted.joined if shows_joined else None,
        agree=counted.agree if shows_agree else None,
        against=counted.against.people if shows_split else None,
        abstain=counted.abstain.people if shows_split else None,
        join_percent=_percents(counted.join_shares) if shows_joined else None,
        agree_percent=_percents(counted.agree_shares) if shows_agree else None,
    )


def _is_small(people: int) -> bool:
    return 0 < people < SMALLEST_CELL


def _percents(shares: tuple[Fraction, Fraction]) -> tuple[str, str]:
    people, area = shares
    return tally.percent(people), tally.percent(area)


def figures(counted: tally.Tally) -> dict[str, Any]:
    """Return a tally as staff see it: the two thresholds, with areas in ㎡ and what is missing to each."""
    return {
        "tally": counted,
        "lines": [
            _line(
                _("Take part"),
                _wanted(counted.rule.join),
                counted.joined,
                counted.roll,
                counted.missing_to_join,
            ),
            _line(
                _("Agree"),
                _wanted(counted.rule.agree, counted.rule.agree_is_exclusive),
                counted.agree,
                counted.base,
                counted.missing_to_agree,
            ),
        ],
    }


def _wanted(share: Fraction, is_exclusive: bool = False) -> str:
    return f"{'>' if is_exclusive else '≥'} {share.numerator}/{share.denominator}"


def _line(
    label: str, threshold: str, part: tally.Weight, whole: tally.Weight, missing: tally.Missing
) -> dict[str, Any]:
    people, area = part.shares_of(whole)
    return {
        "label": label,
        "threshold": threshold,
        "people": part.people,
        "of_people": whole.people,
        "people_percent": tally.percent(people),
        "area": square_metres(part.area),
        "of_area": square_metres(whole.area),
        "area_percent": tally.percent(area),
        "missing": _missing(missing),
        "is_met": missing.is_met,
        "is_lost": missing.people is None or missing.area is None,
    }


def _missing(missing: tally.Missing) -> str:
    """Return what is missing in words; empty when nothing is, or when it cannot be reached."""
    if missing.is_met or missing.people is None or missing.area is None:
        return ""
    people = _("%(count)d more people") % {"count": missing.people} if missing.people else ""
    area = _("%(area)s ㎡ more") % {"area": square_metres(missing.area)} if missing.area else ""
    return " · ".join(filter(None, (people, area)))
