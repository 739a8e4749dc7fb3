"""What a subsidy per community is computed from: floor area, planned works by class, residents' own money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from accounts.models import Region
from assessments.subsidies import Works
from communities.models import CatalogueItem
from funding.models import Contribution
from projects.models import PlanItem, PlanVersion, Project


@dataclass(frozen=True, slots=True)
class Community:
    """A project of the plan year with its figures; ``unit`` is the code of its reporting unit."""

    works: Works
    name: str
    unit: str
    simulated: bool


def communities_of(region: Region, year: int) -> list[Community]:
    """Return the projects of a plan year in a region by their codes; three queries.

    Works count by the items of the final plan, lifts left out; own money by the agreed contributions of
    residents.  A project without a final plan has no works yet, and so no subsidy.
    """
    projects = (
        Project.objects.live()
        .counted()
        .in_region(region)
        .of_year(year)
        .select_related("community", "unit")
        .order_by("code")
    )
    invested = _invested(region, year)
    raised = _raised(region, year)
    return [
        Community(
            Works(
                project.code,
                int((project.planned_area or 0) * 100),
                invested.get(project.pk, {}),
                raised.get(project.pk, 0),
            ),
            project.community.name,
            project.unit.code,
            project.is_simulated,
        )
        for project in projects
    ]


def _invested(region: Region, year: int) -> dict[int, dict[str, int]]:
    """Return the sums of planned works in 分 by project and class of document 23."""
    rows = (
        PlanItem.objects.live()
        .in_region(region)
        .filter(project__plan_year=year, plan_version__state=PlanVersion.State.FINAL)
        .exclude(item__indicator=CatalogueItem.Indicator.ELEVATORS)
        .order_by()
        .values_list("project_id", "item__level")
        .annotate(sum=Sum("amount_fen"))
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for project, level, amount in rows:
        found[project][level] = int(amount or 0)
    return found


def _raised(region: Region, year: int) -> dict[int, int]:
    """Return what residents agreed to pay, in 分, by project."""
    rows = (
        Contribution.objects.live()
        .in_region(region)
        .filter(project__plan_year=year, payer=Contribution.Payer.RESIDENTS)
        .order_by()
        .values_list("project_id")
        .annotate(sum=Sum("agreed_fen"))
    )
    return {project: int(amount or 0) for project, amount in rows}
