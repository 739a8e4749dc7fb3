"""Money events over the API; money in whole 分, negative where it flows back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import django_filters

from accounts.roles import Capability
from communities.api import RegionFilter
from funding.api.batch import READING
from funding.models import Contribution, MoneyEvent, Source
from projects.models import Contract, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField


class MoneyEventSerializer(RecordSerializer[MoneyEvent]):
    """One movement of a project's money from one source."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    source = VisibleRowField(queryset=Source.objects.all())  # type: ignore[assignment]
    contract = VisibleRowField(queryset=Contract.objects.all(), required=False, allow_null=True)
    contribution = VisibleRowField(queryset=Contribution.objects.all(), required=False, allow_null=True)

    class Meta:
        model = MoneyEvent
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "unit",
            "project",
            "source",
            "step",
            "happened_on",
            "amount_fen",
            "voucher",
            "contract",
            "contribution",
            "payee",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "unit", "is_simulated", "updated_at")


class MoneyEventFilter(RegionFilter):
    """Events by region, project, plan year, source, step and day."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")
    happened = django_filters.DateFromToRangeFilter(field_name="happened_on")

    class Meta:
        model = MoneyEvent
        fields: ClassVar[list[str]] = ["project", "source", "step"]


class MoneyEventViewSet(RecordViewSet[MoneyEvent]):
    """What happened to the money of projects."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = MoneyEvent.objects.select_related("unit")
    serializer_class = MoneyEventSerializer
    filterset_class = MoneyEventFilter
