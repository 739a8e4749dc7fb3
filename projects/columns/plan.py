"""Columns of the plan by unit: one row a reporting unit."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns import COUNT, SQUARE_METRES, TEXT, YEAR, remark_column, unit_widget
from projects.columns.kinds import DAY
from projects.columns.recognition import recognise_of_year
from projects.models import AnnualPlan
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource
from records.units import AREA, BUILDINGS, HOUSEHOLDS, PIECES


class PlanLedger(LedgerResource):
    """年度计划任务表: one row a reporting unit, with the targets issued to it."""

    model = AnnualPlan
    groups = {
        "plan": gettext_lazy("Plan"),
        "targets": gettext_lazy("Targets"),
        "other": gettext_lazy("Other"),
    }
    year_field = "year"
    searched = ("unit__name", "unit__short_name", "document_no")

    unit = Column(
        "unit_id",
        gettext_lazy("Reporting unit"),
        unit_widget(),
        group="plan",
        required=True,
        frozen=True,
        width=140,
        total="count",
        aliases=(
            "市县",
            "县区",
            "区县",
            "县(市、区)",
            "县市区",
            "地区",
            "城市",
            "省份",
            "省份(地区)",
            "county",
            "district",
            "province",
        ),
    )
    year = Column(
        "year",
        gettext_lazy("Plan year"),
        YEAR,
        group="plan",
        required=True,
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )
    state = Column(
        "state", gettext_lazy("State"), ChoiceWidget(AnnualPlan.State), group="plan", width=80, readonly=True
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="plan",
        width=160,
        aliases=("文号", "下达文号", "计划文号"),
    )
    issued_on = Column(
        "issued_on", gettext_lazy("Issued on"), DAY, group="plan", width=96, aliases=("下达日期", "印发日期")
    )
    target_projects = Column(
        "target_projects",
        gettext_lazy("Target projects"),
        COUNT,
        unit=PIECES,
        group="targets",
        total="sum",
        aliases=("项目数", "项目数量", "项目个数", "projects"),
    )
    target_communities = Column(
        "target_communities",
        gettext_lazy("Target communities"),
        COUNT,
        unit=PIECES,
        group="targets",
        total="sum",
        aliases=(
            "小区数",
            "小区数量",
            "计划小区数",
            "计划任务数",
            "改造小区数",
            "communities",
            "plan_communities",
            "小区数 计划任务数",
        ),
    )
    target_buildings = Column(
        "target_buildings",
        gettext_lazy("Target buildings"),
        COUNT,
        unit=BUILDINGS,
        group="targets",
        total="sum",
        aliases=("楼栋数", "栋数", "楼栋", "buildings"),
    )
    target_households = Column(
        "target_households",
        gettext_lazy("Target households"),
        COUNT,
        unit=HOUSEHOLDS,
        group="targets",
        total="sum",
        aliases=("户数", "居民户数", "涉及居民户数", "涉及户数", "households", "plan_households"),
    )
    target_area = Column(
        "target_area",
        gettext_lazy("Target floor area"),
        SQUARE_METRES,
        unit=AREA,
        group="targets",
        total="sum",
        width=120,
        aliases=("建筑面积", "改造面积", "面积", "area"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise plans by unit and year."""
        recognise_of_year(entries, context, AnnualPlan)
