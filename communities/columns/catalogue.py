"""Columns of the works catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy

from accounts.models import Department
from communities.columns.kinds import COUNT, FACTOR, FLAG, MONEY_YUAN, TEXT, remark_column
from communities.models import CatalogueItem, Taxonomy
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource, ReferenceWidget
from records.parsing import search_key
from records.units import YUAN


def _taxonomies(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    rows = Taxonomy.objects.live() if context.user is None else Taxonomy.objects.visible_to(context.user)
    return named(rows.values_list("pk", "name", "code"))


def _departments(_context: Context) -> tuple[dict[str, int], dict[int, str]]:
    return named(Department.objects.values_list("pk", "name", "code"))


def _provincial(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    rows = (
        CatalogueItem.objects.live()
        if context.user is None
        else CatalogueItem.objects.visible_to(context.user)
    )
    return named(rows.filter(counts_as=None).values_list("pk", "name", "code"))


def named(rows: Iterable[tuple[int, str, str]]) -> tuple[dict[str, int], dict[int, str]]:
    """Return what names mean and how rows are called; a name that two rows share is told by its code."""
    listed = list(rows)
    names = [search_key(name) for _pk, name, _code in listed]
    by_key: dict[str, int] = {}
    labels: dict[int, str] = {}
    for pk, name, code in listed:
        shared = names.count(search_key(name)) > 1
        labels[pk] = code if shared else name
        by_key[search_key(code)] = pk
        if not shared:
            by_key[search_key(name)] = pk
    return by_key, labels


def department_widget() -> ReferenceWidget:
    """Return the widget of a column that names a department or utility."""
    return ReferenceWidget("departments", _departments)


class CatalogueLedger(LedgerResource):
    """工程目录: one row an item of works."""

    model = CatalogueItem
    groups = {
        "item": gettext_lazy("Item"),
        "duty": gettext_lazy("Duty and standards"),
        "counting": gettext_lazy("Counting"),
        "other": gettext_lazy("Other"),
    }

    name = Column(
        "name",
        gettext_lazy("Item"),
        TEXT,
        group="item",
        required=True,
        frozen=True,
        width=150,
        total="count",
        aliases=("项目名称", "改造内容", "改造项目", "名称"),
    )
    code = Column(
        "code", gettext_lazy("Code"), TEXT, group="item", required=True, aliases=("编码", "代码", "编号")
    )
    taxonomy = Column(
        "taxonomy_id",
        gettext_lazy("Taxonomy"),
        ReferenceWidget("taxonomies", _taxonomies),
        group="item",
        required=True,
        width=120,
        aliases=("分类体系", "目录"),
    )
    group = Column(
        "group",
        gettext_lazy("Class in the taxonomy"),
        TEXT,
        group="item",
        required=True,
        width=120,
        aliases=("四改分类", "类别", "大类"),
    )
    level = Column(
        "level",
        gettext_lazy("Class of document 23"),
        ChoiceWidget(CatalogueItem.Level, {"基础": "basic", "完善": "improving", "提升": "enhancing"}),
        group="item",
        required=True,
        aliases=("23号文分类", "改造类别", "基础/完善/提升"),
    )
    measure = Column(
        "measure",
        gettext_lazy("Unit of quantity"),
        TEXT,
        group="counting",
        required=True,
        aliases=("计量单位", "单位"),
    )
    department = Column(
        "department_id",
        gettext_lazy("Responsible department"),
        department_widget(),
        group="duty",
        required=True,
        width=160,
        aliases=("责任部门", "牵头部门", "主管部门"),
    )
    standards = Column(
        "standards",
        gettext_lazy("Technical standards"),
        TEXT,
        group="duty",
        width=180,
        aliases=("技术标准", "技术导则"),
        help=gettext_lazy("Codes of the standards, separated by 、."),
    )
    indicator = Column(
        "indicator",
        gettext_lazy("Effect indicator"),
        ChoiceWidget(CatalogueItem.Indicator),
        group="counting",
        width=130,
        aliases=("效果指标", "改造效果"),
    )
    indicator_factor = Column(
        "indicator_factor",
        gettext_lazy("Factor to the indicator"),
        FACTOR,
        group="counting",
        aliases=("折算系数",),
        help=gettext_lazy("What one unit of quantity is worth in the indicator: metres to kilometres 0.001."),
    )
    reference_price_fen = Column(
        "reference_price_fen",
        gettext_lazy("Reference unit price"),
        MONEY_YUAN,
        unit=YUAN,
        group="counting",
        aliases=("参考单价", "单价"),
    )
    is_pipeline = Column(
        "is_pipeline", gettext_lazy("Opens the ground"), FLAG, group="duty", aliases=("是否开挖", "开挖")
    )
    counts_as = Column(
        "counts_as_id",
        gettext_lazy("Counts as"),
        ReferenceWidget("provincial_items", _provincial),
        group="counting",
        width=130,
        aliases=("归入", "对应省级项目"),
    )
    position = Column("position", gettext_lazy("Order"), COUNT, group="other", aliases=("排序", "顺序"))
    is_active = Column("is_active", gettext_lazy("In use"), FLAG, group="other", aliases=("是否启用", "启用"))
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise items by taxonomy and code, or by taxonomy and name where the code is blank."""
        fresh = [entry for entry in entries if entry.pk is None and entry.values.get("taxonomy_id")]
        rows = CatalogueItem.objects.live().filter(
            taxonomy__in={entry.values["taxonomy_id"] for entry in fresh}
        )
        by_code: dict[tuple[int, str], int] = {}
        by_name: dict[tuple[int, str], int] = {}
        for pk, taxonomy, code, name in rows.values_list("pk", "taxonomy_id", "code", "name_key"):
            by_code[taxonomy, code] = pk
            by_name[taxonomy, name] = pk
        for entry in fresh:
            taxonomy = entry.values["taxonomy_id"]
            code, name = str(entry.values.get("code") or ""), str(entry.values.get("name") or "")
            entry.pk = by_code.get((taxonomy, code)) if code else by_name.get((taxonomy, search_key(name)))
