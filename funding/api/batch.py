"""Sources, batches and allotments over the API; batches are issued on their page. Money in whole 分."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import django_filters

from accounts.roles import Capability
from communities.api import RegionFilter, SharedRegionFilter
from funding.models import Allotment, FundBatch, Source
from projects.models import Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

READING: Mapping[str, Capability] = dict.fromkeys(("list", "retrieve", "metadata"), Capability.FUND_VIEW)


class SourceSerializer(RecordSerializer[Source]):
    """One source of money: a channel and the instrument by which it pays."""

    region = RegionCodeField()

    class Meta:
        model = Source
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "code",
            "name",
            "region",
            "channel",
            "instrument",
            "subject",
            "split_days",
            "by_batch",
            "position",
            "is_active",
            "basis",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "updated_at")


class SourceFilter(SharedRegionFilter):
    """Sources by region, channel and whether they are in use."""

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = ["channel", "instrument", "is_active"]


class SourceViewSet(RecordViewSet[Source]):
    """The sources of money."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Source.objects.select_related("region")
    serializer_class = SourceSerializer
    filterset_class = SourceFilter


class FundBatchSerializer(RecordSerializer[FundBatch]):
    """One document by which money comes down."""

    region = RegionCodeField()
    source = VisibleRowField(queryset=Source.objects.all())  # type: ignore[assignment]

    class Meta:
        model = FundBatch
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "number",
            "title",
            "source",
            "region",
            "level",
            "fiscal_year",
            "plan_year",
            "subject",
            "amount_fen",
            "issued_on",
            "received_on",
            "state",
            "origin",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "state", "origin", "is_simulated", "updated_at")


class FundBatchFilter(SharedRegionFilter):
    """Batches by region, source, plan year, budget year and state."""

    class Meta:
        model = FundBatch
        fields: ClassVar[list[str]] = ["source", "plan_year", "fiscal_year", "state"]


class FundBatchViewSet(RecordViewSet[FundBatch]):
    """The batches of money."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = FundBatch.objects.select_related("region")
    serializer_class = FundBatchSerializer
    filterset_class = FundBatchFilter


class AllotmentSerializer(RecordSerializer[Allotment]):
    """What a unit (without a project), or one of its projects, gets of a batch."""

    unit = RegionCodeField()
    batch = VisibleRowField(queryset=FundBatch.objects.all())
    project = VisibleRowField(queryset=Project.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Allotment
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "batch",
            "unit",
            "project",
            "amount_fen",
            "number",
            "allotted_on",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "is_simulated", "updated_at")


class AllotmentFilter(RegionFilter):
    """Allotments by region, batch, project and plan year."""

    plan_year = django_filters.NumberFilter(field_name="batch__plan_year")

    class Meta:
        model = Allotment
        fields: ClassVar[list[str]] = ["batch", "project"]


class AllotmentViewSet(RecordViewSet[Allotment]):
    """What units and projects get of batches."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Allotment.objects.select_related("unit")
    serializer_class = AllotmentSerializer
    filterset_class = AllotmentFilter
