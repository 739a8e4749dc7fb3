"""The API's way to ledger rows: the same scope, checks, merging and history as every other way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ScopedViewSet
from accounts.models import Region, User
from accounts.requests import whole_number
from accounts.roles import Capability
from records.idempotency import KeyReused, once
from records.marks import Mark
from records.models import ChangeSet, VersionedRecord
from records.planning import Outcome, Status
from records.services import apply

R = TypeVar("R", bound=VersionedRecord)

# What each refusal is in HTTP: a row that moved on is a conflict, a rule broken is the caller's to mend.
CODES = {
    Status.CREATED: status.HTTP_201_CREATED,
    Status.CHANGED: status.HTTP_200_OK,
    Status.MERGED: status.HTTP_200_OK,
    Status.SAME: status.HTTP_200_OK,
    Status.CONFLICT: status.HTTP_409_CONFLICT,
    Status.GONE: status.HTTP_410_GONE,
    Status.LOCKED: status.HTTP_423_LOCKED,
    Status.DENIED: status.HTTP_404_NOT_FOUND,
    Status.REJECTED: status.HTTP_400_BAD_REQUEST,
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="8 to 80 characters of the caller's own; a repeated request gets the first answer.",
)
REFUSAL = inline_serializer(
    "Refusal",
    {
        "detail": serializers.CharField(),
        "findings": serializers.ListField(child=serializers.DictField(), required=False),
        "conflicts": serializers.ListField(child=serializers.DictField(), required=False),
    },
)
REFUSALS = {
    400: OpenApiResponse(REFUSAL, "A rule is broken; every finding says which and how to mend it."),
    404: OpenApiResponse(REFUSAL, "No such row in the caller's scope."),
    409: OpenApiResponse(REFUSAL, "Somebody changed the same fields: base, mine and theirs of each."),
    410: OpenApiResponse(REFUSAL, "The row has been removed."),
    422: OpenApiResponse(REFUSAL, "The idempotency key was used for another request."),
    423: OpenApiResponse(REFUSAL, "The field is closed now; the finding says why."),
}


class RegionCodeField(serializers.SlugRelatedField[Region]):
    """A region by its code, among those the caller may see."""

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options["queryset"] = Region.objects.all()
        super().__init__(slug_field="code", **options)

    def get_queryset(self) -> QuerySet[Region]:
        """Return the regions in the caller's view: a foreign one is answered like one that does not exist."""
        return _caller(self.context["request"]).view_region.subtree()


class VisibleRowField(serializers.PrimaryKeyRelatedField[Any]):
    """A row of another ledger, among those the caller may see."""

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows in the caller's view."""
        rows: Any = super().get_queryset()
        return cast("QuerySet[Any]", rows.visible_to(_caller(self.context["request"])))


class RecordSerializer(serializers.ModelSerializer[R]):
    """A ledger row: money in whole 分, area in ㎡ as decimal text, marks beside the fields they stand for."""

    version = serializers.IntegerField(
        min_value=1, required=False, help_text="The version seen; required to change."
    )
    markers = serializers.DictField(
        child=serializers.ChoiceField(choices=[mark.value for mark in Mark]),
        required=False,
        help_text="Fields answered with unknown or na (not applicable).",
    )
    confirm = serializers.DictField(
        child=serializers.CharField(max_length=500),
        required=False,
        write_only=True,
        help_text="Reasons that settle soft findings, by code of the check.",
    )

    RECORD_FIELDS: ClassVar[tuple[str, ...]] = ("id", "version", "markers", "confirm", "updated_at")

    def get_validators(self) -> list[Any]:
        """Return none: uniqueness and order of dates are checks of the write path, in words."""
        return []

    def row_values(self) -> dict[str, Any]:
        """Return the fields sent, as the write path takes them."""
        sent = dict(self.validated_data)
        for name in ("version", "confirm"):
            sent.pop(name, None)
        marks = {name: Mark(mark) for name, mark in sent.pop("markers", {}).items()}
        values: dict[str, Any] = {}
        for name, value in sent.items():
            values[self.Meta.model._meta.get_field(name).attname] = getattr(value, "pk", value)  # type: ignore[union-attr]
        return values | marks

    class Meta:
        """Filled by each ledger's serializer."""

        model: type[VersionedRecord]


