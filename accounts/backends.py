"""Who is let in: the one authentication backend of the portal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User
from accounts.passwords import initial_has_lapsed


def has_access(user: User) -> bool:
    """Tell whether an account is open: active, not past its last day, and no demonstration in production."""
    return user.is_active and not user.is_expired and not (user.is_demo and settings.PRODUCTION)


class PortalBackend(BaseBackend):
    """Login name and password; closed accounts are refused at login and again on every request."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """Return the account that name and password open, or None."""
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            # Spend the time of one check, so that the clock does not tell which names exist.
            make_password(password)
            return None
        if not user.check_password(password) or not has_access(user) or initial_has_lapsed(user):
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session with its regions, or None once it has been closed."""
        user = User.objects.select_related("region", "view_region").filter(pk=user_id).first()
        return user if user is not None and has_access(user) else None
