"""What no source is planned to cover: the coverage gap of each project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from funding import totals
from funding.models import MoneyEvent
from funding.selection import Selection
from funding.totals import Scope
from projects.models import Project


@dataclass(frozen=True, slots=True)
class GapSum:
    """How many projects are not covered in full, and how much is missing in all."""

    projects: int
    gap_fen: int


def uncovered(user: User, chosen: Selection) -> QuerySet[Project]:
    """Return the projects of a selection that need more than is planned, the widest gap first.

    Each carries ``covered_fen`` and ``gap``.  A surplus of one project covers no other.
    """
    scope = Scope.of_region(chosen.region, chosen.years)
    rows = Project.objects.visible_to(user).filter(totals.needing(scope))
    return (
        rows.annotate(covered_fen=_planned(chosen.on))
        .annotate(gap=F("planned_investment_fen") - F("covered_fen"))
        .filter(gap__gt=0)
        .order_by("-gap", "pk")
    )


def sum_of(rows: QuerySet[Project]) -> GapSum:
    """Return the number and the sum of the gaps; two queries."""
    found = rows.order_by().aggregate(sum=Sum("gap"))["sum"]
    return GapSum(rows.count(), int(found or 0))


def gaps_of(projects: Sequence[Project], on: date) -> dict[int, int]:
    """Return the gap of single projects in 分 by primary key; 0 where nothing is missing.

    A project whose planned investment is not known has no gap that could be told.
    """
    money = totals.of_projects([project.pk for project in projects], on=on)
    return {pk: found.gap_fen for pk, found in money.items()}


def _planned(on: date) -> Coalesce:
    planned = MoneyEvent.objects.live().filter(
        project=OuterRef("pk"), step=MoneyEvent.Step.PLANNED, happened_on__lte=on
    )
    sums = planned.order_by().values("project").annotate(sum=Sum("amount_fen")).values("sum")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())
