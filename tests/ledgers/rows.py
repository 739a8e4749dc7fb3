"""Rows that are hard to carry through a workbook, for the tests of templates, exports and uploads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Department, Region, User
from communities.models import Building, CatalogueItem, Community, Household, Survey, SurveyFinding, Taxonomy
from projects.models import AnnualPlan, Bundle, PlanItem, PlanVersion, Project
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


def hard_households() -> list[int]:
    """Write places of two buildings: areas to the 0.01 ㎡, one owner of two, texts that look alike."""
    first, second, *_rest = hard_buildings()
    rows: list[dict[str, Any]] = [
        {"building_id": building, "entrance": entrance, "room": room, "floor": 1}
        for building in (first, second)
        for entrance, room in (("1单元", "101"), ("2单元", "101"), ("", "0102"), ("甲", "1-2"), ("3", "=5"))
    ]
    rows[0] |= {"floor_area": Decimal("50.07"), "area_basis": "register", "owner_group": "G001"}
    rows[1] |= {"floor_area": Decimal("61.00"), "area_basis": "survey", "owner_group": "G001", "use": "shop"}
    rows[2] |= {"floor_area": Decimal("0.01"), "remark": "-5", "use": "garage", "floor": None}
    return write(None, Household, rows)


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


def catalogue() -> list[int]:
    """Write a small works catalogue beside the province's own; return its items."""
    department, _made = Department.objects.get_or_create(
        code="test-office", defaults={"name": "试验办", "kind": "government", "position": 99}
    )
    [taxonomy] = write(
        None,
        Taxonomy,
        [{"code": "test", "name": "试验分类", "region_id": region("220000"), "source": "测试"}],
    )
    common = {"taxonomy_id": taxonomy, "department_id": department.pk, "level": "basic"}
    return write(
        None,
        CatalogueItem,
        [
            {**common, "code": "T-1", "name": "试验屋面", "group": "甲类", "measure": "㎡", "position": 1}
            | {"reference_price_fen": 9_500},
            {**common, "code": "T-2", "name": "试验管线", "group": "乙类", "measure": "m", "position": 2}
            | {"is_pipeline": True},
            {
                **common,
                "code": "T-3",
                "name": "试验=公式（甲）",
                "group": "乙类",
                "measure": "处",
                "position": 3,
            },
        ],
    )


def hard_versions() -> list[int]:
    """Write versions of plans of a year, drafts and final ones."""
    projects = hard_projects()
    rows: list[dict[str, Any]] = [
        {"project_id": projects[0], "number": 1, "title": "=1+1", "dated_on": date(2020, 3, 1)},
        {"project_id": projects[0], "number": 2, "remark": "第一行\n第二行"},
        {"project_id": projects[3], "number": 1, "title": "一次征求意见稿"},
    ]
    rows[0] |= {"state": "superseded"}
    rows[2] |= {"state": "final", "finalised_on": date(2020, 4, 2), "summary": "长文\n两行"}
    return write(None, PlanVersion, rows)


def hard_items() -> list[int]:
    """Write items of works: marks, blanks, zero, prices to the 分, drafts and closed versions."""
    first, second, third = hard_versions()
    roof, pipe, formula = catalogue()
    rows: list[dict[str, Any]] = [
        {"plan_version_id": first, "item_id": roof, "place": "16栋", "quantity": Decimal("14850.00")},
        {"plan_version_id": second, "item_id": roof, "place": "1-2", "quantity": Decimal("0.01")},
        {"plan_version_id": second, "item_id": roof, "place": "", "quantity": Mark.UNKNOWN},
        {"plan_version_id": second, "item_id": formula, "place": "=A1", "quantity": Decimal("0.00")},
        {"plan_version_id": third, "item_id": pipe, "place": "全区", "quantity": Decimal("3850.55")},
    ]
    rows[0] |= {"unit_price_fen": 9_501, "department_id": Department.objects.get(code="test-office").pk}
    rows[1] |= {"unit_price_fen": Mark.NOT_APPLICABLE, "amount_fen": 1}
    rows[4] |= {"unit_price_fen": 115_033, "road": "解放路", "dig_from": date(2020, 6, 1)}
    rows[4] |= {"dig_to": date(2020, 6, 20), "remark": "001"}
    return write(None, PlanItem, rows)


def hard_bundles() -> list[int]:
    """Write bundles of a year."""
    unit = region("222401")
    return write(
        None,
        Bundle,
        [
            {"unit_id": unit, "year": 2020, "name": "铁南片区改造工程（一标段）", "covers_tender": True},
            {"unit_id": unit, "year": 2020, "name": "=1+1", "covers_approval": True, "document_no": "1-2"},
            {"unit_id": region("222403"), "year": 2020, "name": "同名", "remark": "@x"},
        ],
    )


def hard_findings() -> list[int]:
    """Write a survey of two communities, one answered in every way there is."""
    communities = hard_communities()
    surveys = write(None, Survey, [{"community_id": pk} for pk in (communities[0], communities[5])])
    items = list(CatalogueItem.objects.filter(taxonomy__code="jl4").order_by("position")[: len(TEXTS)])
    answers: list[dict[str, Any]] = [
        {"condition": "damaged", "quantity": Decimal("1280.50"), "found_on": date(2026, 4, 1)},
        {"condition": "missing", "quantity": Decimal("0.01")},
        {"condition": "good"},
        {"condition": "na"},
        {},
    ]
    rows = [
        {"survey_id": survey, "item_id": item.pk, "remark": text, "place": text, **answers[n % len(answers)]}
        for survey in surveys
        for n, (item, text) in enumerate(zip(items, TEXTS, strict=True))
    ]
    return write(None, SurveyFinding, rows)


MAKERS = {
    "findings": hard_findings,
    "communities": hard_communities,
    "buildings": hard_buildings,
    "households": hard_households,
    "projects": hard_projects,
    "plans": hard_plans,
    "plan-versions": hard_versions,
    "plan-items": hard_items,
    "bundles": hard_bundles,
}
