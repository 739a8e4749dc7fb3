"""A small year to assess: two units of one prefecture, with progress and money."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import Region, User
from accounts.roles import Role
from assessments import proceedings
from assessments.models import Assessment, Scheme
from projects.models import Project
from tests.conftest import make_user
from tests.dashboards.conftest import change, enter

END = date(2020, 12, 31)


@pytest.fixture
def second_manager(db: None) -> User:
    """Provincial staff who issue what others published."""
    return make_user("province2", "省级管理二", Role.MANAGER, "220000")


@pytest.fixture
def year(db: None) -> list[Project]:
    """Enter 2020: 延吉市 4 projects, 敦化市 2; most started, some completed."""
    done = {"ready_on": date(2020, 3, 1), "started_on": date(2020, 5, 1), "completed_on": date(2020, 10, 1)}
    begun = {"ready_on": date(2020, 4, 1), "started_on": date(2020, 6, 1)}
    return enter(
        [
            {"unit": "222401", "name": "州府家园", **done},
            {"unit": "222401", "name": "小营小区", **done},
            {"unit": "222401", "name": "建安小区", **begun},
            {"unit": "222401", "name": "延春小区"},
            {"unit": "222403", "name": "江南小区", **done},
            {"unit": "222403", "name": "民主小区", **begun},
        ]
    )


def default_scheme() -> Scheme:
    """Return the scheme that comes with the portal."""
    return Scheme.objects.get(code="default")


@pytest.fixture
def opened(year: list[Project], province_user: User) -> dict[str, Assessment]:
    """Open the assessment of 2020 and return it by the code of the unit."""
    made = proceedings.open_year(year=2020, scheme=default_scheme(), on=END, by=province_user)
    return {row.unit.code: row for row in made}


def fresh(assessment: Assessment) -> Assessment:
    """Return an assessment as the database has it."""
    return Assessment.objects.select_related("unit__parent", "scheme", "fact_sheet").get(pk=assessment.pk)


def unit(code: str) -> Region:
    """Return a unit."""
    return Region.objects.get(code=code)


def complete(project: Project, actor: User, **values: Any) -> None:
    """Change a project of the year through the write path."""
    change(project, actor, reason="补录", **values)


def through_to_published(
    assessment: Assessment, *, unit_user: User, reviewer: User, manager: User
) -> Assessment:
    """Take an assessment from the unit to its publication."""
    for who in (unit_user, reviewer):
        assessment = proceedings.pass_on(assessment=assessment, seen=fresh(assessment).revision, by=who)
    (published,) = proceedings.publish(assessments=[(assessment, fresh(assessment).revision)], by=manager)
    return published


def after_appeals(assessment: Assessment) -> Assessment:
    """Let the days for appeals be over."""
    Assessment.objects.filter(pk=assessment.pk).update(appeal_until=date(2021, 1, 1))
    return fresh(assessment)
