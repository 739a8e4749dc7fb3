"""Projects on their way into a plan, for the tests of this app."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Region, User
from communities.models import Community
from projects import plans
from projects.models import Project, StageTransition
from projects.workflow import move_library
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many
from tests.trust.world import community_row, write

YEAR = 2027
FIGURES: dict[str, Any] = {
    "planned_buildings": 6,
    "planned_households": 212,
    "planned_area": Decimal("21200.00"),
    "planned_investment_fen": 848_000_000,
    "central_subsidy_fen": 77_480_000,
}
Library = Project.Library


def projects(count: int, unit: str = "222401", year: int = YEAR, **values: Any) -> list[Project]:
    """Write projects whose survey is behind them, with everything a declaration asks for."""
    begun = Community.objects.count()
    names = [f"{unit}第{begun + number}小区" for number in range(1, count + 1)]
    communities = write(Community, [community_row(unit, name) for name in names])
    made = write(
        Project, [{"community_id": pk, "plan_year": year, **FIGURES, **values} for pk in communities]
    )
    apply_many(
        Project,
        actor=None,
        source=ChangeSet.Source.LOAD,
        changes=[Change(values={"stage": Project.Stage.PLAN}, pk=pk) for pk in made],
        mode=Mode.ALL_OR_NOTHING,
        bound=False,
    )
    return fresh(made)


def fresh(found: list[Any]) -> list[Project]:
    """Read projects again, in their order."""
    pks = [getattr(one, "pk", one) for one in found]
    rows = Project.objects.select_related("community", "unit").in_bulk(pks)
    return [rows[pk] for pk in pks]


def places(found: list[Project]) -> list[str]:
    """Return where projects stand in the plan now."""
    return [project.library for project in fresh(found)]


def passed(count: int, unit: str = "222401", year: int = YEAR, **values: Any) -> list[Project]:
    """Write projects that the province has passed, as if three other people had done the steps."""
    found = projects(count, unit, year, **values)
    way = (Library.RESERVE, Library.DECLARED, Library.PREFECTURE_PASSED, Library.PROVINCE_PASSED)
    actions = (StageTransition.Action.DECLARE, StageTransition.Action.PASS, StageTransition.Action.PASS)
    for action, expected, to in zip(actions, way, way[1:], strict=False):
        move_library(found, action, to, expected=expected, actor=None, source=ChangeSet.Source.LOAD)
    return fresh(found)


def issued(count: int, province: User, unit: str = "222401", year: int = YEAR) -> list[Project]:
    """Write projects of a plan that the province has issued."""
    found = passed(count, unit, year)
    plans.issue_plan(
        [Region.objects.get(code=unit)],
        year,
        document_no="吉建城〔2027〕3号",
        issued_on=date(2027, 3, 1),
        actor=province,
    )
    return fresh(found)
