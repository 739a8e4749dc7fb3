"""The life of an ad-hoc table: set up, sent out, handed in by every unit, closed. The one writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Region, User
from accounts.roles import Capability
from ledgers.dispatching import sources
from ledgers.dispatching.columns import SLOT_KINDS, is_filled
from ledgers.models import CellDraft, Dispatch, DispatchRow, DispatchUnit
from ledgers.models.dispatch import SLOTS
from projects import notices, urging
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

State, Part = Dispatch.State, DispatchUnit.State
MOST_COLUMNS = 12


class DispatchError(Exception):
    """The table cannot do this now; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of a part is filled in: cells, cells that must be, and those of them still blank."""

    rows: int = 0
    cells: int = 0
    answered: int = 0
    missing: int = 0


def give_slots(columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return new columns with a slot each, in order; raises DispatchError when a kind has no slot left."""
    free = {kind: list(slots) for kind, slots in SLOTS.items()}
    given: list[dict[str, Any]] = []
    for column in columns:
        slots = free[SLOT_KINDS.get(column["kind"], column["kind"])]
        if not slots or len(given) == MOST_COLUMNS:
            raise DispatchError(_("These are more columns than one table holds. Ask in two tables."))
        given.append({**column, "slot": slots.pop(0)})
    return given


def create(*, actor: User, values: Mapping[str, Any]) -> Dispatch:
    """Begin a table for the actor's region; raises PermissionDenied for who may not manage tables."""
    if not actor.may(Capability.DISPATCH_MANAGE):
        raise PermissionDenied(Capability.DISPATCH_MANAGE)
    return Dispatch.objects.create(**values, region=actor.region, created_by=actor)


@transaction.atomic
def change(
    dispatch: Dispatch, *, actor: User, values: Mapping[str, Any], units: Iterable[Region] = ()
) -> Dispatch:
    """Set what a table asks, while it is being set up; raises DispatchError afterwards."""
    held = _held(dispatch, actor, State.DRAFT)
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=list(values))
    held.units.set(units)
    return held


def _held(dispatch: Dispatch, actor: User, *states: str) -> Dispatch:
    """Return the table locked until the transaction ends; raises where it is not the actor's or not there."""
    held = Dispatch.objects.editable_by(actor).select_for_update().filter(pk=dispatch.pk).first()
    if held is None:
        raise PermissionDenied(Capability.DISPATCH_MANAGE)
    if held.state not in states:
        raise DispatchError(_("This table has moved on meanwhile; look at it again."))
    return held


@transaction.atomic
def send_out(dispatch: Dispatch, *, actor: User) -> int:
    """Make the rows of every unit and tell the units; return how many rows there are.

    Raises DispatchError where nothing is asked, where there is no row or too many, or the hour has passed.
    """
    held = _held(dispatch, actor, State.DRAFT)
    if not held.asked:
        raise DispatchError(_("Nothing is asked yet: add at least one column to be filled in."))
    if held.due_at <= timezone.now():
        raise DispatchError(_("The hour it is due has passed already."))
    found = sources.subjects(held, actor)
    if not found:
        raise DispatchError(_("No row fits: choose other units, another year or another condition."))
    if len(found) > sources.MOST_ROWS:
        raise DispatchError(
            _("These are more than %(most)d rows. Narrow them by units or by a condition.")
            % {"most": sources.MOST_ROWS}
        )
    held.state, held.opened_at = State.OPEN, timezone.now()
    held.save(update_fields=["state", "opened_at"])
    units = dict.fromkeys(subject.unit for subject in found)
    DispatchUnit.objects.bulk_create(DispatchUnit(dispatch=held, unit_id=unit) for unit in units)
    changes = [
        Change(
            values={
                "dispatch_id": held.pk,
                "unit_id": subject.unit,
                "number": number,
                "subject_id": subject.pk,
                "label": subject.label,
                "is_simulated": subject.is_simulated,
                "facts": {},
            }
        )
        for number, subject in enumerate(found, start=1)
    ]
    _write(actor, changes, _("Sent out: %(title)s") % {"title": held.title})
    _tell(held)
    return len(found)


