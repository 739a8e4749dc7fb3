"""What of a consultation is closed once residents were told of it; its state is never entered by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Consultation
from records.locks import ALL, Lock, change_lock

Rows = Sequence[dict[str, Any]]
Before = Sequence[dict[str, Any] | None]
State = Consultation.State
# What consultations.proceedings alone writes.
SERVICE_FIELDS = (
    "state",
    "revised_version_id",
    "announced_on",
    "result_from",
    "result_to",
    "ended_on",
)
# What residents were told.
TOLD = ("project_id", "kind", "plan_version_id", "opens_on", "closes_on", "is_removed")


@change_lock("consultations.consultation", fields=(ALL,))
def told_to_residents(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Once announced, what is heard and until when stays; an ended consultation stays as it is."""
    for position, (former, row) in enumerate(zip(before, rows, strict=True)):
        for field in SERVICE_FIELDS:
            yield position, Lock(field, _("This follows from the steps of the consultation."))
        state = (former or row).get("state") if row.get("id") else State.DRAFT
        if state in Consultation.ENDED:
            yield position, Lock(ALL, _("The consultation has ended: it stays as it is."))
        elif state != State.DRAFT:
            words = _("Residents were told of this: extend or call off the consultation on its page.")
            for field in TOLD:
                yield position, Lock(field, words)


@change_lock("consultations.notice", fields=(ALL,))
def notices_on_the_board(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """The days of a notice follow from its consultation; after its end the notice stays as it was."""
    states = _states(before, rows)
    for position, (former, row) in enumerate(zip(before, rows, strict=True)):
        found = {states.get(one.get("consultation_id")) for one in (former or row, row)} - {None}
        if not row.get("id"):
            yield position, Lock(ALL, _("A notice is put up on the page of its consultation."))
        elif found & set(Consultation.ENDED):
            yield position, Lock(ALL, _("The consultation has ended: it stays as it is."))
        else:
            words = _("This follows from the steps of the consultation.")
            for field in ("consultation_id", "kind", "from_on", "to_on", "is_removed"):
                yield position, Lock(field, words)


@change_lock("consultations.costshare", fields=(ALL,))
def costs_residents_were_told(before: Before, rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """What a household pays is settled before residents are asked; new amounts come with a new result."""
    states = _states(before, rows)
    free = {State.DRAFT, State.ANSWERED, State.REVISED}
    for position, (former, row) in enumerate(zip(before, rows, strict=True)):
        found = {states.get(one.get("consultation_id")) for one in (former or row, row)} - {None}
        if found - free:
            yield (
                position,
                Lock(ALL, _("Residents were told what it costs: change it when the plan is revised.")),
            )


def _states(before: Before, rows: Rows) -> dict[Any, str]:
    asked: set[Any] = {row.get("consultation_id") for row in [*rows, *(one for one in before if one)]} - {
        None
    }
    found = Consultation.objects.filter(pk__in=asked)
    return dict(found.values_list("pk", "state").order_by()) if asked else {}
