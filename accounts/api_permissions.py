"""Who calls the API and what they may do.

Apart from ``accounts.api``, because Django REST framework imports these while it defines its own views.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.backends import has_access
from accounts.models import User
from accounts.roles import Capability

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PortalTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …`` of an open account that may use tokens."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        """Return the token's owner; closed accounts and lost rights end the token at once."""
        tokens = Token.objects.select_related("user__region", "user__view_region")
        # PostgreSQL fails on a text with a null character, which is no key in any case.
        token = tokens.filter(key=key).first() if key.isalnum() else None
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
        method = "GET" if request.method == "HEAD" else request.method or ""
        action: str = getattr(view, "action", None) or method.lower()
        if request.method not in view.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method or "")
        declared: Mapping[str, Capability] = getattr(view, "required_capabilities", {})
        user = request.user
        return user.is_authenticated and action in declared and user.may(declared[action])
