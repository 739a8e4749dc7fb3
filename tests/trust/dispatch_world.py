"""Ad-hoc tables behind the doors of a unit: one sent out, one still being set up."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Region, User
from accounts.roles import Role
from ledgers.dispatching import service
from ledgers.models import Dispatch
from tests.conftest import make_user

COLUMNS = (
    {"header": "情况", "kind": "text", "unit": "", "help": "", "choices": [], "required": True},
    {"header": "数量", "kind": "count", "unit": "个", "help": "", "choices": [], "required": False},
)


def targets(unit: Region) -> dict[str, str]:
    """Set two tables up for a unit, with its own staff as their managers; return their keys."""
    actor = make_user(f"trust-{unit.code}-tables", "调度员", Role.MANAGER, unit.code)
    sent, draft = _table(actor), _table(actor)
    service.send_out(sent, actor=actor)
    return {
        "dispatch": str(sent.pk),
        "draft_table": str(draft.pk),
        "dispatch_row": str(sent.rows.get().pk),
        "part": str(sent.parts.get().pk),
    }


def _table(actor: User) -> Dispatch:
    values = {
        "title": "调度表",
        "source": "units",
        "year": 2020,
        "due_at": timezone.now() + timedelta(days=1),
    }
    made = service.create(actor=actor, values=values)
    asked = {"shown": ["planned"], "asked": service.give_slots(COLUMNS)}
    return service.change(made, actor=actor, values=asked)
