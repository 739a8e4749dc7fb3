"""Annual plans and projects over the API."""

from __future__ import annotations

from typing import ClassVar

from communities.api import RegionFilter
from communities.models import Community
from projects.api.moves import ProjectMoves
from projects.models import AnnualPlan, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class AnnualPlanSerializer(RecordSerializer[AnnualPlan]):
    """What one unit is to renovate in one year; areas in ㎡."""

    unit = RegionCodeField()

    class Meta:
        model = AnnualPlan
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "year",
            "unit",
            "state",
            "issued_on",
            "document_no",
            "target_projects",
            "target_communities",
            "target_buildings",
            "target_households",
            "target_area",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "state", "is_simulated", "updated_at")


class ProjectSerializer(RecordSerializer[Project]):
    """One community in one plan year; money in whole 分, areas in ㎡."""

    unit = RegionCodeField(read_only=True)
    community = VisibleRowField(queryset=Community.objects.all())

    class Meta:
        model = Project
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "code",
            "community",
            "plan_year",
            "unit",
            "origin",
            "stage",
            "library",
            "standing",
            "planned_buildings",
            "planned_households",
            "planned_area",
            "planned_investment_fen",
            "central_subsidy_fen",
            "works",
            "planned_start_on",
            "planned_completion_on",
            "ready_on",
            "started_on",
            "completed_on",
            "progress_percent",
            "invested_fen",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            "id",
            "code",
            "unit",
            "stage",
            "library",
            "standing",
            "is_simulated",
            "updated_at",
        )


class AnnualPlanFilter(RegionFilter):
    """Plans by region, year and state."""

    class Meta:
        model = AnnualPlan
        fields: ClassVar[list[str]] = ["year", "state"]


class ProjectFilter(RegionFilter):
    """Projects by region, plan year, community, origin and where they stand."""

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["plan_year", "community", "origin", "stage", "library", "standing"]


class AnnualPlanViewSet(RecordViewSet[AnnualPlan]):
    """The plans by unit."""

    queryset = AnnualPlan.objects.select_related("unit")
    serializer_class = AnnualPlanSerializer
    filterset_class = AnnualPlanFilter


class ProjectViewSet(ProjectMoves):
    """The year-plan ledger, and what moves its projects."""

    queryset = Project.objects.select_related("unit")
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
