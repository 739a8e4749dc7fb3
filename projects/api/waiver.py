"""Exceptions over the API: asked for, decided and taken back by the same services as on the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ScopedViewSet
from accounts.requests import current_user, whole_number
from accounts.roles import Capability
from communities.api import SharedRegionFilter
from projects import waivers
from projects.api.steps import Note, Refusal, answered
from projects.models import Project, Waiver
from records.api import IDEMPOTENCY, REFUSALS, RegionCodeField, VisibleRowField
from records.models import ChangeSet


class WaiverSerializer(serializers.ModelSerializer[Waiver]):
    """A dated exception from a rule, a gate or a deadline; who asked does not decide."""

    region = RegionCodeField()
    project = VisibleRowField(queryset=Project.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Waiver
        fields: ClassVar[tuple[str, ...]] = (
            "id",
            "kind",
            "code",
            "region",
            "project",
            "year_from",
            "year_to",
            "valid_from",
            "valid_until",
            "reason",
            "document_no",
            "state",
            "asked_by",
            "decided_by",
            "decided_at",
            "decision_note",
            "version",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = (
            "id",
            "kind",
            "year_from",
            "year_to",
            "state",
            "asked_by",
            "decided_by",
            "decided_at",
            "decision_note",
            "version",
        )

    def get_validators(self) -> list[Any]:
        """Return none: the order of days is a check of the write path, in words."""
        return []


class WaiverFilter(SharedRegionFilter):
    """Exceptions by region, kind, code, state and project."""

    class Meta:
        model = Waiver
        fields: ClassVar[list[str]] = ["kind", "code", "state", "project"]


class WaiverViewSet(ScopedViewSet[Waiver]):
    """Exceptions in the caller's view: asked for with POST, decided by somebody else."""

    queryset = Waiver.objects.select_related("region")
    serializer_class = WaiverSerializer
    filterset_class = WaiverFilter
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.LEDGER_VIEW,
        "retrieve": Capability.LEDGER_VIEW,
        "metadata": Capability.LEDGER_VIEW,
        "create": Capability.WAIVER_ASK,
        "approve": Capability.WAIVER_DECIDE,
        "refuse": Capability.WAIVER_DECIDE,
        "revoke": Capability.WAIVER_DECIDE,
    }

    def list(self, request: Request) -> Response:
        """Return the exceptions in the caller's view, page by page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one exception."""
        return Response(self.get_serializer(self._seen()).data)

    @extend_schema(parameters=[IDEMPOTENCY], responses={201: WaiverSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Ask for an exception in a region of one's own; somebody else decides."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)

        def act() -> Waiver:
            asked = {"code": "", "valid_from": None, "valid_until": None, "reason": "", **sent.validated_data}
            return waivers.ask(actor=current_user(request), source=ChangeSet.Source.API, **asked)

        return self._answer(request, act, status.HTTP_201_CREATED)

    @extend_schema(request=Note, responses={200: WaiverSerializer, 409: Refusal, **REFUSALS})
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve what somebody else has asked for."""
        return self._decide(request, approve=True)

    @extend_schema(request=Note, responses={200: WaiverSerializer, 409: Refusal, **REFUSALS})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse what somebody else has asked for, with the reason."""
        return self._decide(request, approve=False)

    @extend_schema(request=Note, responses={200: WaiverSerializer, 409: Refusal, **REFUSALS})
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Take an approved exception back, with the reason."""
        found, note = self._seen(), Note.of(request)
        return self._answer(
            request,
            lambda: waivers.revoke(
                found, actor=current_user(request), note=note, source=ChangeSet.Source.API
            ),
        )

    def _seen(self) -> Waiver:
        visible = self.get_queryset().select_related("region")
        return get_object_or_404(visible, pk=whole_number(self.kwargs["pk"]))

    def _decide(self, request: Request, *, approve: bool) -> Response:
        found, note = self._seen(), Note.of(request)
        api = ChangeSet.Source.API
        return self._answer(
            request,
            lambda: waivers.decide(
                found, actor=current_user(request), approve=approve, note=note, source=api
            ),
        )

    def _answer(
        self, request: Request, act: Callable[[], Waiver], code: int = status.HTTP_200_OK
    ) -> Response:
        def told() -> tuple[int, dict[str, Any]]:
            return code, dict(self.get_serializer(act()).data)

        return answered(request, told)
