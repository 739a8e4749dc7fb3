"""What follows from rows of this app: the balances that hold the sums of batches and of projects' money."""

from __future__ import annotations

from collections.abc import Sequence

from funding import balances
from funding.balances import MoneyKey, SplitKey
from funding.models import FundBatch
from records.following import follows
from records.models import ChangeSet
from records.planning import Outcome
from records.rows import Row


@follows("funding.fundbatch")
def batch_balances(outcomes: Sequence[Outcome], _change_set: ChangeSet) -> None:
    """Keep what a batch has to hand on; one that is issued, changed or taken back moves projects' money."""
    told = {"amount_fen", "is_removed", "state", "source_id"}
    moved = [found for found in outcomes if found.before is None or not told.isdisjoint(found.changed)]
    if not moved:
        return
    batches = {found.row["id"] for found in moved}
    balances.recompute_splits({(batch, None) for batch in batches})
    former = {found.before["source_id"] for found in moved if found.before is not None}
    balances.recompute_money(balances.keys_of_batches(batches, sorted(former)))


@follows("funding.allotment")
def allotment_balances(outcomes: Sequence[Outcome], _change_set: ChangeSet) -> None:
    """Keep what is handed on of batches and units' parts, and what projects got."""
    rows = _moved(outcomes, "batch_id", "unit_id", "project_id", "amount_fen", "is_removed")
    if not rows:
        return
    splits: set[SplitKey] = {(row["batch_id"], None) for row in rows}
    splits |= {(row["batch_id"], row["unit_id"]) for row in rows}
    balances.recompute_splits(splits)
    batches = FundBatch._base_manager.filter(pk__in={row["batch_id"] for row in rows})
    sources = dict(batches.order_by().values_list("pk", "source_id"))
    balances.recompute_money(
        {(row["project_id"], sources[row["batch_id"]]) for row in rows if row["project_id"] is not None}
    )


@follows("funding.moneyevent")
def event_balances(outcomes: Sequence[Outcome], _change_set: ChangeSet) -> None:
    """Keep how far the money of projects has come."""
    rows = _moved(outcomes, "project_id", "source_id", "step", "amount_fen", "is_removed")
    keys: set[MoneyKey] = {(row["project_id"], row["source_id"]) for row in rows}
    if keys:
        balances.recompute_money(keys)


def _moved(outcomes: Sequence[Outcome], *names: str) -> list[Row]:
    """Return rows that changed any of these, as they were and as they are: a sum left behind changes too."""
    rows: list[Row] = []
    for found in outcomes:
        if found.before is None:
            rows.append(found.row)
        elif not set(names).isdisjoint(found.changed):
            rows += [found.before, found.row]
    return rows
