"""Writing the audit trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import AuditEvent, User
from accounts.requests import client_address

Kind = AuditEvent.Kind
Outcome = AuditEvent.Outcome


def record(
    kind: AuditEvent.Kind,
    *,
    actor: User | None = None,
    request: HttpRequest | None = None,
    outcome: AuditEvent.Outcome = Outcome.OK,
    address: str | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add an event: call it in the transaction of the deed, so that neither stands without the other.

    With a request, its user (unless ``actor`` is given) and address (unless given) are taken from there.
    ``detail`` must be JSON and must hold no password, token or personal data.
    """
    if actor is None and request is not None and request.user.is_authenticated:
        actor = request.user
    return AuditEvent.objects.create(
        kind=kind,
        actor=actor,
        outcome=outcome,
        address=client_address(request) if request is not None and address is None else address,
        detail=detail,
    )
