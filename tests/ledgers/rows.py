"""Rows that are hard to carry through a workbook, for the tests of templates, exports and uploads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Region, User
from communities.models import Building, Community
from projects.models import AnnualPlan, Project
from records.marks import Mark
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

# Names and remarks that spreadsheets like to run, split, round or take for something else.
TEXTS = (
    "=1+1",
    "+8613900001234",
    "-3",
    "@SUM(A1:A9)",
    "＝ＨＹＰＥＲＬＩＮＫ",
    "－（一）",
    ";=1",
    "'=还是文字",
    "''",
    '他说"可以"，不行',
    "第一行\n第二行",
    "第一行\r\n=第二行",
    "1-2",
    "3/4",
    "001",
    "1E5",
    "12345678901234567890",
    "2020-03-01",
    "TRUE",
    "合计",
    "注：没有",
    "未知",
    "_x0041_",
    "小区名称",
    "#开头",
    "a,b;c\td",
    "=cmd|' /C calc'!A0",
)


def write(actor: User | None, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Write rows by the one write path; return their keys."""
    outcomes = apply_many(
        model,
        actor=actor,
        source=ChangeSet.Source.LOAD,
        changes=[Change(values=row) for row in rows],
        mode=Mode.ALL_OR_NOTHING,
    )
    return [found.row["id"] for found in outcomes]


def region(code: str) -> int:
    """Return a region's key."""
    return Region.objects.get(code=code).pk


def hard_communities(unit: str = "222401") -> list[int]:
    """Write communities with every kind of value: marks, zero, blanks, choices, namesakes in two streets."""
    place = region(unit)
    rows: list[dict[str, Any]] = [
        {
            "name": "铁南小区",
            "region_id": place,
            "street": "北山街道",
            "household_count": 638,
            "building_count": 14,
        },
        {"name": "铁南小区", "region_id": place, "street": "", "household_count": Mark.UNKNOWN},
        {"name": "铁南小区", "region_id": place, "street": "河南街道", "household_count": 0},
        {"name": "国企（宿舍）小区", "region_id": place, "floor_area": Mark.NOT_APPLICABLE},
        {"name": "国企(家属)小区", "region_id": place, "floor_area": Decimal("51847.91")},
        {
            "name": "全部填好的小区",
            "region_id": place,
            "street": "新兴街道",
            "neighbourhood": "民昌社区",
            "address": "解放路1-2号",
            "built_from": 1995,
            "built_to": 1998,
            "built_evidence": "acceptance",
            "building_count": 6,
            "entrance_count": 24,
            "household_count": 288,
            "floor_area": Decimal("20736.50"),
            "site_area": Decimal("0.01"),
            "post2000_area": Decimal("0.00"),
            "property_kind": "reformed",
            "former_owner": "延吉市纺织厂（原）",
            "management": "self",
            "fund_status": "none",
            "aliases": "老纺织厂；纺织小区",
            "longitude": Decimal("129.508900"),
            "latitude": Decimal("42.891300"),
            "remark": "",
            "is_simulated": True,
        },
    ]
    rows += [{"name": f"{text}小区", "region_id": place, "remark": text, "address": text} for text in TEXTS]
    rows += [{"name": "合计", "region_id": place}, {"name": "-5", "region_id": place}]
    return write(None, Community, rows)


def hard_buildings() -> list[int]:
    """Write buildings of communities, two of which have one name."""
    first, second, *_rest = hard_communities()
    rows: list[dict[str, Any]] = [
        {"community_id": community, "number": number, "floors": 6, "structure": "brick_concrete"}
        for community in (first, second)
        for number in ("1", "1-2", "3号楼", "=4", "甲座", "0012")
    ]
    rows[0] |= {"household_count": Mark.UNKNOWN, "elevator_count": 0, "floor_area": Decimal("3456.07")}
    rows[1] |= {"household_count": 0, "elevator_count": Mark.NOT_APPLICABLE, "built_year": 1987}
    return write(None, Building, rows)


def hard_projects() -> list[int]:
    """Write projects with money to the 分, dates, marks and a plan that is issued."""
    communities = hard_communities()
    write(
        None,
        AnnualPlan,
        [
            {
                "year": 2020,
                "unit_id": region("222401"),
                "state": "issued",
                "issued_on": date(2020, 4, 20),
                "document_no": "吉建城〔2020〕8号",
                "target_communities": 3,
            }
        ],
    )
    rows: list[dict[str, Any]] = [
        {"community_id": pk, "plan_year": 2020, "origin": "planned"} for pk in communities[:8]
    ]
    rows[0] |= {
        "planned_buildings": 14,
        "planned_households": 0,
        "planned_area": Decimal("51847.91"),
        "planned_investment_fen": 123_456_789_01,
        "central_subsidy_fen": 1,
        "invested_fen": 0,
        "works": "屋面\n外墙",
        "planned_start_on": date(2020, 5, 1),
        "planned_completion_on": date(2020, 10, 31),
        "ready_on": date(2020, 4, 1),
        "started_on": date(2020, 5, 4),
        "progress_percent": Decimal("62.50"),
    }
    rows[1] |= {"planned_households": Mark.UNKNOWN, "planned_area": Mark.NOT_APPLICABLE, "remark": "=1+1"}
    return write(None, Project, rows)


def hard_plans() -> list[int]:
    """Write plans of a year, drafted and issued."""
    rows: list[dict[str, Any]] = [
        {"year": 2020, "unit_id": region("222401"), "state": "issued", "issued_on": date(2020, 4, 20)},
        {"year": 2020, "unit_id": region("222403"), "target_projects": 0, "target_communities": 12},
        {"year": 2020, "unit_id": region("220101"), "target_area": Decimal("1234567.80"), "remark": "@x"},
    ]
    rows[0] |= {"document_no": "吉建城〔2020〕8号", "target_households": 4918}
    return write(None, AnnualPlan, rows)


MAKERS = {
    "communities": hard_communities,
    "buildings": hard_buildings,
    "projects": hard_projects,
    "plans": hard_plans,
}
