"""Projects under construction and the month they report on, for the tests of rounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Region, User
from projects import rounds
from projects.models import ProgressReport, Project, UnitReturn
from records.models import ChangeSet
from records.planning import Outcome
from records.services import apply
from tests.projects.stage import make_project, write

# The tests stand still here: a Sunday in November 2026.
TODAY = date(2026, 11, 22)
MONTH = date(2026, 10, 1)
UNIT = "222401"


def built(name: str = "向阳小区", unit: str = UNIT, **values: Any) -> Project:
    """Write a project under construction since May 2026."""
    day = {"started_on": date(2026, 5, 4), "ready_on": date(2026, 4, 1), "planned_investment_fen": 10**9}
    return make_project(name, unit, 2026, **(day | values))


def report(project: Project, month: date = MONTH, **values: Any) -> ProgressReport:
    """Write a project's report of a month, complete."""
    row = {
        "project_id": project.pk,
        "month": month,
        "progress_percent": Decimal("60.00"),
        "invested_fen": 300_000_000,
    }
    [made] = write(ProgressReport, [row | values])
    return made  # type: ignore[no-any-return]


def opened(month: date = MONTH, unit: str = UNIT) -> UnitReturn:
    """Open a round by the timetable; return a unit's return."""
    held = rounds.open_round(month, actor=None)
    return UnitReturn.objects.get(round=held, unit=Region.objects.get(code=unit))


def submitted(actor: User, month: date = MONTH, unit: str = UNIT) -> UnitReturn:
    """Open a round and hand in a unit's return."""
    return rounds.submit(opened(month, unit), actor=actor, signed_name="王某")


def edit(row: Any, actor: User, source: ChangeSet.Source = ChangeSet.Source.GRID, **values: Any) -> Outcome:
    """Change a row by the one write path, as the grid does."""
    return apply(type(row), actor=actor, source=source, pk=row.pk, values=values)
