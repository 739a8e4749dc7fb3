"""Who could move on today: every project of a selection tried against its next gate, without any effect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from projects import gating, workflow
from projects.gating import Report, Transition
from projects.models import Project, StageTransition
from projects.workflow import GateClosed, MovedOn
from records.models import ChangeSet

if TYPE_CHECKING:
    from accounts.models import User

# So many are moved in one request; more are narrowed by unit first.
MOST_AT_ONCE = 300


@dataclass(frozen=True)
class Reason:
    """One thing that holds projects back, and how many it holds."""

    code: str
    label: str
    projects: int


@dataclass
class Outlook:
    """What stands before the gate of one stage."""

    transition: Transition
    stage: str
    standing: int = 0
    open: list[int] = field(default_factory=list)
    waived: int = 0
    held: Counter[str] = field(default_factory=Counter)
    labels: dict[str, str] = field(default_factory=dict)
    by_code: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def closed(self) -> int:
        """Return how many cannot move on."""
        return self.standing - len(self.open)

    @property
    def reasons(self) -> list[Reason]:
        """Return what holds them back, the most frequent first."""
        return [Reason(code, self.labels[code], count) for code, count in self.held.most_common()]


def reports(projects: Iterable[Project]) -> dict[int, Report]:
    """Return the report of every project that has a next step; a few queries for each stage."""
    by_transition: dict[Transition, list[Project]] = defaultdict(list)
    for project in projects:
        transition = workflow.next_transition(project)
        if transition is not None and project.standing == Project.Standing.ACTIVE:
            by_transition[transition].append(project)
    found: dict[int, Report] = {}
    waivers = gating.waivers_on(timezone.localdate())
    for transition, listed in by_transition.items():
        found |= gating.examine(listed, transition, waivers=waivers)
    return found


def outlook(projects: QuerySet[Project]) -> list[Outlook]:
    """Try all projects of a selection and count why they cannot move; nothing is written."""
    listed = list(projects.select_related("community", "unit"))
    found = {stage: Outlook(transition, stage) for stage, (transition, _onward) in workflow.ONWARD.items()}
    stages = {project.pk: project.stage for project in listed}
    for pk, report in reports(listed).items():
        line = found[stages[pk]]
        line.standing += 1
        if report.is_open:
            line.open.append(pk)
            line.waived += bool(report.waived)
        for held in report.conditions:
            if not held.is_met:
                line.held[held.code] += 1
                line.labels[held.code] = held.label
                line.by_code[held.code].append(pk)
    return list(found.values())


@dataclass(frozen=True)
class Moved:
    """What became of a bulk move: the steps taken, and the projects whose gate had closed meanwhile."""

    steps: tuple[StageTransition, ...]
    refused: tuple[tuple[Project, str], ...]


def advance_all(
    projects: Iterable[Project], *, actor: User | None, source: ChangeSet.Source, stage: str
) -> Moved:
    """Move every project whose gate is open; each on its own, so that one refusal holds up no other."""
    steps: list[StageTransition] = []
    refused: list[tuple[Project, str]] = []
    for project in projects:
        try:
            steps.append(workflow.advance(project, actor=actor, source=source, seen_stage=stage))
        except (GateClosed, MovedOn) as problem:
            refused.append((project, str(problem)))
    return Moved(tuple(steps), tuple(refused))
