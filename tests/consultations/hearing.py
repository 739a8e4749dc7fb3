"""A community that is being heard, for the tests of this app: buildings, households, plan, roll, vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from communities.models import Building, Household
from consultations import rolls
from consultations.models import Consultation, Roll, RollEntry, Vote, VoteRule
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from tests.projects.stage import make_item, make_project, write


@dataclass(frozen=True)
class Hearing:
    """What the factory has made."""

    project: Project
    buildings: list[Building]
    households: list[Household]
    version: PlanVersion
    clauses: list[PlanClause]
    items: list[PlanItem]
    consultation: Consultation
    roll: Roll
    entries: list[RollEntry]
    vote: Vote


def register(project: Project, per_building: int = 6) -> list[Household]:
    """Write the households of a project's community: two entrances a building, 50.25 ㎡ each."""
    rows = [
        {
            "building_id": building.pk,
            "entrance": f"{1 + number % 2}单元",
            "room": f"{101 + 100 * (number // 2)}",
            "floor_area": Decimal("50.25"),
            "area_basis": Household.AreaBasis.REGISTER,
        }
        for building in Building.objects.live().filter(community=project.community)
        for number in range(per_building)
    ]
    return write(Household, rows)


def plan(project: Project, state: PlanVersion.State = PlanVersion.State.PUBLISHED) -> PlanVersion:
    """Write a version with two clauses and two items of works."""
    number = PlanVersion.objects.filter(project=project).count() + 1
    [version] = write(PlanVersion, [{"project_id": project.pk, "number": number, "state": state}])
    roof, steps = write(
        PlanClause,
        [
            {
                "plan_version_id": version.pk,
                "number": 1,
                "title": "屋面防水",
                "text": "4 栋屋面全部重做防水。",
            },
            {
                "plan_version_id": version.pk,
                "number": 2,
                "title": "单元门前台阶",
                "text": "修补 18 个单元门前台阶，面层抹水泥。",
            },
        ],
    )
    common = {"plan_version_id": version.pk, "unit_price_fen": 9_500}
    write(
        PlanItem,
        [
            {
                **common,
                "item_id": make_item(name).pk,
                "clause_id": clause.pk,
                "place": place,
                "quantity": Decimal(quantity),
            }
            for name, clause, place, quantity in (
                (f"屋面-{version.pk}", roof, "1栋", "2300"),
                (f"台阶-{version.pk}", steps, "1栋1单元", "18"),
            )
        ],
    )
    return PlanVersion.objects.get(pk=version.pk)


def rule(**values: Any) -> VoteRule:
    """Return the rule of ordinary matters: two thirds take part, more than half agree (第二百七十八条)."""
    row = {
        "name": "一般事项",
        "scope": VoteRule.Scope.COMMUNITY,
        "join_numerator": 2,
        "join_denominator": 3,
        "agree_numerator": 1,
        "agree_denominator": 2,
        "agree_is_exclusive": True,
        "source": "民法典 第二百七十八条",
        **values,
    }
    found, _made = VoteRule.objects.get_or_create(code=row.pop("code", "tests-ordinary"), defaults=row)
    return found


def hearing(
    name: str = "建安小区",
    unit: str = "222401",
    state: Consultation.State = Consultation.State.OPEN,
    per_building: int = 6,
    **values: Any,
) -> Hearing:
    """Write a community of two buildings whose residents are being heard now, with its roll and one vote."""
    project = make_project(name, unit, stage=Project.Stage.PLAN)
    households = register(project, per_building)
    version = plan(project)
    today = timezone.localdate()
    row = {
        "project_id": project.pk,
        "title": f"{name}改造方案",
        "state": state,
        "plan_version_id": version.pk,
        "organiser": "北山街道办事处",
        "telephone": "0433-0000000",
        "announced_on": today - timedelta(days=10),
        "opens_on": today - timedelta(days=3),
        "closes_on": today + timedelta(days=7),
        **values,
    }
    [consultation] = write(Consultation, [row])
    roll = rolls.freeze(consultation, actor=None)
    # In the order of the households: the roll's own is that of walking past their doors.
    entries = list(roll.entries.order_by("household").select_related("household"))
    vote = Vote.objects.create(consultation=consultation, number=1, matter="是否同意改造方案", rule=rule())
    return Hearing(
        project,
        list(Building.objects.filter(community=project.community).order_by("pk")),
        households,
        version,
        list(version.clauses.order_by("number")),
        list(version.items.order_by("pk")),
        consultation,
        roll,
        entries,
        vote,
    )
