"""Difficulty coefficients over the API."""

from __future__ import annotations

from typing import ClassVar

from assessments.models import FiscalFactor
from communities.api import RegionFilter
from records.api import RecordSerializer, RecordViewSet, RegionCodeField


class FiscalFactorSerializer(RecordSerializer[FiscalFactor]):
    """How hard the finances of a unit are in a year."""

    unit = RegionCodeField()

    class Meta:
        model = FiscalFactor
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "unit",
            "year",
            "coefficient",
            "document_no",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = ("id", "is_simulated", "updated_at")


class FiscalFactorFilter(RegionFilter):
    """Coefficients by region and year."""

    class Meta:
        model = FiscalFactor
        fields: ClassVar[list[str]] = ["year"]


class FiscalFactorViewSet(RecordViewSet[FiscalFactor]):
    """The coefficients by unit and year."""

    queryset = FiscalFactor.objects.select_related("unit")
    serializer_class = FiscalFactorSerializer
    filterset_class = FiscalFactorFilter
