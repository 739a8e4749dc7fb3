"""Batches of money: drafted, issued with their document, and split to units and projects.

Whoever may hand money on (``FUND_ALLOT``) in the region that splits a batch does so for its units; a unit
splits its own part to its projects.  That nobody hands on more than there is, is held by the checks and the
wall beneath them (``funding.balances``); here the batch is locked first, so that of two officers at once the
second is told what the first has left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region, User
from accounts.roles import Capability
from funding.models import Allotment, FundBatch, Source
from projects.models import Project
from records.models import ChangeSet
from records.planning import Change, Outcome
from records.services import Mode, NothingWritten, apply, apply_many

FORM = ChangeSet.Source.FORM
# Which level of government hands out money of a channel; what no level hands out is the splitter's own.
LEVELS = {
    Source.Channel.CENTRAL: FundBatch.Level.CENTRAL,
    Source.Channel.PROVINCIAL: FundBatch.Level.PROVINCE,
    Source.Channel.PREFECTURE: FundBatch.Level.PREFECTURE,
    Source.Channel.COUNTY: FundBatch.Level.UNIT,
}


class BatchError(Exception):
    """A step that cannot be taken with a batch; the message says why, in the reader's language."""


class SplitRefused(BatchError):
    """Parts that cannot stand; ``problems`` says of which unit or project (by key) what is wrong."""

    def __init__(self, problems: Mapping[int, Sequence[str]]) -> None:
        super().__init__(_("Nothing was saved: %(count)d parts cannot stand.") % {"count": len(problems)})
        self.problems = problems


def draft(
    *,
    actor: User,
    source: Source,
    number: str,
    fiscal_year: int,
    plan_year: int,
    amount_fen: int,
    title: str = "",
    region: Region | None = None,
    received_on: date | None = None,
    origin: str = "",
) -> FundBatch:
    """Draft a batch; it holds no money before it is issued.  Raises BatchError with what is wrong."""
    splitter = region or source.region
    _require(actor, splitter)
    values: dict[str, Any] = {
        "number": number.strip(),
        "title": title.strip(),
        "source_id": source.pk,
        "region_id": splitter.pk,
        "level": LEVELS.get(Source.Channel(source.channel), FundBatch.Level.PROVINCE),
        "fiscal_year": fiscal_year,
        "plan_year": plan_year,
        "subject": source.subject,
        "amount_fen": amount_fen,
        "received_on": received_on,
        "origin": origin[:80],
    }
    return FundBatch.objects.get(
        pk=_written(apply(FundBatch, actor=actor, source=FORM, values=values, bound=False))
    )


@transaction.atomic
def draft_from(
    shares: Mapping[int, int],
    *,
    source: Source,
    number: str,
    title: str,
    fiscal_year: int,
    plan_year: int,
    origin: str,
    actor: User,
) -> FundBatch:
    """Draft a batch whose parts are the shares of units (primary key → 分): the result of an allocation.

    The batch is the sum of its shares; a share of nothing makes no part.  ``origin`` names the run the shares
    come from.  Raises BatchError.
    """
    if any(amount < 0 for amount in shares.values()):
        raise BatchError(_("A share is below zero."))
    parts = {unit: amount for unit, amount in shares.items() if amount}
    if not parts:
        raise BatchError(_("There is nothing to hand out."))
    made = draft(
        actor=actor,
        source=source,
        number=number,
        title=title,
        fiscal_year=fiscal_year,
        plan_year=plan_year,
        amount_fen=sum(parts.values()),
        origin=origin,
    )
    split(made, parts, actor=actor)
    return made


@transaction.atomic
def issue(batch: FundBatch, *, actor: User, number: str, issued_on: date | None) -> FundBatch:
    """Issue a drafted batch with its document's number and date: from then on its parts count as handed down.

    Raises BatchError when it is issued already, or number or date is missing.
    """
    _require(actor, batch.region)
    held = _hold(batch)
    if held.state == FundBatch.State.ISSUED:
        raise BatchError(_("This batch has been issued already."))
    if not number.strip() or issued_on is None:
        raise BatchError(_("A batch is issued with the number and the date of its document."))
    values = {"state": FundBatch.State.ISSUED, "number": number.strip(), "issued_on": issued_on}
    outcome = apply(FundBatch, actor=actor, source=FORM, pk=held.pk, values=values, bound=False)
    issued = FundBatch.objects.get(pk=_written(outcome))
    audit.record(
        audit.Kind.FUND_ISSUE,
        actor=actor,
        batch=issued.pk,
        number=issued.number,
        amount_fen=issued.amount_fen,
    )
    return issued


@dataclass(frozen=True, slots=True)
class Seen:
    """A part as the officer saw it: its row and version; None where there was none."""

    pk: int
    version: int