def _write(actor: User, changes: Sequence[Change], reason: str) -> None:
    """Write rows on behalf of the table: scope and state have been checked here."""
    apply_many(
        DispatchRow,
        actor=actor,
        source=ChangeSet.Source.FORM,
        changes=changes,
        mode=Mode.ALL_OR_NOTHING,
        reason=reason,
        bound=False,
    )


def _tell(dispatch: Dispatch) -> None:
    subject = _("To be filled in until %(time)s: %(title)s") % {
        "time": f"{timezone.localtime(dispatch.due_at):%Y-%m-%d %H:%M}",
        "title": dispatch.title,
    }

    def send() -> None:
        parts = DispatchUnit.objects.filter(dispatch=dispatch).select_related("unit")
        users = [user for part in parts for user in notices.officers_of(part.unit)]
        notices.send(users, subject, dispatch.text or subject)

    transaction.on_commit(send, robust=True)


def filled(dispatch: Dispatch, units: Iterable[int] | None = None) -> dict[int, Filled]:
    """Return how much each unit has filled in; one query."""
    slots = [item["slot"] for item in dispatch.asked]
    rows = DispatchRow.objects.live().filter(dispatch=dispatch)
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    sums: dict[int, list[int]] = {}
    for unit, markers, *values in rows.order_by().values_list("unit_id", "markers", *slots):
        row = {**dict(zip(slots, values, strict=True)), **dict.fromkeys(markers, "")}
        counted = sums.setdefault(unit, [0, 0, 0, 0])
        counted[0] += 1
        for item in dispatch.asked:
            answered = item["slot"] in markers or is_filled(row, item)
            counted[1] += 1
            counted[2] += answered
            counted[3] += bool(item.get("required")) and not answered
    return {unit: Filled(*counted) for unit, counted in sums.items()}


def is_late(part: DispatchUnit, dispatch: Dispatch, now: datetime) -> bool:
    """Tell whether a part was handed in after its hour, or is not handed in though the hour has passed."""
    return (part.first_submitted_at or now) > dispatch.due_at


@transaction.atomic
def submit(part: DispatchUnit, *, actor: User, signed_name: str) -> None:
    """Hand a unit's part in; raises DispatchError while something that must be filled in is blank."""
    if not actor.may(Capability.RETURN_SUBMIT) or not actor.region.contains(part.unit):
        raise PermissionDenied(Capability.RETURN_SUBMIT)
    held = DispatchUnit.objects.select_for_update(of=("self",)).get(pk=part.pk)
    dispatch = _table_of(held)
    if dispatch.state != State.OPEN or held.state == Part.SUBMITTED:
        raise DispatchError(_("This part has been handed in, or the table is closed."))
    name = signed_name.strip()[:60]
    if not name:
        raise DispatchError(_("Sign with the name of whoever answers for the figures."))
    missing = filled(dispatch, [held.unit_id]).get(held.unit_id, Filled()).missing
    if missing:
        words = ngettext(
            "%(count)d cell that must be filled in is still blank.",
            "%(count)d cells that must be filled in are still blank.",
            missing,
        )
        raise DispatchError(words % {"count": missing})
    if CellDraft.objects.filter(user=actor, ledger=dispatch.slug).exists():
        raise DispatchError(_("Some cells you typed were not accepted: mend or empty them first."))
    now = timezone.now()
    held.state, held.submitted_at, held.submitted_by, held.signed_name = Part.SUBMITTED, now, actor, name
    held.first_submitted_at = held.first_submitted_at or now
    held.return_reason = ""
    held.save()
    urging.settle(region=part.unit, code=code_of(dispatch))


def _table_of(held: DispatchUnit) -> Dispatch:
    """Return the table of a part that is locked.

    Read on its own and only now: whoever waited for the part while the table was closed would otherwise see
    it open, since the database reads again the locked row alone, not what was joined to it.
    """
    return Dispatch.objects.get(pk=held.dispatch_id)


