"""Waivers: asked for by one person, decided by another, revoked when they no longer serve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region, User
from accounts.roles import Capability
from projects.gating import Transition, gates_of
from projects.locks.reporting import code_of
from projects.models import Project, ReportingRound, Waiver
from records.checks import Severity, waivable_rules
from records.models import ChangeSet
from records.planning import Outcome
from records.services import apply

State, Kind = Waiver.State, Waiver.Kind
# How many months back a deadline can be chosen from the list.
MONTHS_OFFERED = 24


class WaiverError(Exception):
    """A step that cannot be taken; the message says why, in the reader's language."""


class MovedOn(WaiverError):
    """Somebody else has decided meanwhile."""


class OwnRequest(WaiverError):
    """Who asked does not decide."""


def known_codes() -> dict[str, tuple[str, str]]:
    """Return what can be waived: code → (kind, what it is called)."""
    found: dict[str, tuple[str, str]] = {}
    for transition in Transition:
        for gate in gates_of(transition):
            found[gate.code] = (str(Kind.GATE), str(gate.label))
    found |= {code: (str(Kind.RULE), str(label)) for code, label in waivable_rules().items()}
    for month in ReportingRound.objects.values_list("month", flat=True)[:MONTHS_OFFERED]:
        label = _("Monthly return of %(month)s") % {"month": f"{month:%Y-%m}"}
        found[code_of(month)] = (str(Kind.DEADLINE), label)
    return found


def ask(
    *,
    actor: User,
    code: str,
    region: Region,
    valid_from: date,
    valid_until: date,
    reason: str,
    project: Project | None = None,
    document_no: str = "",
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> Waiver:
    """Ask for an exception for a region of one's own, or for one project in it.

    Raises PermissionDenied, or WaiverError with everything that is wrong; then nothing is written.
    """
    _require(actor, Capability.WAIVER_ASK, region)
    known = known_codes()
    if code not in known:
        raise WaiverError(_("Nothing of this name can be waived."))
    if project is not None and not region.contains(project.unit):
        raise WaiverError(_("The project lies outside the region."))
    values = {
        "kind": known[code][0],
        "code": code,
        "region_id": region.pk,
        "project_id": project.pk if project else None,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "reason": reason.strip()[:500],
        "document_no": document_no.strip()[:60],
        "asked_by_id": actor.pk,
    }
    found = apply(Waiver, actor=actor, source=source, values=values, bound=False)
    _refuse(found)
    return Waiver.objects.get(pk=found.row["id"])


def decide(
    waiver: Waiver,
    *,
    actor: User,
    approve: bool,
    note: str = "",
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> Waiver:
    """Approve or refuse what somebody else has asked for.

    Raises PermissionDenied, MovedOn, or WaiverError for one's own request and a refusal without a reason.
    """
    if not approve and not note.strip():
        raise WaiverError(_("Write why it is refused."))
    with transaction.atomic():
        held = _hold(waiver, actor, State.ASKED)
        if held.asked_by_id == actor.pk:
            raise OwnRequest(_("You asked for this yourself: somebody else decides."))
        return _decided(held, State.APPROVED if approve else State.REFUSED, actor, note, source)


def revoke(
    waiver: Waiver, *, actor: User, note: str, source: ChangeSet.Source = ChangeSet.Source.FORM
) -> Waiver:
    """Take an approved exception back, with the reason; what it let pass stays on record.

    Raises PermissionDenied, MovedOn, or WaiverError without a reason.
    """
    if not note.strip():
        raise WaiverError(_("Write why it is taken back."))
    with transaction.atomic():
        held = _hold(waiver, actor, State.APPROVED)
        # Who asked does not decide, and taking back is a decision: it is recorded as somebody else's.
        if held.asked_by_id == actor.pk:
            raise OwnRequest(_("You asked for this yourself: somebody else decides."))
        return _decided(held, State.REVOKED, actor, note, source)


def _require(actor: User, capability: Capability, region: Region) -> None:
    if not actor.may(capability) or not actor.region.contains(region):
        raise PermissionDenied(capability)


def _hold(waiver: Waiver, actor: User, state: str) -> Waiver:
    rows = Waiver.objects.live().filter(pk=waiver.pk).select_related("region")
    held = rows.select_for_update(of=("self",)).first()
    if held is None:
        raise MovedOn(_("The exception has been removed meanwhile."))
    _require(actor, Capability.WAIVER_DECIDE, held.region)
    if held.state != state:
        raise MovedOn(_("The exception is «%(state)s» now.") % {"state": held.get_state_display()})
    return held


def _decided(held: Waiver, state: str, actor: User, note: str, source: ChangeSet.Source) -> Waiver:
    values: Mapping[str, Any] = {
        "state": state,
        "decided_by_id": actor.pk,
        "decided_at": timezone.now(),
        "decision_note": note.strip()[:500],
    }
    found = apply(
        Waiver,
        actor=actor,
        source=source,
        pk=held.pk,
        values=values,
        reason=note.strip()[:500],
        bound=False,
    )
    _refuse(found)
    held.refresh_from_db()
    audit.record(
        audit.Kind.WAIVER_DECIDE,
        actor=actor,
        waiver=held.pk,
        code=held.code,
        unit=held.region.code,
        state=state,
    )
    return held


def _refuse(found: Outcome) -> None:
    wrong = [str(told.message) for told in found.findings if told.severity is Severity.HARD]
    if not found.writes:
        raise WaiverError(" ".join(wrong) or str(found.status))
