"""The numbers of reporting units that tables elsewhere show filled, by the same rollups as the boards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from dashboards.figures import Base, Figures
from dashboards.places import Places
from dashboards.rollups import progress
from projects.models import Project

Number = int | Decimal | None

# Key → label, kind of number, how it is read off the figures.
FACTS: dict[str, tuple[str | Promise, str, Callable[[Figures], Number]]] = {
    "planned": (_("Planned communities"), "communities", lambda found: found.planned.communities),
    "planned_households": (_("Planned households"), "households", lambda found: found.planned.households),
    "planned_buildings": (_("Planned buildings"), "buildings", lambda found: found.planned.buildings),
    "ready": (_("Communities ready to start"), "communities", lambda found: found.ready.communities),
    "started": (_("Communities started"), "communities", lambda found: found.started.communities),
    "started_households": (_("Households started"), "households", lambda found: found.started.households),
    "start_rate": (_("Start rate by communities"), "rate", lambda found: found.start_rate(Base.COMMUNITIES)),
    "completed": (_("Communities completed"), "communities", lambda found: found.completed.communities),
    "completion_rate": (
        _("Completion rate by communities"),
        "rate",
        lambda found: found.completion_rate(Base.COMMUNITIES),
    ),
}


def offered() -> list[tuple[str, str | Promise, str]]:
    """Return the numbers there are: key, label, and kind (communities, households, buildings, rate)."""
    return [(key, label, kind) for key, (label, kind, _read) in FACTS.items()]


def of(units: Sequence[Region], *, year: int, on: date, keys: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return the numbers of units in a plan year on a day, by the unit's primary key; one query."""
    if not units:
        return {}
    projects = Project.objects.live().counted().filter(unit__in=[unit.pk for unit in units])
    places = Places(units[0], prefectures=(), units=tuple(units))
    rows = progress(projects, places, years=[year], on=on, by="unit")
    figures = {row.key: row.figures for row in rows}
    return {
        unit.pk: {key: FACTS[key][2](figures.get(unit.code, Figures())) for key in keys if key in FACTS}
        for unit in units
    }
