"""A small year of work, entered through the write path like everything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Region, User
from communities.models import Community
from projects.models import Project
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply, apply_many

JUNE = date(2020, 6, 30)
MAY = date(2020, 5, 31)


def enter(rows: list[dict[str, Any]], actor: User | None = None) -> list[Project]:
    """Enter projects, each with a community of its own; figures default to one building."""
    regions = {region.code: region.pk for region in Region.objects.all()}
    taken = Community.objects.count()
    communities = apply_many(
        Community,
        actor=None,
        source=ChangeSet.Source.LOAD,
        mode=Mode.ALL_OR_NOTHING,
        changes=[
            Change(
                values={"name": row.get("name") or f"小区{taken + number}", "region_id": regions[row["unit"]]}
            )
            for number, row in enumerate(rows)
        ],
    )
    made = apply_many(
        Project,
        actor=actor,
        source=ChangeSet.Source.GRID,
        mode=Mode.ALL_OR_NOTHING,
        changes=[
            Change(values={"community_id": community.pk, **_project(row)})
            for community, row in zip(communities, rows, strict=True)
        ],
    )
    by_pk = Project.objects.in_bulk([outcome.pk for outcome in made])
    return [by_pk[outcome.pk] for outcome in made]


def _project(row: dict[str, Any]) -> dict[str, Any]:
    values = {
        "plan_year": 2020,
        "planned_buildings": 1,
        "planned_households": 50,
        "planned_area": Decimal("4000.10"),
    }
    return {**values, **{name: value for name, value in row.items() if name not in {"unit", "name"}}}


def change(project: Project, actor: User | None, reason: str = "", **values: Any) -> Project:
    """Change a project through the write path."""
    project.refresh_from_db()
    outcome = apply(
        Project,
        actor=actor,
        source=ChangeSet.Source.GRID,
        pk=project.pk,
        base_version=project.version,
        values=values,
        reason=reason,
    )
    assert outcome.writes, outcome.findings
    project.refresh_from_db()
    return project


def started(day: date, **more: Any) -> dict[str, Any]:
    """Return the dates of a project that started on a day."""
    return {"ready_on": day, "started_on": day, **more}


@pytest.fixture
def year(db: None) -> list[Project]:
    """Enter plan year 2020 in two prefectures; in June 10 planned, 1 added, 4 started, 1 completed."""
    return enter(
        [
            {"unit": "222401", "name": "铁南小区", **started(date(2020, 4, 20))},
            {"unit": "222401", **started(date(2020, 5, 10), completed_on=date(2020, 6, 30))},
            {"unit": "222401", **started(date(2020, 6, 1), origin="added", planned_households=20)},
            {"unit": "222401", "ready_on": date(2020, 6, 30)},
            {"unit": "222403", "planned_start_on": date(2020, 6, 15)},
            {"unit": "222403", "planned_start_on": date(2020, 9, 1), **started(date(2020, 7, 1))},
            {"unit": "222404", **started(date(2020, 6, 30), planned_households=100)},
            {"unit": "220101"},
            {"unit": "220102", "planned_area": None},
            {"unit": "220122", "planned_households": None},
            {"unit": "220122", "planned_area": Decimal("0.10")},
            {"unit": "222401", "plan_year": 2019, **started(date(2019, 5, 1), completed_on=date(2020, 6, 5))},
        ]
    )


EnterRows = Callable[..., list[Project]]
