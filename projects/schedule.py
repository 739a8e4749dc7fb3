"""Back-scheduling: from completion within the plan year to the latest safe day of every step.

Counted backwards from the deadline of completion, past the winter stop and (for works on heating pipes) the
heating season, by the least time each step takes.  Whoever misses one of these days cannot finish in the
year, and the list says so in March rather than in December.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from math import ceil
from operator import or_

from django.db.models import Q

from accounts.models import Region
from projects.calendars import Calendars
from projects.models import Milestone, PlanItem, PlanVersion, Project, StepDuration
from projects.seasons import BuildingSeason
from records.models import Limit

Kind = Milestone.Kind
STEPS: tuple[str, ...] = (*Milestone.PREPARATION, Kind.START, Kind.COMPLETION)
SITE_STEPS = frozenset({Kind.COMPLETION})
# The words by which works on heating pipes are recognised, in the catalogue and in the works of the ledger.
HEATING_WORDS = ("供热", "供暖", "采暖", "热力", "暖气")
# The limit that says within how many days a step counts as due soon, and what holds without it.
SOON_LIMIT, SOON_DAYS = "schedule_due_soon", 14


class State(StrEnum):
    """How a step stands on a day."""

    DONE = "done"
    PASSED = "passed"
    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project's way: the latest safe day, the deadline by rule, and how it stands.

    ``margin`` is how many calendar days the earliest possible day lies before the latest safe one; negative
    when the year is lost.  A step counts as passed when a later one is done and its own day was not entered.
    """

    kind: str
    state: State
    latest: date | None = None
    due: date | None = None
    planned: date | None = None
    done: date | None = None
    margin: int | None = None

    @property
    def label(self) -> str:
        """Return the step's name."""
        return str(Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The way of one project to completion within its plan year, as it stands on a day."""

    project: Project
    on: date
    steps: tuple[Step, ...]
    heating: bool
    # Whether the calendar of these years is complete: without it only weekends and no winter are known.
    has_season: bool
    has_holidays: bool

    @property
    def next_step(self) -> Step | None:
        """Return the step to be taken now; None when the works are completed."""
        waiting = (step for step in self.steps if step.state not in {State.DONE, State.PASSED})
        return next(waiting, None)

    @property
    def state(self) -> State:
        """Return how the project stands: as its most endangered step does."""
        waiting = [step for step in self.steps if step.state not in {State.DONE, State.PASSED}]
        order = (State.TOO_LATE, State.DUE_SOON, State.UNKNOWN, State.IN_TIME)
        return next((state for state in order if any(step.state == state for step in waiting)), State.DONE)

    @property
    def margin(self) -> int | None:
        """Return the days to spare before the year is lost; negative when it is."""
        return min((step.margin for step in self.steps if step.margin is not None), default=None)


def schedules(projects: Iterable[Project], on: date) -> list[Schedule]:
    """Return the schedule of every project (with ``unit`` loaded), in order; a few queries for any number."""
    listed = list(projects)
    work = _Work(listed)
    return [work.schedule(project, on) for project in listed]


def back_schedule(project: Project, on: date) -> Schedule:
    """Return the schedule of one project as it stands on a day."""
    return schedules([project], on)[0]


class _Work:
    """What many schedules have in common, read and counted once."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self.calendars = Calendars()
        keys = [project.pk for project in projects]
        self.milestones = _milestones(keys)
        self.heating = _heating(projects)
        soon = Limit.objects.filter(code=SOON_LIMIT).values_list("high", flat=True).first()
        self.soon = int(soon) if soon is not None else SOON_DAYS
        self._latest: dict[tuple[str, int, bool], Mapping[str, date | None]] = {}

    def schedule(self, project: Project, on: date) -> Schedule:
        path, year = project.unit.path, project.plan_year
        heating = project.pk in self.heating
        latest = self._latest_days(path, year, heating)
        done = _done_days(project, self.milestones[project.pk], on)
        reached = max((STEPS.index(kind) for kind in done), default=-1)
        if reached < STEPS.index(Kind.START) and project.ready_on is not None and project.ready_on <= on:
            reached = STEPS.index(Kind.START) - 1
        steps, before = [], _last_done(done, project)
        season = BuildingSeason(self.calendars.season(path, year), heating)
        for number, kind in enumerate(STEPS):
            planned = self._planned(project, kind)
            deadline = self.calendars.deadline(kind, path, year)
            due = deadline[0] if deadline else None
            if kind in done:
                steps.append(Step(kind, State.DONE, latest[kind], due, planned, done[kind]))
            elif number < reached or (number == reached and kind not in done):
                steps.append(Step(kind, State.PASSED, latest[kind], due, planned))
            else:
                # What has been done is behind; the earliest day of a step follows the one before it.
                earliest = self._earliest(project, kind, before, on, season)
                steps.append(self._waiting(kind, latest[kind], due, planned, earliest))
                before = earliest
        return Schedule(
            project,
            on,
            tuple(steps),
            heating,
            has_season=season.rule is not None,
            has_holidays=self.calendars.work.is_known(date(year, 1, 1), date(year, 12, 31)),
        )

    def _waiting(
        self, kind: str, latest: date | None, due: date | None, planned: date | None, earliest: date | None
    ) -> Step:
        if latest is None:
            return Step(kind, State.UNKNOWN, None, due, planned)
        margin = -999 if earliest is None else (latest - earliest).days
        state = State.TOO_LATE if margin < 0 else State.DUE_SOON if margin <= self.soon else State.IN_TIME
        return Step(kind, state, latest, due, planned, margin=margin)

    def _planned(self, project: Project, kind: str) -> date | None:
        if kind == Kind.START:
            return project.planned_start_on
        if kind == Kind.COMPLETION:
            return project.planned_completion_on
        step = self.milestones[project.pk].get(kind)
        return step.planned_on if step else None

    def _latest_days(self, path: str, year: int, heating: bool) -> Mapping[str, date | None]:
        key = (path, year, heating)
        if key not in self._latest:
            self._latest[key] = latest_days(self.calendars, path, year, heating=heating)
        return self._latest[key]

    def _earliest(
        self, project: Project, kind: str, before: date | None, on: date, season: BuildingSeason
    ) -> date | None:
        """Return the earliest day a step can be done, when the one before is done on ``before``."""
        least = self.calendars.least_time(kind, project.unit.path, project.plan_year)
        if kind not in SITE_STEPS:
            return max(on, _after(self.calendars, before, least)) if before else on
        days = least.days if least else 0
        counted = self.calendars.work if least and least.in_working_days else None
        share = 1 - (project.progress_percent or 0) / 100 if project.started_on else 1
        # Of works under way only the part that is missing still takes its time.
        rest = season.move(on, ceil(days * share), counted)
        whole = season.move(max(before, on) if not project.started_on and before else before or on, days)
        found = [day for day in (rest if project.started_on else None, whole) if day is not None]
        return max(on, min(found)) if found else None


def latest_days(
    calendars: Calendars, path: str, year: int, *, heating: bool = False
) -> Mapping[str, date | None]:
    """Return the latest safe day of every step for completion within a plan year; None where unknown."""
    season = BuildingSeason(calendars.season(path, year), heating)
    deadline = calendars.deadline(Kind.COMPLETION, path, year)
    day = season.last_open(deadline[0] if deadline else date(year, 12, 31))
    found: dict[str, date | None] = {Kind.COMPLETION: day}
    for kind, former in zip(reversed(STEPS[1:]), reversed(STEPS[:-1]), strict=True):
        least = calendars.least_time(kind, path, year)
        if day is not None and least is not None:
            if kind in SITE_STEPS:
                day = season.move(day, -least.days, calendars.work if least.in_working_days else None)
            elif least.in_working_days:
                day = calendars.work.add(day, -least.days)
            else:
                day -= timedelta(days=least.days)
        found[former] = day
    return found


def _after(calendars: Calendars, day: date, least: StepDuration | None) -> date:
    if least is None:
        return day
    return calendars.work.add(day, least.days) if least.in_working_days else day + timedelta(least.days)


def _milestones(projects: Sequence[int]) -> dict[int, dict[str, Milestone]]:
    found: dict[int, dict[str, Milestone]] = defaultdict(dict)
    rows = Milestone.objects.live().filter(project__in=projects, kind__in=Milestone.PREPARATION)
    for step in rows.order_by():
        found[step.project_id][step.kind] = step
    return found


def _done_days(project: Project, milestones: Mapping[str, Milestone], on: date) -> dict[str, date]:
    """Return the days of the steps done by the end of a day."""
    done = {kind: step.actual_on for kind, step in milestones.items() if step.actual_on is not None}
    if project.started_on:
        done[Kind.START] = project.started_on
    if project.completed_on:
        done[Kind.COMPLETION] = project.completed_on
    return {kind: day for kind, day in done.items() if day <= on}


def _last_done(done: Mapping[str, date], project: Project) -> date | None:
    last = max(done, key=STEPS.index, default=None)
    known = [day for day in (done[last] if last else None, project.ready_on) if day is not None]
    return max(known, default=None) if project.started_on is None else project.started_on


def _heating(projects: Sequence[Project]) -> frozenset[int]:
    """Return which projects work on heating pipes: by the items of their plan or by their works in words."""
    versions = [PlanVersion.State.FINAL, PlanVersion.State.PUBLISHED, PlanVersion.State.DRAFT]
    words = reduce(or_, (Q(item__name__contains=word) for word in HEATING_WORDS))
    items = PlanItem.objects.live().filter(
        words, project__in=[project.pk for project in projects], plan_version__state__in=versions
    )
    planned = set(items.values_list("project_id", flat=True).order_by())
    told = {project.pk for project in projects if any(word in project.works for word in HEATING_WORDS)}
    return frozenset(planned | told)


@dataclass(frozen=True, slots=True)
class Answer:
    """A submission that waits for an office: until when it must answer (审批时限)."""

    milestone: Milestone
    due: date
    # Working days left by the calendar; negative when the office is late.
    left: int
    has_holidays: bool


def waiting_answers(milestones: Iterable[Milestone], on: date) -> list[Answer]:
    """Return the submissions an office has not answered, the most urgent first; a few queries for any number.

    The milestones carry ``project__unit``; those without a time limit in force are left out.
    """
    calendars = Calendars()
    found = []
    for step in milestones:
        if step.submitted_on is None or step.actual_on is not None:
            continue
        limit = calendars.time_limit(step.kind, step.project.unit.path, step.project.plan_year)
        if limit is None:
            continue
        work = calendars.work
        due = (
            work.add(step.submitted_on, limit.days)
            if limit.in_working_days
            else step.submitted_on + timedelta(days=limit.days)
        )
        left = work.between(on, due)
        found.append(Answer(step, due, left, work.is_known(step.submitted_on, due)))
    return sorted(found, key=lambda answer: (answer.due, answer.milestone.pk))


@dataclass(frozen=True, slots=True)
class UnitRisk:
    """How the projects of one unit stand."""

    unit: Region
    total: int
    lost: int
    soon: int


def by_unit(found: Iterable[Schedule]) -> list[UnitRisk]:
    """Return how many projects of each unit cannot finish in the year, and how many soon cannot."""
    groups: dict[int, list[Schedule]] = defaultdict(list)
    for schedule in found:
        groups[schedule.project.unit_id].append(schedule)
    rows = [
        UnitRisk(
            listed[0].project.unit,
            len(listed),
            sum(one.state == State.TOO_LATE for one in listed),
            sum(one.state == State.DUE_SOON for one in listed),
        )
        for listed in groups.values()
    ]
    return sorted(rows, key=lambda row: (-row.lost, -row.soon, row.unit.path))
