"""The way of an allocation from a scenario to a batch: kept, signed by a second person, handed to funding."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region, User
from accounts.roles import Capability
from assessments.allocating import Simulation, hash_of, is_intact
from assessments.models import AllocationRun, AllocationShare
from funding.batches import draft_from
from funding.models import Source

State = AllocationRun.State


class RunError(Exception):
    """A step that cannot be taken with a run; the message says why, in the reader's language."""


def signed_before(region: Region, year: int) -> AllocationRun | None:
    """Return the latest signed run of the year before, to compare with."""
    return AllocationRun.objects.signed().filter(region=region, year=year - 1).order_by("-pk").first()


@transaction.atomic
def keep(simulation: Simulation, *, title: str, note: str = "", by: User) -> AllocationRun:
    """Keep a simulation as a scenario.  Raises RunError when it has no result."""
    if simulation.problem:
        raise RunError(simulation.problem)
    order = simulation.order
    run = AllocationRun.objects.create(
        region=order.region,
        year=order.year,
        title=title.strip(),
        note=note.strip(),
        rule=order.rule,
        previous=order.previous,
        task_year=order.task_year,
        total_fen=simulation.total_fen,
        inputs=simulation.inputs,
        result=simulation.result,
        sha256=hash_of(simulation.inputs, simulation.result),
        made_by=by,
        is_simulated=simulation.inputs["simulated"],
    )
    amounts = {share["key"]: share["amount_fen"] for share in simulation.result["shares"]}
    AllocationShare.objects.bulk_create(
        AllocationShare(run=run, unit=unit, amount_fen=amounts[unit.code])
        for unit in simulation.units
        if amounts.get(unit.code)
    )
    return run


def reason_against_signing(run: AllocationRun, user: User) -> str:
    """Return why a user may not sign a scenario, in words for the page; "" when nothing is in the way."""
    if not user.may(Capability.ALLOCATION_SIGN):
        return _("Your role does not sign allocations.")
    if settings.ALLOCATION_FOUR_EYES and run.made_by_id == user.pk:
        return _("You made this scenario; another person signs it.")
    return ""


@transaction.atomic
def sign(run: AllocationRun, *, by: User) -> AllocationRun:
    """Sign a scenario; a sum of one title and year is signed once.  Raises RunError."""
    held = _hold(run, State.SCENARIO)
    refused = reason_against_signing(held, by)
    if refused:
        raise RunError(refused)
    if not is_intact(held):
        raise RunError(_("This scenario cannot be computed again as it stands; make a new one."))
    twin = AllocationRun.objects.signed().filter(region=held.region, year=held.year, title=held.title).first()
    if twin is not None:
        raise RunError(
            _("“%(title)s” of %(year)s was signed before: %(mark)s.")
            % {"title": twin.title, "year": twin.year, "mark": twin.mark}
        )
    signed = _step(held, State.SIGNED, signed_by=by, signed_at=timezone.now())
    audit.record(
        audit.Kind.ALLOCATION_SIGN,
        actor=by,
        allocation=signed.pk,
        year=signed.year,
        total_fen=signed.total_fen,
        sha256=signed.sha256,
    )
    return signed


@transaction.atomic
def discard(run: AllocationRun, *, by: User) -> AllocationRun:
    """Put a scenario away; it stays readable.  Raises RunError when it is no scenario any more."""
    away = _step(_hold(run, State.SCENARIO), State.DISCARDED)
    audit.record(audit.Kind.SETTINGS_CHANGE, actor=by, what="allocation.discard", allocation=away.pk)
    return away


@transaction.atomic
def to_batch(run: AllocationRun, *, source: Source, number: str, title: str, by: User) -> AllocationRun:
    """Draft the batch that hands out a signed run's shares.

    Raises RunError, and funding.batches.BatchError for what funding refuses.
    """
    held = _hold(run, State.SIGNED)
    shares = dict(held.shares.values_list("unit_id", "amount_fen"))
    batch = draft_from(
        shares,
        source=source,
        number=number,
        title=title,
        fiscal_year=held.year,
        plan_year=held.task_year,
        origin=f"allocation {held.mark}",
        actor=by,
    )
    return _step(held, State.DRAFTED, batch=batch)


def _hold(run: AllocationRun, expected: str) -> AllocationRun:
    held = AllocationRun.objects.select_for_update(of=("self",)).select_related("region").get(pk=run.pk)
    if held.state != expected:
        raise RunError(_("Meanwhile the run is: %(state)s.") % {"state": held.get_state_display()})
    return held


def _step(held: AllocationRun, state: str, **values: Any) -> AllocationRun:
    AllocationRun.objects.filter(pk=held.pk, state=held.state).update(state=state, **values)
    held.refresh_from_db()
    return held
