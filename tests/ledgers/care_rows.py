"""Rows of the monthly ledgers and of post-management that are hard to carry through a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Department, Region
from communities.models import CatalogueItem, Taxonomy
from projects.models import (
    CareModel,
    CareModelTag,
    MaintenanceFund,
    ManagementArrangement,
    PlanItem,
    PlanVersion,
    ProgressQuantity,
    ProgressReport,
    UpkeepTask,
    UpkeepVisit,
)
from tests.ledgers import rows

APRIL, MAY, JUNE = date(2020, 4, 1), date(2020, 5, 1), date(2020, 6, 1)


def hard_progress() -> list[int]:
    """Write two months of a project, and one without figures before its works began."""
    first, *_others = rows.hard_projects()
    return rows.write(
        None,
        ProgressReport,
        [
            {
                "project_id": first,
                "month": MAY,
                "progress_percent": Decimal("0.01"),
                "invested_fen": 1,
                "workers": 0,
                "note": "=1+1",
            },
            {
                "project_id": first,
                "month": JUNE,
                "progress_percent": Decimal("62.50"),
                "invested_fen": 123_456_789,
                "remark": "第一行\n第二行",
            },
            {"project_id": first, "month": APRIL, "note": "1-2"},
        ],
    )


def hard_quantities() -> list[int]:
    """Write quantities of items that stand in the plan in two places."""
    first, *_others = hard_progress()
    report = ProgressReport.objects.get(pk=first)
    province = Region.objects.get(parent=None)
    [taxonomy] = rows.write(
        None, Taxonomy, [{"code": "rows", "name": "分类（试）", "region_id": province.pk}]
    )
    department, _made = Department.objects.get_or_create(
        code="rows", defaults={"name": "住建部门（试）", "kind": Department.Kind.GOVERNMENT}
    )
    roof = {"taxonomy_id": taxonomy, "code": "roof", "name": "屋面（试）", "measure": "㎡"}
    classes = {"group": "改善房屋功能", "level": CatalogueItem.Level.BASIC, "department_id": department.pk}
    [item] = rows.write(None, CatalogueItem, [roof | classes])
    [version] = rows.write(
        None, PlanVersion, [{"project_id": report.project_id, "number": 1, "state": "final"}]
    )
    items = rows.write(
        None,
        PlanItem,
        [
            {
                "plan_version_id": version,
                "item_id": item,
                "place": place,
                "quantity": Decimal("1234.50"),
                "department_id": department.pk,
            }
            for place in ("1号楼", "=2号楼")
        ],
    )
    quantities = [Decimal("0.00"), Decimal("1200.05")]
    listed: list[dict[str, Any]] = [
        {"report_id": first, "plan_item_id": item, "done": done}
        for item, done in zip(items, quantities, strict=True)
    ]
    return rows.write(None, ProgressQuantity, listed)


def hard_arrangements() -> list[int]:
    """Write an arrangement with every field, and one that only began."""
    first, second, *_others = rows.hard_projects()
    full = {
        "project_id": first,
        "party_branch": "民昌社区党委第3支部",
        "residents_committee": "001",
        "owners_committee": "=业委会",
        "owners_committee_on": date(2020, 10, 1),
        "mode": "professional",
        "manager": "a,b;c",
        "fee_fen": 65,
        "fee_rate": Decimal("87.50"),
        "agreed_on": date(2020, 11, 3),
        "starts_on": date(2021, 1, 1),
    }
    return rows.write(None, ManagementArrangement, [full, {"project_id": second, "remark": "-3"}])


def hard_funds() -> list[int]:
    """Write a fund of nothing and one to the 分."""
    first, second, *_others = rows.hard_projects()
    money = {"due_fen": 12_345_678_901, "paid_fen": 12_345_678_900, "balance_fen": 1, "topped_up_fen": 0}
    full = {"project_id": first, "established_on": date(2020, 12, 1), "as_of": date(2021, 6, 30), **money}
    return rows.write(None, MaintenanceFund, [full, {"project_id": second, "paid_fen": 0}])


def hard_upkeep() -> list[int]:
    """Write tasks whose words spreadsheets like to change."""
    first, *_others = rows.hard_projects()
    tasks: list[dict[str, Any]] = [{"project_id": first, "task": text} for text in ("1-2", "=清扫", "3/4")]
    tasks[0] |= {"months": 12, "responsible": "物业", "last_done_on": date(2021, 3, 1)}
    return rows.write(None, UpkeepTask, tasks)


def hard_visits() -> list[int]:
    """Write a visit that was made and two to come."""
    first, *_others = rows.hard_projects()
    visits: list[dict[str, Any]] = [
        {"project_id": first, "months": months, "due_on": date(2021, 1 + months // 6, 28)}
        for months in (6, 12, 24)
    ]
    visits[0] |= {
        "visited_on": date(2021, 3, 2),
        "visitor": "王某",
        "satisfaction": Decimal("100.00"),
        "fee_rate": Decimal("0.00"),
        "is_managed": True,
        "conclusion": "保洁到位，\n二号楼渗漏",
    }
    return rows.write(None, UpkeepVisit, visits)


def hard_caretags() -> list[int]:
    """Write a project that follows two models."""
    first, *_others = rows.hard_projects()
    models = list(CareModel.objects.live().order_by("code")[:2])
    assert len(models) == 2
    tags: list[dict[str, Any]] = [{"project_id": first, "care_model_id": model.pk} for model in models]
    tags[0] |= {"since": date(2021, 5, 1), "remark": "＝ＨＹＰＥＲＬＩＮＫ"}
    return rows.write(None, CareModelTag, tags)


MAKERS = {
    "progress": hard_progress,
    "quantities": hard_quantities,
    "arrangements": hard_arrangements,
    "funds": hard_funds,
    "upkeep": hard_upkeep,
    "visits": hard_visits,
    "caretags": hard_caretags,
}
