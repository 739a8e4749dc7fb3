"""The choice of places in a filter bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region, User

# Regions that report or are reported on; what lies below a unit is counted in its unit.
LEVELS = (Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.UNIT)


def regions_seen_by(user: User) -> list[Region]:
    """Return the user's view region and what lies in it, down to the units, in order; one query."""
    return list(user.view_region.subtree().filter(level__in=LEVELS))


def unit_select(
    user: User, chosen: Region | None, regions: Sequence[Region] | None = None
) -> dict[str, Any] | None:
    """Return the choice of units for a filter bar, or None for somebody who sees one unit only.

    ``regions`` are those of ``regions_seen_by`` where they have been read; else they are by one query.
    """
    if regions is None:
        regions = regions_seen_by(user)
    if len(regions) < 2:
        return None
    options: list[dict[str, Any]] = [
        {
            "value": "" if region.pk == user.view_region_id else region.code,
            "label": ("　" if region.level == Region.Level.UNIT else "") + region.label,
            "selected": chosen is not None and region.pk == chosen.pk,
        }
        for region in regions
    ]
    return {"name": "unit", "label": _("Reporting unit"), "options": options}
