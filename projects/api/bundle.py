"""Bundles and their members over the API."""

from __future__ import annotations

from typing import ClassVar

from communities.api import RegionFilter
from projects.models import Bundle, BundleMember, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class BundleSerializer(RecordSerializer[Bundle]):
    """Several projects of one unit and year under one approval, tender or contract."""

    unit = RegionCodeField()

    class Meta:
        model = Bundle
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "unit",
            "year",
            "name",
            "covers_approval",
            "covers_tender",
            "covers_contract",
            "document_no",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "is_simulated", "updated_at")


class BundleMemberSerializer(RecordSerializer[BundleMember]):
    """One project in one bundle."""

    unit = RegionCodeField(read_only=True)
    bundle = VisibleRowField(queryset=Bundle.objects.all())
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = BundleMember
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "unit",
            "bundle",
            "project",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "unit", "is_simulated", "updated_at")


class BundleFilter(RegionFilter):
    """Bundles by region and year."""

    class Meta:
        model = Bundle
        fields: ClassVar[list[str]] = ["year"]


class BundleMemberFilter(RegionFilter):
    """Members by region, bundle and project."""

    class Meta:
        model = BundleMember
        fields: ClassVar[list[str]] = ["bundle", "project"]


class BundleViewSet(RecordViewSet[Bundle]):
    """The bundles by unit and year."""

    queryset = Bundle.objects.select_related("unit")
    serializer_class = BundleSerializer
    filterset_class = BundleFilter


class BundleMemberViewSet(RecordViewSet[BundleMember]):
    """Which projects are bundled."""

    queryset = BundleMember.objects.select_related("unit")
    serializer_class = BundleMemberSerializer
    filterset_class = BundleMemberFilter
