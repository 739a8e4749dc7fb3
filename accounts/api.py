"""The API's door: who calls, what they may do, which rows they reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from rest_framework import exceptions, viewsets
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.backends import has_access
from accounts.models import User
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet

M = TypeVar("M", bound=Model)


class PortalTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …`` of an open account that may use tokens."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        """Return the token's owner; closed accounts and lost rights end the token at once."""
        token = Token.objects.select_related("user__region", "user__view_region").filter(key=key).first()
        if token is None:
            raise exceptions.AuthenticationFailed
        user: User = token.user
        if not has_access(user) or user.must_change_password or not user.may(Capability.API_TOKEN):
            raise exceptions.AuthenticationFailed
        return user, token


class PortalSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF enforced; anonymous callers get 401."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, which makes DRF answer 401 rather than 403."""
        return "Session"


class HasCapability(BasePermission):
    """Lets a caller through who has the capability that the view declares for the action.

    A view declares ``required_capabilities = {"list": Capability.LEDGER_VIEW, …}``, keyed by action, or by
    method in lower case on a plain APIView.  What is not declared is refused.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the caller may perform the action at all."""
        action: str = getattr(view, "action", None) or (request.method or "").lower()
        if request.method not in view.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method or "")
        declared: Mapping[str, Capability] = getattr(view, "required_capabilities", {})
        user = request.user
        return user.is_authenticated and action in declared and user.may(declared[action])


class ScopedViewSet(viewsets.GenericViewSet[M]):
    """Rows of the caller's regions: foreign rows are not found, rows that may only be read are refused.

    ``queryset`` must come from a ScopedQuerySet; every action stands in ``required_capabilities``.
    """

    required_capabilities: ClassVar[Mapping[str, Capability]] = {}
    serializer_class: type[BaseSerializer[M]] | None

    def get_queryset(self) -> ScopedQuerySet[M]:
        """Return the rows the caller may read."""
        queryset = super().get_queryset()
        if not isinstance(queryset, ScopedQuerySet):
            raise TypeError(f"{type(self).__name__}.queryset is not scoped")
        return queryset.visible_to(self.request.user)

    def get_object(self) -> M:
        """Return one row: 404 when it is foreign, 403 when a write meets a row that may only be read."""
        row = super().get_object()
        if self.request.method not in SAFE_METHODS:
            queryset = super().get_queryset()
            assert isinstance(queryset, ScopedQuerySet)
            if not queryset.editable_by(self.request.user).filter(pk=row.pk).exists():
                raise exceptions.PermissionDenied
        return row
