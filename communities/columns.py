"""Columns of the community ledger and the building ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region
from communities.models import Building, Community, building_key, community_key
from records.columns import (
    ChoiceWidget,
    Column,
    Context,
    Entry,
    LedgerResource,
    NumberWidget,
    ReferenceWidget,
    TextWidget,
    YearWidget,
)
from records.parsing import CellError, search_key
from records.units import AREA, BUILDINGS, ELEVATORS, ENTRANCES, FLOORS, HOUSEHOLDS

COUNT = NumberWidget()
SQUARE_METRES = NumberWidget(places=2, kind="decimal")
DEGREES = NumberWidget(places=6, kind="decimal")
TEXT = TextWidget()
YEAR = YearWidget()


def _region_lookup(regions: QuerySet[Region]) -> tuple[dict[str, int], dict[int, str]]:
    """Return search key → id and id → label.

    A name that two regions share is understood by neither; with the name of the region above before it, as
    its label then has it, it is.
    """
    by_key: dict[str, int] = {}
    labels: dict[int, str] = {}
    above: dict[int, str] = {}
    shared: set[str] = set()
    for region in regions.order_by("path").select_related("parent"):
        labels[region.pk] = region.label
        above[region.pk] = region.parent.label if region.parent else ""
        texts = {region.code, region.name, region.short_name, region.name_en} - {""}
        texts.add(above[region.pk] + region.label)
        for name in {search_key(text) for text in texts}:
            if by_key.setdefault(name, region.pk) != region.pk:
                shared.add(name)
    for pk, label in labels.items():
        if search_key(label) in shared:
            labels[pk] = above[pk] + label
    return {name: pk for name, pk in by_key.items() if name not in shared}, labels


def _regions(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return the units, districts, streets and neighbourhoods the user may see."""
    levels = [Region.Level.UNIT, Region.Level.DISTRICT, Region.Level.STREET, Region.Level.NEIGHBOURHOOD]
    return _region_lookup(_in_sight(context).filter(level__in=levels))


