"""Columns of the ledgers of post-management: arrangements, funds, upkeep, visits, care models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from communities.columns import COUNT, TEXT
from projects.columns.kinds import DAY, FEN, PER_CENT
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import resolve_projects
from projects.models import (
    CareModel,
    CareModelTag,
    MaintenanceFund,
    ManagementArrangement,
    UpkeepTask,
    UpkeepVisit,
)
from records.columns import ChoiceWidget, Column, Context, Entry, NumberWidget, ReferenceWidget
from records.parsing import search_key
from records.units import FEN_PER_YUAN, MONEY, PERCENT, Unit

# Stored in 分 for a ㎡ and month.
FEE = Unit("元/㎡", {"元/㎡": Decimal(FEN_PER_YUAN)})
FEE_FEN = NumberWidget(kind="money", shown_places=2)
REMARK_NAMES = ("备注", "说明")
GROUPS = {
    "basic": gettext_lazy("Basic facts"),
    "care": gettext_lazy("Post-management"),
    "other": gettext_lazy("Other"),
}
RATE_NAMES = ("收费率", "物业费收缴率", "收缴率")


def _recognise(
    entries: Sequence[Entry], context: Context, model: Any, name: str, key: Callable[[Any], Any]
) -> None:
    """Find the row of a project that agrees in one more field; with an empty name the project is enough."""
    resolve_projects(entries, context)
    fresh = [entry for entry in entries if entry.pk is None]
    rows = model.objects.live().filter(
        project__in={entry.values.get("project_id") for entry in fresh} - {None}
    )
    fields = ("pk", "project_id", name or "project_id")
    known: dict[Any, int] = {}
    for pk, project, told in rows.order_by("-pk").values_list(*fields):
        known[project, key(told) if name else None] = pk
    for entry in fresh:
        told = key(entry.values.get(name)) if name else None
        entry.pk = known.get((entry.values.get("project_id"), told))


def _same(value: Any) -> Any:
    return value


def _words(value: Any) -> str:
    return search_key(str(value or ""))


class ArrangementLedger(ProjectPartLedger):
    """建后管理台账: who looks after the community, in which mode, for what fee."""

    model = ManagementArrangement
    groups = GROUPS

    party_branch = Column(
        "party_branch",
        gettext_lazy("Party branch"),
        TEXT,
        group="care",
        width=140,
        aliases=("党组织", "党支部"),
    )
    residents_committee = Column(
        "residents_committee",
        gettext_lazy("Residents' committee"),
        TEXT,
        group="care",
        width=140,
        aliases=("居委会", "居民委员会", "社区居委会"),
    )
    owners_committee = Column(
        "owners_committee",
        gettext_lazy("Owners' committee"),
        TEXT,
        group="care",
        width=140,
        aliases=("业委会", "业主委员会"),
    )
    owners_committee_on = Column(
        "owners_committee_on",
        gettext_lazy("Owners' committee since"),
        DAY,
        group="care",
        width=96,
        aliases=("业委会成立日期", "业委会成立时间"),
    )
    mode = Column(
        "mode",
        gettext_lazy("Management mode"),
        ChoiceWidget(ManagementArrangement.Mode),
        group="care",
        width=100,
        aliases=("管理模式", "物业模式", "物业管理模式"),
    )
    manager = Column(
        "manager",
        gettext_lazy("Managed by"),
        TEXT,
        group="care",
        width=140,
        aliases=("管理单位", "物业公司", "物业服务企业"),
    )
    fee = Column(
        "fee_fen",
        gettext_lazy("Monthly management fee"),
        FEE_FEN,
        unit=FEE,
        group="care",
        width=100,
        aliases=("物业费", "物业费标准", "收费标准"),
    )
    fee_rate = Column(
        "fee_rate", gettext_lazy("Fees collected"), PER_CENT, unit=PERCENT, group="care", aliases=RATE_NAMES
    )
    agreed_on = Column(
        "agreed_on", gettext_lazy("Agreed on"), DAY, group="care", width=96, aliases=("议定日期", "确定日期")
    )
    starts_on = Column(
        "starts_on",
        gettext_lazy("In force since"),
        DAY,
        group="care",
        width=96,
        aliases=("实施日期", "进驻日期"),
    )
    remark = Column("remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=REMARK_NAMES)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise arrangements by project."""
        _recognise(entries, context, cls.model, "", _same)


