"""Money moves forward only: paid ≤ arrived ≤ issued, for each project and source, whichever row changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from funding import balances
from funding.balances import MoneyKey, Sums
from funding.checks.batch import ALLOTMENT, BATCH
from funding.models import Allotment, FundBatch, MoneyEvent, Source
from funding.words import wan_yuan
from projects.models import Project
from records.checks import Finding, RowView, Severity, set_check

MONEY = "funding.moneyevent"
Touched = dict[MoneyKey, set[int]]


@set_check(
    MONEY,
    "money_order",
    Severity.HARD,
    fields=("project_id", "source_id", "step", "amount_fen", "is_removed"),
    last=True,
)
def events_in_order(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """No more is paid than arrived, and no more arrives than was issued."""
    names = ("id", "project_id", "source_id", "step", "amount_fen")
    pks = [row["id"] for row in rows if row.get("id")]
    stored = {row["id"]: row for row in MoneyEvent.objects.live().filter(pk__in=pks).values(*names)}
    touched: Touched = defaultdict(set)
    for position, row in enumerate(rows):
        for state in (row, stored.get(row.get("id") or 0)):
            if state is not None:
                touched[state["project_id"], state["source_id"]].add(position)
    sums = _sums(touched)
    for row in stored.values():
        sums[row["project_id"], row["source_id"]].add(row["step"], -row["amount_fen"])
    for row in rows:
        if not row.get("is_removed"):
            sums[row["project_id"], row["source_id"]].add(row["step"], row["amount_fen"])
    yield from _told(sums, touched)


@set_check(
    ALLOTMENT,
    "money_order",
    Severity.HARD,
    fields=("batch_id", "project_id", "amount_fen", "is_removed"),
    last=True,
)
def allotments_in_order(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project's allotment is not made smaller than what has arrived of it."""
    names = ("id", "project_id", "batch_id", "amount_fen")
    pks = [row["id"] for row in rows if row.get("id")]
    stored = {row["id"]: row for row in Allotment.objects.live().filter(pk__in=pks).values(*names)}
    states: list[tuple[int, Mapping[str, Any], int]] = []
    for position, row in enumerate(rows):
        if not row.get("is_removed"):
            states.append((position, row, 1))
        if row.get("id") in stored:
            states.append((position, stored[row["id"]], -1))
    batches = _batches({state["batch_id"] for _position, state, _sign in states})
    moved = [
        (position, (state["project_id"], batches[state["batch_id"]][0]), sign * state["amount_fen"])
        for position, state, sign in states
        if state["project_id"] is not None and batches[state["batch_id"]][1]
    ]
    touched: Touched = defaultdict(set)
    for position, key, _amount in moved:
        touched[key].add(position)
    sums = _sums(touched)
    for _position, key, amount in moved:
        sums[key].issued_fen += amount
    yield from _told(sums, touched)


@set_check(BATCH, "money_order", Severity.HARD, fields=("source_id", "state", "is_removed"), last=True)
def batches_in_order(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A batch of which money has arrived is not taken back, nor given to another source."""
    positions = {row["id"]: position for position, row in enumerate(rows) if row.get("id")}
    before = _batches(positions)
    after = {
        row["id"]: (row["source_id"], row["state"] == FundBatch.State.ISSUED and not row.get("is_removed"))
        for row in rows
        if row.get("id")
    }
    moved: list[tuple[int, MoneyKey, int]] = []
    for row in balances.allotments_of(positions):
        batch = row["batch_id"]
        for (source, counts), sign in ((before[batch], -1), (after[batch], 1)):
            if counts and row["project_id"] is not None:
                moved.append((positions[batch], (row["project_id"], source), sign * row["amount_fen"]))
    touched: Touched = defaultdict(set)
    for position, key, _amount in moved:
        touched[key].add(position)
    sums = _sums(touched)
    for _position, key, amount in moved:
        sums[key].issued_fen += amount
    yield from _told(sums, touched)


def _batches(pks: Any) -> dict[int, tuple[int, bool]]:
    """Return the source of batches, and whether they count: issued, and not taken back."""
    rows = FundBatch._base_manager.filter(pk__in=list(pks)).values_list(
        "pk", "source_id", "state", "is_removed"
    )
    return {
        pk: (source, state == FundBatch.State.ISSUED and not removed) for pk, source, state, removed in rows
    }


def _sums(touched: Touched) -> defaultdict[MoneyKey, Sums]:
    """Return the sums of projects by source as the ledgers have them, under the balances' locks."""
    balances.hold_money(touched)
    projects = {project for project, _source in touched}
    found: defaultdict[MoneyKey, Sums] = defaultdict(Sums, balances.events_of(projects))
    for key, amount in balances.issued_by_batches(projects).items():
        found[key].issued_fen += amount
    return found


def _told(sums: Mapping[MoneyKey, Sums], touched: Touched) -> Iterator[tuple[int, Finding]]:
    wrong = {key: found for key in touched if (found := _wrong(sums[key]))}
    if not wrong:
        return
    projects = {
        project.pk: project
        for project in Project.objects.filter(pk__in={key[0] for key in wrong}).select_related("community")
    }
    sources = dict(Source._base_manager.filter(pk__in={key[1] for key in wrong}).values_list("pk", "name"))
    for key, (said, mend) in wrong.items():
        named = {"project": projects[key[0]].community, "source": sources[key[1]], "text": said}
        for position in touched[key]:
            told = _("%(project)s, %(source)s: %(text)s") % named
            yield position, Finding("amount_fen", told, mend)


def _wrong(sums: Sums) -> tuple[str, str] | None:
    """Return what is wrong with sums, and how to mend it; None when they are in order."""
    words = {
        "issued": wan_yuan(sums.issued_fen),
        "arrived": wan_yuan(sums.arrived_fen),
        "paid": wan_yuan(sums.paid_fen),
    }
    if sums.paid_fen > sums.arrived_fen:
        text = _("%(paid)s 万元 would be paid, but only %(arrived)s 万元 have arrived.")
        return text % words, _("Enter what has arrived first, or mend the amount.")
    if sums.arrived_fen > sums.issued_fen:
        text = _("%(arrived)s 万元 would have arrived, but only %(issued)s 万元 were issued.")
        return text % words, _("Enter the allotment first, or mend the amount.")
    if min(sums.planned_fen, sums.issued_fen, sums.arrived_fen, sums.paid_fen, sums.settled_fen) < 0:
        return _("More would be taken back than there was."), _("Mend the amount.")
    return None
