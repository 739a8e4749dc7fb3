"""What the world of the doors holds of rounds, monthly progress, waivers and post-management."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Department, Region, User
from communities.models import CatalogueItem, Taxonomy, TechnicalStandard
from projects.models import (
    CareModel,
    CareModelTag,
    DeadlineRule,
    MaintenanceFund,
    ManagementArrangement,
    PlanItem,
    PlanVersion,
    ProgressQuantity,
    ProgressReport,
    Project,
    ReportingRound,
    SeasonRule,
    StepDuration,
    TimeLimit,
    UnitReturn,
    UpkeepTask,
    UpkeepVisit,
    Urge,
    Waiver,
)
from records.models import VersionedRecord

Write = Callable[[type[VersionedRecord], list[dict[str, Any]]], list[int]]
# The newest is still open.
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))


def fill_parts(write: Write, projects: Sequence[int]) -> None:
    """Write what hangs on projects that have started: progress, arrangement, fund, upkeep, visit, model."""
    if not projects:
        return
    model = CareModel.objects.live().order_by("code")[0]
    month = {"month": date(2020, 7, 1), "progress_percent": Decimal("40.00"), "invested_fen": 100}
    write(ProgressReport, [{"project_id": pk, **month} for pk in projects])
    write(ManagementArrangement, [{"project_id": pk, "mode": "professional"} for pk in projects])
    write(MaintenanceFund, [{"project_id": pk, "due_fen": 100} for pk in projects])
    write(UpkeepTask, [{"project_id": pk, "task": "清扫"} for pk in projects])
    write(UpkeepVisit, [{"project_id": pk, "months": 6, "due_on": date(2026, 5, 1)} for pk in projects])
    write(CareModelTag, [{"project_id": pk, "care_model_id": model.pk} for pk in projects])


def care_targets(write: Write, region: Region, owner: User) -> dict[str, str]:
    """Return the names of one row of everything in a unit, all about one project under way."""
    project = Project.objects.filter(unit=region).exclude(started_on=None).order_by("pk")[0]
    report = ProgressReport.objects.get(project=project)
    done, free = _plan_items(write, project)
    [quantity] = write(ProgressQuantity, [{"report_id": report.pk, "plan_item_id": done, "done": Decimal(1)}])
    found = {
        "started": project,
        "progress": report,
        "arrangement": ManagementArrangement.objects.get(project=project),
        "fund": MaintenanceFund.objects.get(project=project),
        "upkeep": UpkeepTask.objects.get(project=project),
        "visit": UpkeepVisit.objects.get(project=project),
        "caretag": CareModelTag.objects.get(project=project),
        "care_model": CareModel.objects.live().order_by("code")[0],
    }
    names = {name: str(row.pk) for name, row in found.items()}
    return {
        **names,
        **_rounds(write, region, owner),
        **_waivers(write, region, owner),
        **_rules(write, region),
        "quantity": str(quantity),
        "plan_item": str(free),
    }


def _plan_items(write: Write, project: Project) -> list[int]:
    item = CatalogueItem.objects.filter(code="care").first()
    if item is None:
        province = Region.objects.get(parent=None)
        [taxonomy] = write(Taxonomy, [{"code": "care", "name": "长效分类", "region_id": province.pk}])
        department = Department.objects.get_or_create(
            code="care", defaults={"name": "长效部门", "kind": "government"}
        )[0]
        roof = {"taxonomy_id": taxonomy, "code": "care", "name": "长效屋面", "measure": "㎡", "group": "房屋"}
        [pk] = write(CatalogueItem, [{**roof, "level": "basic", "department_id": department.pk}])
        item = CatalogueItem.objects.get(pk=pk)
    version = {"project_id": project.pk, "number": 7, "state": "final"}
    [plan] = write(PlanVersion, [version])
    places = ("1栋", "2栋")
    return write(
        PlanItem, [{"plan_version_id": plan, "item_id": item.pk, "place": place} for place in places]
    )


def _rounds(write: Write, region: Region, owner: User) -> dict[str, str]:
    """Write a submitted return of one month, a draft of the next, and a reminder of that."""
    past, running = (
        ReportingRound.objects.get_or_create(
            month=month, defaults={"opens_on": month.replace(day=25), "due_on": month.replace(day=28)}
        )[0]
        for month in MONTHS
    )
    now = timezone.now()
    signed = {
        "state": "submitted",
        "signed_name": "王某",
        "submitted_at": now,
        "first_submitted_at": now,
        "submitted_by_id": owner.pk,
    }
    [submitted, draft] = write(
        UnitReturn,
        [
            {"round_id": past.pk, "unit_id": region.pk, **signed},
            {"round_id": running.pk, "unit_id": region.pk},
        ],
    )
    urge = Urge.objects.create(
        region=region, code="round.2026-10", text="请填报", url="/projects/rounds/", sent_by=owner
    )
    return {"round": str(past.pk), "submitted": str(submitted), "return": str(draft), "urge": str(urge.pk)}


def _waivers(write: Write, region: Region, owner: User) -> dict[str, str]:
    """Write a waiver asked for and one in force."""
    days = {"valid_from": date(2026, 1, 1), "valid_until": date(2100, 1, 1)}
    row = {"kind": "deadline", "code": "round.2026-09", "region_id": region.pk, "reason": "补正", **days}
    [asked, approved] = write(
        Waiver,
        [{**row, "asked_by_id": owner.pk}, {**row, "state": "approved", "asked_by_id": owner.pk}],
    )
    return {"asked": str(asked), "waiver": str(approved)}


def _rules(write: Write, region: Region) -> dict[str, str]:
    """Write one rule of each calendar and a standard, the unit's own."""
    rule = {"region_id": region.pk, "source": "x"}
    season = {"winter_stop_from": 1101, "winter_stop_to": 331, "heating_from": 1020, "heating_to": 410}
    step = {**rule, "step": "tender", "days": 20}
    rows: dict[str, tuple[type[VersionedRecord], dict[str, Any]]] = {
        "season": (SeasonRule, {**rule, **season}),
        "deadline": (DeadlineRule, {**rule, "code": "own", "label": "x", "step": "tender", "month_day": 331}),
        "step_time": (StepDuration, step),
        "time_limit": (TimeLimit, step),
        "standard": (
            TechnicalStandard,
            {"code": f"own-{region.code}", "name": "x", "region_id": region.pk, "status": "in_force"},
        ),
    }
    return {name: str(write(model, [values])[0]) for name, (model, values) in rows.items()}