@transaction.atomic
def send_back(part: DispatchUnit, *, actor: User, reason: str) -> None:
    """Open a part again, with the reason; raises DispatchError where it was not handed in."""
    _held(part.dispatch, actor, State.OPEN)
    held = DispatchUnit.objects.select_for_update(of=("self",)).get(pk=part.pk)
    if held.state != Part.SUBMITTED:
        raise DispatchError(_("Only what was handed in can be sent back."))
    if not reason.strip():
        raise DispatchError(_("Write the reason: it is kept with the rows."))
    held.state, held.signed_name, held.return_reason = Part.RETURNED, "", reason.strip()[:300]
    held.save(update_fields=["state", "signed_name", "return_reason"])
    title = part.dispatch.title
    transaction.on_commit(
        lambda: notices.send(
            notices.officers_of(part.unit), _("%(title)s: sent back") % {"title": title}, held.return_reason
        ),
        robust=True,
    )


def code_of(dispatch: Dispatch) -> str:
    """Return the code under which units are reminded of a table."""
    return dispatch.slug


def remind(dispatch: Dispatch, *, actor: User) -> int:
    """Remind every unit in the actor's region that has not handed in, each once a day; return how many.

    Raises PermissionDenied for who does not review units.
    """
    if not actor.may(Capability.RETURN_REVIEW):
        raise PermissionDenied(Capability.RETURN_REVIEW)
    if dispatch.state != State.OPEN:
        raise DispatchError(_("This table is not open."))
    waiting = dispatch.parts.exclude(state=Part.SUBMITTED).select_related("unit")
    open_parts = [part for part in waiting if actor.region.contains(part.unit)]
    due = timezone.localtime(dispatch.due_at)
    for part in open_parts:
        urging.urge(
            actor=actor,
            region=part.unit,
            code=code_of(dispatch),
            text=_("«%(title)s» is due %(time)s and has not been handed in.")
            % {"title": dispatch.title, "time": f"{due:%Y-%m-%d %H:%M}"},
            url=reverse("ledgers:dispatch", args=[dispatch.pk]),
            due_on=due.date(),
        )
    return len(open_parts)


@transaction.atomic
def move_due(dispatch: Dispatch, *, actor: User, due_at: datetime) -> None:
    """Give more time, or less; who handed in before stays judged by the new hour."""
    held = _held(dispatch, actor, State.OPEN)
    if due_at <= timezone.now():
        raise DispatchError(_("The hour it is due has passed already."))
    before, held.due_at = held.due_at, due_at
    held.save(update_fields=["due_at"])
    audit.record(
        audit.Kind.SETTINGS_CHANGE,
        actor=actor,
        what="dispatch.due",
        dispatch=held.pk,
        due_at=[before.isoformat(), due_at.isoformat()],
    )


@transaction.atomic
def close(dispatch: Dispatch, *, actor: User) -> None:
    """Close a table: what is shown beside the answers is kept as it stands now; nothing changes any more."""
    held = _held(dispatch, actor, State.OPEN)
    # Rows before parts, as whoever edits takes them: nobody waits for the other in a circle.
    found = DispatchRow.objects.live().filter(dispatch=held).order_by("pk")
    rows = list(found.select_for_update(of=("self",)))
    parts = list(held.parts.select_for_update(of=("self",)).order_by("pk"))
    known = sources.facts(held, [{"subject_id": row.subject_id, "unit_id": row.unit_id} for row in rows])
    changes = [
        Change(
            values={"facts": {key: sources.packed(value) for key, value in known[row.subject_id].items()}},
            pk=row.pk,
            base_version=row.version,
        )
        for row in rows
        if known.get(row.subject_id)
    ]
    if changes:
        _write(actor, changes, _("Closed: %(title)s") % {"title": held.title})
    held.state, held.closed_at, held.closed_by = State.CLOSED, timezone.now(), actor
    held.save(update_fields=["state", "closed_at", "closed_by"])
    for part in parts:
        urging.settle(region=part.unit, code=code_of(held))


def may_fill(user: User, unit: Region) -> bool:
    """Tell whether a user fills in the part of a unit."""
    return user.may(Capability.LEDGER_EDIT) and user.region.contains(unit)
