"""Post-management over the API: arrangements, funds, upkeep, visits, care models in use."""

from __future__ import annotations

from typing import Any, ClassVar

from communities.api import RegionFilter
from projects.models import (
    CareModel,
    CareModelTag,
    MaintenanceFund,
    ManagementArrangement,
    Project,
    UpkeepTask,
    UpkeepVisit,
)
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

OWN = ("id", "unit", "is_simulated", "updated_at")
FIRST = (*RecordSerializer.RECORD_FIELDS, "project", "unit")
LAST = ("remark", "is_simulated")


class PartSerializer(RecordSerializer[Any]):
    """A row about a project, which is named by its key."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())


class ManagementArrangementSerializer(PartSerializer):
    """Who looks after a renovated community, and for what fee; money in whole 分."""

    class Meta:
        model = ManagementArrangement
        fields: ClassVar[tuple[str, ...]] = (
            *FIRST,
            "party_branch",
            "residents_committee",
            "owners_committee",
            "owners_committee_on",
            "mode",
            "manager",
            "fee_fen",
            "fee_rate",
            "agreed_on",
            "starts_on",
            *LAST,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class MaintenanceFundSerializer(PartSerializer):
    """The maintenance fund of a renovated community; money in whole 分."""

    class Meta:
        model = MaintenanceFund
        fields: ClassVar[tuple[str, ...]] = (
            *FIRST,
            "established_on",
            "due_fen",
            "paid_fen",
            "topped_up_fen",
            "balance_fen",
            "as_of",
            *LAST,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class UpkeepTaskSerializer(PartSerializer):
    """One line of the upkeep plan."""

    class Meta:
        model = UpkeepTask
        fields: ClassVar[tuple[str, ...]] = (
            *FIRST,
            "task",
            "months",
            "responsible",
            "last_done_on",
            *LAST,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class UpkeepVisitSerializer(PartSerializer):
    """A visit some months after acceptance; rates in per cent."""

    class Meta:
        model = UpkeepVisit
        fields: ClassVar[tuple[str, ...]] = (
            *FIRST,
            "months",
            "due_on",
            "visited_on",
            "visitor",
            "satisfaction",
            "fee_rate",
            "is_managed",
            "conclusion",
            *LAST,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class CareModelTagSerializer(PartSerializer):
    """One community that follows one care model."""

    care_model = VisibleRowField(queryset=CareModel.objects.all())

    class Meta:
        model = CareModelTag
        fields: ClassVar[tuple[str, ...]] = (
            *FIRST,
            "care_model",
            "since",
            *LAST,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class ManagementArrangementFilter(RegionFilter):
    """Arrangements by region and project."""

    class Meta:
        model = ManagementArrangement
        fields: ClassVar[list[str]] = ["project", "mode"]


class MaintenanceFundFilter(RegionFilter):
    """Funds by region and project."""

    class Meta:
        model = MaintenanceFund
        fields: ClassVar[list[str]] = ["project"]


class UpkeepTaskFilter(RegionFilter):
    """Upkeep tasks by region and project."""

    class Meta:
        model = UpkeepTask
        fields: ClassVar[list[str]] = ["project"]


class UpkeepVisitFilter(RegionFilter):
    """Visits by region and project."""

    class Meta:
        model = UpkeepVisit
        fields: ClassVar[list[str]] = ["project", "months"]


class CareModelTagFilter(RegionFilter):
    """Care tags by region and project."""

    class Meta:
        model = CareModelTag
        fields: ClassVar[list[str]] = ["project", "care_model"]


class ManagementArrangementViewSet(RecordViewSet[ManagementArrangement]):
    """Arrangements."""

    queryset = ManagementArrangement.objects.select_related("unit")
    serializer_class = ManagementArrangementSerializer
    filterset_class = ManagementArrangementFilter


class MaintenanceFundViewSet(RecordViewSet[MaintenanceFund]):
    """Funds."""

    queryset = MaintenanceFund.objects.select_related("unit")
    serializer_class = MaintenanceFundSerializer
    filterset_class = MaintenanceFundFilter


class UpkeepTaskViewSet(RecordViewSet[UpkeepTask]):
    """Upkeep tasks."""

    queryset = UpkeepTask.objects.select_related("unit")
    serializer_class = UpkeepTaskSerializer
    filterset_class = UpkeepTaskFilter


class UpkeepVisitViewSet(RecordViewSet[UpkeepVisit]):
    """Visits."""

    queryset = UpkeepVisit.objects.select_related("unit")
    serializer_class = UpkeepVisitSerializer
    filterset_class = UpkeepVisitFilter


class CareModelTagViewSet(RecordViewSet[CareModelTag]):
    """Care tags."""

    queryset = CareModelTag.objects.select_related("unit")
    serializer_class = CareModelTagSerializer
    filterset_class = CareModelTagFilter
