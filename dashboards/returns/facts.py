"""The numbers a return is filled with: those of a region, of its units, and the rows of its projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Region
from dashboards.figures import Figures, sum_of
from dashboards.places import Places
from dashboards.quantities import Effect, effects, quantities
from dashboards.returns.measures import Place
from dashboards.rollups import progress
from dashboards.selection import projects_seen_by
from funding import totals
from funding.totals import Money
from projects.columns import ProjectLedger
from projects.models import Project
from records.columns import Column, Context
from records.marks import Mark
from records.rows import Row

# What happened on a day, and what the ledger keeps only as it is today.
DATES = ("ready_on", "started_on", "completed_on")
OF_TODAY = ("progress_percent", "invested_fen")

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Facts:
    """What somebody may see of a region in a plan year on a day; each part is read at most once."""

    user: User
    region: Region
    year: int
    on: date
    # Regions that have been read already, with all that lies in them down to the units.
    known: Sequence[Region] = ()

    @cached_property
    def projects(self) -> Any:
        """Return the projects the numbers count."""
        return projects_seen_by(self.user, self.region)

    @cached_property
    def places(self) -> Places:
        """Return the region and what lies in it."""
        return Places.within(self.region, self.known)

    @cached_property
    def _figures(self) -> dict[str, Figures]:
        rows = progress(self.projects, self.places, years=[self.year], on=self.on, by="unit")
        return {row.key: row.figures for row in rows}

    @cached_property
    def whole(self) -> Place:
        """Return the numbers of the region itself."""
        found = sum_of(self._figures.values()) if self.places.units else self._below_units()
        return Place(self.region.code, self.region.label, found, lambda: self._money, lambda: self._effects)

    @cached_property
    def _money(self) -> Money:
        return totals.of(self.region, years=[self.year], on=self.on)[None]

    @cached_property
    def _money_by_unit(self) -> dict[int, Money]:
        return totals.of(self.region, years=[self.year], on=self.on, by="unit")

    @cached_property
    def _effects(self) -> dict[str, Effect]:
        works = quantities(self.projects, years=[self.year], on=self.on)
        return {effect.indicator: effect for effect in effects(works)}

    def _below_units(self) -> Figures:
        [row] = progress(self.projects, self.places, years=[self.year], on=self.on)
        return row.figures

    @cached_property
    def units(self) -> list[Place]:
        """Return the numbers of every unit; effects are told of the whole region alone."""
        return [
            Place(unit.code, unit.label, self._figures.get(unit.code, Figures()), self._of_unit(unit), dict)
            for unit in self.places.units
        ]

    def _of_unit(self, unit: Region) -> Callable[[], Money]:
        return lambda: self._money_by_unit.get(unit.pk, Money())

    @cached_property
    def is_simulated(self) -> bool:
        """Tell whether generated rows are among what is counted: no form may pass them off as real."""
        return any(found.simulated.communities for found in self._figures.values())

    @cached_property
    def project_rows(self) -> list[Row]:
        """Return the projects of the plan year as they stood at the end of the day.

        Dates after the day are left out; what the ledger only knows of today is blank for an earlier day.
        """
        rows = ProjectLedger.read_rows(self.projects.of_year(self.year).order_by("unit__path", "code"))
        for row in rows:
            for name in DATES:
                if row[name] is not None and not isinstance(row[name], Mark) and row[name] > self.on:
                    row[name] = None
            if self.on < timezone.localdate():
                row.update(dict.fromkeys(OF_TODAY))
        return rows

    @cached_property
    def context(self) -> Context:
        """Return what showing cells of the ledger needs."""
        return Context(user=self.user, year=self.year)

    def counted_rows(self, *, planned_only: bool) -> list[Row]:
        """Return the rows of projects, without those added beyond the plan where that is asked."""
        rows = self.project_rows
        return [row for row in rows if not planned_only or row["origin"] == Project.Origin.PLANNED]

    def project_cells(self, columns: list[Column], *, planned_only: bool) -> list[list[Any]]:
        """Return these columns of every project, in their shown units."""
        return [
            [_blank(column.typed(row.get(column.name), self.context)) for column in columns]
            for row in self.counted_rows(planned_only=planned_only)
        ]


def _blank(value: Any) -> Any:
    return None if value == "" else value
