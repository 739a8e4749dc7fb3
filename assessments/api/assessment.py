"""Assessments over the API: read here; every step is taken on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import mixins, serializers, viewsets

from accounts.requests import current_user
from accounts.roles import Capability
from assessments.models import Assessment
from assessments.models.assessment import AssessmentQuerySet


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """A unit's score of a plan year with everything it was computed from."""

    unit: serializers.Field[Any, Any, Any, Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True
    )
    scheme = serializers.CharField(source="scheme.name", read_only=True)
    facts_as_of = serializers.DateField(source="fact_sheet.on", read_only=True)
    facts_sha256 = serializers.CharField(source="fact_sheet.sha256", read_only=True)

    class Meta:
        model = Assessment
        fields = (
            "id",
            "unit",
            "year",
            "state",
            "revision",
            "scheme",
            "facts_as_of",
            "facts_sha256",
            "total",
            "grade",
            "document",
            "document_no",
            "appeal_until",
            "issued_at",
            "sha256",
            "is_simulated",
        )
        read_only_fields = fields


class AssessmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Assessment]
):
    """The assessments in the caller's view."""

    queryset = Assessment.objects.all()
    serializer_class = AssessmentSerializer
    filterset_fields = ("year", "state")
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.ASSESSMENT_VIEW,
        "retrieve": Capability.ASSESSMENT_VIEW,
        "metadata": Capability.ASSESSMENT_VIEW,
    }

    def get_queryset(self) -> AssessmentQuerySet:
        """Return the caller's assessments."""
        visible = Assessment.objects.visible_to(current_user(self.request))
        found: AssessmentQuerySet = visible.select_related("unit", "scheme", "fact_sheet").defer(
            "fact_sheet__data", "fact_sheet__members"
        )
        return found
