"""Columns of the year-plan ledger: one row a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from communities.columns import (
    COUNT,
    SQUARE_METRES,
    TEXT,
    YEAR,
    remark_column,
    resolve_communities,
)
from communities.models import Community
from projects.columns.kinds import DAY, FEN, PER_CENT, default_year
from projects.columns.places import (
    plan_year_column,
    project_community_column,
    project_region_column,
    project_street_column,
)
from projects.models import Project
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource
from records.units import AREA, BUILDINGS, HOUSEHOLDS, MONEY, PERCENT


class ProjectLedger(LedgerResource):
    """年度计划台账: one row a community of the plan year, with its plan and its progress."""

    model = Project
    anchors = {"community_id": "community_name"}
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "plan": gettext_lazy("Renovation plan"),
        "progress": gettext_lazy("Progress"),
        "other": gettext_lazy("Other"),
    }
    year_field = "plan_year"

    community_name = project_community_column("community")
    region = project_region_column("community")
    street = project_street_column("community")
    plan_year = plan_year_column("plan_year")
    built_from = Column(
        None,
        gettext_lazy("Year built"),
        YEAR,
        lookup="community__built_from",
        group="basic",
        readonly=True,
        width=70,
    )
    management = Column(
        None,
        gettext_lazy("Management"),
        ChoiceWidget(Community.Management),
        lookup="community__management",
        group="basic",
        readonly=True,
        width=70,
    )
    planned_buildings = Column(
        "planned_buildings",
        gettext_lazy("Planned buildings"),
        COUNT,
        unit=BUILDINGS,
        group="plan",
        marks=True,
        total="sum",
        width=80,
        aliases=("楼栋", "楼栋数", "栋数", "楼宇栋数", "计划楼栋", "buildings"),
    )
    planned_households = Column(
        "planned_households",
        gettext_lazy("Planned households"),
        COUNT,
        unit=HOUSEHOLDS,
        group="plan",
        marks=True,
        total="sum",
        width=80,
        aliases=("户数", "居民户数", "涉及户数", "涉及居民户数", "计划户数", "households"),
    )
    planned_area = Column(
        "planned_area",
        gettext_lazy("Planned floor area"),
        SQUARE_METRES,
        unit=AREA,
        group="plan",
        marks=True,
        total="sum",
        width=110,
        aliases=("建筑面积", "改造面积", "面积", "建设规模", "计划面积", "area"),
    )
    origin = Column(
        "origin",
        gettext_lazy("Origin"),
        ChoiceWidget(Project.Origin, {"计划内": "planned", "计划外": "added"}),
        group="plan",
        width=80,
        aliases=("来源", "计划类别"),
    )
    works = Column(
        "works",
        gettext_lazy("Works"),
        TEXT,
        group="plan",
        width=160,
        aliases=("改造内容", "四改内容", "主要改造内容"),
    )
    planned_investment = Column(
        "planned_investment_fen",
        gettext_lazy("Planned investment"),
        FEN,
        unit=MONEY,
        group="plan",
        total="sum",
        width=100,
        aliases=(
            "计划投资",
            "投资",
            "总投资",
            "预计投资",
            "投资估算",
            "投资额",
            "investment",
            "planned_investment_fen",
        ),
    )
    central_subsidy = Column(
        "central_subsidy_fen",
        gettext_lazy("Central subsidy"),
        FEN,
        unit=MONEY,
        group="plan",
        total="sum",
        width=100,
        aliases=("中央补助", "中央补助资金", "中央资金"),
    )
    planned_start_on = Column(
        "planned_start_on",
        gettext_lazy("Planned start"),
        DAY,
        group="plan",
        width=96,
        aliases=("计划开工", "计划开工日期"),
    )
    planned_completion_on = Column(
        "planned_completion_on",
        gettext_lazy("Planned completion"),
        DAY,
        group="plan",
        width=96,
        aliases=("计划完工", "计划完工日期", "计划竣工日期"),
    )
    ready_on = Column(
        "ready_on",
        gettext_lazy("Ready to start on"),
        DAY,
        group="progress",
        width=96,
        aliases=("具备开工条件日期", "前期完成日期", "前期工作完成时间"),
    )
    started_on = Column(
        "started_on",
        gettext_lazy("Started on"),
        DAY,
        group="progress",
        width=96,
        aliases=("开工日期", "开工时间", "实际开工日期"),
    )
    progress_percent = Column(
        "progress_percent",
        gettext_lazy("Physical progress"),
        PER_CENT,
        unit=PERCENT,
        group="progress",
        width=80,
        aliases=("形象进度", "工程进度", "完成进度"),
    )
    invested = Column(
        "invested_fen",
        gettext_lazy("Invested so far"),
        FEN,
        unit=MONEY,
        group="progress",
        total="sum",
        width=100,
        aliases=("完成投资", "已完成投资", "累计完成投资"),
    )
    completed_on = Column(
        "completed_on",
        gettext_lazy("Completed on"),
        DAY,
        group="progress",
        width=96,
        aliases=("完工日期", "完工时间", "竣工日期", "竣工验收日期"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise projects by community and plan year; the year of the work is the default."""
        resolve_communities(entries, context)
        fresh = [entry for entry in entries if entry.pk is None]
        default_year(fresh, context, "plan_year", "plan_year")
        rows = Project.objects.live().filter(
            community__in={entry.values["community_id"] for entry in fresh if "community_id" in entry.values}
        )
        known: dict[Any, int] = {
            (community, year): pk
            for pk, community, year in rows.values_list("pk", "community_id", "plan_year")
        }
        for entry in fresh:
            entry.pk = known.get((entry.values.get("community_id"), entry.values.get("plan_year")))
