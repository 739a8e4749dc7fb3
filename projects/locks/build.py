"""What is closed while building: results that follow from signatures and second looks, and passed sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from projects.models import Acceptance, Project
from records.locks import ALL, Lock, change_lock, lock

Rows = Sequence[dict[str, Any]]
Before = Sequence[dict[str, Any] | None]
RESULTS = ("result", "passed_on")
STATES = (
    "number",
    "state",
    "mended_on",
    "mended_note",
    "mended_by_id",
    "verified_on",
    "verified_by_id",
)
Passed = Acceptance.Result.PASSED


@lock("projects.acceptance", fields=RESULTS)
def result_follows(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """An acceptance is passed or failed on its page, where every signature is counted."""
    reason = _("This follows from the signatures: pass the acceptance on its own page.")
    for position, _row in enumerate(rows):
        for field in RESULTS:
            yield position, Lock(field, reason)


@change_lock("projects.acceptance", fields=(ALL,))
def closed_acceptance(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """A passed or failed acceptance stays as it was signed."""
    for position, was in enumerate(before):
        row = rows[position] if was is None else was
        if row.get("result") != Acceptance.Result.PENDING:
            yield position, Lock(ALL, _("The acceptance is closed; what was signed does not change."))


@change_lock("projects.acceptancesigner", fields=(ALL,))
def signed_sheet(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Signatures under a closed acceptance stay as they are; none is added, moved in or moved out."""
    sheets = [
        {row["acceptance_id"] for row in (was, now) if row and row.get("acceptance_id")}
        for was, now in zip(before, rows, strict=True)
    ]
    asked = set().union(*sheets) if sheets else set()
    open_ones = Acceptance.objects.filter(pk__in=asked, result=Acceptance.Result.PENDING)
    pending = set(open_ones.values_list("pk", flat=True))
    for position, sheet in enumerate(sheets):
        if sheet - pending:
            yield position, Lock(ALL, _("The acceptance is closed; what was signed does not change."))


@lock("projects.defect", fields=STATES)
def mended_by_services(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """A defect is mended and verified on its page, by two people."""
    reason = _("This follows from mending and verifying: open the defect and do it there.")
    for position, _row in enumerate(rows):
        for field in STATES:
            yield position, Lock(field, reason)


@lock("projects.acceptance", fields=(ALL,))
@lock("projects.acceptancesigner", fields=(ALL,))
@lock("projects.handover", fields=(ALL,))
def in_construction(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Acceptance and handover belong to the construction; afterwards they are what opened the gate."""
    asked = {row["project_id"] for row in rows if row.get("project_id")}
    bound = Project.objects.filter(pk__in=asked, is_history=False)
    stages = dict(bound.values_list("pk", "stage").order_by())
    early, late = {Project.Stage.SURVEY, Project.Stage.PLAN}, {Project.Stage.AFTERCARE}
    for position, row in enumerate(rows):
        stage = stages.get(row.get("project_id") or 0)
        if stage in early:
            reason = _("The project has not entered construction: its gate is still closed.")
            yield position, Lock(ALL, reason)
        elif stage in late:
            reason = _(
                "The gate has been passed on the strength of this; send the project back to correct it."
            )
            yield position, Lock(ALL, reason)
