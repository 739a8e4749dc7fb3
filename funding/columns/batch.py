"""Columns of the ledgers of batches of money and of how they are split."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import (
    TEXT,
    YEAR,
    remark_column,
    resolve_communities,
    shared_region_widget,
    unit_widget,
    working_unit,
)
from funding.columns.source import source_widget
from funding.models import Allotment, FundBatch
from projects.columns.kinds import DAY, FEN, default_year
from projects.columns.recognition import not_planned
from projects.models import Project
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource
from records.parsing import CellError, search_key
from records.units import MONEY

LEVELS = {
    "中央": "central",
    "国家": "central",
    "省": "province",
    "省级": "province",
    "市州": "prefecture",
    "地级": "prefecture",
    "县": "unit",
    "县级": "unit",
}


def _amount(total: str = "none") -> Column:
    return Column(
        "amount_fen",
        gettext_lazy("Amount"),
        FEN,
        unit=MONEY,
        group="money",
        required=True,
        total=total,
        width=110,
        aliases=("金额", "资金", "下达金额", "下达资金", "补助资金", "分配金额", "amount", "amount_fen"),
    )


class BatchLedger(LedgerResource):
    """资金下达批次: one row a document by which money comes down."""

    model = FundBatch
    groups = {
        "document": gettext_lazy("Document"),
        "money": gettext_lazy("Money"),
        "other": gettext_lazy("Other"),
    }
    year_field = "plan_year"

    number = Column(
        "number",
        gettext_lazy("Document number"),
        TEXT,
        group="document",
        required=True,
        frozen=True,
        width=170,
        total="count",
        aliases=("文号", "下达文号", "批次", "批次文号"),
    )
    title = Column(
        "title",
        gettext_lazy("Title"),
        TEXT,
        group="document",
        width=220,
        aliases=("标题", "文件名称", "名称"),
    )
    source = Column(
        "source_id",
        gettext_lazy("Source of money"),
        source_widget(),
        group="document",
        required=True,
        width=150,
        aliases=("资金来源", "来源"),
    )
    region = Column(
        "region_id",
        gettext_lazy("To be split by"),
        shared_region_widget(),
        group="document",
        required=True,
        width=110,
        aliases=("分解地区", "地区", "市县"),
    )
    level = Column(
        "level",
        gettext_lazy("Handed out by"),
        ChoiceWidget(FundBatch.Level, LEVELS),
        group="document",
        required=True,
        width=90,
        aliases=("下达级次", "资金级次", "级次"),
    )
    fiscal_year = Column(
        "fiscal_year",
        gettext_lazy("Budget year"),
        YEAR,
        group="document",
        required=True,
        width=70,
        aliases=("预算年度", "资金年度"),
    )
    plan_year = Column(
        "plan_year",
        gettext_lazy("Plan year"),
        YEAR,
        group="document",
        required=True,
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )
    subject = Column(
        "subject",
        gettext_lazy("Budget subject"),
        TEXT,
        group="money",
        width=90,
        aliases=("预算科目", "科目", "功能科目"),
    )
    amount = _amount("sum")
    issued_on = Column(
        "issued_on",
        gettext_lazy("Date of the document"),
        DAY,
        group="document",
        width=96,
        aliases=("下达日期", "发文日期", "文件日期"),
    )
    received_on = Column(
        "received_on",
        gettext_lazy("Received on"),
        DAY,
        group="document",
        width=96,
        aliases=("收文日期", "收到日期"),
    )
    state = Column(
        "state", gettext_lazy("State"), ChoiceWidget(FundBatch.State), group="other", width=70, readonly=True
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise batches by document number and source; the plan year of the work is the default."""
        fresh = [entry for entry in entries if entry.pk is None]
        default_year(fresh, context, "plan_year", "plan_year")
        known = {
            (search_key(number), source): pk
            for pk, number, source in FundBatch.objects.live().values_list("pk", "number", "source_id")
        }
        for entry in fresh:
            number = search_key(str(entry.values.get("number") or ""))
            entry.pk = known.get((number, entry.values.get("source_id") or 0))


