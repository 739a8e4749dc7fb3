"""Consultations over the API: read and prepared here; the steps are taken on their page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import django_filters

from accounts.roles import Capability
from communities.api import RegionFilter
from consultations.models import Consultation, CostShare, Notice
from projects.models import PlanItem, PlanVersion, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")
# Written by the steps of a consultation alone.
STEPS: tuple[str, ...] = (
    "state",
    "revised_version",
    "announced_on",
    "result_from",
    "result_to",
    "ended_on",
)


class ConsultationSerializer(RecordSerializer[Consultation]):
    """One hearing of the residents of a community."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    plan_version = VisibleRowField(queryset=PlanVersion.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Consultation
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "kind",
            "title",
            "plan_version",
            "organiser",
            "telephone",
            "address",
            "intro",
            "opens_on",
            "closes_on",
            *STEPS,
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY, *STEPS)


class NoticeSerializer(RecordSerializer[Notice]):
    """One public notice of a consultation."""

    unit = RegionCodeField(read_only=True)
    consultation = VisibleRowField(queryset=Consultation.objects.all())

    class Meta:
        model = Notice
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "consultation",
            "kind",
            "number",
            "title",
            "text",
            "places",
            "from_on",
            "to_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class CostShareSerializer(RecordSerializer[CostShare]):
    """What one thing costs a household; money in whole 分."""

    unit = RegionCodeField(read_only=True)
    consultation = VisibleRowField(queryset=Consultation.objects.all())
    item = VisibleRowField(queryset=PlanItem.objects.all(), required=False, allow_null=True)

    class Meta:
        model = CostShare
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "consultation",
            "item",
            "title",
            "basis",
            "amount_fen",
            "note",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class ConsultationFilter(RegionFilter):
    """Consultations by region, project, plan year, kind and state."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Consultation
        fields: ClassVar[list[str]] = ["project", "kind", "state"]


class NoticeFilter(RegionFilter):
    """Notices by region, consultation and kind."""

    class Meta:
        model = Notice
        fields: ClassVar[list[str]] = ["consultation", "kind"]


class CostShareFilter(RegionFilter):
    """Costs by region and consultation."""

    class Meta:
        model = CostShare
        fields: ClassVar[list[str]] = ["consultation"]


READING: Mapping[str, Capability] = dict.fromkeys(
    ("list", "retrieve", "metadata"), Capability.CONSULTATION_VIEW
)


class ConsultationViewSet(RecordViewSet[Consultation]):
    """The hearings of residents."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Consultation.objects.select_related("unit")
    serializer_class = ConsultationSerializer
    filterset_class = ConsultationFilter


class NoticeViewSet(RecordViewSet[Notice]):
    """The public notices of consultations."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Notice.objects.select_related("unit")
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter


class CostShareViewSet(RecordViewSet[CostShare]):
    """What plans cost a household."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = CostShare.objects.select_related("unit")
    serializer_class = CostShareSerializer
    filterset_class = CostShareFilter
