"""Approved, dated exceptions from rules of the ledgers: what they let pass, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from projects.models import Project, Waiver
from records.checks import RowView
from records.models import VersionedRecord
from records.waiving import Pardon, pardons

# Where a row belongs: the path of its region, its plan year (0 where it has none), its project.
Place = tuple[str, int, int | None]


@pardons
def rule_waivers(
    model: type[VersionedRecord], findings: Sequence[tuple[RowView, str]]
) -> Mapping[int, Pardon]:
    """Return the waiver of each finding's rule that holds today for its row; three queries at most."""
    today = timezone.localdate()
    rules = Waiver.objects.in_force(today).filter(kind=Waiver.Kind.RULE).select_related("region")
    held = [waiver for waiver in rules if any(waiver.covers(code) for _row, code in findings)]
    if not held:
        return {}
    places = _places(model, [row for row, _code in findings])
    found: dict[int, Pardon] = {}
    for position, ((_row, code), (path, year, project)) in enumerate(zip(findings, places, strict=True)):
        for waiver in held:
            if path and waiver.covers(code) and waiver.holds_for(path, year, project):
                told = {"number": waiver.pk, "day": waiver.valid_until.isoformat()}
                words = _("let pass by exception no. %(number)d until %(day)s") % told
                found[position] = Pardon(waiver.pk, words)
                break
    return found


def _places(model: type[VersionedRecord], rows: Sequence[RowView]) -> list[Place]:
    """Return where rows belong: by their project where they have one, else by their region."""
    if model is Project:
        keys = [row.get("id") for row in rows]
        years: list[Any] = [row.get("plan_year") for row in rows]
        paths = _paths(row.get("unit_id") for row in rows)
        return [
            (paths.get(row.get("unit_id"), ""), year or 0, key)
            for row, year, key in zip(rows, years, keys, strict=True)
        ]
    asked = {row["project_id"] for row in rows if row.get("project_id")}
    if asked:
        names = ("pk", "unit__path", "plan_year")
        known = {
            pk: (path, year) for pk, path, year in Project.objects.filter(pk__in=asked).values_list(*names)
        }
        return [(*known.get(row.get("project_id") or 0, ("", 0)), row.get("project_id")) for row in rows]
    regions = model.regions_of([dict(row) for row in rows])
    paths = _paths(regions)
    return [(paths.get(region, ""), 0, None) for region in regions]


def _paths(regions: Any) -> dict[Any, str]:
    return dict(Region.objects.filter(pk__in=set(regions) - {None}).values_list("pk", "path"))
