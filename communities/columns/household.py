"""Columns of the household register."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns.kinds import COUNT, SQUARE_METRES, TEXT, remark_column
from communities.columns.places import community_column, region_column, street_column
from communities.columns.recognition import resolve_communities
from communities.models import Building, Household, building_key
from communities.models.household import entrance_key, room_key
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource
from records.parsing import CellError
from records.units import AREA, FLOORS


class HouseholdLedger(LedgerResource):
    """住户登记表: one row a place, with its area and the key that places of one owner share."""

    model = Household
    anchors = {"building_id": "building_number", "community_id": "community_name"}
    groups = {
        "place": gettext_lazy("Place"),
        "basic": gettext_lazy("Basic facts"),
        "other": gettext_lazy("Other"),
    }

    community_name = community_column(aliases=("小区", "小区名称", "所在小区", "所属小区"))
    building_number = Column(
        None,
        gettext_lazy("Building number"),
        TEXT,
        lookup="building__number",
        group="place",
        required=True,
        frozen=True,
        width=80,
        aliases=("楼号", "楼栋", "楼栋号", "栋号", "幢号"),
    )
    entrance = Column(
        "entrance",
        gettext_lazy("Entrance"),
        TEXT,
        group="place",
        frozen=True,
        width=80,
        aliases=("单元", "单元号", "门洞"),
    )
    room = Column(
        "room",
        gettext_lazy("Room"),
        TEXT,
        group="place",
        required=True,
        frozen=True,
        width=80,
        total="count",
        aliases=("房号", "室号", "门牌", "户号", "房间号"),
    )
    region = region_column()
    street = street_column()
    floor = Column(
        "floor", gettext_lazy("Floor"), COUNT, unit=FLOORS, group="basic", aliases=("所在楼层", "楼层", "层")
    )
    use = Column(
        "use",
        gettext_lazy("Use"),
        ChoiceWidget(Household.Use, {"居住": "dwelling", "商铺": "shop", "车位": "garage"}),
        group="basic",
        aliases=("用途", "房屋用途"),
    )
    floor_area = Column(
        "floor_area",
        gettext_lazy("Floor area"),
        SQUARE_METRES,
        unit=AREA,
        total="sum",
        group="basic",
        width=110,
        aliases=("建筑面积", "面积", "专有部分面积"),
    )
    area_basis = Column(
        "area_basis",
        gettext_lazy("Area from"),
        ChoiceWidget(
            Household.AreaBasis,
            {"产权证": "register", "不动产权证": "register", "实测": "survey", "合同": "contract"},
        ),
        group="basic",
        width=110,
        aliases=("面积依据", "面积来源"),
    )
    owner_group = Column(
        "owner_group",
        gettext_lazy("Owner group"),
        TEXT,
        group="basic",
        width=90,
        aliases=("业主编号", "同一业主", "业主组"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise households by community, building, entrance and room."""
        resolve_communities(entries, context)
        fresh = [entry for entry in entries if entry.pk is None]
        homes = {id(entry): entry.values.pop("community_id", None) for entry in fresh}
        wanted = set(homes.values()) - {None}
        rows = Building.objects.live().filter(community__in=wanted)
        buildings = {
            (community, key): pk
            for pk, community, key in rows.values_list("pk", "community_id", "number_key")
        }
        for entry in fresh:
            if homes[id(entry)] is None or not entry.related.get("building_number"):
                continue
            number = building_key(str(entry.related["building_number"]))
            building = buildings.get((homes[id(entry)], number))
            if building is None:
                entry.fail("building_number", _unknown_building())
            else:
                entry.values["building_id"] = building
        _recognise(fresh)


def _recognise(entries: Sequence[Entry]) -> None:
    placed = [entry for entry in entries if "building_id" in entry.values]
    rows = Household.objects.live().filter(building__in={entry.values["building_id"] for entry in placed})
    known = {(building, key): pk for pk, building, key in rows.values_list("pk", "building_id", "place_key")}
    for entry in placed:
        entrance, room = (str(entry.values.get(name) or "") for name in ("entrance", "room"))
        place = f"{entrance_key(entrance)}/{room_key(room)}"
        entry.pk = known.get((entry.values["building_id"], place))


def _unknown_building() -> CellError:
    return CellError(
        "unknown_building",
        _("This community has no such building in the ledger."),
        _("Enter the building first, or mend its number."),
    )
