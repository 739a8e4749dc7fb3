"""The ways of looking for what should alert somebody: one function each, bound to a rule of the table.

A function gets the night (what all share) and its rule, and yields everything it has found, bad enough or
not: the thresholds of the rule decide.  Each asks the database a constant number of questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from accounts.models import Region
from dashboards.figures import Row
from dashboards.models import Alert, AlertRule
from dashboards.places import Places, all_projects
from dashboards.rollups import progress
from dashboards.snapshots import YEARS_REPORTED
from projects.models import ProjectQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Facts = dict[str, Any]
# So many projects an alert names one by one; its number counts all of them.
MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What a way of looking found about one subject: ``value`` is compared with the rule's thresholds.

    ``detail`` tells several findings of one rule about one region and plan year apart.
    """

    unit: int
    value: Decimal
    facts: Facts = field(default_factory=dict)
    project: int | None = None
    plan_year: int | None = None
    detail: str = ""
    projects: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Return the name of the subject."""
        return f"{self.unit}/{self.project or ''}/{self.plan_year or ''}/{self.detail}"[:120]


@dataclass(frozen=True)
class Night:
    """One evaluation: the province, the day whose end is looked at, and what several rules share."""

    region: Region
    on: date

    @cached_property
    def places(self) -> Places:
        """Return the units of the province."""
        return Places.within(self.region)

    @cached_property
    def unit_of(self) -> dict[str, int]:
        """Return the key of each unit by its code."""
        return {unit.code: unit.pk for unit in self.places.units}

    @property
    def years(self) -> tuple[int, ...]:
        """Return the plan years still reported: the running one and the one before."""
        return tuple(range(self.on.year - YEARS_REPORTED + 1, self.on.year + 1))

    @property
    def projects(self) -> ProjectQuerySet:
        """Return the projects that count, of the plan years still reported."""
        return all_projects(self.region).of_year(*self.years)

    @property
    def entered(self) -> ProjectQuerySet:
        """Return the projects of every year that went through the portal; history has no papers."""
        return all_projects(self.region).filter(is_history=False)

    @cached_property
    def _progress(self) -> dict[tuple[int, date], tuple[Row, ...]]:
        return {}

    def progress(self, year: int, on: date) -> tuple[Row, ...]:
        """Return the figures of each unit for a plan year at the end of a day; read once."""
        if (year, on) not in self._progress:
            rows = progress(all_projects(self.region), self.places, years=[year], on=on, by="unit")
            self._progress[year, on] = rows
        return self._progress[year, on]


Find = Callable[[Night, AlertRule], Iterable[Found]]


@dataclass(frozen=True)
class Way:
    """A way of looking: what it is called, the unit of its value and thresholds, and how it says a finding.

    ``told`` takes the facts by name; ``falling`` means that lower values are worse.
    """

    code: str
    label: StrOrPromise
    unit: StrOrPromise
    told: StrOrPromise
    find: Find
    params: Mapping[str, StrOrPromise]
    falling: bool = False

    def grade(self, rule: AlertRule, value: Decimal) -> str | None:
        """Return the level a value has under the rule's thresholds, None when it is good enough."""
        for level, threshold in ((Alert.Level.RED, rule.red), (Alert.Level.YELLOW, rule.yellow)):
            if threshold is not None and (value <= threshold if self.falling else value >= threshold):
                return level
        return None

    def say(self, facts: Mapping[str, Any]) -> str:
        """Return a finding in words."""
        return str(self.told) % _Facts({name: _shown(value) for name, value in facts.items()})


class _Facts(dict[str, str]):
    """Facts by name; one that an older evaluation did not note is a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


WAYS: dict[str, Way] = {}


def alerting(
    code: str,
    *,
    label: StrOrPromise,
    unit: StrOrPromise,
    told: StrOrPromise,
    params: Mapping[str, StrOrPromise] | None = None,
    falling: bool = False,
) -> Callable[[Find], Find]:
    """Register a function as the way of looking of a rule; a code has one."""

    def register(find: Find) -> Find:
        if code in WAYS:
            raise ValueError(f"Two ways of looking for alerts of the rule {code!r}.")
        WAYS[code] = Way(code, label, unit, told, find, params or {}, falling)
        return find

    return register


def threshold(rule: AlertRule) -> Decimal:
    """Return the value from which a rule alerts at all."""
    return rule.yellow if rule.yellow is not None else rule.red or Decimal(0)


def overdue(
    rule: AlertRule, rows: Iterable[tuple[int, int, int, int]], *, detail: str = "", **facts: Any
) -> Iterator[Found]:
    """Yield, by unit and plan year, the projects that are late by the rule's days.

    ``rows`` are (unit, plan year, project, days); those below the lowest threshold do not count.  The value
    is the longest delay, ``count`` the number of projects.
    """
    least = threshold(rule)
    groups: dict[tuple[int, int], dict[int, int]] = {}
    for unit, year, project, days in rows:
        if days >= least:
            known = groups.setdefault((unit, year), {})
            known[project] = max(days, known.get(project, days))
    for (unit, year), known in groups.items():
        longest = max(known.values())
        yield Found(
            unit=unit,
            value=Decimal(longest),
            facts={"count": len(known), "longest": longest, **facts},
            plan_year=year,
            detail=detail,
            projects=tuple(sorted(known, key=lambda pk: (-known[pk], pk))),
        )
