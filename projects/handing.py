"""Handing a return in and sending it back, with what follows outside its row: reminders and mail."""

from __future__ import annotations

from accounts.models import User
from projects import notices, rounds, urging
from projects.locks.reporting import code_of
from projects.models import UnitReturn
from records.models import ChangeSet

FORM = ChangeSet.Source.FORM


def hand_in(
    found: UnitReturn, *, actor: User, signed_name: str, source: ChangeSet.Source = FORM
) -> UnitReturn:
    """Sign a return and hand it in; reminders of it are settled. Raises what ``rounds.submit`` does."""
    done = rounds.submit(found, actor=actor, signed_name=signed_name, source=source)
    urging.settle(region=done.unit, code=code_of(done.round.month))
    return done


def send_back(found: UnitReturn, *, actor: User, reason: str, source: ChangeSet.Source = FORM) -> UnitReturn:
    """Send a return back with the reason; the unit is told at once. Raises what ``rounds.return_`` does."""
    done = rounds.return_(found, actor=actor, reason=reason, source=source)
    notices.returned(done)
    return done