@transaction.atomic
def split(
    batch: FundBatch,
    parts: Mapping[int, int | None],
    *,
    actor: User,
    unit: Region | None = None,
    seen: Mapping[int, Seen] | None = None,
) -> list[Outcome]:
    """Write the parts of a batch: of units (primary key → 分), or with ``unit`` of that unit's projects.

    Parts that are not named stay; None takes a part back.  ``seen`` are the rows the officer saw: one that
    somebody else has changed is a conflict, an empty part that somebody filled meanwhile stays filled.
    Raises SplitRefused with the problem of each part; then nothing is written.
    """
    _require(actor, batch.region if unit is None else unit)
    held = _hold(batch)
    _place_all(held, parts, unit)
    rows = Allotment.objects.live().filter(batch=held)
    rows = rows.to_units() if unit is None else rows.to_projects().filter(unit=unit)
    known = {row.project_id if unit else row.unit_id: row for row in rows}
    changes = _changes(held, parts, known, unit, seen)
    if not changes:
        return []
    try:
        # What is locked binds here too; the units of a batch lie in its region.
        return apply_many(
            Allotment, actor=actor, source=FORM, changes=list(changes.values()), mode=Mode.ALL_OR_NOTHING
        )
    except NothingWritten as nothing:
        raise SplitRefused(_problems(list(changes), nothing.outcomes)) from nothing


def _place_all(batch: FundBatch, parts: Mapping[int, Any], unit: Region | None) -> None:
    """Raise BatchError unless the parts are of units of the batch, or of projects of the unit."""
    if unit is None:
        known = Region.objects.within(batch.region).units().filter(pk__in=parts).count()
    else:
        known = Project.objects.live().filter(unit=unit, pk__in=parts).count()
    if known != len(parts):
        raise BatchError(_("A part goes to somebody outside this batch."))


def _changes(
    batch: FundBatch,
    parts: Mapping[int, int | None],
    known: Mapping[Any, Allotment],
    unit: Region | None,
    seen: Mapping[int, Seen] | None,
) -> dict[int, Change]:
    """Return the edits that bring the parts about; raises SplitRefused for parts that have moved on."""
    changes: dict[int, Change] = {}
    moved: dict[int, list[str]] = {}
    for key, amount in parts.items():
        row, was = known.get(key), seen.get(key) if seen is not None else None
        if seen is not None and was is None and amount is None:
            continue
        if seen is not None and _moved_on(amount, row, was):
            moved[key] = [_("Somebody else has changed this part meanwhile: look at it again.")]
        elif (change := _change(batch, key, amount, row, unit, was)) is not None:
            changes[key] = change
    if moved:
        raise SplitRefused(moved)
    return changes


def _moved_on(amount: int | None, row: Allotment | None, was: Seen | None) -> bool:
    """Tell whether a part is another one than the officer saw, in a way that merging cannot settle."""
    if was is None:
        return row is not None and amount is not None
    if row is None or row.pk != was.pk:
        return amount is not None
    return amount is None and row.version != was.version


def _change(
    batch: FundBatch,
    key: int,
    amount: int | None,
    row: Allotment | None,
    unit: Region | None,
    was: Seen | None,
) -> Change | None:
    if row is None:
        if not amount:
            return None
        place = {"unit_id": key} if unit is None else {"unit_id": unit.pk, "project_id": key}
        return Change(values={"batch_id": batch.pk, **place, "amount_fen": amount})
    if amount is None:
        return Change(values={"is_removed": True}, pk=row.pk)
    if amount == row.amount_fen:
        return None
    base = was.version if was is not None else None
    return Change(values={"amount_fen": amount}, pk=row.pk, base_version=base)


def _problems(keys: Sequence[int], outcomes: Sequence[Outcome]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, outcome in zip(keys, outcomes, strict=True):
        words = [f"{finding.message} {finding.mend}".strip() for finding in outcome.findings if finding.open]
        if outcome.conflicts:
            words.append(_("Somebody else has changed this part meanwhile: look at it again."))
        if words:
            found[key] = words
    return found


def _require(actor: User, region: Region) -> None:
    if not actor.may(Capability.FUND_ALLOT) or not actor.region.contains(region):
        raise BatchError(_("Only whoever splits money in %(region)s may do this.") % {"region": region})


def _hold(batch: FundBatch) -> FundBatch:
    """Lock a batch for this transaction: two officers who split it wait for each other.

    Parts that refer to it may come in meanwhile, as from the grid: they hold the balances it waits for.
    """
    rows = FundBatch.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("region", "source").get(pk=batch.pk)


def _written(outcome: Outcome) -> int:
    if not outcome.writes or outcome.pk is None:
        words = [f"{finding.message} {finding.mend}".strip() for finding in outcome.findings if finding.open]
        raise BatchError(" ".join(words) or _("Somebody else has changed this meanwhile."))
    return outcome.pk
