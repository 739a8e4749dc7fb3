"""Plan versions, their clauses and items over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from rest_framework import serializers

from accounts.models import Department
from communities.api import RegionFilter
from communities.models import CatalogueItem
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")


class PlanVersionSerializer(RecordSerializer[PlanVersion]):
    """One version of a community's plan."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    based_on = VisibleRowField(queryset=PlanVersion.objects.all(), required=False, allow_null=True)

    class Meta:
        model = PlanVersion
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "number",
            "title",
            "state",
            "summary",
            "based_on",
            "dated_on",
            "finalised_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY, "state", "finalised_on")


class PlanClauseSerializer(RecordSerializer[PlanClause]):
    """One clause of a version, in words."""

    unit = RegionCodeField(read_only=True)
    plan_version = VisibleRowField(queryset=PlanVersion.objects.all())
    former = VisibleRowField(queryset=PlanClause.objects.all(), required=False, allow_null=True)

    class Meta:
        model = PlanClause
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "plan_version", "number", "title", "text", "former")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class PlanItemSerializer(RecordSerializer[PlanItem]):
    """One item of works; money in whole 分, the amount follows from quantity and unit price."""

    unit = RegionCodeField(read_only=True)
    project = serializers.PrimaryKeyRelatedField[Project](read_only=True)
    plan_version = VisibleRowField(queryset=PlanVersion.objects.all())
    clause = VisibleRowField(queryset=PlanClause.objects.all(), required=False, allow_null=True)
    item = VisibleRowField(queryset=CatalogueItem.objects.all())
    department = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = PlanItem
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "plan_version",
            "clause",
            "item",
            "place",
            "quantity",
            "unit_price_fen",
            "amount_fen",
            "department",
            "road",
            "dig_from",
            "dig_to",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class PlanVersionFilter(RegionFilter):
    """Versions by region, project, plan year and state."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = PlanVersion
        fields: ClassVar[list[str]] = ["project", "state"]


class PlanClauseFilter(RegionFilter):
    """Clauses by region, project and version."""

    class Meta:
        model = PlanClause
        fields: ClassVar[list[str]] = ["project", "plan_version"]


class PlanItemFilter(RegionFilter):
    """Items by region, project, version, plan year and catalogue item."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = PlanItem
        fields: ClassVar[list[str]] = ["project", "plan_version", "item"]


class PlanVersionViewSet(RecordViewSet[PlanVersion]):
    """The plans of communities, version by version."""

    queryset = PlanVersion.objects.select_related("unit")
    serializer_class = PlanVersionSerializer
    filterset_class = PlanVersionFilter


class PlanClauseViewSet(RecordViewSet[PlanClause]):
    """The clauses of plan versions."""

    queryset = PlanClause.objects.select_related("unit")
    serializer_class = PlanClauseSerializer
    filterset_class = PlanClauseFilter


class PlanItemViewSet(RecordViewSet[PlanItem]):
    """The items of works of plan versions."""

    queryset = PlanItem.objects.select_related("unit")
    serializer_class = PlanItemSerializer
    filterset_class = PlanItemFilter
