"""Columns of the ledger of what residents, utilities and former owner units pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import COUNT, SQUARE_METRES, TEXT, department_widget, remark_column
from communities.models import Building
from communities.models.building import building_key
from funding.columns.source import source_widget
from funding.models import Contribution
from projects.columns.kinds import DAY, FEN
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts
from projects.models import Project
from records.columns import ChoiceWidget, Column, Context, Entry
from records.parsing import CellError
from records.units import AREA, HOUSEHOLDS, YUAN


class ContributionLedger(ProjectPartLedger):
    """出资台账: one row a group of households, a utility or a former owner unit."""

    model = Contribution
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "payer": gettext_lazy("Who pays"),
        "money": gettext_lazy("Money"),
        "days": gettext_lazy("Instalments"),
        "other": gettext_lazy("Other"),
    }
    anchors = {**ProjectPartLedger.anchors, "building_id": "building"}

    source = Column(
        "source_id",
        gettext_lazy("Source of money"),
        source_widget(),
        group="payer",
        required=True,
        width=150,
        aliases=("资金来源", "来源"),
    )
    payer = Column(
        "payer",
        gettext_lazy("Payer"),
        ChoiceWidget(
            Contribution.Payer,
            {"居民": "residents", "住户": "residents", "管线单位": "utility", "专营单位": "utility"},
        ),
        group="payer",
        required=True,
        width=90,
        aliases=("出资方", "出资主体"),
    )
    household_group = Column(
        "group",
        gettext_lazy("Household group or unit"),
        TEXT,
        group="payer",
        required=True,
        width=140,
        aliases=("出资对象", "住户组", "单位名称", "楼栋单元"),
        help=gettext_lazy("Building and entrance, or the name of the unit; no names of persons."),
    )
    building = Column(
        None,
        gettext_lazy("Building"),
        TEXT,
        lookup="building__number",
        group="payer",
        width=80,
        aliases=("楼栋", "楼号", "栋号"),
    )
    department = Column(
        "department_id",
        gettext_lazy("Department or utility"),
        department_widget(),
        group="payer",
        width=140,
        aliases=("部门", "专营单位名称"),
    )
    households = Column(
        "households",
        gettext_lazy("Households"),
        COUNT,
        unit=HOUSEHOLDS,
        group="money",
        total="sum",
        width=70,
        aliases=("户数", "出资户数"),
    )
    area = Column(
        "area",
        gettext_lazy("Floor area"),
        SQUARE_METRES,
        unit=AREA,
        group="money",
        total="sum",
        width=100,
        aliases=("建筑面积", "面积"),
    )
    basis = Column(
        "basis",
        gettext_lazy("Counted by"),
        ChoiceWidget(Contribution.Basis, {"每户": "household", "每平方米": "area", "定额": "fixed"}),
        group="money",
        width=90,
        aliases=("计算方式", "计取方式", "算法"),
    )
    rate = Column(
        "rate_fen",
        gettext_lazy("Rate"),
        FEN,
        unit=YUAN,
        group="money",
        width=90,
        aliases=("标准", "出资标准", "单价"),
        help=gettext_lazy("Per household or ㎡."),
    )
    agreed = Column(
        "agreed_fen",
        gettext_lazy("Agreed sum"),
        FEN,
        unit=YUAN,
        group="money",
        total="sum",
        width=110,
        aliases=("应出资额", "约定金额", "应缴金额", "金额", "出资金额", "amount"),
        help=gettext_lazy("Blank: the rate times households or floor area."),
    )
    instalments = Column(
        "instalments",
        gettext_lazy("Instalments"),
        COUNT,
        group="days",
        width=70,
        aliases=("期数", "分期数"),
    )
    first_due_on = Column(
        "first_due_on",
        gettext_lazy("First due on"),
        DAY,
        group="days",
        width=96,
        aliases=("首期应缴日期", "应缴日期", "缴款期限"),
    )
    every_months = Column(
        "every_months",
        gettext_lazy("Months between"),
        COUNT,
        group="days",
        width=80,
        aliases=("间隔月数", "每期间隔"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise contributions by project, source and group; a building by its number."""
        recognise_parts(entries, context, Contribution, ("source_id", "group"))
        _find_buildings(entries)


def _find_buildings(entries: Sequence[Entry]) -> None:
    named = [entry for entry in entries if entry.related.get("building") and entry.values.get("project_id")]
    if not named:
        return
    projects = {entry.values["project_id"] for entry in named}
    places = dict(Project.objects.filter(pk__in=projects).values_list("pk", "community_id").order_by())
    rows = Building.objects.live().filter(community__in=set(places.values()))
    known: dict[Any, int] = {
        (community, number): pk
        for pk, community, number in rows.values_list("pk", "community_id", "number_key").order_by()
    }
    for entry in named:
        number = building_key(str(entry.related["building"]))
        found = known.get((places.get(entry.values["project_id"]), number))
        if found is None:
            told = _("The community has no building of this number.")
            entry.fail("building", CellError("unknown_building", told, _("Enter the building first.")))
        else:
            entry.values["building_id"] = found
