"""The registry of gates, and the report that tells what they hold back.

A gate is a condition of one transition.  It looks at many projects at once and yields, for each, everything
that is missing: what, which evidence, who owes it, by when, and where to mend it.  What a waiver lets pass
stays visible in the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise

from projects.calendars import shared_calendars
from projects.models import Project, Waiver
from projects.models.waiver import HISTORY


class Transition(StrEnum):
    """The steps that gates guard."""

    TO_PLAN = "to_plan"
    DECLARE = "declare"
    TO_BUILD = "to_build"
    TO_AFTERCARE = "to_aftercare"


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing that is missing before a project may move on."""

    what: str
    evidence: str = ""
    owes: str = ""
    due: date | None = None
    url: str = ""
    action: str = ""
    # Filled by the registry.
    code: str = ""
    waiver: int | None = None


# Gets projects (with community and unit) and the day; yields (primary key of a project, what it lacks).
GateRule = Callable[[Sequence[Project], date], Iterable[tuple[int, Unmet]]]


@dataclass(frozen=True, slots=True)
class Gate:
    """A registered condition of a transition."""

    transition: Transition
    code: str
    label: str | Promise
    rule: GateRule


@dataclass(frozen=True, slots=True)
class Condition:
    """One gate as it stands for one project."""

    code: str
    label: str
    missing: tuple[Unmet, ...]

    @property
    def is_met(self) -> bool:
        """Tell whether nothing is missing, or what is missing has been waived."""
        return all(item.waiver is not None for item in self.missing)


@dataclass(frozen=True, slots=True)
class Report:
    """Every condition of a project's next transition."""

    transition: Transition
    conditions: tuple[Condition, ...]

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """Return what is still missing, the most urgent first."""
        items = [item for held in self.conditions for item in held.missing if item.waiver is None]
        return tuple(sorted(items, key=lambda item: (item.due is None, item.due or date.max)))

    @property
    def waived(self) -> tuple[Unmet, ...]:
        """Return what is missing and let pass by a waiver."""
        return tuple(item for held in self.conditions for item in held.missing if item.waiver is not None)

    @property
    def is_open(self) -> bool:
        """Tell whether the project may move on."""
        return all(held.is_met for held in self.conditions)


_gates: dict[Transition, list[Gate]] = defaultdict(list)


def gate(transition: Transition, code: str, label: str | Promise) -> Callable[[GateRule], GateRule]:
    """Register a condition of a transition, from this app or any above it."""

    def register(rule: GateRule) -> GateRule:
        if any(known.code == code for known in _gates[transition]):
            raise ValueError(f"gate {code} of {transition} is registered twice")
        _gates[transition].append(Gate(transition, code, label, rule))
        return rule

    return register


def gates_of(transition: Transition) -> tuple[Gate, ...]:
    """Return the conditions of a transition, for the pages that explain it and the test that pins them."""
    return tuple(_gates[transition])


def waivers_on(day: date) -> list[Waiver]:
    """Return the waivers of gates that hold on a day; one query."""
    found = Waiver.objects.in_force(day).filter(kind=Waiver.Kind.GATE)
    return list(found.select_related("region"))


def examine(
    projects: Sequence[Project],
    transition: Transition,
    on: date | None = None,
    *,
    waivers: Sequence[Waiver] | None = None,
) -> dict[int, Report]:
    """Return, for every project, all conditions of a transition; a few queries for any number, no effects.

    The projects come with their community and unit.
    """
    day = on or timezone.localdate()
    with shared_calendars():
        return _examine(projects, transition, day, waivers_on(day) if waivers is None else waivers)


def _examine(
    projects: Sequence[Project], transition: Transition, day: date, waivers: Sequence[Waiver]
) -> dict[int, Report]:
    places = {project.pk: project for project in projects}
    found: dict[int, list[Condition]] = {pk: [] for pk in places}
    for known in _gates[transition]:
        missing: dict[int, list[Unmet]] = defaultdict(list)
        for pk, item in known.rule(list(projects), day):
            stamped = replace(item, code=item.code or known.code)
            missing[pk].append(replace(stamped, waiver=_waiver_for(waivers, places[pk], stamped.code)))
        for pk, conditions in found.items():
            conditions.append(Condition(known.code, str(known.label), tuple(missing[pk])))
    return {pk: Report(transition, tuple(conditions)) for pk, conditions in found.items()}


def _waiver_for(waivers: Sequence[Waiver], project: Project, code: str) -> int | None:
    for waiver in waivers:
        named = waiver.code == HISTORY or waiver.covers(code)
        if named and waiver.holds_for(project.unit.path, project.plan_year, project.pk):
            return waiver.pk
    return None
