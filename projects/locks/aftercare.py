"""What the post-management stands on: an arrangement changes, it does not vanish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from projects.locks.plan import past_gate
from projects.models import Project
from records.locks import Lock, lock

FIELDS = ("mode", "agreed_on", "is_removed")


@lock("projects.managementarrangement", fields=FIELDS)
def arrangement_stays(rows: Sequence[dict[str, Any]], _user: User) -> Iterator[tuple[int, Lock]]:
    """A community in post-management has a mode and a day; both may change, neither may be emptied."""
    emptied = [
        position
        for position, row in enumerate(rows)
        if not row.get("mode") or not row.get("agreed_on") or row.get("is_removed")
    ]
    past = past_gate([rows[position] for position in emptied], Project.Stage.AFTERCARE)
    reason = _("The project is in post-management: change the arrangement, do not empty it.")
    for position in emptied:
        if rows[position].get("project_id") in past:
            for field in FIELDS:
                yield position, Lock(field, reason)
