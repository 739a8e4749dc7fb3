"""The works catalogue over the API."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Department
from communities.api.community import shared_region_filter
from communities.models import CatalogueItem, Taxonomy, TechnicalStandard
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class DepartmentField(serializers.SlugRelatedField[Department]):
    """A department or utility by its code."""

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options["queryset"] = Department.objects.all()
        super().__init__(slug_field="code", **options)


class CatalogueItemSerializer(RecordSerializer[CatalogueItem]):
    """An item of works; the reference price in 分 per unit of quantity."""

    taxonomy = VisibleRowField(queryset=Taxonomy.objects.all())
    department = DepartmentField()
    counts_as = VisibleRowField(queryset=CatalogueItem.objects.all(), required=False, allow_null=True)

    class Meta:
        model = CatalogueItem
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "taxonomy",
            "code",
            "name",
            "group",
            "level",
            "measure",
            "department",
            "indicator",
            "indicator_factor",
            "standards",
            "reference_price_fen",
            "is_pipeline",
            "counts_as",
            "position",
            "is_active",
            "remark",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "updated_at")


class CatalogueItemViewSet(RecordViewSet[CatalogueItem]):
    """The works catalogue."""

    queryset = CatalogueItem.objects.select_related("department")
    serializer_class = CatalogueItemSerializer
    filterset_class = shared_region_filter(CatalogueItem, "taxonomy", "level", "is_active")


class TaxonomySerializer(RecordSerializer[Taxonomy]):
    """A way to group works; its items name it."""

    region = RegionCodeField()

    class Meta:
        model = Taxonomy
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "code",
            "name",
            "region",
            "source",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "updated_at")


class TaxonomyViewSet(RecordViewSet[Taxonomy]):
    """The taxonomies of works."""

    queryset = Taxonomy.objects.select_related("region")
    serializer_class = TaxonomySerializer
    filterset_class = shared_region_filter(Taxonomy, "code")


class TechnicalStandardSerializer(RecordSerializer[TechnicalStandard]):
    """A technical guide or standard: whether it is in force and where to read it."""

    region = RegionCodeField()

    class Meta:
        model = TechnicalStandard
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "code",
            "name",
            "region",
            "status",
            "issued_year",
            "link",
            "remark",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "updated_at")


class TechnicalStandardViewSet(RecordViewSet[TechnicalStandard]):
    """The technical standards that govern works."""

    queryset = TechnicalStandard.objects.select_related("region")
    serializer_class = TechnicalStandardSerializer
    filterset_class = shared_region_filter(TechnicalStandard, "code", "status")
