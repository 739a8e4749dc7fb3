"""What stands behind each story: the rows by which a community has passed the gates that lie behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from communities.models import CatalogueItem
from projects.acceptances import Asset
from projects.models import Milestone
from projects.months import month_end, months_after
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.living.story import Life, Story

Row = dict[str, Any]
Rows = Iterator[Row]

# 元 a unit of quantity, by what the quantity is counted in.
PRICES: Mapping[str, int] = {
    "㎡": 110,
    "米": 620,
    "盏": 260,
    "樘": 3_800,
    "套": 4_200,
    "户": 520,
    "单元": 640,
    "件": 2_300,
    "部": 420_000,
    "处": 36_000,
    "个": 90_000,
}
PARKING_PLACE = 2_850
# What a site that lies far behind has lost of its planned progress, in %.
FAR_BEHIND = (26, 38)
SIGNERS = (
    ("client", "城市更新建设有限公司", "刘"),
    ("street", "街道办事处", "孙"),
    ("neighbourhood", "社区居民委员会", "李"),
    ("designer", "建筑设计研究院", "周"),
    ("builder", "建设工程有限公司", "王"),
    ("supervisor", "工程监理有限公司", "赵"),
    ("utility", "供热公司", "朴"),
)
RESIDENTS = ("张", "金", "陈")
FAULTS = (
    ("屋面防水卷材搭接宽度不足", "minor"),
    ("单元门闭门器松动", "minor"),
    ("排水井盖与路面不平", "minor"),
    ("外墙保温板局部空鼓", "major"),
)


@dataclass(frozen=True)
class Lived:
    """A life with the rows it already has: primary keys of community and project."""

    life: Life
    community: int
    project: int


def community_row(life: Life, region: int) -> Row:
    """Return the community as the survey registered it."""
    draw = life.draw
    built = draw.between(1979, 1997)
    return {
        "name": life.naming.name,
        "region_id": region,
        "street": life.naming.street,
        "neighbourhood": life.naming.neighbourhood,
        "address": life.naming.address,
        "former_owner": life.naming.employer,
        "built_from": built,
        "built_to": min(2000, built + draw.between(0, 4)),
        "built_evidence": "archive",
        "property_kind": "employer" if life.naming.employer else "reformed",
        "management": draw.pick(("abandoned", "self", "self")),
        "fund_status": "none",
        "building_count": life.buildings,
        "entrance_count": max(life.buildings, life.households // 14),
        "household_count": life.households,
        "floor_area": Decimal(life.area).scaleb(-2),
        "is_simulated": True,
    }


def building_rows(life: Life, community: int) -> Rows:
    """Yield the buildings, whose households and area add up to the community's."""
    for number in range(life.buildings):
        share = 1 if number < life.households % life.buildings else 0
        rest = life.area % life.buildings if number == 0 else 0
        yield {
            "community_id": community,
            "number": f"{number + 1}栋",
            "household_count": life.households // life.buildings + share,
            "floor_area": Decimal(life.area // life.buildings + rest).scaleb(-2),
            "floors": 6,
            "structure": "brick_concrete",
            "is_simulated": True,
        }


def item_rows(life: Life, items: Sequence[CatalogueItem]) -> list[Row]:
    """Return the works of a plan: some items of every class, sized by the community."""
    draw = life.draw
    chosen = draw.sample(items, min(len(items), draw.between(9, 13)))
    return [_item(life, item, draw.between(85, 115)) for item in chosen]


def _item(life: Life, item: CatalogueItem, percent: int) -> Row:
    parking = item.indicator == CatalogueItem.Indicator.PARKING
    entrances = max(life.buildings, life.households // 14)
    quantities = {
        "㎡": life.area * (life.number % 5 + 9) // 10_000,
        "米": life.area // 2_000 + 40 * life.buildings,
        "盏": entrances * 6,
        "樘": entrances,
        "单元": entrances,
        "套": entrances,
        "户": life.households,
        "件": 4 + life.buildings,
        "处": 1 + life.buildings // 3,
        "个": life.households // 6 if parking else 1,
    }
    price = PARKING_PLACE if parking else PRICES.get(item.measure, 60_000)
    return {
        "item_id": item.pk,
        "place": "全区",
        "quantity": Decimal(quantities.get(item.measure, 1)),
        "unit_price_fen": price * percent,
        "department_id": item.department_id,
    }


def money(rows: Sequence[Row]) -> int:
    """Return what the works of a plan cost, in 分."""
    return sum(int(row["quantity"]) * row["unit_price_fen"] for row in rows)


def project_row(life: Life, community: int, items: Sequence[Row], stage: str, library: str) -> Row:
    """Return the project in its plan year."""
    cost = money(items)
    begun = life.started_on
    return {
        "community_id": community,
        "plan_year": life.year,
        "stage": stage,
        "library": library,
        "stage_since": life.handed_on or life.ready_on or life.surveyed_on,
        "planned_buildings": life.buildings,
        "planned_households": life.households,
        "planned_area": Decimal(life.area).scaleb(-2),
        "planned_investment_fen": cost,
        "central_subsidy_fen": cost * 33 // 100 // 100_000 * 100_000,
        "planned_start_on": life.planned[0],
        "planned_completion_on": life.planned[1],
        "ready_on": life.ready_on,
        "started_on": begun,
        "completed_on": life.completed_on,
        "is_simulated": True,
    }


def milestone_rows(lived: Lived) -> Rows:
    """Yield the steps of the preparation with their planned days; those behind it with document and day."""
    life = lived.life
    if not life.reached(Story.PREPARING):
        return
    for at, kind in enumerate(Milestone.PREPARATION):
        done = life.steps.get(kind)
        yield {
            "project_id": lived.project,
            "kind": kind,
            "planned_on": date(life.year, 2, 25) + timedelta(days=7 * at),
            "actual_on": done,
            "document_no": f"模拟〔{life.year}〕{life.number + 1}-{at + 1}号" if done else "",
            "is_simulated": True,
        }


def contract_row(lived: Lived, amount: int) -> Row:
    """Return the contract with the builder."""
    life = lived.life
    return {
        "project_id": lived.project,
        "kind": "construction",
        "number": f"SG-{life.year}-{lived.project}",
        "firm": builder_of(life),
        "manager": "王志强",
        "amount_fen": amount * 96 // 100,
        "signed_on": life.ready_on,
        "starts_on": life.started_on or life.ready_on,
        "ends_on": life.planned[1],
        "is_simulated": True,
    }


def builder_of(life: Life) -> str:
    """Return the firm that builds in a community; a unit has two of them."""
    return f"{life.naming.street[:2]}{'第一' if life.number % 2 else '第二'}建设工程有限公司"


def liability_rows(lived: Lived, items: Sequence[Row]) -> Rows:
    """Yield who answers for each item of works, and until when."""
    life = lived.life
    done = life.completed_on
    for row in items:
        yield {
            "project_id": lived.project,
            "item_id": row["item_id"],
            "firm": builder_of(life),
            "person": "王志强",
            "warranty_from": done,
            "warranty_until": done.replace(year=done.year + 5) if done else None,
            "telephone": "0433-1234567",
            "is_simulated": True,
        }


def progress_of(life: Life, month: date) -> int:
    """Return the physical progress in % at the end of a month, by the share of the building time gone.

    What is not completed keeps to its plan but for a few points; about one site in twelve lies far behind it.
    """
    if life.started_on is None:
        return 0
    end = month_end(month)
    if life.completed_on is not None:
        gone = (end - life.started_on).days * 100 // max(1, (life.completed_on - life.started_on).days)
        return max(1, min(100 if life.completed_on <= end else 97, gone))
    first, last = life.planned
    due = (end - first).days * 100 // (last - first).days
    draw = Draw("pace", life.unit, life.year, life.number)
    lost = draw.between(*FAR_BEHIND) if draw.between(1, 12) == 1 else draw.between(0, 8)
    return max(1, min(97, due * (100 - lost) // 100))


def report_rows(lived: Lived, cost: int, last: date) -> Rows:
    """Yield a monthly report from the start on, until the works are done or the last month that has ended."""
    life = lived.life
    if life.started_on is None:
        return
    month = life.started_on.replace(day=1)
    while month <= last:
        percent = progress_of(life, month)
        yield {
            "project_id": lived.project,
            "month": month,
            "progress_percent": Decimal(percent),
            "invested_fen": cost * percent // 100 * 9 // 10,
            "workers": 12 + percent % 20,
            "note": "按计划施工",
            "is_simulated": True,
        }
        if percent == 100:
            return
        month = months_after(month, 1)


def acceptance_row(lived: Lived) -> Row | None:
    """Return the joint acceptance: passed where the community is cared for, waiting where works are done."""
    life = lived.life
    if not life.reached(Story.COMPLETED) or life.completed_on is None:
        return None
    passed = life.accepted_on
    return {
        "project_id": lived.project,
        "held_on": passed or life.completed_on + timedelta(days=7),
        "organiser": "建设单位会同街道、社区",
        "result": "passed" if passed else "pending",
        "passed_on": passed,
        "conclusion": "符合设计和合同要求" if passed else "",
        "is_simulated": True,
    }


def signer_rows(lived: Lived, acceptance: int) -> Rows:
    """Yield who signed; where the acceptance waits, only one of the residents has."""
    life = lived.life
    day = life.accepted_on
    held = day or (life.completed_on + timedelta(days=7) if life.completed_on else None)
    residents = RESIDENTS if day else RESIDENTS[:1]
    for party, organisation, name in (*SIGNERS, *(("residents", "", name) for name in residents)):
        yield {
            "acceptance_id": acceptance,
            "party": party,
            "organisation": organisation,
            "name": f"{name}某",
            "opinion": "agree",
            "signed_on": held,
            "is_simulated": True,
        }


def handover_rows(lived: Lived, assets: Sequence[Asset]) -> Rows:
    """Yield the handover of the community, and of pipes and cables to their utilities."""
    common = {
        "project_id": lived.project,
        "giver": "刘某",
        "handed_on": lived.life.handed_on,
        "is_simulated": True,
    }
    number = f"移交-{lived.project}"
    yield {
        **common,
        "kind": "community",
        "assets": "小区公共设施及档案",
        "receiver": "李某",
        "document_no": number,
    }
    for at, asset in enumerate(assets, start=1):
        yield {
            **common,
            "kind": "assets",
            "department_id": asset.department.pk,
            "assets": "、".join(asset.items),
            "receiver": "朴某",
            "document_no": f"{number}-{at}",
        }
