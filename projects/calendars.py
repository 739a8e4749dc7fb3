"""Calendars of the regions: which season, least time, time limit and deadline holds for a unit and a year.

The nearest region above a unit decides; of its rules the one with the latest first year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from projects.models import DeadlineRule, Holiday, SeasonRule, StepDuration, TimeLimit
from projects.models.calendar import CalendarRule
from projects.workdays import WorkCalendar

R = TypeVar("R", bound=CalendarRule)


def work_calendar() -> WorkCalendar:
    """Return the working days as they are known now; one query."""
    return WorkCalendar.of(Holiday.objects.values_list("day", "is_working"))


def day_of(year: int, month_day: int) -> date:
    """Return the day of a year that a rule writes as month × 100 + day; 229 is 1 March in common years."""
    try:
        return date(year, month_day // 100, month_day % 100)
    except ValueError:
        return date(year, month_day // 100 + 1, 1)


def _holds(rule: CalendarRule, path: str, year: int) -> bool:
    return (
        path.startswith(rule.region.path)
        and (rule.year_from is None or rule.year_from <= year)
        and (rule.year_to is None or year <= rule.year_to)
    )


def nearest(rules: Iterable[R], path: str, year: int) -> R | None:
    """Return the rule that decides for a place (a region's path) and a plan year; None without any."""
    found = [rule for rule in rules if _holds(rule, path, year)]
    return max(found, key=lambda rule: (len(rule.region.path), rule.year_from or 0, rule.pk), default=None)


@dataclass(frozen=True)
class Calendars:
    """Every rule of the calendars, read once for any number of projects."""

    @cached_property
    def work(self) -> WorkCalendar:
        """Return the working days."""
        return work_calendar()

    @cached_property
    def _seasons(self) -> list[SeasonRule]:
        return list(SeasonRule.objects.live().select_related("region"))

    @cached_property
    def _durations(self) -> dict[str, list[StepDuration]]:
        return _by(StepDuration.objects.live().select_related("region"), "step")

    @cached_property
    def _limits(self) -> dict[str, list[TimeLimit]]:
        return _by(TimeLimit.objects.live().select_related("region"), "step")

    @cached_property
    def _deadlines(self) -> dict[str, list[DeadlineRule]]:
        return _by(DeadlineRule.objects.live().select_related("region"), "code")

    def season(self, path: str, year: int) -> SeasonRule | None:
        """Return the winter stop and the heating season of a place."""
        return nearest(self._seasons, path, year)

    def least_time(self, step: str, path: str, year: int) -> StepDuration | None:
        """Return the least time a step takes after the one before it."""
        return nearest(self._durations.get(step, ()), path, year)

    def time_limit(self, step: str, path: str, year: int) -> TimeLimit | None:
        """Return the most time an office may take to answer."""
        return nearest(self._limits.get(step, ()), path, year)

    def deadlines(self, path: str, year: int) -> list[DeadlineRule]:
        """Return the deadlines of a plan year, each code once."""
        held = (nearest(rules, path, year) for rules in self._deadlines.values())
        return [rule for rule in held if rule is not None]

    def deadline(self, step: str, path: str, year: int) -> tuple[date, DeadlineRule] | None:
        """Return the earliest day by which a step of a plan year must be done, and the rule that says so."""
        days = [
            (day_of(year + rule.year_offset, rule.month_day), rule)
            for rule in self.deadlines(path, year)
            if rule.step == step
        ]
        return min(days, key=lambda pair: pair[0], default=None)


_shared: ContextVar[Calendars | None] = ContextVar("calendars", default=None)


@contextmanager
def shared_calendars() -> Iterator[None]:
    """Let everything inside read the calendars once."""
    token = _shared.set(_shared.get() or Calendars())
    try:
        yield
    finally:
        _shared.reset(token)


def calendars_now() -> Calendars:
    """Return the calendars that are shared here, or fresh ones."""
    return _shared.get() or Calendars()


def _by(rules: Iterable[Any], name: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for rule in rules:
        groups[getattr(rule, name)].append(rule)
    return groups
