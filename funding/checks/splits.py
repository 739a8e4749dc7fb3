"""What is handed on of a batch, or of a unit's part, is never more than there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region
from funding import balances
from funding.balances import ALLOTTED, Split, SplitKey
from funding.checks.batch import ALLOTMENT, BATCH
from funding.models import Allotment, FundBatch
from funding.words import wan_yuan
from records.checks import Finding, RowView, Severity, set_check

# How many of those who already have a part a sentence names.
NAMED = 6


@set_check(
    ALLOTMENT,
    "more_than_there_is",
    Severity.HARD,
    fields=("batch_id", "unit_id", "project_id", "amount_fen", "is_removed"),
    last=True,
)
def within_the_batch(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Units get a batch at most, and a unit's projects what the unit got at most."""
    pks = [row["id"] for row in rows if row.get("id")]
    stored = {row["id"]: row for row in Allotment.objects.live().filter(pk__in=pks).values(*ALLOTTED)}
    touched: dict[SplitKey, set[int]] = defaultdict(set)
    for position, row in enumerate(rows):
        for state in (row, stored.get(row.get("id") or 0)):
            if state is None or state.get("batch_id") is None:
                continue
            touched[state["batch_id"], state["unit_id"]].add(position)
            if state["project_id"] is None:
                touched[state["batch_id"], None].add(position)
    balances.hold_splits(touched)
    batches = {batch for batch, _unit in touched}
    others = [row for row in balances.allotments_of(batches) if row["id"] not in stored]
    now = [row for row in rows if not row.get("is_removed")]
    told = _told(balances.allotted([*others, *now], balances.amounts_of(batches)), touched, others)
    for key, finding in told:
        for position in touched[key]:
            yield position, finding


@set_check(BATCH, "less_than_handed_on", Severity.HARD, fields=("amount_fen", "is_removed"), last=True)
def not_less_than_handed_on(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A batch is not made smaller than what units already got of it."""
    touched: dict[SplitKey, set[int]] = {
        (row["id"], None): {position} for position, row in enumerate(rows) if row.get("id")
    }
    balances.hold_splits(touched)
    amounts = {row["id"]: 0 if row.get("is_removed") else row["amount_fen"] for row in rows if row.get("id")}
    others = balances.allotments_of(amounts)
    for key, finding in _told(balances.allotted(others, amounts), touched, others):
        for position in touched[key]:
            yield position, finding


def _told(
    splits: Mapping[SplitKey, Split], asked: Iterable[SplitKey], others: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[SplitKey, Finding]]:
    """Yield what is said where more would be handed on than there is: who already has how much."""
    over = [key for key in asked if splits.get(key, Split()).left_fen < 0]
    if not over:
        return
    numbers = dict(
        FundBatch._base_manager.filter(pk__in={key[0] for key in over}).values_list("pk", "number")
    )
    units = {row["unit_id"] for row in others} | {unit for _batch, unit in over if unit is not None}
    names = {region.pk: region.label for region in Region.objects.filter(pk__in=units)}
    for key in over:
        batch, unit = key
        has, gives = splits[key].available_fen, splits[key].handed_on_fen
        words = {"number": numbers.get(batch, ""), "has": wan_yuan(has), "gives": wan_yuan(gives)}
        if unit is None:
            text = _("Batch %(number)s has %(has)s 万元; %(gives)s 万元 would be handed on.") % words
            already = _already(batch, others, names)
            mend = _("Handed on already: %(already)s.") % {"already": already or "0"}
        else:
            words["unit"] = names.get(unit, "")
            text = _(
                "%(unit)s got %(has)s 万元 of batch %(number)s; %(gives)s 万元 would go to its projects."
            )
            text %= words
            left = has - sum(
                row["amount_fen"]
                for row in others
                if (row["batch_id"], row["unit_id"]) == key and row["project_id"] is not None
            )
            mend = _("%(left)s 万元 are left for projects.") % {"left": wan_yuan(max(left, 0))}
        yield key, Finding("amount_fen", text, mend)


def _already(batch: int, others: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> str:
    rows = [row for row in others if row["batch_id"] == batch and row["project_id"] is None]
    rows.sort(key=lambda row: (-row["amount_fen"], row["unit_id"]))
    listed = [f"{names.get(row['unit_id'], '')} {wan_yuan(row['amount_fen'])} 万元" for row in rows[:NAMED]]
    return "、".join(listed) + ("…" if len(rows) > NAMED else "")
