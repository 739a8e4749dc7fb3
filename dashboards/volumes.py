"""Task volumes of units for allocation, from the rollups and from frozen month ends."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from accounts.requests import whole_number
from assessments.volumes import Volumes
from dashboards.figures import Row
from dashboards.models import Snapshot
from dashboards.places import Places, all_projects
from dashboards.rollups import progress
from dashboards.snapshots import Frozen
from records.hashing import canonical_hash

LIVE = "live"
MOST_SNAPSHOTS = 12


def choices(region: Region, year: int) -> list[tuple[str, str]]:
    """Return the ledgers of today and the frozen month ends of the plan year, latest first."""
    today = timezone.localdate()
    frozen = (
        Snapshot.objects.light()
        .progress()
        .filter(region=region, plan_year=year)
        .order_by("-on")[:MOST_SNAPSHOTS]
    )
    return [
        (LIVE, _("Ledgers as of %(day)s") % {"day": f"{today:%Y-%m-%d}"}),
        *(
            (str(snapshot.pk), _("Frozen at the end of %(day)s") % {"day": f"{snapshot.on:%Y-%m-%d}"})
            for snapshot in frozen
        ),
    ]


def read(region: Region, year: int, choice: str) -> Volumes:
    """Return the plan's volumes of each unit, and what was done and invested for the plan year before.

    What was done last year is read from the ledgers of today in both cases.
    """
    places = Places.within(region)
    projects = all_projects(region)
    today = timezone.localdate()
    before = progress(projects, places, years=[year - 1], on=today, by="unit")
    sums = projects.of_year(year - 1).order_by().values("unit_id").annotate(sum=Sum("invested_fen"))
    invested = {row["unit_id"]: int(row["sum"] or 0) for row in sums}
    spent = {unit.code: invested.get(unit.pk, 0) for unit in places.units}
    if choice == LIVE:
        rows = progress(projects, places, years=[year], on=today, by="unit")
        label, mark = dict(choices(region, year))[LIVE], ""
    else:
        snapshot = _snapshot(region, year, choice)
        rows = Frozen((snapshot,)).rows(places, "unit")
        label, mark = _("Frozen at the end of %(day)s") % {"day": f"{snapshot.on:%Y-%m-%d}"}, snapshot.mark
    found = _by_unit(rows, before, spent)
    mark = mark or f"{year}-{today:%Y%m%d}-{canonical_hash(found)[:8]}"
    simulated = frozenset(row.key for row in rows if row.figures.simulated.communities)
    return Volumes(label, mark, found, simulated)


def _snapshot(region: Region, year: int, choice: str) -> Snapshot:
    found = (
        Snapshot.objects.progress().filter(region=region, plan_year=year, pk=pk).first()
        if (pk := whole_number(choice)) is not None
        else None
    )
    if found is None:
        raise LookupError(choice)
    return found


def _by_unit(
    rows: tuple[Row, ...], before: tuple[Row, ...], spent: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    done = {row.key: row.figures.completed.households for row in before}
    return {
        row.key: {
            "area": row.figures.planned.area_cents,
            "households": row.figures.planned.households,
            "buildings": row.figures.planned.buildings,
            "communities": row.figures.planned.communities,
            "renovated_households": done.get(row.key, 0),
            "invested": spent.get(row.key, 0),
        }
        for row in rows
    }
