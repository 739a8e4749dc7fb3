"""The workflow of a project over the API: the same services, refusals and reports as on the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.roles import Capability
from projects import adjustments, plans, workflow
from projects.gating import Report
from projects.models import Project, StageTransition
from projects.workflow import GateClosed, WorkflowError
from records.api import IDEMPOTENCY, REFUSALS, RecordViewSet
from records.idempotency import KeyReused, once
from records.models import ChangeSet

API = ChangeSet.Source.API

REASON = inline_serializer("Reason", {"reason": serializers.CharField(max_length=500)})
WITHDRAWAL = inline_serializer(
    "Withdrawal",
    {
        "reason": serializers.CharField(max_length=500),
        "document_no": serializers.CharField(max_length=60),
    },
)
SEEN = inline_serializer(
    "Advance",
    {"seen_stage": serializers.CharField(max_length=10)},
)
SENT_BACK = inline_serializer(
    "SendBack",
    {
        "seen_stage": serializers.CharField(max_length=10),
        "reason": serializers.CharField(max_length=500),
    },
)
MOVED = OpenApiResponse(
    inline_serializer(
        "Moved",
        {
            "id": serializers.IntegerField(),
            "stage": serializers.CharField(),
            "library": serializers.CharField(),
            "standing": serializers.CharField(),
            "transition": serializers.IntegerField(),
        },
    ),
    "Where the project stands now.",
)
NOT_MOVED = OpenApiResponse(
    inline_serializer(
        "NotMoved",
        {
            "detail": serializers.CharField(),
            "unmet": serializers.ListField(child=serializers.DictField(), required=False),
        },
    ),
    "The gate is closed (everything that is missing is named), or somebody else was first.",
)
ANSWERS = {200: MOVED, 409: NOT_MOVED, 404: REFUSALS[404], 422: REFUSALS[422]}


class ProjectMoves(RecordViewSet[Project]):
    """What moves a project: declared, passed, returned; on, back, resting, taken out."""

    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        **RecordViewSet.required_capabilities,
        "declare": Capability.PLAN_DECLARE,
        "pass_on": Capability.PLAN_REVIEW,
        "return_back": Capability.PLAN_REVIEW,
        "advance": Capability.STAGE_MOVE,
        "send_back": Capability.STAGE_MOVE,
        "suspend": Capability.STAGE_MOVE,
        "resume": Capability.STAGE_MOVE,
        "withdraw": Capability.STAGE_MOVE,
    }

    @extend_schema(request=None, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="declare")
    def declare(self, request: Request, pk: str) -> Response:
        """Declare the project for its plan year."""
        return self._move(
            request, pk, lambda project, user: _only(plans.declare([project], actor=user, source=API))
        )

    @extend_schema(request=None, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="pass")
    def pass_on(self, request: Request, pk: str) -> Response:
        """Pass the declared project on; nobody passes what they declared or passed themselves."""
        return self._move(
            request, pk, lambda project, user: _only(plans.pass_review([project], actor=user, source=API))
        )

    @extend_schema(request=REASON, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="return")
    def return_back(self, request: Request, pk: str) -> Response:
        """Return the declared project to its unit with the reason."""
        reason = _text(request, "reason")
        return self._move(
            request,
            pk,
            lambda project, user: _only(plans.return_([project], actor=user, reason=reason, source=API)),
        )

    @extend_schema(request=SEEN, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="advance")
    def advance(self, request: Request, pk: str) -> Response:
        """Move the project to its next stage, if the gate is open."""
        seen = _text(request, "seen_stage")
        return self._move(
            request,
            pk,
            lambda project, user: workflow.advance(project, actor=user, source=API, seen_stage=seen),
        )

    @extend_schema(request=SENT_BACK, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send the project back to the stage before, with the reason."""
        seen, reason = _text(request, "seen_stage"), _text(request, "reason")
        return self._move(
            request,
            pk,
            lambda project, user: workflow.send_back(
                project, actor=user, source=API, seen_stage=seen, reason=reason
            ),
        )

    @extend_schema(request=REASON, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="suspend")
    def suspend(self, request: Request, pk: str) -> Response:
        """Let the project rest, with the reason."""
        reason = _text(request, "reason")
        return self._move(
            request,
            pk,
            lambda project, user: workflow.suspend(project, actor=user, source=API, reason=reason),
        )

    @extend_schema(request=None, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="resume")
    def resume(self, request: Request, pk: str) -> Response:
        """Let a suspended project go on where it was."""
        return self._move(request, pk, lambda project, user: workflow.resume(project, actor=user, source=API))

    @extend_schema(request=WITHDRAWAL, parameters=[IDEMPOTENCY], responses=ANSWERS)
    @action(detail=True, methods=["post"], url_path="withdraw")
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take the project out with reason and evidence; out of an issued plan the province alone does."""
        reason, document = _text(request, "reason"), _text(request, "document_no")

        def act(project: Project, user: User) -> StageTransition:
            step, _baseline = adjustments.withdraw(
                project, actor=user, reason=reason, document_no=document, source=API
            )
            return step

        return self._move(request, pk, act)

    def _move(self, request: Request, pk: str, act: Callable[[Project, User], StageTransition]) -> Response:
        user = request.user
        assert isinstance(user, User)
        rows = Project.objects.visible_to(user).select_related("community__region", "unit")
        project = get_object_or_404(rows, pk=pk)
        # What one may only look at is refused; the services ask the same again.
        if not user.region.contains(project.community.region):
            self.permission_denied(request)

        def answer() -> tuple[int, dict[str, Any]]:
            step = act(project, user)
            return status.HTTP_200_OK, {
                "id": project.pk,
                "stage": step.to_stage,
                "library": step.to_library,
                "standing": step.to_standing,
                "transition": step.pk,
            }

        key = request.headers.get("Idempotency-Key", "")
        try:
            code, body = once(actor=user, key=key, request=[request.path, request.data], act=answer)
        except KeyReused:
            return Response(
                {"detail": "This idempotency key was used for another request."},
                status=status.HTTP_422_UNPROCESSABLE_ENTITY,
            )
        except plans.SelfApproval as refused:
            return Response({"detail": str(refused)}, status=status.HTTP_403_FORBIDDEN)
        except WorkflowError as refused:
            unmet = [found for report in _reports(refused) for found in _unmet(report)]
            return Response({"detail": str(refused), "unmet": unmet}, status=status.HTTP_409_CONFLICT)
        return Response(body, status=code)


def _only(steps: list[StageTransition]) -> StageTransition:
    [step] = steps
    return step


def _text(request: Request, name: str) -> str:
    value = request.data.get(name) if isinstance(request.data, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise serializers.ValidationError({name: ["This field is required."]})
    return value.strip()


def _reports(refused: WorkflowError) -> list[Report]:
    if isinstance(refused, GateClosed):
        return [refused.report]
    if isinstance(refused, plans.Refused):
        return [found.report for found in refused.obstacles if found.report]
    return []


def _unmet(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "code": item.code,
            "what": str(item.what),
            "evidence": str(item.evidence),
            "owes": str(item.owes),
            "due": item.due.isoformat() if item.due else None,
            "url": item.url,
        }
        for item in report.unmet
    ]
