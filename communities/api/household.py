"""The household register over the API."""

from __future__ import annotations

from typing import ClassVar

from communities.api.community import RegionFilter
from communities.models import Building, Household
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class HouseholdSerializer(RecordSerializer[Household]):
    """A place with its area in ㎡; it names no person."""

    unit = RegionCodeField(read_only=True)
    building = VisibleRowField(queryset=Building.objects.all())

    class Meta:
        model = Household
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "building",
            "community",
            "unit",
            "entrance",
            "room",
            "floor",
            "use",
            "floor_area",
            "area_basis",
            "owner_group",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            "id",
            "community",
            "unit",
            "is_simulated",
            "updated_at",
        )


class HouseholdFilter(RegionFilter):
    """Households by region, community, building and owner group."""

    class Meta:
        model = Household
        fields: ClassVar[list[str]] = ["community", "building", "owner_group", "use"]


class HouseholdViewSet(RecordViewSet[Household]):
    """The household register."""

    queryset = Household.objects.select_related("unit")
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdFilter
