"""When each project was ready, started and completed, so that the published counts hold on their days."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from projects.models import Milestone
from renovation_portal.demo import facts
from renovation_portal.demo.draw import Draw

# No renovation is done in less; the first to start are by and large the first to be completed.
_SHORTEST = timedelta(days=38)
_OVERTAKING_DAYS = 75
# Preparation ends so long before the start (preliminary work by the end of March, often later).
_READY_DAYS = (10, 120)
_READY_FROM = (2, 20)
# On this day all projects of 2019 that had not started were ready to (303 + 226 + 302 = 831).
_READY_BY = {2019: date(2019, 12, 31)}


@dataclass(frozen=True)
class Start:
    """A project as the timetable sees it: what is known of its dates, None where they are to be made up."""

    is_early: bool = False
    started_on: date | None = None
    completed_on: date | None = None
    stays_open: bool = False


@dataclass(frozen=True)
class Dates:
    """The days of one project."""

    ready_on: date
    started_on: date
    completed_on: date | None


def timetable(year: int, origin: str, projects: Sequence[Start]) -> list[Dates]:
    """Return the dates of all projects of one line of the years' table, in their order."""
    draw = Draw("timing", year, origin)
    started = _starts(year, origin, projects, draw)
    completed = _completions(year, origin, projects, started, draw)
    return [
        Dates(_ready(year, start, draw), start, end) for start, end in zip(started, completed, strict=True)
    ]


def slots(year: int, origin: str, event: str, taken: Sequence[date], draw: Draw) -> list[date]:
    """Return the days of a curve that the ``taken`` ones leave, in order: as many as it rises each month."""
    found: list[date] = []
    for before, point in pairwise(facts.curve(year, origin, event)):
        inside = sum(before.day < day <= point.day for day in taken)
        length = (point.day - before.day).days
        count = point.total - before.total - inside
        if count < 0:
            raise ValueError(f"{event} {year}: {inside} known days by {point.day}, the curve has fewer")
        found.extend(sorted(before.day + timedelta(days=draw.between(1, length)) for _ in range(count)))
    return found


def _starts(year: int, origin: str, projects: Sequence[Start], draw: Draw) -> list[date]:
    known = [project.started_on for project in projects if project.started_on is not None]
    # Whoever belongs to the early group takes the first days; within the groups chance decides.
    unknown = [at for at, project in enumerate(projects) if project.started_on is None]
    order = sorted(draw.shuffled(unknown), key=lambda at: not projects[at].is_early)
    given = dict(zip(order, slots(year, origin, "start", known, draw), strict=True))
    return [project.started_on or given[at] for at, project in enumerate(projects)]


def _completions(
    year: int, origin: str, projects: Sequence[Start], started: Sequence[date], draw: Draw
) -> list[date | None]:
    known = [project.completed_on for project in projects if project.completed_on is not None]
    completed: list[date | None] = [project.completed_on for project in projects]
    open_ones = [at for at, end in enumerate(completed) if end is None and not projects[at].stays_open]
    waiting = sorted(open_ones, key=lambda at: (started[at], at))
    ripe: list[tuple[date, int]] = []
    position = 0
    for day in slots(year, origin, "complete", known, draw):
        while position < len(waiting) and started[waiting[position]] + _SHORTEST <= day:
            at = waiting[position]
            turn = started[at] + timedelta(days=draw.between(0, _OVERTAKING_DAYS))
            heapq.heappush(ripe, (turn, at))
            position += 1
        if not ripe:
            raise ValueError(f"completion {year}: nothing had started long enough before {day}")
        completed[heapq.heappop(ripe)[1]] = day
    return completed


def _ready(year: int, started_on: date, draw: Draw) -> date:
    earliest = date(year, *_READY_FROM) + timedelta(days=draw.between(0, 20))
    ready_on = max(earliest, started_on - timedelta(days=draw.between(*_READY_DAYS)))
    latest = _READY_BY.get(year)
    if latest is not None and ready_on > latest:
        return latest - timedelta(days=draw.between(0, 70))
    return ready_on


# How many days before a project was ready each step of its preparation was done.
_STEPS: Mapping[str, int] = {
    Milestone.Kind.CONSULTATION: 58,
    Milestone.Kind.APPROVAL: 49,
    Milestone.Kind.NOTICE: 41,
    Milestone.Kind.DRAWINGS: 28,
    Milestone.Kind.BUDGET_REVIEW: 17,
    Milestone.Kind.TENDER: 2,
}
# The years whose preparation is told step by step.
_TOLD_YEARS = frozenset({2019, 2020})


def preparation(project: Mapping[str, object], pk: int | None) -> Iterator[dict[str, object]]:
    """Yield the steps by which a simulated project became ready to start, ending on that day."""
    ready = project.get("ready_on")
    if project.get("plan_year") not in _TOLD_YEARS or not isinstance(ready, date):
        return
    for at, (kind, before) in enumerate(_STEPS.items()):
        yield {
            "project_id": pk,
            "kind": kind,
            "actual_on": ready - timedelta(days=before),
            "document_no": f"模拟〔{ready.year}〕{pk}-{at + 1}号",
            "is_simulated": True,
        }
