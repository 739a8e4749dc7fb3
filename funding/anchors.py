"""What amounts of money are measured by: the households and the planned investment they are meant for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Region
from funding.balances import parts
from projects.models import AnnualPlan, Project


@dataclass(frozen=True, slots=True)
class Size:
    """How large a project is planned; None where it is not known."""

    households: int | None
    area: Decimal | None
    investment_fen: int | None


def sizes_of(projects: Iterable[int]) -> dict[int, Size]:
    """Return the planned sizes of projects; the community's own counts where the plan has none."""
    found: dict[int, Size] = {}
    names = (
        "planned_households",
        "community__household_count",
        "planned_area",
        "community__floor_area",
        "planned_investment_fen",
    )
    for part in parts(projects):
        rows = Project.objects.filter(pk__in=part).order_by().values_list("pk", *names)
        for pk, households, counted, area, floor_area, investment in rows:
            found[pk] = Size(households or counted or None, area or floor_area or None, investment or None)
    return found


def households_of(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the planned households of regions by plan year; the units' targets where no project is listed.

    Three queries at most for any number of regions and years; a place without any households is left out.
    """
    asked = set(places)
    projects = Project.objects.live().of_year(*{year for _region, year in asked})
    listed = projects.exclude(standing=Project.Standing.WITHDRAWN).order_by()
    sums = listed.values_list("unit_id", "unit__path", "plan_year").annotate(sum=Sum("planned_households"))
    units: dict[int, str] = {}
    counts: dict[tuple[str, int], int] = {}
    for unit, path, year, sum_of in sums:
        units[unit] = path
        counts[path, year] = sum_of or 0
    paths = dict(units)
    if above := {region for region, _year in asked} - set(units):
        paths.update(Region.objects.filter(pk__in=above).values_list("pk", "path").order_by())
    found = _summed(asked, paths, counts)
    if missing := asked - set(found):
        plans = AnnualPlan.objects.live().filter(year__in={year for _region, year in missing})
        targets = plans.order_by().values_list("unit__path", "year", "target_households")
        found |= _summed(missing, paths, {(path, year): target or 0 for path, year, target in targets})
    return found


def _summed(
    asked: set[tuple[int, int]], paths: Mapping[int, str], counts: Mapping[tuple[str, int], int]
) -> dict[tuple[int, int], int]:
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for region, year in asked:
        for (path, of_year), households in counts.items():
            if region in paths and of_year == year and path.startswith(paths[region]):
                sums[region, year] += households
    return {place: households for place, households in sums.items() if households}
