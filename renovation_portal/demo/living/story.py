"""The year under way and the next, as a story for every community: how far it has come, and on which days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from projects.models import Milestone, Project
from renovation_portal.demo import facts
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.naming import Namer, Naming

Stage, Library, Kind = Project.Stage, Project.Library, Milestone.Kind


class Story(StrEnum):
    """How far a community has come, from the first look to the care afterwards."""

    SURVEYED = "surveyed"
    RESERVED = "reserved"
    DECLARED = "declared"
    REVIEWED = "reviewed"
    ENTERED = "entered"
    PREPARING = "preparing"
    READY = "ready"
    BUILDING = "building"
    COMPLETED = "completed"
    CARED_FOR = "cared_for"


PLACES: Mapping[Story, tuple[str, str]] = {
    Story.SURVEYED: (Stage.SURVEY, Library.RESERVE),
    Story.RESERVED: (Stage.PLAN, Library.RESERVE),
    Story.DECLARED: (Stage.PLAN, Library.DECLARED),
    Story.REVIEWED: (Stage.PLAN, Library.PREFECTURE_PASSED),
    Story.ENTERED: (Stage.PLAN, Library.PROVINCE_PASSED),
    Story.PREPARING: (Stage.PLAN, Library.ISSUED),
    Story.READY: (Stage.BUILD, Library.ISSUED),
    Story.BUILDING: (Stage.BUILD, Library.ISSUED),
    Story.COMPLETED: (Stage.BUILD, Library.ISSUED),
    Story.CARED_FOR: (Stage.AFTERCARE, Library.ISSUED),
}
ORDER = list(Story)
# What the practised units have, so that every page has something to show; the others have a little of it.
MUCH: tuple[Story, ...] = (
    *(Story.CARED_FOR,) * 3,
    *(Story.COMPLETED,) * 2,
    *(Story.BUILDING,) * 4,
    Story.READY,
    *(Story.PREPARING,) * 2,
)
LITTLE_WEIGHTS: Mapping[Story, int] = {
    Story.CARED_FOR: 26,
    Story.COMPLETED: 12,
    Story.BUILDING: 40,
    Story.READY: 6,
    Story.PREPARING: 16,
}
MUCH_NEXT: tuple[Story, ...] = (
    *(Story.SURVEYED,) * 2,
    Story.RESERVED,
    Story.DECLARED,
    Story.REVIEWED,
    Story.ENTERED,
)
LITTLE_NEXT: tuple[Story, ...] = (Story.SURVEYED, Story.DECLARED)
# From when to when the works of the living years are planned.  What is still being built has more time, some
# over the winter: until one of the next of these days.
PLANNED_START, PLANNED_END = (5, 15), (10, 31)
LATER_ENDS = ((0, 11, 25), (0, 12, 15), (1, 5, 31), (1, 6, 30), (1, 9, 30))
# Day of the plan year on which each step of the preparation is by and large done.
STEPS: Mapping[str, tuple[int, int]] = {
    Kind.CONSULTATION: (2, 26),
    Kind.APPROVAL: (3, 6),
    Kind.NOTICE: (3, 14),
    Kind.DRAWINGS: (3, 26),
    Kind.BUDGET_REVIEW: (4, 7),
    Kind.TENDER: (4, 24),
}


@dataclass(frozen=True)
class Life:
    """One community of the living years with its days; days after ``today`` have not come."""

    unit: str
    year: int
    story: Story
    naming: Naming
    number: int
    buildings: int
    households: int
    area: int
    steps: Mapping[str, date] = field(default_factory=dict)
    surveyed_on: date | None = None
    ready_on: date | None = None
    started_on: date | None = None
    completed_on: date | None = None
    accepted_on: date | None = None
    handed_on: date | None = None
    planned_end: date | None = None

    @property
    def planned(self) -> tuple[date, date]:
        """Return from when to when the works are planned."""
        return date(self.year, *PLANNED_START), self.planned_end or date(self.year, *PLANNED_END)

    @property
    def is_practised(self) -> bool:
        """Tell whether the community belongs to a unit whose rows are shown most closely."""
        return self.unit in facts.PRACTISED_UNITS

    @property
    def draw(self) -> Draw:
        """Return a fresh stream of chance for this community alone."""
        return Draw("life", self.unit, self.year, self.number)

    def reached(self, story: Story) -> bool:
        """Tell whether the community has come as far as that."""
        return ORDER.index(self.story) >= ORDER.index(story)


def living_year(today: date) -> int:
    """Return the plan year that is under way: from June on this one, before that the last."""
    return today.year if today.month >= 6 else today.year - 1


def lives(today: date, units: Sequence[str], taken: Mapping[str, set[str]]) -> Iterator[Life]:
    """Yield the communities of the year under way and of the next; ``taken``: names given away, by unit."""
    year = living_year(today)
    for unit in units:
        namer = Namer(unit, "living", taken=taken.get(unit, ()))
        practised = unit in facts.PRACTISED_UNITS
        told = [(year, story) for story in (MUCH if practised else _little(unit, year))]
        told += [(year + 1, story) for story in (MUCH_NEXT if practised else LITTLE_NEXT)]
        for number, (plan_year, story) in enumerate(told):
            yield _life(unit, plan_year, story, number, namer.next(), today)


def _little(unit: str, year: int) -> list[Story]:
    """Return the stories of a unit that is shown less closely: no two units are alike."""
    draw = Draw("stories", unit, year)
    weights = list(LITTLE_WEIGHTS.values())
    found = [list(LITTLE_WEIGHTS)[draw.weighted(weights)] for _ in range(draw.between(2, 7))]
    return sorted(found, key=ORDER.index, reverse=True)


def _life(unit: str, year: int, story: Story, number: int, naming: Naming, today: date) -> Life:
    draw = Draw("days", unit, year, number)
    buildings = draw.between(2, 9)
    households = buildings * draw.between(34, 52)
    area = households * draw.between(7200, 9800)
    surveyed_on = date(year - 1, 10, 12) + timedelta(days=draw.between(0, 12))
    made = Life(unit, year, story, naming, number, buildings, households, area)
    if story is Story.SURVEYED:
        return made
    days: dict[str, date] = {"surveyed_on": min(surveyed_on, today - timedelta(days=3))}
    steps = {kind: date(year, *day) + timedelta(days=draw.between(0, 6)) for kind, day in STEPS.items()}
    if story is Story.PREPARING:
        # Held up in the budget review or at the tender: late, and it says so.
        done = draw.between(3, 5)
        steps = {kind: steps[kind] for kind in list(steps)[:done]}
    if made.reached(Story.READY):
        days["ready_on"] = steps[Kind.TENDER] + timedelta(days=draw.between(1, 5))
    if made.reached(Story.BUILDING):
        days["started_on"] = days["ready_on"] + timedelta(days=draw.between(4, 40))
    if made.reached(Story.COMPLETED):
        days["completed_on"] = date(year, 9, 5) + timedelta(days=draw.between(0, 40))
    if made.reached(Story.CARED_FOR):
        days["accepted_on"] = days["completed_on"] + timedelta(days=draw.between(5, 14))
        days["handed_on"] = days["accepted_on"] + timedelta(days=draw.between(2, 8))
    if year > living_year(today):
        steps = {}
    return _with_time(_until(Life(**{**made.__dict__, **days, "steps": steps}), today), today)


def _with_time(life: Life, today: date) -> Life:
    """Give works that are still going on an end of their plan that lies ahead."""
    if life.story is not Story.BUILDING:
        return life
    ends = [date(life.year + years, month, day) for years, month, day in LATER_ENDS]
    ahead = [day for day in ends if day > today + timedelta(days=21)] or ends[-1:]
    return Life(**{**life.__dict__, "planned_end": Draw("end", life.unit, life.number).pick(ahead[:2])})


def _until(life: Life, today: date) -> Life:
    """Take back what has not come yet on the day the demonstration is loaded."""
    story = life.story
    if life.handed_on and life.handed_on > today:
        story = Story.COMPLETED
    if life.completed_on and life.completed_on > today:
        story = Story.BUILDING
    if life.started_on and life.started_on > today:
        story = Story.READY
    if story is life.story:
        return life
    gone: dict[str, date | None] = {"accepted_on": None, "handed_on": None}
    if story is not Story.COMPLETED:
        gone["completed_on"] = None
    if story is Story.READY:
        gone["started_on"] = None
    return Life(**{**life.__dict__, **gone, "story": story})
