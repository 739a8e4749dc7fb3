"""The session engine: Django's database sessions, kept in rows that know their user."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models.session import Session, new_handle


class SessionStore(DatabaseStore):
    """Keeps start, last activity and owner of a session beside its data; ``row`` is the row last read."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model that holds the sessions."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()
        return self.row

    def create(self) -> None:
        """Begin under a new key: start and last activity are now."""
        self.row = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save, carrying over what belongs to the session rather than to its data."""
        row: Session = super().create_model_instance(data)
        now = timezone.now()
        user_id = data.get(SESSION_KEY)
        row.user_id = int(user_id) if user_id is not None else None
        row.address = data.get("address")
        row.agent = data.get("agent", "")
        row.handle = self.row.handle if self.row else new_handle()
        row.started_at = self.row.started_at if self.row else now
        row.seen_at = self.row.seen_at if self.row else now
        self.row = row
        return row
