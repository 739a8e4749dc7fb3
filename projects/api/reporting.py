"""Monthly progress and quantities over the API."""

from __future__ import annotations

from typing import ClassVar

from communities.api import RegionFilter
from projects.models import PlanItem, ProgressQuantity, ProgressReport, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

OWN = ("id", "unit", "is_simulated", "updated_at")


class ProgressReportSerializer(RecordSerializer[ProgressReport]):
    """How far a project had come in a month (its first day); cumulative, money in whole 分."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = ProgressReport
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "project",
            "unit",
            "month",
            "progress_percent",
            "invested_fen",
            "workers",
            "note",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class ProgressQuantitySerializer(RecordSerializer[ProgressQuantity]):
    """How much of one item of the plan was done by the end of a report's month; cumulative."""

    unit = RegionCodeField(read_only=True)
    report = VisibleRowField(queryset=ProgressReport.objects.all())
    plan_item = VisibleRowField(queryset=PlanItem.objects.all())

    class Meta:
        model = ProgressQuantity
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "report",
            "plan_item",
            "unit",
            "done",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class ProgressReportFilter(RegionFilter):
    """Reports by region, project and month."""

    class Meta:
        model = ProgressReport
        fields: ClassVar[list[str]] = ["project", "month"]


class ProgressQuantityFilter(RegionFilter):
    """Quantities by region, report and item."""

    class Meta:
        model = ProgressQuantity
        fields: ClassVar[list[str]] = ["report", "plan_item"]


class ProgressReportViewSet(RecordViewSet[ProgressReport]):
    """The monthly progress."""

    queryset = ProgressReport.objects.select_related("unit")
    serializer_class = ProgressReportSerializer
    filterset_class = ProgressReportFilter


class ProgressQuantityViewSet(RecordViewSet[ProgressQuantity]):
    """The monthly quantities."""

    queryset = ProgressQuantity.objects.select_related("unit")
    serializer_class = ProgressQuantitySerializer
    filterset_class = ProgressQuantityFilter
