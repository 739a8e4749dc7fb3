"""What somebody owes in the four stages, and where to do it: a file for each subject.

Each part is a function of the user that returns rows of components/todo_list.html; a new subject adds its
own to ``PARTS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import User
from projects.owed import build, gates, plans, reporting

Item = dict[str, Any]

PARTS: tuple[Callable[[User], list[Item]], ...] = (
    reporting.urges,
    reporting.returns,
    reporting.to_decide,
    reporting.waivers,
    reporting.visits,
    plans.owed,
    build.defects,
    build.acceptances,
    build.approvals,
    gates.gates,
)


def owed(user: User) -> list[Item]:
    """Return what the user owes, the dated ones first."""
    items = [item for part in PARTS for item in part(user)]
    return sorted(items, key=lambda item: (item["due"] is None, item["due"]))
