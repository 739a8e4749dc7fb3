"""The trail that communities of the living years have left: transitions, and the plans' baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from projects import baselines
from projects.models import AnnualPlan, Project, StageTransition
from renovation_portal.demo.living.evidence import Lived
from renovation_portal.demo.living.story import Life, Story

Action = StageTransition.Action
Stage, Library = Project.Stage, Project.Library


def write_trail(lived: Sequence[Lived]) -> None:
    """Write every step that brought the projects where they stand, and the plans' first baselines."""
    steps = [step for one in lived for step in _steps(one)]
    StageTransition.objects.bulk_create(steps, batch_size=1000)
    units = {one.life.unit for one in lived}
    years = {one.life.year for one in lived}
    for plan in AnnualPlan.objects.live().filter(unit__code__in=units, year__in=years).select_related("unit"):
        baselines.keep_the_first(plan)


def _steps(one: Lived) -> Iterator[StageTransition]:
    life = one.life
    moved = _Trail(one.project)
    if life.surveyed_on is None:
        return
    yield moved.step(Action.ADVANCE, life.surveyed_on, stage=Stage.PLAN)
    for story, action, library, day in (
        (Story.DECLARED, Action.DECLARE, Library.DECLARED, _late(life, 11, 10)),
        (Story.REVIEWED, Action.PASS, Library.PREFECTURE_PASSED, _late(life, 11, 16)),
        (Story.ENTERED, Action.PASS, Library.PROVINCE_PASSED, _late(life, 11, 20)),
        (Story.PREPARING, Action.ISSUE, Library.ISSUED, date(life.year, 2, 20)),
    ):
        if life.reached(story):
            yield moved.step(action, day, library=library)
    if life.ready_on:
        yield moved.step(Action.ADVANCE, life.ready_on, stage=Stage.BUILD)
    if life.handed_on:
        yield moved.step(Action.ADVANCE, life.handed_on, stage=Stage.AFTERCARE)


def _late(life: Life, month: int, day: int) -> date:
    """Return a day of the autumn before the plan year, not before the survey was done."""
    return max(date(life.year - 1, month, day), life.surveyed_on or date.min)


class _Trail:
    """Remembers where a project stands from step to step."""

    def __init__(self, project: int) -> None:
        self.project = project
        self.stage: str = Stage.SURVEY
        self.library: str = Library.RESERVE

    def step(self, action: str, day: date, *, stage: str = "", library: str = "") -> StageTransition:
        """Return the next transition."""
        made = StageTransition(
            project_id=self.project,
            action=action,
            from_stage=self.stage,
            to_stage=stage or self.stage,
            from_library=self.library,
            to_library=library or self.library,
            to_standing=Project.Standing.ACTIVE,
            effective_on=day,
            reason="模拟数据",
        )
        self.stage, self.library = made.to_stage, made.to_library
        return made
