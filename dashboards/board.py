"""The numbers of one dashboard page, read once: live from the ledgers, or as a snapshot froze them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Region
from accounts.selects import LEVELS
from dashboards.figures import Figures, Row, time_progress, total
from dashboards.places import Places
from dashboards.rollups import By, TrendPoint, prefectures_of, progress, trend
from dashboards.selection import Selection, projects_seen_by
from dashboards.snapshots import Frozen, frozen_course, frozen_days
from projects.months import previous_month_end

if TYPE_CHECKING:
    from accounts.models import User
    from projects.models import ProjectQuerySet


@dataclass(frozen=True)
class Board:
    """What a page shows; every part is read at most once."""

    selection: Selection
    places: Places
    projects: ProjectQuerySet
    known_years: tuple[int, ...]
    frozen: Frozen | None

    @classmethod
    def read(cls, user: User, selection: Selection, known_years: tuple[int, ...]) -> Board:
        """Prepare the numbers of a selection for somebody who may see its region."""
        return cls(
            selection=selection,
            places=Places.within(selection.region),
            projects=projects_seen_by(user, selection.region),
            known_years=known_years,
            frozen=frozen_numbers(selection),
        )

    @property
    def live(self) -> Board:
        """Return the same page from the ledgers as they stand; one that is not frozen is that already."""
        if self.frozen is None:
            return self
        return replace(self, selection=self.selection.as_live(), frozen=None)

    def rows(self, by: By | None) -> tuple[Row, ...]:
        """Return the figures of the region broken down; frozen ones where the page is frozen."""
        return self._rows(self.selection.on, self.frozen, by)

    @cached_property
    def units(self) -> tuple[Row, ...]:
        """Return the figures of each reporting unit; none for a region below the units."""
        return self.rows("unit")

    @cached_property
    def prefectures(self) -> tuple[Row, ...]:
        """Return the figures of each prefecture, added up from its units."""
        return prefectures_of(self.places, self.units)

    @cached_property
    def whole(self) -> Figures:
        """Return the figures of the region: the sum of its units."""
        if not self.places.units:
            return total(self._rows(self.selection.on, None, None))
        return total(self.units)

    @cached_property
    def units_before(self) -> tuple[Row, ...]:
        """Return the figures of each unit at the end of the month before."""
        return self._rows(self.day_before, self._frozen_before, "unit" if self.places.units else None)

    @cached_property
    def _frozen_before(self) -> Frozen | None:
        return frozen_numbers(self.selection.at(self.day_before)) if self.frozen else None

    @property
    def is_mixed(self) -> bool:
        """Tell whether frozen numbers are compared with the ledgers: the month before was not frozen."""
        return self.frozen is not None and self._frozen_before is None

    @cached_property
    def whole_before(self) -> Figures:
        """Return the figures of the region at the end of the month before."""
        return total(self.units_before)

    @property
    def day_before(self) -> date:
        """Return the day numbers are compared with (上月末)."""
        return previous_month_end(self.selection.on)

    @cached_property
    def years(self) -> tuple[Row, ...]:
        """Return the figures of every plan year on the day shown; frozen ones where the page is frozen."""
        years = sorted({*self.known_years, *self.selection.years})
        live = progress(self.projects, self.places, years=years, on=self.selection.on, by="year")
        return tuple(self._years_kept.get(row.key, row) for row in live)

    @property
    def years_kept(self) -> frozenset[str]:
        """Return the plan years (as keys of ``years``) whose figures are frozen."""
        return frozenset(self._years_kept)

    @cached_property
    def _years_kept(self) -> dict[str, Row]:
        """Return the figures of every plan year that was frozen on the day of a frozen page."""
        if self.frozen is None:
            return {}
        return {row.key: row for row in self.frozen.of_every_year.rows(self.places, "year")}

    @cached_property
    def trend(self) -> tuple[TrendPoint, ...]:
        """Return the course month by month up to the day shown; frozen months where the page is frozen."""
        live = trend(self.projects, years=self.selection.years, on=self.selection.on)
        if self.frozen is None:
            return live
        course = frozen_course(self.selection.years, self.places) | {self.selection.on: self.whole}
        return tuple(
            replace(
                point, started=course[point.on].started, completed=course[point.on].completed, is_kept=True
            )
            if point.on in course
            else point
            for point in live
        )

    @cached_property
    def frozen_days(self) -> list[date]:
        """Return the days of these plan years that were frozen."""
        return frozen_days(self.selection.years)

    @property
    def time_progress(self) -> Decimal | None:
        """Return how much of the plan year has passed; None for several years at once."""
        years = self.selection.years
        return time_progress(years[0], self.selection.on) if len(years) == 1 else None

    def _rows(self, on: date, frozen: Frozen | None, by: By | None) -> tuple[Row, ...]:
        if frozen is not None:
            return frozen.rows(self.places, by)
        return progress(self.projects, self.places, years=self.selection.years, on=on, by=by)


def frozen_numbers(selection: Selection) -> Frozen | None:
    """Return the snapshots a selection shows: days that are over, of units and above, may be frozen."""
    if selection.live or selection.region.level not in LEVELS or selection.on >= timezone.localdate():
        return None
    return Frozen.find(selection.years, selection.on, selection.edition)


def regions_offered(user: User, places: Places) -> list[Region]:
    """Return the regions a user can choose among: their own and what lies below, down to the units."""
    own = user.view_region
    if places.region.pk == own.pk:
        # What is shown is all there is to choose from, and it has been read.
        found = {place.pk: place for place in (own, *places.prefectures, *places.units)}
        return sorted(found.values(), key=lambda place: place.path)
    return list(own.subtree().filter(level__in=LEVELS).order_by("path"))
