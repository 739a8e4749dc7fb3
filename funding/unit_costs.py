"""Unit costs in 元/㎡ and 元/户, and how they lie among their peers: same city and year first, then wider.

The circles, the fewest cases and the margin are those of the price memory (``projects.prices``).  A community
of which investment, area or households are not known has no unit cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.db.models import F

from projects.models import Project
from projects.prices import Asked, Band, Case, band_among, band_outside, prefecture_paths, quartiles
from records.checks import load_limits


class Per(StrEnum):
    """What a cost is counted by."""

    AREA = "area"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Cost:
    """The unit cost of one project in 分, its band, and what is to be said of it (empty: nothing)."""

    fen: int | None
    band: Band | None
    doubt: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Unit costs of a set of projects in 分: quartiles and the number of cases."""

    low_fen: int
    median_fen: int
    high_fen: int
    cases: int


def unit_cost(project: Project, per: Per) -> int | None:
    """Return planned investment ÷ area or households in 分, half up; None when either is not known."""
    base = project.planned_area if per is Per.AREA else project.planned_households
    if not project.planned_investment_fen or not base:
        return None
    investment = Fraction(project.planned_investment_fen)
    return int(investment / Fraction(base) + Fraction(1, 2))


def costs_of(projects: Sequence[Project]) -> dict[int, dict[Per, Cost]]:
    """Return the unit costs of projects (with their unit) among their peers; three queries for any number."""
    cases = _cases({year for project in projects for year in _near(project.plan_year)})
    limits = load_limits()
    above = prefecture_paths({project.unit for project in projects})
    found: dict[int, dict[Per, Cost]] = {}
    for project in projects:
        asked = Asked(0, project.unit, project.plan_year, without_project=project.pk)
        costs: dict[Per, Cost] = {}
        for per in Per:
            own = unit_cost(project, per)
            band = band_among(asked, cases[per], None, limits, above[project.unit_id])
            costs[per] = Cost(own, band, band_outside(band, own, limits) if own is not None else "")
        found[project.pk] = costs
    return found


def _near(year: int) -> tuple[int, ...]:
    return (year - 1, year, year + 1)


def _cases(years: Iterable[int]) -> Mapping[Per, list[Case]]:
    rows = Project.objects.live().counted().filter(plan_year__in=set(years), planned_investment_fen__gt=0)
    found: dict[Per, list[Case]] = {per: [] for per in Per}
    for project in rows.annotate(path=F("unit__path")).order_by("pk").only(*_FIELDS):
        for per in Per:
            cost = unit_cost(project, per)
            if cost is not None:
                found[per].append(Case(cost, project.plan_year, project.path, project.pk))  # type: ignore[attr-defined]
    return found


_FIELDS = ("pk", "plan_year", "planned_investment_fen", "planned_area", "planned_households")


def spread(costs: Iterable[int]) -> Spread | None:
    """Return the quartiles of unit costs; None without any."""
    known = list(costs)
    return Spread(*quartiles(known), len(known)) if known else None
