"""Milestones over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from communities.api import RegionFilter
from projects.models import Milestone, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")


class MilestoneSerializer(RecordSerializer[Milestone]):
    """One step of one project."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = Milestone
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "kind",
            "planned_on",
            "submitted_on",
            "actual_on",
            "document_no",
            "agency",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class MilestoneFilter(RegionFilter):
    """Steps by region, project, plan year and kind."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Milestone
        fields: ClassVar[list[str]] = ["project", "kind"]


class MilestoneViewSet(RecordViewSet[Milestone]):
    """The steps of projects, planned, submitted and done."""

    queryset = Milestone.objects.select_related("unit")
    serializer_class = MilestoneSerializer
    filterset_class = MilestoneFilter
