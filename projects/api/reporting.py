"""Monthly progress and quantities over the API, and the returns that units sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ScopedViewSet
from accounts.requests import current_user, whole_number
from accounts.roles import Capability
from communities.api import RegionFilter
from projects import handing, rounds
from projects.api.steps import Note, Refusal, answered
from projects.models import PlanItem, ProgressQuantity, ProgressReport, Project, UnitReturn
from records.api import (
    IDEMPOTENCY,
    REFUSALS,
    RecordSerializer,
    RecordViewSet,
    RegionCodeField,
    VisibleRowField,
)
from records.models import ChangeSet

OWN = ("id", "unit", "is_simulated", "updated_at")


class ProgressReportSerializer(RecordSerializer[ProgressReport]):
    """How far a project had come in a month (its first day); cumulative, money in whole 分."""

    unit = RegionCodeField(read_only=True)
    project = VisibleRowField(queryset=Project.objects.all())

    class Meta:
        model = ProgressReport
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "project",
            "unit",
            "month",
            "progress_percent",
            "invested_fen",
            "workers",
            "note",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class ProgressQuantitySerializer(RecordSerializer[ProgressQuantity]):
    """How much of one item of the plan was done by the end of a report's month; cumulative."""

    unit = RegionCodeField(read_only=True)
    report = VisibleRowField(queryset=ProgressReport.objects.all())
    plan_item = VisibleRowField(queryset=PlanItem.objects.all())

    class Meta:
        model = ProgressQuantity
        fields: ClassVar[tuple[str, ...]] = (
            *RecordSerializer.RECORD_FIELDS,
            "report",
            "plan_item",
            "unit",
            "done",
            "remark",
            "is_simulated",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = OWN


class ProgressReportFilter(RegionFilter):
    """Reports by region, project and month."""

    class Meta:
        model = ProgressReport
        fields: ClassVar[list[str]] = ["project", "month"]


class ProgressQuantityFilter(RegionFilter):
    """Quantities by region, report and item."""

    class Meta:
        model = ProgressQuantity
        fields: ClassVar[list[str]] = ["report", "plan_item"]


class ProgressReportViewSet(RecordViewSet[ProgressReport]):
    """The monthly progress."""

    queryset = ProgressReport.objects.select_related("unit")
    serializer_class = ProgressReportSerializer
    filterset_class = ProgressReportFilter


class ProgressQuantityViewSet(RecordViewSet[ProgressQuantity]):
    """The monthly quantities."""

    queryset = ProgressQuantity.objects.select_related("unit")
    serializer_class = ProgressQuantitySerializer
    filterset_class = ProgressQuantityFilter


class UnitReturnSerializer(serializers.ModelSerializer[UnitReturn]):
    """One unit's return of one month: who signed it and when, who decided, and why it came back."""

    unit = RegionCodeField(read_only=True)
    month = serializers.DateField(source="round.month", read_only=True)
    due_on = serializers.DateField(source="round.due_on", read_only=True)

    class Meta:
        model = UnitReturn
        fields: ClassVar[tuple[str, ...]] = (
            "id",
            "unit",
            "month",
            "due_on",
            "state",
            "signed_name",
            "submitted_by",
            "submitted_at",
            "first_submitted_at",
            "decided_by",
            "decided_at",
            "return_reason",
            "version",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = fields


class UnitReturnFilter(RegionFilter):
    """Returns by region, month and state."""

    month = django_filters.DateFilter(field_name="round__month")

    class Meta:
        model = UnitReturn
        fields: ClassVar[list[str]] = ["state"]


class Signature(serializers.Serializer[Any]):
    """The name somebody signs with."""

    signed_name = serializers.CharField(max_length=60)


class ReturnReason(serializers.Serializer[Any]):
    """Why a return is sent back."""

    reason = serializers.CharField(max_length=500)


TAKEN = {200: UnitReturnSerializer, 409: Refusal, **{code: REFUSALS[code] for code in (404, 422)}}


class UnitReturnViewSet(ScopedViewSet[UnitReturn]):
    """The monthly returns: signed by the unit, accepted or sent back by somebody else."""

    queryset = UnitReturn.objects.select_related("round", "unit")
    serializer_class = UnitReturnSerializer
    filterset_class = UnitReturnFilter
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.LEDGER_VIEW,
        "retrieve": Capability.LEDGER_VIEW,
        "metadata": Capability.LEDGER_VIEW,
        "submit": Capability.RETURN_SUBMIT,
        "accept": Capability.RETURN_REVIEW,
        "send_back": Capability.RETURN_REVIEW,
    }

    def list(self, request: Request) -> Response:
        """Return the returns in the caller's view, page by page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one return."""
        return Response(self.get_serializer(self._seen()).data)

    @extend_schema(request=Signature, parameters=[IDEMPOTENCY], responses=TAKEN)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Sign the return and hand it in; 409 names every community that is not reported yet."""
        name = _sent(Signature, request)["signed_name"]
        return self._take(request, handing.hand_in, signed_name=name)

    @extend_schema(request=Note, parameters=[IDEMPOTENCY], responses=TAKEN)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept a return that somebody else has handed in; of two at once one is answered with 409."""
        return self._take(request, rounds.accept)

    @extend_schema(request=ReturnReason, parameters=[IDEMPOTENCY], responses=TAKEN)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send the return back with the reason; the month is open to the unit again."""
        return self._take(request, handing.send_back, reason=_sent(ReturnReason, request)["reason"])

    def _take(self, request: Request, step: Callable[..., UnitReturn], **words: str) -> Response:
        found, user = self._seen(), current_user(request)
        # What one may only look at is refused; the services ask the same again.
        if not user.region.contains(found.unit):
            self.permission_denied(request)

        def act() -> tuple[int, dict[str, Any]]:
            done = step(found, actor=user, source=ChangeSet.Source.API, **words)
            return status.HTTP_200_OK, dict(self.get_serializer(done).data)

        return answered(request, act)

    def _seen(self) -> UnitReturn:
        return get_object_or_404(self.get_queryset(), pk=whole_number(self.kwargs["pk"]))


def _sent(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    read = kind(data=request.data if isinstance(request.data, Mapping) else {})
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found
