"""Plan versions that were put to the residents or made final are closed, with their clauses and items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from projects.models import PlanVersion
from records.locks import ALL, Lock, change_lock, lock

Rows = Sequence[dict[str, Any]]
Before = Sequence[dict[str, Any] | None]
State = PlanVersion.State
# What the services of projects.versions alone write.
SERVICE_FIELDS = ("state", "finalised_on")


@lock("projects.planversion", fields=(ALL,))
def settled_versions(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """A version that is not a draft any more is never edited; the next one is made from it."""
    for position, row in enumerate(rows):
        for field in SERVICE_FIELDS:
            yield position, Lock(field, _("This follows when the version is published or made final."))
        if row.get("id") and row.get("state") != State.DRAFT:
            yield position, Lock(ALL, _closed(State(row["state"])))


@change_lock("projects.planclause", fields=(ALL,))
def clauses_of_settled_versions(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """The clauses of a version are closed with it."""
    yield from _of_versions(before, rows)


@change_lock("projects.planitem", fields=(ALL,))
def items_of_settled_versions(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """The items of a version are closed with it."""
    yield from _of_versions(before, rows)


def _of_versions(before: Before, rows: Rows) -> Iterator[tuple[int, Lock]]:
    """Close the rows of settled versions, those that would come in and those that would go out."""
    pairs: list[set[Any]] = [
        {row.get("plan_version_id"), (former or {}).get("plan_version_id")} - {None}
        for former, row in zip(before, rows, strict=True)
    ]
    asked: set[int] = set().union(*pairs)
    found = PlanVersion.objects.filter(pk__in=asked).exclude(state=State.DRAFT)
    states = dict(found.values_list("pk", "state").order_by()) if asked else {}
    for position, versions in enumerate(pairs):
        for version in versions & states.keys():
            yield position, Lock(ALL, _closed(State(states[version])))


def _closed(state: State) -> str:
    return _("This version is «%(state)s»; make the next one from it.") % {"state": state.label}
