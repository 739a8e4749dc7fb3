"""Communities and buildings over the API."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Model
from django_filters.filterset import filterset_factory

from accounts.models import Region
from communities.models import Building, Community
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class CommunitySerializer(RecordSerializer[Community]):
    """A community; areas in ㎡."""

    unit = RegionCodeField(read_only=True)
    region = RegionCodeField()

    class Meta:
        model = Community
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "code",
            "name",
            "aliases",
            "unit",
            "region",
            "street",
            "neighbourhood",
            "address",
            "built_from",
            "built_to",
            "built_evidence",
            "property_kind",
            "former_owner",
            "management",
            "building_count",
            "entrance_count",
            "household_count",
            "floor_area",
            "site_area",
            "post2000_area",
            "fund_status",
            "longitude",
            "latitude",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "code", "unit", "is_simulated", "updated_at")


class BuildingSerializer(RecordSerializer[Building]):
    """A building of a community; areas in ㎡."""

    unit = RegionCodeField(read_only=True)
    community = VisibleRowField(queryset=Community.objects.all())

    class Meta:
        model = Building
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "community",
            "unit",
            "number",
            "built_year",
            "structure",
            "floors",
            "entrance_count",
            "household_count",
            "floor_area",
            "elevator_count",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "unit", "is_simulated", "updated_at")


class RegionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows rows to a region and everything below it, by code."""

    region = django_filters.CharFilter(method="within", label="code of a region")

    def within(self, queryset: Any, _name: str, value: str) -> Any:
        """Return the rows of the region; none for an unknown code."""
        region = Region.objects.filter(code=value).first()
        return queryset.in_region(region) if region else queryset.none()


class SharedRegionFilter(RegionFilter):
    """Narrows rows that hold for a region and all below it."""

    def within(self, queryset: Any, _name: str, value: str) -> Any:
        """Return the rows that hold in a region of the caller's view; none for any other code.

        The province's rows hold everywhere: without this a foreign code would be told from an unknown one.
        """
        region = self.request.user.view_region.subtree().filter(code=value).first()
        return queryset.in_region(region) if region else queryset.none()


def shared_region_filter(model: type[Model], *fields: str) -> type[SharedRegionFilter]:
    """Return the filter of rows that hold for a region: by its code, and by these fields."""
    found: type[SharedRegionFilter] = filterset_factory(model, SharedRegionFilter, list(fields))
    return found


class CommunityFilter(RegionFilter):
    """Communities by region, name and management."""

    name = django_filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Community
        fields: ClassVar[list[str]] = ["management", "property_kind", "fund_status"]


class BuildingFilter(RegionFilter):
    """Buildings by region and community."""

    class Meta:
        model = Building
        fields: ClassVar[list[str]] = ["community", "structure"]


class CommunityViewSet(RecordViewSet[Community]):
    """The community ledger."""

    queryset = Community.objects.select_related("unit", "region")
    serializer_class = CommunitySerializer
    filterset_class = CommunityFilter


class BuildingViewSet(RecordViewSet[Building]):
    """The building ledger."""

    queryset = Building.objects.select_related("unit")
    serializer_class = BuildingSerializer
    filterset_class = BuildingFilter
