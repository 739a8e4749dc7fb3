"""The living years: simulated, in all four stages, and past no gate that is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from communities.models import Community
from projects import gating
from projects.models import PlanBaseline, Project, StageTransition
from projects.workflow import BEFORE, ONWARD
from records.models import ChangeSet
from renovation_portal.demo import living, loading

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lived")]


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Write the living years once for this file, as if the demonstration province were there."""
    with django_db_blocker.unblock(), transaction.atomic():
        ChangeSet.objects.create(source=ChangeSet.Source.LOAD, label=loading.LABEL)
        yield living.load(TODAY)
        transaction.set_rollback(True)


def rows() -> list[Project]:
    """Return the projects of the living years."""
    return list(Project.objects.live().filter(plan_year__gte=2026).select_related("community", "unit"))


def test_every_stage_has_communities_of_many_units(lived: int) -> None:
    found = rows()
    assert lived == len(found) == Community.objects.filter(is_simulated=True).count()
    assert {project.stage for project in found} == set(Project.Stage.values)
    assert {project.library for project in found} == set(Project.Library.values)
    assert len({project.unit_id for project in found}) == 47
    shares = Counter(
        (project.unit_id, project.stage == "build") for project in found if project.plan_year == 2026
    )
    assert len(set(shares.values())) > 3


def test_nothing_pretends_to_be_real() -> None:
    assert all(project.is_simulated and project.community.is_simulated for project in rows())


def test_no_project_stands_past_a_gate_that_is_closed() -> None:
    for stage, (transition, onward) in ONWARD.items():
        past = [
            project
            for project in rows()
            if list(Project.Stage.values).index(project.stage) >= list(Project.Stage.values).index(onward)
        ]
        assert past, stage
        closed = {
            pk: [item.what for item in report.unmet]
            for pk, report in gating.examine(past, transition, TODAY, waivers=[]).items()
            if not report.is_open
        }
        assert closed == {}, onward


def test_every_project_has_the_trail_that_led_where_it_stands() -> None:
    for project in rows():
        steps = list(StageTransition.objects.filter(project=project))
        assert (
            (steps[-1].to_stage, steps[-1].to_library) == (project.stage, project.library)
            if steps
            else (project.stage == "survey")
        )
        assert all(
            later.from_stage == former.to_stage for former, later in zip(steps, steps[1:], strict=False)
        )
        assert (project.stage in BEFORE) == bool(steps)


def test_nothing_has_happened_after_today() -> None:
    for project in rows():
        days = [project.ready_on, project.started_on, project.completed_on]
        assert all(day <= TODAY for day in days if day)
    assert not StageTransition.objects.filter(project__plan_year__gte=2026, effective_on__gt=TODAY).exists()


def test_issued_plans_have_their_first_baseline() -> None:
    baselines = PlanBaseline.objects.filter(year=2026)
    assert baselines.count() == 47
    for baseline in baselines:
        listed = Project.objects.live().counted().filter(unit=baseline.unit, plan_year=2026)
        assert baseline.communities == listed.count() == baseline.plan.target_communities


def test_writing_again_changes_nothing() -> None:
    before = Project.objects.count(), ChangeSet.objects.count()
    call_command("demo_living", verbosity=0)
    assert (Project.objects.count(), ChangeSet.objects.count()) == before


@pytest.mark.parametrize("today", [date(2026, 6, 1), date(2026, 8, 20), date(2027, 2, 3)])
def test_on_any_day_of_the_year_the_stories_hold_together(today: date) -> None:
    told = list(living.story.lives(today, ["222401", "220101"], {}))
    for life in told:
        days = [life.surveyed_on, life.ready_on, life.started_on, life.completed_on, life.accepted_on]
        come = [day for day in days if day]
        assert come == sorted(come)
        assert all(day <= today for day in come)
