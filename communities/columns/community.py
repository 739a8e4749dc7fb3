"""Columns of the community ledger."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns.kinds import COUNT, DEGREES, SQUARE_METRES, TEXT, YEAR, remark_column
from communities.columns.recognition import (
    Namesakes,
    ambiguous,
    region_widget,
    working_unit,
)
from communities.models import Community
from records.columns import (
    ChoiceWidget,
    Column,
    Context,
    Entry,
    LedgerResource,
)
from records.units import AREA, BUILDINGS, ENTRANCES, HOUSEHOLDS


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
    remark = remark_column(more=("note",))

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
                entry.fail("name", ambiguous(matches))
