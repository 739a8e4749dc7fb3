"""Survey findings over the API."""

from __future__ import annotations

from typing import ClassVar

from communities.api.catalogue import DepartmentField
from communities.api.community import RegionFilter
from communities.models import SurveyFinding
from records.api import FixedRecordViewSet, RecordSerializer


class SurveyFindingSerializer(RecordSerializer[SurveyFinding]):
    """What was found about one item; survey and item are fixed when the survey is opened."""

    department = DepartmentField(read_only=True)

    class Meta:
        model = SurveyFinding
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "survey",
            "item",
            "community",
            "department",
            "condition",
            "quantity",
            "place",
            "found_on",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            "id",
            "survey",
            "item",
            "community",
            "is_simulated",
            "updated_at",
        )


class SurveyFindingFilter(RegionFilter):
    """Findings by region, survey, community and condition."""

    class Meta:
        model = SurveyFinding
        fields: ClassVar[list[str]] = ["survey", "community", "condition"]


class SurveyFindingViewSet(FixedRecordViewSet[SurveyFinding]):
    """Survey findings: read, and answered; a survey makes them when it is opened."""

    queryset = SurveyFinding.objects.select_related("department")
    serializer_class = SurveyFindingSerializer
    filterset_class = SurveyFindingFilter
