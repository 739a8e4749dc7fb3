"""Columns of the monthly ledgers: progress by project, quantities by item of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import COUNT, SQUARE_METRES, TEXT, remark_column
from projects.columns.kinds import FEN, MONTH, PER_CENT
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import resolve_projects
from projects.models import PlanItem, PlanVersion, ProgressQuantity, ProgressReport
from records.columns import Column, Context, Entry
from records.parsing import CellError, search_key
from records.units import MONEY, PERCENT

MONTH_NAMES = ("月份", "报告月份", "统计月份", "填报月份", "month")


class ProgressLedger(ProjectPartLedger):
    """月度进度台账: one row a project and month; figures add up from the start of the works."""

    model = ProgressReport
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "progress": gettext_lazy("Progress"),
        "other": gettext_lazy("Other"),
    }

    month = Column(
        "month",
        gettext_lazy("Month"),
        MONTH,
        group="basic",
        required=True,
        width=80,
        aliases=MONTH_NAMES,
        help=gettext_lazy("Written as 2020-03"),
    )
    progress_percent = Column(
        "progress_percent",
        gettext_lazy("Physical progress"),
        PER_CENT,
        unit=PERCENT,
        group="progress",
        width=90,
        aliases=("形象进度", "工程进度", "完成进度"),
    )
    invested = Column(
        "invested_fen",
        gettext_lazy("Invested so far"),
        FEN,
        unit=MONEY,
        group="progress",
        total="sum",
        width=110,
        aliases=("完成投资", "已完成投资", "累计完成投资"),
    )
    workers = Column(
        "workers",
        gettext_lazy("People on site"),
        COUNT,
        group="progress",
        total="sum",
        width=90,
        aliases=("施工人数", "现场人数"),
    )
    note = Column(
        "note",
        gettext_lazy("Works of the month"),
        TEXT,
        group="progress",
        width=240,
        aliases=("本月施工内容", "本月进展", "进展情况"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise reports by project and month."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None]
        known = _reports({entry.values.get("project_id") for entry in fresh})
        for entry in fresh:
            entry.pk = known.get((entry.values.get("project_id"), entry.values.get("month")))


class QuantityLedger(ProjectPartLedger):
    """月度工程量台账: one row an item of the final plan and month, in the item's own unit."""

    model = ProgressQuantity
    anchors = {"project_id": "community_name", "report_id": "month", "plan_item_id": "item"}
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "progress": gettext_lazy("Progress"),
        "other": gettext_lazy("Other"),
    }

    month = Column(
        None,
        gettext_lazy("Month"),
        MONTH,
        lookup="report__month",
        group="basic",
        required=True,
        width=80,
        aliases=MONTH_NAMES,
        help=gettext_lazy("Written as 2020-03"),
    )
    item = Column(
        None,
        gettext_lazy("Item of works"),
        TEXT,
        lookup="plan_item__item__name",
        group="basic",
        required=True,
        width=150,
        aliases=("改造内容", "改造项", "工程内容", "项目内容"),
    )
    place = Column(
        None,
        gettext_lazy("Place"),
        TEXT,
        lookup="plan_item__place",
        group="basic",
        width=110,
        aliases=("部位", "位置"),
    )
    measure = Column(
        None,
        gettext_lazy("Unit of quantity"),
        TEXT,
        lookup="plan_item__item__measure",
        group="progress",
        readonly=True,
        width=70,
    )
    planned = Column(
        None,
        gettext_lazy("Planned quantity"),
        SQUARE_METRES,
        lookup="plan_item__quantity",
        group="progress",
        readonly=True,
        width=100,
    )
    done = Column(
        "done",
        gettext_lazy("Done so far"),
        SQUARE_METRES,
        group="progress",
        width=100,
        aliases=("累计完成", "完成工程量", "累计完成工程量", "完成量"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise quantities by report and item of the project's final plan."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None]
        projects = {entry.values.get("project_id") for entry in fresh} - {None}
        reports, items = _reports(projects), _plan_items(projects)
        for entry in fresh:
            # Derived from the report.
            project = entry.values.pop("project_id", None)
            if project is None:
                continue
            _find_report(entry, reports.get((project, entry.related.get("month"))))
            wanted = search_key(str(entry.related.get("item") or ""))
            place = search_key(str(entry.related.get("place") or ""))
            _find_item(entry, items.get((project, wanted), {}), place)
        rows = ProgressQuantity.objects.live().filter(project__in=projects)
        known = {
            (report, item): pk for pk, report, item in rows.values_list("pk", "report_id", "plan_item_id")
        }
        for entry in fresh:
            key = (entry.values.get("report_id", 0), entry.values.get("plan_item_id", 0))
            entry.pk = known.get(key)


def _reports(projects: set[Any]) -> dict[Any, int]:
    rows = ProgressReport.objects.live().filter(project__in=projects - {None})
    return {(project, month): pk for pk, project, month in rows.values_list("pk", "project_id", "month")}


def _plan_items(projects: set[Any]) -> dict[Any, dict[str, int]]:
    """Return the items of the final plans: (project, name) → place → item."""
    rows = PlanItem.objects.live().filter(
        project__in=projects,
        plan_version__state=PlanVersion.State.FINAL,
        plan_version__is_removed=False,
    )
    found: dict[Any, dict[str, int]] = {}
    for pk, project, name, place in rows.values_list("pk", "project_id", "item__name", "place"):
        found.setdefault((project, search_key(name)), {})[search_key(place)] = pk
    return found


def _find_report(entry: Entry, report: int | None) -> None:
    if report is not None:
        entry.values["report_id"] = report
    elif not entry.failed("month"):
        text = _("There is no progress report of this month.")
        entry.fail("month", CellError("no_report", text, _("Enter the month's progress first.")))


def _find_item(entry: Entry, places: dict[str, int], place: str) -> None:
    found = (
        places.get(place) if place else next(iter(places.values())) if len(places) == 1 else places.get("")
    )
    if found is not None:
        entry.values["plan_item_id"] = found
    elif places:
        text = _("The plan has this item in several places.")
        entry.fail("place", CellError("which_place", text, _("Write the place as in the plan.")))
    else:
        text = _("The final plan has no such item.")
        entry.fail("item", CellError("no_item", text, _("Write the item as in the plan.")))
