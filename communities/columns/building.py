"""Columns of the building ledger."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns.kinds import COUNT, SQUARE_METRES, TEXT, YEAR, remark_column
from communities.columns.places import community_column, region_column, street_column
from communities.columns.recognition import resolve_communities
from communities.models import Building, building_key
from records.columns import (
    ChoiceWidget,
    Column,
    Context,
    Entry,
    LedgerResource,
)
from records.units import AREA, ELEVATORS, ENTRANCES, FLOORS, HOUSEHOLDS


class BuildingLedger(LedgerResource):
    """楼栋台账: one row a building."""

    model = Building
    anchors = {"community_id": "community_name"}
    groups = {
        "place": gettext_lazy("Place"),
        "basic": gettext_lazy("Basic facts"),
        "other": gettext_lazy("Other"),
    }

    community_name = community_column(
        aliases=("小区", "小区名称", "所在小区", "所属小区", "community"), width=170
    )
    number = Column(
        "number",
        gettext_lazy("Building number"),
        TEXT,
        group="place",
        required=True,
        frozen=True,
        width=90,
        total="count",
        aliases=("楼号", "楼栋", "楼栋号", "栋号", "幢号", "楼栋编号"),
    )
    region = region_column()
    street = street_column()
    built_year = Column(
        "built_year", gettext_lazy("Year built"), YEAR, group="basic", aliases=("建成年份", "建成年代")
    )
    structure = Column(
        "structure",
        gettext_lazy("Structure"),
        ChoiceWidget(Building.Structure, {"框剪": "shear_wall", "砖混结构": "brick_concrete"}),
        group="basic",
        aliases=("结构", "结构类型"),
    )
    floors = Column(
        "floors", gettext_lazy("Floors"), COUNT, unit=FLOORS, group="basic", aliases=("层数", "楼层")
    )
    entrance_count = Column(
        "entrance_count",
        gettext_lazy("Entrances"),
        COUNT,
        unit=ENTRANCES,
        marks=True,
        total="sum",
        group="basic",
        aliases=("单元数", "单元"),
    )
    household_count = Column(
        "household_count",
        gettext_lazy("Household count"),
        COUNT,
        unit=HOUSEHOLDS,
        marks=True,
        total="sum",
        group="basic",
        aliases=("户数", "居民户数"),
    )
    floor_area = Column(
        "floor_area",
        gettext_lazy("Floor area"),
        SQUARE_METRES,
        unit=AREA,
        marks=True,
        total="sum",
        group="basic",
        width=110,
        aliases=("建筑面积", "面积"),
    )
    elevator_count = Column(
        "elevator_count",
        gettext_lazy("Elevators"),
        COUNT,
        unit=ELEVATORS,
        marks=True,
        total="sum",
        group="basic",
        aliases=("电梯", "电梯数"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise buildings by community and number."""
        resolve_communities(entries, context)
        fresh = [entry for entry in entries if entry.pk is None and "community_id" in entry.values]
        rows = Building.objects.live().filter(community__in={entry.values["community_id"] for entry in fresh})
        known = {
            (community, key): pk
            for pk, community, key in rows.values_list("pk", "community_id", "number_key")
        }
        for entry in fresh:
            entry.pk = known.get(
                (entry.values["community_id"], building_key(str(entry.values.get("number") or "")))
            )
