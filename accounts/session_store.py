"""The session engine: Django's database sessions, kept in rows that know their user."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models.session import Session, new_handle


class SessionStore(DatabaseStore):
    """Keeps start, last activity and owner of a session beside its data; ``row`` is the row last read."""

    row: Session | None = None
    # Key and data as this request wrote them last.
    written: tuple[str | None, str] | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model that holds the sessions."""
        return Session

    def load(self) -> dict[str, Any]:
        """Return the session's data and keep its row, or nothing when there is no such session any more."""
        self.row = Session.objects.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        ).first()
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def create(self) -> None:
        """Begin under a new key: start and last activity are now."""
        self.row = None
        super().create()

    def save(self, must_create: bool = False) -> None:
        """Write the session, but not twice the same: a newer login may have ended it since the first time.

        Writing it once more would find no row and answer a login that was right with an error.
        """
        if not must_create and self.written == self._content():
            return
        super().save(must_create=must_create)
        self.written = self._content()

    def _content(self) -> tuple[str | None, str]:
        return self.session_key, json.dumps(dict(self.items()), sort_keys=True)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save, carrying over what belongs to the session rather than to its data."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
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
