"""The works catalogue over the API."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Department
from communities.api.community import RegionFilter
from communities.models import CatalogueItem, Taxonomy
from records.api import RecordSerializer, RecordViewSet, VisibleRowField


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


class CatalogueItemFilter(RegionFilter):
    """Items by the region they hold in, taxonomy, class and whether they are in use."""

    def within(self, queryset: Any, _name: str, value: str) -> Any:
        """Return the items that hold in a region of the caller's view; none for any other code.

        The province's items hold everywhere: without this a foreign code would be told from an unknown one.
        """
        caller = self.request.user
        region = caller.view_region.subtree().filter(code=value).first()
        return queryset.in_region(region) if region else queryset.none()

    class Meta:
        model = CatalogueItem
        fields: ClassVar[list[str]] = ["taxonomy", "level", "is_active"]


class CatalogueItemViewSet(RecordViewSet[CatalogueItem]):
    """The works catalogue."""

    queryset = CatalogueItem.objects.select_related("department")
    serializer_class = CatalogueItemSerializer
    filterset_class = CatalogueItemFilter
