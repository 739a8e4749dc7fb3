"""Contracts and liabilities over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from communities.api import RegionFilter
from communities.models import CatalogueItem
from projects.models import Bundle, Contract, Liability, Project
from records.api import RecordSerializer, RecordViewSet, RegionCodeField, VisibleRowField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "unit", "remark", "is_simulated")
READ_ONLY: tuple[str, ...] = ("id", "unit", "is_simulated", "updated_at")


class ContractSerializer(RecordSerializer[Contract]):
    """One contract of one project; the sum in whole 分."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    bundle = VisibleRowField(queryset=Bundle.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Contract
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "kind",
            "number",
            "bundle",
            "firm",
            "firm_code",
            "manager",
            "amount_fen",
            "signed_on",
            "starts_on",
            "ends_on",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class ContractFilter(RegionFilter):
    """Contracts by region, project, plan year, kind and firm."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Contract
        fields: ClassVar[list[str]] = ["project", "kind", "firm_code"]


class ContractViewSet(RecordViewSet[Contract]):
    """The contracts of projects."""

    queryset = Contract.objects.select_related("unit")
    serializer_class = ContractSerializer
    filterset_class = ContractFilter


class LiabilitySerializer(RecordSerializer[Liability]):
    """Who answers for one item of works, and until when."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())
    item = VisibleRowField(queryset=CatalogueItem.objects.all())
    contract = VisibleRowField(queryset=Contract.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Liability
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "project",
            "item",
            "contract",
            "firm",
            "firm_code",
            "person",
            "warranty_from",
            "warranty_until",
            "is_lifetime",
            "telephone",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (*READ_ONLY,)


class LiabilityFilter(RegionFilter):
    """Liabilities by region, project, plan year and firm."""

    plan_year = django_filters.NumberFilter(field_name="project__plan_year")

    class Meta:
        model = Liability
        fields: ClassVar[list[str]] = ["project", "item", "firm_code"]


class LiabilityViewSet(RecordViewSet[Liability]):
    """Who answers for what was built."""

    queryset = Liability.objects.select_related("unit")
    serializer_class = LiabilitySerializer
    filterset_class = LiabilityFilter