class FundLedger(ProjectPartLedger):
    """维修资金台账: set up, paid in, topped up."""

    model = MaintenanceFund
    groups = GROUPS

    established_on = Column(
        "established_on",
        gettext_lazy("Established on"),
        DAY,
        group="care",
        width=96,
        aliases=("建立日期", "设立日期"),
    )
    due = Column(
        "due_fen",
        gettext_lazy("To be paid in"),
        FEN,
        unit=MONEY,
        group="care",
        total="sum",
        width=100,
        aliases=("应缴", "应缴金额", "应归集"),
    )
    paid = Column(
        "paid_fen",
        gettext_lazy("Paid in"),
        FEN,
        unit=MONEY,
        group="care",
        total="sum",
        width=100,
        aliases=("实缴", "实缴金额", "已缴", "已归集"),
    )
    topped_up = Column(
        "topped_up_fen",
        gettext_lazy("Topped up"),
        FEN,
        unit=MONEY,
        group="care",
        total="sum",
        width=100,
        aliases=("补建", "补建金额", "续筹", "续筹金额"),
    )
    balance = Column(
        "balance_fen",
        gettext_lazy("Balance"),
        FEN,
        unit=MONEY,
        group="care",
        total="sum",
        width=100,
        aliases=("余额", "资金余额", "维修资金余额"),
    )
    as_of = Column(
        "as_of", gettext_lazy("As of"), DAY, group="care", width=96, aliases=("截至日期", "统计日期")
    )
    remark = Column("remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=REMARK_NAMES)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise funds by project."""
        _recognise(entries, context, cls.model, "", _same)


class UpkeepLedger(ProjectPartLedger):
    """管养计划台账: what is looked after, how often, by whom."""

    model = UpkeepTask
    groups = GROUPS

    task = Column(
        "task",
        gettext_lazy("Task"),
        TEXT,
        group="care",
        required=True,
        width=180,
        aliases=("管养事项", "养护事项", "维护内容"),
    )
    months = Column(
        "months",
        gettext_lazy("Every … months"),
        COUNT,
        group="care",
        aliases=("周期", "周期月数", "间隔月数"),
    )
    responsible = Column(
        "responsible",
        gettext_lazy("Responsible"),
        TEXT,
        group="care",
        width=140,
        aliases=("责任单位", "责任人"),
    )
    last_done_on = Column(
        "last_done_on",
        gettext_lazy("Last done on"),
        DAY,
        group="care",
        width=96,
        aliases=("上次完成日期", "最近完成日期"),
    )
    remark = Column("remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=REMARK_NAMES)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise tasks by project and words."""
        _recognise(entries, context, cls.model, "task", _words)


class VisitLedger(ProjectPartLedger):
    """回头看台账: the visits 6, 12 and 24 months after acceptance."""

    model = UpkeepVisit
    groups = GROUPS

    months = Column(
        "months",
        gettext_lazy("Months after acceptance"),
        COUNT,
        group="basic",
        required=True,
        width=90,
        aliases=("回访月数", "验收后月数", "间隔"),
    )
    due_on = Column(
        "due_on",
        gettext_lazy("Due on"),
        DAY,
        group="basic",
        required=True,
        width=96,
        aliases=("应访日期", "到期日"),
    )
    visited_on = Column(
        "visited_on",
        gettext_lazy("Visited on"),
        DAY,
        group="care",
        width=96,
        aliases=("回访日期", "回访时间"),
    )
    visitor = Column(
        "visitor", gettext_lazy("Visitor"), TEXT, group="care", width=90, aliases=("回访人", "回访人员")
    )
    satisfaction = Column(
        "satisfaction",
        gettext_lazy("Satisfied residents"),
        PER_CENT,
        unit=PERCENT,
        group="care",
        aliases=("满意率", "满意度", "居民满意率"),
    )
    fee_rate = Column(
        "fee_rate", gettext_lazy("Fees collected"), PER_CENT, unit=PERCENT, group="care", aliases=RATE_NAMES
    )
    conclusion = Column(
        "conclusion",
        gettext_lazy("Conclusion"),
        TEXT,
        group="care",
        width=220,
        aliases=("回访结论", "回访情况"),
    )
    remark = Column("remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=REMARK_NAMES)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise visits by project and interval."""
        _recognise(entries, context, cls.model, "months", _same)


def _care_models(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return search key → id and id → name of the care models that hold where the reader works."""
    rows = CareModel.objects.live() if context.user is None else CareModel.objects.visible_to(context.user)
    found = list(rows.values_list("pk", "code", "name"))
    by_key = {search_key(word): pk for pk, code, name in found for word in (code, name)}
    return by_key, {pk: name for pk, _code, name in found}


class CareTagLedger(ProjectPartLedger):
    """长效管理模式台账: which community follows which city's model."""

    model = CareModelTag
    anchors = {"project_id": "community_name", "care_model_id": "care_model"}
    groups = GROUPS

    care_model = Column(
        "care_model_id",
        gettext_lazy("Care model"),
        ReferenceWidget("care_models", _care_models),
        group="care",
        required=True,
        width=200,
        aliases=("长效管理模式", "模式", "特色模式"),
    )
    since = Column(
        "since", gettext_lazy("Since"), DAY, group="care", width=96, aliases=("起始日期", "开始日期")
    )
    remark = Column("remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=REMARK_NAMES)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise tags by project and model."""
        _recognise(entries, context, cls.model, "care_model_id", _same)