class FixedRecordViewSet(ScopedViewSet[R]):
    """List, read and change the rows of a ledger whose rows another act makes."""

    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.LEDGER_VIEW,
        "retrieve": Capability.LEDGER_VIEW,
        "metadata": Capability.LEDGER_VIEW,
    }

    def __init_subclass__(cls, **options: Any) -> None:
        """Ask for writing what the ledger's rows ask for: most LEDGER_EDIT, some another capability."""
        super().__init_subclass__(**options)
        if cls.queryset is not None:
            rows: Any = cls.queryset
            writing = dict.fromkeys(("create", "partial_update", "destroy"), rows.edit_capability)
            cls.required_capabilities = {**cls.required_capabilities, **writing}

    def list(self, request: Request) -> Response:
        """Return the rows in the caller's view, page by page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one row."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(parameters=[IDEMPOTENCY], responses={200: None, **REFUSALS})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields of a row; the body names the version it was read at."""
        return self._write(request, self.get_object())

    def _write(self, request: Request, row: R | None) -> Response:
        serializer = self.get_serializer(row, data=request.data, partial=row is not None)
        serializer.is_valid(raise_exception=True)
        assert isinstance(serializer, RecordSerializer)
        unknown = sorted(set(request.data) - set(serializer.fields))
        if unknown:
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        version = serializer.validated_data.get("version")
        if row is not None and version is None:
            raise serializers.ValidationError({"version": ["Name the version the row was read at."]})
        values = serializer.row_values()
        model = type(row) if row is not None else serializer.Meta.model

        def act() -> tuple[int, dict[str, Any]]:
            found = apply(
                model,
                actor=_caller(request),
                source=ChangeSet.Source.API,
                values=values,
                pk=row.pk if row is not None else None,
                base_version=version,
                confirm=serializer.validated_data.get("confirm"),
                reason=str(request.query_params.get("reason", "")),
            )
            return CODES[found.status], self._answer(found)

        key = request.headers.get("Idempotency-Key", "")
        try:
            code, answer = once(
                actor=_caller(request), key=key, request=[request.method, request.path, request.data], act=act
            )
        except KeyReused:
            return Response(
                {"detail": "This idempotency key was used for another request."},
                status=status.HTTP_422_UNPROCESSABLE_ENTITY,
            )
        return Response(answer, status=code)

    def _answer(self, found: Outcome) -> dict[str, Any]:
        """Return the row as it is after a write, or the refusal with everything that has to be mended."""
        findings = [
            {
                "field": finding.field,
                "code": finding.code,
                "severity": finding.severity.value,
                "message": str(finding.message),
                "mend": str(finding.mend),
                "confirmed": finding.confirmed,
                "waiver": finding.waiver,
            }
            for finding in found.findings
        ]
        if found.writes or found.status is Status.SAME:
            if found.row.get("is_removed"):
                return {"id": found.pk, "removed": True}
            row = get_object_or_404(self.get_queryset(), pk=found.pk)
            return {**_plain(self.get_serializer(row).data), "findings": findings}
        conflicts = [
            {
                "field": conflict.field,
                "base": _shown(conflict.base),
                "mine": _shown(conflict.mine),
                "theirs": _shown(conflict.theirs),
            }
            for conflict in found.conflicts
        ]
        answer: dict[str, Any] = {"detail": found.status.value, "findings": findings, "conflicts": conflicts}
        if found.before is not None:
            answer["version"] = found.before["version"]
        return answer


class RecordViewSet(FixedRecordViewSet[R]):
    """List, read, create, change and remove the rows of one ledger."""

    @extend_schema(parameters=[IDEMPOTENCY], responses={201: None, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Create a row."""
        return self._write(request, None)

    @extend_schema(
        parameters=[
            OpenApiParameter("version", int, required=True),
            OpenApiParameter("reason", str, required=True),
        ],
        responses={200: None, **REFUSALS},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a row from the ledger; its history stays."""
        row = self.get_object()
        version = whole_number(request.query_params.get("version"))
        reason = request.query_params.get("reason", "").strip()
        if version is None or not reason:
            raise serializers.ValidationError({"detail": "Name the version seen and the reason."})
        found = apply(
            type(row),
            actor=_caller(request),
            source=ChangeSet.Source.API,
            pk=row.pk,
            base_version=version,
            values={"is_removed": True},
            reason=reason,
        )
        return Response(self._answer(found), status=CODES[found.status])


def _caller(request: Request) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _shown(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown(value) if not isinstance(value, dict) else value for name, value in data.items()}
