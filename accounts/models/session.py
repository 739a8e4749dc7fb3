"""Sessions: who is logged in, from where, since when."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User

if TYPE_CHECKING:
    from accounts.session_store import SessionStore


def new_handle() -> str:
    """Return a name for a session that may be shown, unlike its key."""
    return secrets.token_hex(8)


class Session(AbstractBaseSession):
    """One browser's session; deleting the row ends it at once.

    Start and last activity are columns of the server, so that no client can stretch them.
    """

    handle = models.CharField(_("handle"), max_length=16, unique=True, default=new_handle, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", verbose_name=_("user")
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen at"), default=timezone.now)
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [
            # Finding somebody's oldest session at each login.
            models.Index(fields=["user", "started_at"], name="session_user_start"),
        ]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return the store that reads and writes these rows."""
        from accounts.session_store import SessionStore

        return SessionStore
