"""What closes the rows of an ad-hoc table: its part was handed in, or the table was closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from ledgers.models import Dispatch, DispatchUnit
from records.locks import ALL, Lock, lock

if TYPE_CHECKING:
    from accounts.models import User


@lock("ledgers.dispatchrow", fields=[ALL])
def handed_in(rows: Sequence[dict[str, Any]], _user: User) -> Iterator[tuple[int, Lock]]:
    """A part is closed from the moment it is handed in until it is sent back; a closed table for good.

    Inside a transaction the parts stay locked until it ends: nobody hands a part in while somebody writes.
    """
    places = {(row["dispatch_id"], row["unit_id"]) for row in rows}
    parts = DispatchUnit.objects.filter(
        dispatch__in={dispatch for dispatch, _unit in places}, unit__in={unit for _dispatch, unit in places}
    )
    if connection.in_atomic_block:
        parts = parts.select_for_update(of=("self",), no_key=True)
    states = {(dispatch, unit): state for dispatch, unit, state in _states(parts)}
    # Asked after the parts are held: whoever waited here for the table to be closed must see that it is.
    tables = dict(
        Dispatch.objects.filter(pk__in={dispatch for dispatch, _unit in places}).values_list("pk", "state")
    )
    for position, row in enumerate(rows):
        state = states.get((row["dispatch_id"], row["unit_id"]))
        if tables.get(row["dispatch_id"]) != Dispatch.State.OPEN:
            yield position, Lock(ALL, _("This table has been closed."))
        elif state == DispatchUnit.State.SUBMITTED:
            yield position, Lock(ALL, _("This part has been handed in; ask for it to be sent back."))


def _states(parts: Any) -> Any:
    return parts.order_by("pk").values_list("dispatch_id", "unit_id", "state")
