"""Contributions and agreements over the API; money in whole 分."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import django_filters
from rest_framework import serializers

from accounts.models import Department
from accounts.roles import Capability
from communities.api import RegionFilter
from communities.models import Building
from funding.api.batch import READING
from funding.models import Agreement, Contribution, PayBand, Source
from projects.models import Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")


class ContributionSerializer(RecordSerializer[Contribution]):
    """What a group of households, a utility or a former owner unit pays; no names of persons."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    source = VisibleRowField(queryset=Source.objects.all())  # type: ignore[assignment]
    building = VisibleRowField(queryset=Building.objects.all(), required=False, allow_null=True)
    department = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.all(), required=False, allow_null=True
    )
    agreed_fen = serializers.IntegerField(
        required=False, help_text="Left out: the rate times households or floor area."
    )

    class Meta:
        model = Contribution
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "source",
            "payer",
            "group",
            "building",
            "department",
            "households",
            "area",
            "basis",
            "rate_fen",
            "agreed_fen",
            "instalments",
            "first_due_on",
            "every_months",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class ContributionFilter(RegionFilter):
    """Contributions by region, project, plan year, source and payer."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Contribution
        fields: ClassVar[list[str]] = ["project", "source", "payer"]


class ContributionViewSet(RecordViewSet[Contribution]):
    """What residents, utilities and former owner units pay."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Contribution.objects.select_related("unit")
    serializer_class = ContributionSerializer
    filterset_class = ContributionFilter


class AgreementSerializer(RecordSerializer[Agreement]):
    """What an investor and the government agreed for one project."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = Agreement
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "number",
            "partner",
            "partner_code",
            "mode",
            "invested_fen",
            "public_fen",
            "loan_fen",
            "interest_percent",
            "base_pay_fen",
            "signed_on",
            "starts_on",
            "ends_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class AgreementFilter(RegionFilter):
    """Agreements by region, project, plan year and mode."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Agreement
        fields: ClassVar[list[str]] = ["project", "mode"]


class AgreementViewSet(RecordViewSet[Agreement]):
    """Agreements with investors."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = Agreement.objects.select_related("unit")
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter


class PayBandSerializer(RecordSerializer[PayBand]):
    """From which score on an agreement pays which share of its yearly pay."""

    unit = RegionCodeField(read_only=True)
    agreement = VisibleRowField(queryset=Agreement.objects.all())

    class Meta:
        model = PayBand
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "agreement", "from_score", "share_percent")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class PayBandFilter(RegionFilter):
    """Bands by region and agreement."""

    class Meta:
        model = PayBand
        fields: ClassVar[list[str]] = ["agreement"]


class PayBandViewSet(RecordViewSet[PayBand]):
    """Pay by score."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = READING
    queryset = PayBand.objects.select_related("unit")
    serializer_class = PayBandSerializer
    filterset_class = PayBandFilter
