"""Defects on their way: reported, assigned with a day, mended, verified by another person, reopened.

State, mending and verification are written here alone; the ledger takes what was found, where and by when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Defect, Project
from records.models import ChangeSet
from records.services import apply

if TYPE_CHECKING:
    from accounts.models import User
    from projects.models.parts import ProjectPartQuerySet

State = Defect.State


class DefectError(Exception):
    """A step that cannot be taken; the message says why, in the reader's language."""


def report(project: Project, *, actor: User, source: ChangeSet.Source, values: Mapping[str, Any]) -> Defect:
    """Write a new defect of a project.

    Raises DefectError when a check of the ledger refuses it, with everything that has to be mended.
    """
    found = apply(Defect, actor=actor, source=source, values={"project_id": project.pk, **values})
    if not found.writes:
        raise DefectError(_told(found))
    return Defect.objects.get(pk=found.row["id"])


def assign(defect: Defect, *, actor: User, source: ChangeSet.Source, assignee: str, due_on: date) -> Defect:
    """Name who must mend a defect, and by when; raises DefectError once it has been verified."""
    if not assignee.strip():
        raise DefectError(_("Name who must mend it."))
    with transaction.atomic():
        held = _hold(defect, actor)
        if held.state == State.VERIFIED:
            raise DefectError(_("The defect has been verified already."))
        return _write(held, actor, source, {"assignee": assignee.strip()[:120], "due_on": due_on})


def mend(
    defect: Defect,
    *,
    actor: User,
    source: ChangeSet.Source,
    note: str,
    mended_on: date | None = None,
) -> Defect:
    """Say that a defect is mended, and how; it waits for the look of another person.

    Raises DefectError without words, for a day that cannot be, or when it does not stand open.
    """
    day = mended_on or timezone.localdate()
    if not note.strip():
        raise DefectError(_("Write how it was mended."))
    with transaction.atomic():
        held = _hold(defect, actor)
        if held.state != State.OPEN:
            raise DefectError(_stands(held))
        if day > timezone.localdate() or (held.found_on and day < held.found_on):
            raise DefectError(_("It cannot have been mended on %(day)s.") % {"day": day})
        values = {
            "state": State.MENDED,
            "mended_on": day,
            "mended_note": note.strip()[:500],
            "mended_by_id": actor.pk,
        }
        return _write(held, actor, source, values)


def verify(defect: Defect, *, actor: User, source: ChangeSet.Source) -> Defect:
    """Close a defect after a second look; raises DefectError for whoever mended it."""
    with transaction.atomic():
        held = _hold(defect, actor)
        if held.state != State.MENDED:
            raise DefectError(_stands(held))
        if held.mended_by_id == actor.pk:
            raise DefectError(_("You mended it: another person must verify it."))
        values = {
            "state": State.VERIFIED,
            "verified_on": timezone.localdate(),
            "verified_by_id": actor.pk,
        }
        return _write(held, actor, source, values)


def reopen(defect: Defect, *, actor: User, source: ChangeSet.Source, reason: str) -> Defect:
    """Open a defect again that was not mended after all, with the reason; the history keeps what was said.

    Raises DefectError without a reason, or when it stands open.
    """
    if not reason.strip():
        raise DefectError(_("Write the reason: it is kept with the defect."))
    with transaction.atomic():
        held = _hold(defect, actor)
        if held.state == State.OPEN:
            raise DefectError(_stands(held))
        values = {
            "state": State.OPEN,
            "mended_on": None,
            "mended_note": "",
            "mended_by_id": None,
            "verified_on": None,
            "verified_by_id": None,
        }
        return _write(held, actor, source, values, reason=reason.strip()[:500])


def _hold(defect: Defect, actor: User) -> Defect:
    """Lock a defect in the actor's scope; the write that follows is not bound, so scope is asked here."""
    held = Defect.objects.editable_by(actor).select_for_update(of=("self",)).filter(pk=defect.pk).first()
    if held is None:
        raise DefectError(_("There is no such defect in your scope."))
    found: Defect = held
    return found


def _stands(held: Defect) -> str:
    return _("The defect is «%(state)s» now.") % {"state": held.get_state_display()}


def _write(
    held: Defect, actor: User, source: ChangeSet.Source, values: dict[str, Any], reason: str = ""
) -> Defect:
    found = apply(Defect, actor=actor, source=source, pk=held.pk, values=values, reason=reason, bound=False)
    if not found.writes and found.findings:
        raise DefectError(_told(found))
    return Defect.objects.get(pk=held.pk)


def _told(found: Any) -> str:
    return " ".join(f"{finding.message} {finding.mend}".strip() for finding in found.findings)


def overdue(rows: ProjectPartQuerySet, on: date) -> ProjectPartQuerySet:
    """Return the defects that should have been mended by the day before."""
    return rows.filter(state=State.OPEN, due_on__lt=on)


def by_firm(rows: Any, on: date) -> list[dict[str, Any]]:
    """Return the record of every firm: its defects, those open, those overdue; one query.

    A firm is the one that answers for the item, else whoever was named to mend it.
    """
    counted = (
        rows.values("liability__firm", "liability__firm_code", "assignee")
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=~Q(state=State.VERIFIED)),
            overdue=Count("pk", filter=Q(state=State.OPEN, due_on__lt=on)),
            dangerous=Count("pk", filter=Q(severity=Defect.Severity.DANGEROUS)),
        )
        .order_by()
    )
    found: dict[str, dict[str, Any]] = {}
    for row in counted:
        name = row["liability__firm"] or row["assignee"] or ""
        firm = found.setdefault(
            name, {"firm": name, "code": "", "total": 0, "open": 0, "overdue": 0, "dangerous": 0}
        )
        firm["code"] = firm["code"] or row["liability__firm_code"] or ""
        for key in ("total", "open", "overdue", "dangerous"):
            firm[key] += row[key]
    return sorted(found.values(), key=lambda firm: (-firm["overdue"], -firm["open"], -firm["total"]))
