"""The regions of a dashboard: the one shown, and the units and prefectures it is broken down into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from accounts.models import Region
from accounts.selects import LEVELS
from projects.models import Project, ProjectQuerySet


@dataclass(frozen=True)
class Places:
    """A region and what lies in it, units always complete: those without a project have rows of zeros."""

    region: Region
    prefectures: tuple[Region, ...]
    units: tuple[Region, ...]

    @classmethod
    def within(cls, region: Region, known: Sequence[Region] = ()) -> Self:
        """Read the tree below a region by one query; a region below the units stands for its unit.

        Nothing is read when the region is among ``known``: regions with all that lies in them, down to the
        units.
        """
        if region in known:
            below = sorted(
                (place for place in known if place.path.startswith(region.path)), key=lambda place: place.path
            )
        else:
            below = list(region.subtree().filter(level__in=LEVELS).order_by("path"))
        return cls(
            region=region,
            prefectures=tuple(place for place in below if place.level == Region.Level.PREFECTURE),
            units=tuple(place for place in below if place.level == Region.Level.UNIT),
        )

    @cached_property
    def prefecture_of(self) -> dict[int, Region]:
        """Return the prefecture above each unit (by the unit's primary key)."""
        by_pk = {place.pk: place for place in self.prefectures}
        return {unit.pk: by_pk[unit.parent_id] for unit in self.units if unit.parent_id in by_pk}


def projects_in(projects: ProjectQuerySet, region: Region) -> ProjectQuerySet:
    """Narrow projects to those that count in a region; at or above the units without the communities."""
    projects = projects.counted()
    if region.level == Region.Level.PROVINCE:
        return projects
    if region.level in LEVELS:
        return projects.filter(unit__in=Region.objects.within(region).units().values("pk"))
    return projects.in_region(region)


def all_projects(region: Region) -> ProjectQuerySet:
    """Return the live projects of a region, for work that no user asks for (freezing, bulletins)."""
    return projects_in(Project.objects.live(), region)
