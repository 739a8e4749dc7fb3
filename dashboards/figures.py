"""The numbers of the renovation work and the arithmetic on them: amounts, figures, rates.

Nothing here reads the database.  Live rollups, frozen snapshots, pages, charts, workbooks and bulletins all
carry these types, so that one number has one meaning everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects import months
from records.rates import percentage

# The part of a plan year that has passed is the same for progress and for money.
time_progress = months.time_progress

CENTS = Decimal(100)


class Quantity(StrEnum):
    """What is counted."""

    COMMUNITIES = "communities"
    HOUSEHOLDS = "households"
    BUILDINGS = "buildings"
    AREA = "area"


class Base(models.TextChoices):
    """The base of a rate: 3.4 % of communities may be 5.1 % of households, so a rate always names it."""

    COMMUNITIES = "communities", _("by communities")
    HOUSEHOLDS = "households", _("by households")


class Measure(models.TextChoices):
    """Which projects a number counts."""

    PLANNED = "planned", _("Planned")
    ADDED = "added", _("Added beyond the plan")
    LISTED = "listed", _("All listed")
    PREPARING = "preparing", _("In preparation")
    READY = "ready", _("Ready to start")
    UNDER_WAY = "under_way", _("Under way")
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Completed")
    INCOMPLETE = "incomplete", _("With blank figures")
    SIMULATED = "simulated", _("Simulated")


# The states of a project on a day, in the order of the work; each listed project is in exactly one.
STATES = (Measure.PREPARING, Measure.READY, Measure.UNDER_WAY, Measure.COMPLETED)


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much a set of projects is: communities, households, buildings and floor area in 1/100 ㎡."""

    communities: int = 0
    households: int = 0
    buildings: int = 0
    area_cents: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.communities + other.communities,
            self.households + other.households,
            self.buildings + other.buildings,
            self.area_cents + other.area_cents,
        )

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.communities - other.communities,
            self.households - other.households,
            self.buildings - other.buildings,
            self.area_cents - other.area_cents,
        )

    @property
    def area(self) -> Decimal:
        """Return the floor area in ㎡."""
        return Decimal(self.area_cents) / CENTS

    def on(self, base: str) -> int:
        """Return the amount a rate on this base is made of."""
        return self.households if base == Base.HOUSEHOLDS else self.communities

    def as_list(self) -> list[int]:
        """Return the amounts as a snapshot keeps them."""
        return [self.communities, self.households, self.buildings, self.area_cents]


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers of one region and set of plan years on one day.

    ``planned`` is the plan's task; projects ``added`` beyond it count as started and completed, so a rate may
    exceed 100 %.  The four states add up to planned + added.
    """

    planned: Amounts = Amounts()
    added: Amounts = Amounts()
    preparing: Amounts = Amounts()
    ready: Amounts = Amounts()
    under_way: Amounts = Amounts()
    completed: Amounts = Amounts()
    incomplete: Amounts = Amounts()
    simulated: Amounts = Amounts()

    def __add__(self, other: Figures) -> Figures:
        return sum_of((self, other))

    @property
    def started(self) -> Amounts:
        """Return what has started, completed projects among them (已开工)."""
        return self.under_way + self.completed

    @property
    def listed(self) -> Amounts:
        """Return all projects, in the plan or added beyond it."""
        return self.planned + self.added

    @property
    def all_started(self) -> bool:
        """Tell whether the plan's task has been started in full (全部开工): by counts, not by rates."""
        return 0 < self.planned.communities <= self.started.communities

    def of(self, measure: str) -> Amounts:
        """Return the amounts of one measure."""
        amounts: Amounts = getattr(self, Measure(measure).value)
        return amounts

    def start_rate(self, base: str) -> Decimal | None:
        """Return started ÷ planned in per cent (开工率); None without a plan."""
        return percentage(self.started.on(base), self.planned.on(base))

    def completion_rate(self, base: str) -> Decimal | None:
        """Return completed ÷ planned in per cent (完工率); None without a plan."""
        return percentage(self.completed.on(base), self.planned.on(base))

    def start_ratio(self, base: str) -> Fraction:
        """Return the unrounded start rate, to sort by; −1 without a plan."""
        planned = self.planned.on(base)
        return Fraction(self.started.on(base), planned) if planned else Fraction(-1)

    def completion_ratio(self, base: str) -> Fraction:
        """Return the unrounded completion rate, to sort by; −1 without a plan."""
        planned = self.planned.on(base)
        return Fraction(self.completed.on(base), planned) if planned else Fraction(-1)

    def as_json(self) -> dict[str, list[int]]:
        """Return the figures as a snapshot keeps them."""
        return {name: getattr(self, name).as_list() for name in FIGURE_NAMES}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the figures a snapshot kept."""
        return cls(**{name: Amounts(*data[name]) for name in FIGURE_NAMES if name in data})


FIGURE_NAMES = tuple(field.name for field in fields(Figures))
_AMOUNTS_OF = attrgetter(*FIGURE_NAMES)
_NUMBERS_OF = attrgetter("communities", "households", "buildings", "area_cents")


def sum_of(parts: Iterable[Figures]) -> Figures:
    """Return the sum of figures; a page adds thousands of numbers, so they are added column by column."""
    columns = list(zip(*map(_AMOUNTS_OF, parts), strict=True))
    return Figures(*(Amounts(*map(sum, zip(*map(_NUMBERS_OF, column), strict=True))) for column in columns))


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one region or one plan year; ``key`` is the region's code or the year."""

    key: str
    name: str
    figures: Figures
    parent: str = ""


def total(rows: Iterable[Row]) -> Figures:
    """Return the sum of rows: the whole is always the sum of its parts."""
    return sum_of(row.figures for row in rows)


def points(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return the difference of two rates in percentage points (个百分点)."""
    return None if now is None or before is None else now - before
