"""What a score is worth: how much more or less money a unit gets by its assessment."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Region
from assessments.allocating import amounts_of, case_of
from assessments.allocation import effects
from assessments.models import AllocationRun


@dataclass(frozen=True, slots=True)
class Effect:
    """What an allocation gave a unit, and how much of it by its score; sums in 分.

    ``by_score_fen`` is the difference to the same allocation with all units assessed alike; None where the
    rule does not ask for scores.
    """

    title: str
    year: int
    amount_fen: int
    by_score_fen: int | None
    url: str


def effect_of(unit: Region, year: int) -> Effect | None:
    """Return what a unit's score of a plan year is worth in the allocation that used it.

    None before an allocation with the scores of that year was signed; of several the latest counts.
    """
    around = unit.ancestor_codes
    runs = AllocationRun.objects.signed().filter(region__code__in=[*around, unit.code], year__gt=year)
    for run in runs.order_by("-pk"):
        amounts = amounts_of(run)
        if run.inputs["score_year"] != year or unit.code not in amounts:
            continue
        case = case_of(run)
        moved = {} if case is None else effects(case).get("score", {})
        return Effect(
            title=run.title,
            year=run.year,
            amount_fen=amounts[unit.code],
            by_score_fen=moved.get(unit.code),
            url=reverse("allocation:published", args=[run.pk]),
        )
    return None
