"""Inspections and defects over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from communities.api import RegionFilter
from communities.models import CatalogueItem
from projects.models import Defect, Inspection, Liability, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")


class InspectionSerializer(RecordSerializer[Inspection]):
    """One look at the works on one day."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = Inspection
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "kind",
            "held_on",
            "inspector",
            "organisation",
            "conclusion",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class InspectionFilter(RegionFilter):
    """Inspections by region, project, plan year and kind."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Inspection
        fields: ClassVar[list[str]] = ["project", "kind"]


class InspectionViewSet(RecordViewSet[Inspection]):
    """The inspections of projects."""

    queryset = Inspection.objects.select_related("unit")
    serializer_class = InspectionSerializer
    filterset_class = InspectionFilter


class DefectSerializer(RecordSerializer[Defect]):
    """One defect; its state follows from mending and verifying."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    inspection = VisibleRowField(queryset=Inspection.objects.all(), required=False, allow_null=True)
    item = VisibleRowField(queryset=CatalogueItem.objects.all(), required=False, allow_null=True)
    liability = VisibleRowField(queryset=Liability.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Defect
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "number",
            "origin",
            "inspection",
            "item",
            "liability",
            "place",
            "description",
            "severity",
            "found_on",
            "assignee",
            "due_on",
            "state",
            "mended_on",
            "mended_note",
            "verified_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            *READ_ONLY,
            "number",
            "state",
            "mended_on",
            "mended_note",
            "verified_on",
        )


class DefectFilter(RegionFilter):
    """Defects by region, project, plan year, state and severity."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Defect
        fields: ClassVar[list[str]] = ["project", "state", "severity"]


class DefectViewSet(RecordViewSet[Defect]):
    """The defects of projects."""

    queryset = Defect.objects.select_related("unit")
    serializer_class = DefectSerializer
    filterset_class = DefectFilter
