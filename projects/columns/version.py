"""Columns of the ledgers of plan versions and of their items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from communities.columns import COUNT, TEXT, remark_column
from communities.models import CatalogueItem
from projects.columns.kinds import DAY, FEN, QUANTITY
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import resolve_projects
from projects.models import PlanItem, PlanVersion
from records.columns import ChoiceWidget, Column, Context, Entry, ReferenceWidget
from records.parsing import CellError, search_key
from records.units import MONEY, YUAN


def _items(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return the items of the works catalogue by name and code; a name two taxonomies share means neither."""
    rows = (
        CatalogueItem.objects.all()
        if context.user is None
        else CatalogueItem.objects.visible_to(context.user)
    )
    known: dict[str, int] = {}
    shared: set[str] = set()
    labels: dict[int, str] = {}
    found = rows.live().values_list("pk", "code", "name", "taxonomy__name")
    names = list(found.order_by("taxonomy__code", "position", "code"))
    for pk, code, name, _taxonomy in names:
        labels[pk] = name
        for text in {code, name}:
            if known.setdefault(search_key(text), pk) != pk:
                shared.add(search_key(text))
    for pk, _code, name, taxonomy in names:
        if search_key(name) in shared:
            labels[pk] = f"{name}（{taxonomy}）"
            known[search_key(labels[pk])] = pk
    return {text: pk for text, pk in known.items() if text not in shared}, labels


def _departments(_context: Context) -> tuple[dict[str, int], dict[int, str]]:
    labels: dict[int, str] = {}
    known: dict[str, int] = {}
    for pk, code, name, english in Department.objects.values_list("pk", "code", "name", "name_en"):
        labels[pk] = name
        known.update({search_key(text): pk for text in (code, name, english) if text})
    return known, labels


class VersionLedger(ProjectPartLedger):
    """改造方案台账: one row a version of a community's plan."""

    model = PlanVersion
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "plan": gettext_lazy("Plan of the community"),
        "other": gettext_lazy("Other"),
    }

    number = Column(
        "number",
        gettext_lazy("Version"),
        COUNT,
        group="plan",
        required=True,
        width=70,
        aliases=("版本", "方案版本", "版次"),
    )
    title = Column(
        "title",
        gettext_lazy("Title"),
        TEXT,
        group="plan",
        width=220,
        aliases=("标题", "方案名称", "名称标题"),
    )
    state = Column(
        "state", gettext_lazy("State"), ChoiceWidget(PlanVersion.State), group="plan", width=90, readonly=True
    )
    dated_on = Column(
        "dated_on", gettext_lazy("Dated"), DAY, group="plan", width=96, aliases=("日期", "编制日期")
    )
    finalised_on = Column(
        "finalised_on", gettext_lazy("Final since"), DAY, group="plan", width=96, readonly=True
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise versions by project and number."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None and "project_id" in entry.values]
        rows = PlanVersion.objects.live().filter(project__in={entry.values["project_id"] for entry in fresh})
        known: dict[Any, int] = {
            (project, number): pk for pk, project, number in rows.values_list("pk", "project_id", "number")
        }
        for entry in fresh:
            entry.pk = known.get((entry.values["project_id"], entry.values.get("number")))


class ItemLedger(ProjectPartLedger):
    """改造内容台账: one row an item of works at one place of a plan version."""

    model = PlanItem
    anchors = {**ProjectPartLedger.anchors, "plan_version_id": "version_number"}
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "works": gettext_lazy("Works"),
        "money": gettext_lazy("Money"),
        "dig": gettext_lazy("Opening the ground"),
        "other": gettext_lazy("Other"),
    }

    version_number = Column(
        None,
        gettext_lazy("Version"),
        COUNT,
        lookup="plan_version__number",
        group="basic",
        width=70,
        aliases=("版本", "方案版本", "版次"),
        help=gettext_lazy("Without a number a row belongs to the draft."),
    )
    item = Column(
        "item_id",
        gettext_lazy("Item"),
        ReferenceWidget("catalogue-items", _items),
        group="works",
        required=True,
        width=150,
        aliases=("改造内容", "改造项目", "内容", "工程内容", "分项"),
    )
    place = Column(
        "place", gettext_lazy("Place"), TEXT, group="works", width=110, aliases=("部位", "位置", "改造部位")
    )
    quantity = Column(
        "quantity",
        gettext_lazy("Quantity"),
        QUANTITY,
        group="works",
        marks=True,
        width=90,
        aliases=("数量", "工程量", "改造数量"),
    )
    measure = Column(
        None,
        gettext_lazy("Unit of quantity"),
        TEXT,
        lookup="item__measure",
        group="works",
        readonly=True,
        width=60,
    )
    department = Column(
        "department_id",
        gettext_lazy("Responsible department"),
        ReferenceWidget("departments", _departments),
        group="works",
        width=130,
        aliases=("责任单位", "责任部门", "牵头单位"),
    )
    unit_price = Column(
        "unit_price_fen",
        gettext_lazy("Unit price"),
        FEN,
        unit=YUAN,
        group="money",
        marks=True,
        width=90,
        aliases=("单价", "综合单价"),
    )
    amount = Column(
        "amount_fen",
        gettext_lazy("Amount"),
        FEN,
        unit=MONEY,
        group="money",
        marks=True,
        total="sum",
        width=100,
        aliases=("金额", "合价", "估算金额", "投资"),
        help=gettext_lazy("Quantity × unit price where both are entered."),
    )
    road = Column(
        "road",
        gettext_lazy("Road opened"),
        TEXT,
        group="dig",
        width=110,
        aliases=("开挖道路", "路名", "道路"),
    )
    dig_from = Column(
        "dig_from", gettext_lazy("Opened from"), DAY, group="dig", width=96, aliases=("开挖日期", "开挖开始")
    )
    dig_to = Column(
        "dig_to", gettext_lazy("Closed by"), DAY, group="dig", width=96, aliases=("回填日期", "开挖结束")
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise items by project, version, item and place; without a number the draft is meant."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None and "project_id" in entry.values]
        projects = {entry.values["project_id"] for entry in fresh}
        versions: dict[int, dict[Any, int]] = defaultdict(dict)
        rows = PlanVersion.objects.live().filter(project__in=projects).order_by("number")
        for pk, project, number, state in rows.values_list("pk", "project_id", "number", "state"):
            versions[project][number] = pk
            if state == PlanVersion.State.DRAFT:
                versions[project][None] = pk
        for entry in fresh:
            # The project follows from the version.
            project = entry.values.pop("project_id")
            if entry.failed("version_number"):
                continue
            number = entry.related.get("version_number")
            if number in versions[project]:
                entry.values["plan_version_id"] = versions[project][number]
            else:
                entry.fail("version_number", _no_version(number))
        found = [entry for entry in fresh if "plan_version_id" in entry.values]
        stored = PlanItem.objects.live().filter(
            plan_version__in={entry.values["plan_version_id"] for entry in found}
        )
        known: dict[Any, int] = {
            tuple(key): pk
            for pk, *key in stored.values_list("pk", "plan_version_id", "item_id", "place").order_by()
        }
        for entry in found:
            values = entry.values
            entry.pk = known.get(
                (values["plan_version_id"], values.get("item_id"), values.get("place") or "")
            )


def _no_version(number: Any) -> CellError:
    if number is None:
        return CellError(
            "no_draft",
            _("No version of this community's plan is being drawn up."),
            _("Make a version first, or name its number."),
        )
    return CellError(
        "unknown_version",
        _("The plan of this community has no version %(number)s.") % {"number": number},
        _("Make the version first, or mend the number."),
    )
