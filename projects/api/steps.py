"""How a step of an act is taken over the API: repeated requests once, refusals in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.requests import current_user
from projects.rounds import Incomplete, OwnReturn, RoundError
from projects.waivers import OwnRequest, WaiverError
from records.idempotency import KeyReused, once


class Note(serializers.Serializer[Any]):
    """What is said beside a step."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True)

    @classmethod
    def of(cls, request: Request) -> str:
        """Return the note that was sent; none is an empty one."""
        read = cls(data=request.data if isinstance(request.data, Mapping) else {})
        read.is_valid(raise_exception=True)
        found: str = read.validated_data.get("note", "")
        return found


class Refusal(serializers.Serializer[Any]):
    """Why a step was not taken."""

    detail = serializers.CharField()
    gaps = serializers.ListField(child=serializers.DictField(), required=False)


def answered(request: Request, act: Callable[[], tuple[int, dict[str, Any]]]) -> Response:
    """Take a step once per idempotency key and answer: 403 for one's own act, 409 for what has moved on."""
    key = request.headers.get("Idempotency-Key", "")
    try:
        code, body = once(actor=current_user(request), key=key, request=[request.path, request.data], act=act)
    except KeyReused:
        told = {"detail": "This idempotency key was used for another request."}
        return Response(told, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    except Incomplete as refused:
        gaps = [
            {"project": gap.project, "community": gap.community, "what": gap.what} for gap in refused.gaps
        ]
        return Response({"detail": str(refused), "gaps": gaps}, status=status.HTTP_409_CONFLICT)
    except (OwnReturn, OwnRequest) as refused:
        return Response({"detail": str(refused)}, status=status.HTTP_403_FORBIDDEN)
    except (RoundError, WaiverError) as refused:
        return Response({"detail": str(refused)}, status=status.HTTP_409_CONFLICT)
    return Response(body, status=code)