class AllotmentLedger(LedgerResource):
    """资金分解: one row what a unit, or one of its projects, gets from a batch."""

    model = Allotment
    groups = {
        "batch": gettext_lazy("Batch"),
        "place": gettext_lazy("For whom"),
        "money": gettext_lazy("Money"),
        "other": gettext_lazy("Other"),
    }
    year_field = "batch__plan_year"
    anchors = {"batch_id": "batch_number", "project_id": "community_name"}

    batch_number = Column(
        None,
        gettext_lazy("Document number of the batch"),
        TEXT,
        lookup="batch__number",
        group="batch",
        required=True,
        frozen=True,
        width=170,
        total="count",
        aliases=("批次文号", "下达文号", "上级文号", "批次"),
    )
    source = Column(
        None,
        gettext_lazy("Source of money"),
        source_widget(),
        lookup="batch__source_id",
        group="batch",
        width=150,
        aliases=("资金来源", "来源"),
    )
    plan_year = Column(
        None,
        gettext_lazy("Plan year"),
        YEAR,
        lookup="batch__plan_year",
        group="batch",
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )
    unit = Column(
        "unit_id",
        gettext_lazy("Reporting unit"),
        unit_widget(),
        group="place",
        required=True,
        width=110,
        aliases=("市县", "县区", "区县", "县(市、区)", "县市区", "地区", "单位"),
    )
    community_name = Column(
        None,
        gettext_lazy("Community name"),
        TEXT,
        lookup="project__community__name",
        group="place",
        width=170,
        aliases=("小区", "小区名称", "改造小区", "改造小区名称", "community", "项目名称"),
        help=gettext_lazy("Blank: what the unit itself gets."),
    )
    street = Column(
        None,
        gettext_lazy("Street"),
        TEXT,
        lookup="project__community__street",
        group="place",
        width=100,
        aliases=("街道", "所在街道", "所在街道及社区"),
    )
    # No sum: what a unit gets and what its projects get of it is the same money.
    amount = _amount()
    number = Column(
        "number",
        gettext_lazy("Document number"),
        TEXT,
        group="money",
        width=150,
        aliases=("文号", "分解文号", "转下达文号"),
    )
    allotted_on = Column(
        "allotted_on",
        gettext_lazy("Handed down on"),
        DAY,
        group="money",
        width=96,
        aliases=("分解日期", "转下达日期", "下达日期"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise allotments by batch, unit and project; a row without a community is the unit's own."""
        fresh = [entry for entry in entries if entry.pk is None]
        years = _find_batches(fresh, context)
        _find_projects(fresh, context, years)
        rows = Allotment.objects.live().filter(batch__in=years)
        known = {
            (batch, project or -(unit)): pk
            for pk, batch, unit, project in rows.values_list("pk", "batch_id", "unit_id", "project_id")
        }
        for entry in fresh:
            if entry.failed("community_name"):
                continue
            whom = entry.values.get("project_id") or -(entry.values.get("unit_id") or 0)
            entry.pk = known.get((entry.values.get("batch_id") or 0, whom))


def _find_batches(fresh: Sequence[Entry], context: Context) -> dict[int, int]:
    """Set the batch of rows that name one by its document number; return the plan years of those found."""
    unit = working_unit(context)
    batches = FundBatch.objects.live()
    if context.user is not None:
        batches = FundBatch.objects.visible_to(context.user)
    known: dict[str, list[tuple[int, int, int]]] = {}
    listed = batches.values_list("pk", "number", "source_id", "plan_year").order_by()
    for pk, number, source, year in listed:
        known.setdefault(search_key(number), []).append((pk, source, year))
    years: dict[int, int] = {}
    for entry in fresh:
        if unit is not None and entry.values.get("unit_id") is None and not entry.failed("unit"):
            entry.values["unit_id"] = unit.pk
        told = entry.related
        if not told.get("batch_number"):
            continue
        number = str(told["batch_number"])
        found = [
            (pk, of_year)
            for pk, of_source, of_year in known.get(search_key(number), [])
            if told.get("source") in {None, of_source} and told.get("plan_year") in {None, of_year}
        ]
        if len(found) == 1:
            batch, year = found[0]
            entry.values["batch_id"], years[batch] = batch, year
        else:
            entry.fail("batch_number", _which_batch(number, many=bool(found)))
    return years


def _which_batch(number: str, *, many: bool) -> CellError:
    if many:
        return CellError(
            "ambiguous",
            _("Several batches have the number %(number)s.") % {"number": number},
            _("Fill in the source of money."),
        )
    return CellError(
        "unknown_batch",
        _("There is no batch with the number %(number)s.") % {"number": number},
        _("Enter the batch first, or mend the number."),
    )


def _find_projects(fresh: Sequence[Entry], context: Context, years: dict[int, int]) -> None:
    """Set the project of rows that name a community, in the plan year of their batch."""
    named = [entry for entry in fresh if entry.related.get("community_name")]
    for entry in named:
        entry.related["region"] = entry.values.get("unit_id")
    resolve_communities(named, context)
    places = {id(entry): entry.values.pop("community_id", None) for entry in named}
    rows = Project.objects.live().filter(
        community__in=set(places.values()) - {None}, plan_year__in=set(years.values())
    )
    known = {
        (community, year): pk
        for pk, community, year in rows.values_list("pk", "community_id", "plan_year").order_by()
    }
    for entry in named:
        community, year = places[id(entry)], years.get(entry.values.get("batch_id") or 0)
        if community is None or year is None:
            continue
        if (community, year) in known:
            entry.values["project_id"] = known[community, year]
        else:
            entry.fail("community_name", not_planned(year))
