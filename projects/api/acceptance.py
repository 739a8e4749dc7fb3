"""Joint acceptances, signers and handovers over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Department
from accounts.requests import current_user
from accounts.roles import Capability
from communities.api import RegionFilter
from projects import acceptances
from projects.acceptances import AcceptanceError
from projects.models import Acceptance, AcceptanceSigner, Handover, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField
from records.models import ChangeSet

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")

CONCLUSION = inline_serializer("Conclusion", {"conclusion": serializers.CharField(required=False)})
REFUSED = inline_serializer("AcceptanceRefusal", {"detail": serializers.CharField()})
ANSWERS = {200: None, 409: OpenApiResponse(REFUSED, "Every missing signature and day, in words.")}


class AcceptanceSerializer(RecordSerializer[Acceptance]):
    """One joint acceptance; its result follows from the signatures."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = Acceptance
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "held_on",
            "organiser",
            "document_no",
            "result",
            "passed_on",
            "conclusion",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            *READ_ONLY,
            "result",
            "passed_on",
        )


class AcceptanceFilter(RegionFilter):
    """Acceptances by region, project, plan year and result."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Acceptance
        fields: ClassVar[list[str]] = ["project", "result"]


class AcceptanceViewSet(RecordViewSet[Acceptance]):
    """The joint acceptances of projects."""

    queryset = Acceptance.objects.select_related("unit")
    serializer_class = AcceptanceSerializer
    filterset_class = AcceptanceFilter
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        **RecordViewSet.required_capabilities,
        "pass_it": Capability.STAGE_MOVE,
        "fail_it": Capability.STAGE_MOVE,
    }

    @extend_schema(request=CONCLUSION, responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="pass")
    def pass_it(self, request: Request, pk: str) -> Response:
        """Pass the acceptance; refused with every missing party until all have signed and agree."""
        return self._close(request, acceptances.pass_acceptance, "conclusion")

    @extend_schema(request=CONCLUSION, responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="fail")
    def fail_it(self, request: Request, pk: str) -> Response:
        """Close the acceptance as not passed, with the reason."""
        return self._close(request, acceptances.fail_acceptance, "reason")

    def _close(self, request: Request, act: Any, word: str) -> Response:
        row = self.get_object()
        sent = request.data if isinstance(request.data, dict) else {}
        words = {word: str(sent.get("conclusion", ""))}
        try:
            done = act(row, actor=current_user(request), source=ChangeSet.Source.API, **words)
        except AcceptanceError as problem:
            return Response({"detail": str(problem)}, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(done).data)


class AcceptanceSignerSerializer(RecordSerializer[AcceptanceSigner]):
    """One signature under a joint acceptance."""

    unit = RegionCodeField(read_only=True)
    project = serializers.PrimaryKeyRelatedField[Project](read_only=True)
    acceptance = VisibleRowField(queryset=Acceptance.objects.all())

    class Meta:
        model = AcceptanceSigner
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "acceptance",
            "party",
            "organisation",
            "name",
            "opinion",
            "signed_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class AcceptanceSignerFilter(RegionFilter):
    """Signatures by region, project, plan year, acceptance and party."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = AcceptanceSigner
        fields: ClassVar[list[str]] = ["project", "acceptance", "party"]


class AcceptanceSignerViewSet(RecordViewSet[AcceptanceSigner]):
    """The signatures under joint acceptances."""

    queryset = AcceptanceSigner.objects.select_related("unit")
    serializer_class = AcceptanceSignerSerializer
    filterset_class = AcceptanceSignerFilter


class HandoverSerializer(RecordSerializer[Handover]):
    """One handover, of the community or of a utility's assets."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    department = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = Handover
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "kind",
            "department",
            "assets",
            "giver",
            "receiver",
            "handed_on",
            "document_no",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class HandoverFilter(RegionFilter):
    """Handovers by region, project, plan year and kind."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Handover
        fields: ClassVar[list[str]] = ["project", "kind"]


class HandoverViewSet(RecordViewSet[Handover]):
    """The handovers of projects."""

    queryset = Handover.objects.select_related("unit")
    serializer_class = HandoverSerializer
    filterset_class = HandoverFilter
