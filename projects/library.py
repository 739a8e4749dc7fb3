"""The reserve library and the rolling three-year view: what is on its way, against plan and means.

The plan of a year is issued once; behind it stand the projects of the next years, at every step of their way
in.  All money in 分, areas in ㎡.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum

from accounts.models import Region
from projects.models import AnnualPlan, PlanBaseline, Project, ProjectQuerySet
from records.models import Limit
from records.units import FEN_PER_WAN_YUAN

YEARS = 3
# Means a unit has told of its own, as limits: own_means.<code of the unit>.<year>, high, in 万元.
OWN_MEANS = "own_means"
Library = Project.Library
BEFORE_ISSUE = (
    Library.RESERVE,
    Library.DECLARED,
    Library.PREFECTURE_PASSED,
    Library.PROVINCE_PASSED,
)


@dataclass
class YearLine:
    """One plan year of the rolling view: counts by place in the plan, sizes, estimate and means."""

    year: int
    counts: dict[str, int] = field(default_factory=dict)
    households: int = 0
    area: Decimal = Decimal(0)
    estimate_fen: int = 0
    subsidy_fen: int = 0
    unestimated: int = 0
    issued_communities: int = 0
    issued_households: int = 0
    baselines: int = 0
    own_means_fen: int | None = None
    own_means_units: int = 0

    @property
    def communities(self) -> int:
        """Return all projects of the year that have not been withdrawn."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[int]:
        """Return the counts in the order of the way into the plan."""
        return [self.counts.get(place, 0) for place in Library.values]

    @property
    def gap_fen(self) -> int | None:
        """Return what the expected sources leave open; None while a unit's own means are not entered."""
        if self.own_means_fen is None:
            return None
        return self.estimate_fen - self.subsidy_fen - self.own_means_fen


def rolling(projects: ProjectQuerySet, units: Sequence[Region], year: int) -> list[YearLine]:
    """Return a year and the two after it; ``projects`` in the reader's scope, three queries."""
    years = range(year, year + YEARS)
    lines = {one: YearLine(one) for one in years}
    rows = projects.of_year(*years).exclude(standing=Project.Standing.WITHDRAWN).order_by()
    for row in rows.values("plan_year", "library").annotate(
        number=Count("pk"),
        households=Sum("planned_households"),
        area=Sum("planned_area"),
        estimate=Sum("planned_investment_fen"),
        subsidy=Sum("central_subsidy_fen"),
        unestimated=Count("pk", filter=Q(planned_investment_fen=None)),
    ):
        line = lines[row["plan_year"]]
        line.counts[row["library"]] = row["number"]
        line.households += row["households"] or 0
        line.area += row["area"] or Decimal(0)
        line.estimate_fen += row["estimate"] or 0
        line.subsidy_fen += row["subsidy"] or 0
        line.unestimated += row["unestimated"]
    _issued(lines, units)
    _means(lines, units)
    return [lines[one] for one in years]


def _issued(lines: dict[int, YearLine], units: Sequence[Region]) -> None:
    """Add the plans as their last baselines have them; a plan from before baselines as its targets say."""
    plans = AnnualPlan.objects.live().filter(unit__in=units, year__in=lines, state=AnnualPlan.State.ISSUED)
    newest: dict[int, PlanBaseline] = {
        baseline.plan_id: baseline
        for baseline in PlanBaseline.objects.filter(plan__in=plans).defer("rows").order_by("number")
    }
    for plan in plans:
        line, baseline = lines[plan.year], newest.get(plan.pk)
        communities = baseline.communities if baseline else plan.target_communities
        households = baseline.households if baseline else plan.target_households
        line.issued_communities += communities or 0
        line.issued_households += households or 0
        line.baselines = max(line.baselines, baseline.number if baseline else 1)


def _means(lines: dict[int, YearLine], units: Sequence[Region]) -> None:
    codes = {f"{OWN_MEANS}.{unit.code}.{year}": year for unit in units for year in lines}
    for limit in Limit.objects.filter(code__startswith=f"{OWN_MEANS}.", high__isnull=False):
        if limit.code in codes and limit.high is not None:
            line = lines[codes[limit.code]]
            line.own_means_fen = (line.own_means_fen or 0) + int(limit.high * FEN_PER_WAN_YUAN)
            line.own_means_units += 1