def _units(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return the reporting units the user may see."""
    return _region_lookup(_in_sight(context).units())


def _in_sight(context: Context) -> Any:
    return Region.objects.all() if context.user is None else context.user.view_region.subtree()


def region_widget() -> ReferenceWidget:
    """Return the widget of a column that names a unit, district or street."""
    return ReferenceWidget("regions", _regions, names_regions=True)


def unit_widget() -> ReferenceWidget:
    """Return the widget of a column that names a reporting unit."""
    return ReferenceWidget("units", _units, names_regions=True)


def working_unit(context: Context) -> Region | None:
    """Return the unit rows without one belong to: the chosen unit, else the user's own if it is one."""
    unit = context.unit or (context.user.region if context.user else None)
    return None if unit is None or unit.level in {Region.Level.PROVINCE, Region.Level.PREFECTURE} else unit


class CommunityLedger(LedgerResource):
    """小区台账: one row a community."""

    model = Community
    groups = {
        "place": gettext_lazy("Place"),
        "basic": gettext_lazy("Basic facts"),
        "ownership": gettext_lazy("Ownership and management"),
        "other": gettext_lazy("Other"),
    }

    name = Column(
        "name",
        gettext_lazy("Community name"),
        TEXT,
        group="place",
        required=True,
        frozen=True,
        width=170,
        total="count",
        aliases=(
            "小区名称",
            "小区",
            "名称",
            "改造小区",
            "改造小区名称",
            "老旧小区名称",
            "community",
            "项目名称",
            "楼盘名称",
        ),
        help=gettext_lazy("The name in use, as on the door plate."),
    )
    region = Column(
        "region_id",
        gettext_lazy("City or county"),
        region_widget(),
        group="place",
        required=True,
        width=110,
        aliases=(
            "市县",
            "县区",
            "区县",
            "县(市、区)",
            "县市区",
            "区",
            "县",
            "所属区",
            "所在区县",
            "county",
            "district",
        ),
        help=gettext_lazy("The reporting unit, or the district or street below it."),
    )
    street = Column(
        "street",
        gettext_lazy("Street"),
        TEXT,
        group="place",
        width=100,
        aliases=("街道", "乡镇", "街道(乡镇)", "所在街道", "镇街", "所在街道及社区", "街道社区"),
    )
    neighbourhood = Column(
        "neighbourhood",
        gettext_lazy("Neighbourhood"),
        TEXT,
        group="place",
        aliases=("社区", "居委会", "所在社区"),
    )
    address = Column(
        "address",
        gettext_lazy("Address"),
        TEXT,
        group="place",
        width=180,
        aliases=("地址", "坐落", "详细地址", "小区地址", "位置"),
    )
    built_from = Column(
        "built_from",
        gettext_lazy("Year built"),
        YEAR,
        group="basic",
        width=80,
        aliases=("建成年份", "建成时间", "建成年代", "建设年代", "竣工年份", "built"),
        help=gettext_lazy("The year of completion acceptance, four digits."),
    )
    built_to = Column(
        "built_to",
        gettext_lazy("Built until"),
        YEAR,
        group="basic",
        width=80,
        aliases=("建成年份止", "建成止"),
    )
    built_evidence = Column(
        "built_evidence",
        gettext_lazy("Evidence of the year"),
        ChoiceWidget(Community.Evidence),
        group="basic",
        width=120,
        aliases=("年份依据", "建成年份依据"),
    )
    building_count = Column(
        "building_count",
        gettext_lazy("Buildings"),
        COUNT,
        group="basic",
        unit=BUILDINGS,
        marks=True,
        total="sum",
        width=70,
        aliases=("楼栋", "楼栋数", "栋数", "楼宇栋数", "楼数", "幢数", "buildings"),
    )
    entrance_count = Column(
        "entrance_count",
        gettext_lazy("Entrances"),
        COUNT,
        group="basic",
        unit=ENTRANCES,
        marks=True,
        total="sum",
        width=70,
        aliases=("单元数", "单元", "units"),
    )
    household_count = Column(
        "household_count",
        gettext_lazy("Household count"),
        COUNT,
        group="basic",
        unit=HOUSEHOLDS,
        marks=True,
        total="sum",
        width=80,
        aliases=("户数", "居民户数", "涉及户数", "居民户", "涉及居民户数", "总户数", "households"),
        help=gettext_lazy("Write 0 where nobody lives, unknown where it is not known."),
    )
    floor_area = Column(
        "floor_area",
        gettext_lazy("Floor area"),
        SQUARE_METRES,
        group="basic",
        unit=AREA,
        marks=True,
        total="sum",
        width=110,
        aliases=("建筑面积", "总建筑面积", "面积", "建设规模", "改造面积", "area"),
    )
    site_area = Column(
        "site_area",
        gettext_lazy("Site area"),
        SQUARE_METRES,
        group="basic",
        unit=AREA,
        marks=True,
        total="sum",
        width=110,
        aliases=("占地面积", "占地", "用地面积"),
    )
    post2000_area = Column(
        "post2000_area",
        gettext_lazy("Floor area built after 2000"),
        SQUARE_METRES,
        group="basic",
        unit=AREA,
        marks=True,
        total="sum",
        width=120,
        aliases=("2000年以后面积", "其中2000年以后楼栋简易修缮", "2000年后建筑面积", "post2000_area"),
    )
    property_kind = Column(
        "property_kind",
        gettext_lazy("Ownership"),
        ChoiceWidget(
            Community.Property,
            {
                "房改房": "reformed",
                "集资房": "pooled",
                "集资": "pooled",
                "单位产权": "employer",
                "商品房": "commodity",
            },
        ),
        group="ownership",
        width=110,
        aliases=("产权性质", "产权", "房屋性质"),
    )
    former_owner = Column(
        "former_owner",
        gettext_lazy("Former owner unit"),
        TEXT,
        group="ownership",
        width=140,
        aliases=("原产权单位", "产权单位"),
    )
    management = Column(
        "management",
        gettext_lazy("Management"),
        ChoiceWidget(
            Community.Management,
            {
                "有物业": "professional",
                "专业物业": "professional",
                "自管": "self",
                "弃管": "abandoned",
                "无物业": "abandoned",
            },
        ),
        group="ownership",
        width=90,
        aliases=("物业", "物业状态", "物业管理", "物业管理方式"),
    )
    fund_status = Column(
        "fund_status",
        gettext_lazy("Maintenance fund"),
        ChoiceWidget(Community.Fund, {"有": "established", "无": "none"}),
        group="ownership",
        width=100,
        aliases=("维修资金", "维修资金状态", "专项维修资金"),
    )
    aliases = Column(
        "aliases",
        gettext_lazy("Other names"),
        TEXT,
        group="other",
        width=140,
        aliases=("别名", "曾用名", "其他名称"),
    )
    longitude = Column(
        "longitude", gettext_lazy("Longitude"), DEGREES, group="other", aliases=("经度", "lng", "lon")
    )
    latitude = Column("latitude", gettext_lazy("Latitude"), DEGREES, group="other", aliases=("纬度", "lat"))
    remark = Column(
        "remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=("备注", "说明", "note")
    )

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise communities by unit and name; a street settles which of two namesakes is meant."""
        unit = working_unit(context)
        unknown = [entry for entry in entries if entry.pk is None and entry.values.get("name")]
        for entry in unknown:
            if unit and entry.values.get("region_id") is None and not entry.failed("region"):
                entry.values["region_id"] = unit.pk
        namesakes = Namesakes(
            [(entry.values.get("region_id"), str(entry.values["name"])) for entry in unknown], context
        )
        for entry in unknown:
            values = entry.values
            matches = namesakes.find(values.get("region_id"), str(values["name"]), values.get("street"))
            if len(matches) == 1:
                entry.pk = matches[0].pk
            elif matches:
                entry.fail("name", _ambiguous(matches))


@dataclass(frozen=True, slots=True)
class Namesake:
    """A community that bears a name asked for."""

    pk: int
    street: str


def _ambiguous(matches: Sequence[Namesake]) -> CellError:
    streets = "、".join(match.street or "—" for match in matches)
    return CellError(
        "ambiguous",
        _("%(count)d communities here have this name (streets: %(streets)s).")
        % {"count": len(matches), "streets": streets},
        _("Fill in the street."),
    )


class Namesakes:
    """Live communities by the names and regions that rows give; three queries for any number of rows."""

    def __init__(self, asked: Iterable[tuple[Any, str]], context: Context) -> None:
        pairs = [(region, community_key(name)) for region, name in asked]
        above = _given_regions_above({region for region, _key in pairs} - {None})
        scope = (
            Community.objects.live() if context.user is None else Community.objects.visible_to(context.user)
        )
        self.found: dict[tuple[Any, str], list[Namesake]] = defaultdict(list)
        keys = sorted({key for _region, key in pairs})
        for start in range(0, len(keys), 5000):
            rows = scope.filter(name_key__in=keys[start : start + 5000])
            for pk, region_id, street, key in rows.values_list("pk", "region_id", "street", "name_key"):
                for region in above.get(region_id, ()):
                    self.found[region, key].append(Namesake(pk, street))

    def find(self, region: Any, name: str, street: Any) -> list[Namesake]:
        """Return the communities of that name in the region; a street that is given must be theirs."""
        matches = self.found.get((region, community_key(name)), [])
        if not street:
            return matches
        exact = [match for match in matches if match.street == street]
        # A community whose street nobody has entered yet may be the one.
        return exact or [match for match in matches if not match.street]


def _given_regions_above(regions: set[Any]) -> dict[int, list[int]]:
    """Return for every region the given regions it lies in (itself included)."""
    above: dict[int, list[int]] = defaultdict(list)
    for region in Region.objects.filter(pk__in=regions):
        for pk in region.subtree().values_list("pk", flat=True):
            above[pk].append(region.pk)
    return above


def resolve_communities(entries: Sequence[Entry], context: Context) -> None:
    """Set ``community_id`` of rows that name a community by name, region and street (all ``related``)."""
    unit = working_unit(context)
    asked = [entry for entry in entries if entry.pk is None]
    for entry in asked:
        if unit and entry.related.get("region") is None and not entry.failed("region"):
            entry.related["region"] = unit.pk
    named = [entry for entry in asked if entry.related.get("community_name")]
    namesakes = Namesakes(
        [(entry.related.get("region"), str(entry.related["community_name"])) for entry in named], context
    )
    for entry in named:
        told = entry.related
        matches = namesakes.find(told.get("region"), str(told["community_name"]), told.get("street"))
        if len(matches) == 1:
            entry.values["community_id"] = matches[0].pk
        else:
            entry.fail("community_name", _ambiguous(matches) if matches else _unknown_community())


def _unknown_community() -> CellError:
    return CellError(
        "unknown_community",
        _("There is no such community in the ledger."),
        _("Enter the community first, or mend the name."),
    )


class BuildingLedger(LedgerResource):
    """楼栋台账: one row a building."""

    model = Building
    anchors = {"community_id": "community_name"}
    groups = {
        "place": gettext_lazy("Place"),
        "basic": gettext_lazy("Basic facts"),
        "other": gettext_lazy("Other"),
    }

    community_name = Column(
        None,
        gettext_lazy("Community name"),
        TEXT,
        lookup="community__name",
        group="place",
        required=True,
        frozen=True,
        width=170,
        aliases=("小区", "小区名称", "所在小区", "所属小区", "community"),
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
    region = Column(
        None,
        gettext_lazy("City or county"),
        region_widget(),
        lookup="community__region_id",
        group="place",
        width=110,
        aliases=("市县", "县区", "区县", "县(市、区)", "县市区", "区", "县"),
    )
    street = Column(
        None,
        gettext_lazy("Street"),
        TEXT,
        lookup="community__street",
        group="place",
        width=100,
        aliases=("街道",),
    )
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
    remark = Column(
        "remark", gettext_lazy("Remark"), TEXT, group="other", width=200, aliases=("备注", "说明")
    )

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
