"""The sums that must hold: what is handed on of a batch, and how far each project's money has come.

Two tables keep them, each under a constraint of the database: ``SplitBalance`` (handed on ≤ available) and
``MoneyBalance`` (paid ≤ arrived ≤ issued).  What follows a write recomputes the rows it touches from the
ledgers, in the write's own transaction and under the rows' locks; the checks ask the same sums beforehand,
under the same locks, and say in words what is wrong.  All sums in whole 分.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar

from django.db import connection
from django.db.models import Sum

from funding.models import Allotment, FundBatch, MoneyBalance, MoneyEvent, SplitBalance

# A batch as a whole (no unit), or the part of it that one unit got.
SplitKey: TypeAlias = tuple[int, int | None]
# A project and a source of its money.
MoneyKey: TypeAlias = tuple[int, int]
Step = MoneyEvent.Step
T = TypeVar("T")
CHUNK = 5000


@dataclass(slots=True)
class Split:
    """What there is to hand on, and what is handed on of it."""

    available_fen: int = 0
    handed_on_fen: int = 0

    @property
    def left_fen(self) -> int:
        """Return what can still be handed on; negative when there is too little."""
        return self.available_fen - self.handed_on_fen


@dataclass(slots=True)
class Sums:
    """How far the money of a project from one source has come."""

    planned_fen: int = 0
    issued_fen: int = 0
    arrived_fen: int = 0
    paid_fen: int = 0
    settled_fen: int = 0

    def add(self, step: str, amount_fen: int) -> None:
        """Add an event of a step."""
        name = f"{Step(step).value}_fen"
        setattr(self, name, getattr(self, name) + amount_fen)


SUMS: tuple[str, ...] = tuple(known.name for known in fields(Sums))


def parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values in parts that fit into one question to the database."""
    listed = sorted(set(values), key=str)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def allotted(rows: Iterable[Mapping[str, Any]], batches: Mapping[int, int]) -> dict[SplitKey, Split]:
    """Return the sums of batches that follow from allotments; ``batches`` holds what each batch has."""
    found: dict[SplitKey, Split] = defaultdict(Split)
    for batch, amount in batches.items():
        found[batch, None].available_fen = amount
    for row in rows:
        part = found[row["batch_id"], row["unit_id"]]
        if row["project_id"] is None:
            part.available_fen += row["amount_fen"]
            found[row["batch_id"], None].handed_on_fen += row["amount_fen"]
        else:
            part.handed_on_fen += row["amount_fen"]
    return found


ALLOTTED = ("id", "batch_id", "unit_id", "project_id", "amount_fen")


def allotments_of(batches: Iterable[int]) -> list[dict[str, Any]]:
    """Return the live allotments of batches as rows."""
    found: list[dict[str, Any]] = []
    for part in parts(batches):
        found.extend(Allotment.objects.live().filter(batch__in=part).order_by().values(*ALLOTTED))
    return found


def amounts_of(batches: Iterable[int]) -> dict[int, int]:
    """Return what each batch has to hand on; a removed one has nothing."""
    found: dict[int, int] = {}
    for part in parts(batches):
        rows = FundBatch._base_manager.filter(pk__in=part).values_list("pk", "amount_fen", "is_removed")
        found.update({pk: 0 if removed else amount for pk, amount, removed in rows})
    return found


def issued_by_batches(projects: Iterable[int]) -> dict[MoneyKey, int]:
    """Return what projects got of issued batches, by project and source."""
    found: dict[MoneyKey, int] = {}
    for part in parts(projects):
        rows = Allotment.objects.live().filter(
            project__in=part, batch__state=FundBatch.State.ISSUED, batch__is_removed=False
        )
        sums = rows.order_by().values_list("project_id", "batch__source_id").annotate(sum=Sum("amount_fen"))
        found.update({(project or 0, source): amount for project, source, amount in sums})
    return found


def events_of(projects: Iterable[int]) -> dict[MoneyKey, Sums]:
    """Return the sums of the live events of projects, by project and source."""
    found: dict[MoneyKey, Sums] = defaultdict(Sums)
    for part in parts(projects):
        rows = MoneyEvent.objects.live().filter(project__in=part).order_by()
        for project, source, step, amount in rows.values_list("project_id", "source_id", "step").annotate(
            sum=Sum("amount_fen")
        ):
            found[project, source].add(step, amount)
    return found


def hold_splits(keys: Iterable[SplitKey], *, make: bool = False) -> list[SplitBalance]:
    """Lock the balances of batches and units' parts, always in one order; ``make`` those that are missing."""
    wanted = set(keys)
    batches = sorted({batch for batch, _unit in wanted})

    def known() -> dict[SplitKey, SplitBalance]:
        rows = SplitBalance.objects.filter(batch__in=batches).order_by("pk")
        return {
            (row.batch_id, row.unit_id): row for row in locked(rows) if (row.batch_id, row.unit_id) in wanted
        }

    held = known()
    if make and (missing := wanted - set(held)):
        fresh = [SplitBalance(batch_id=batch, unit_id=unit) for batch, unit in sorted(missing, key=str)]
        SplitBalance.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
        held = known()
    return list(held.values())


def hold_money(keys: Iterable[MoneyKey], *, make: bool = False) -> list[MoneyBalance]:
    """Lock the balances of projects by source, always in one order; ``make`` those that are missing."""
    wanted = set(keys)

    def known() -> dict[MoneyKey, MoneyBalance]:
        found: dict[MoneyKey, MoneyBalance] = {}
        for part in parts(project for project, _source in wanted):
            rows = MoneyBalance.objects.filter(project__in=part).order_by("pk")
            found.update({(row.project_id, row.source_id): row for row in locked(rows)})
        return {key: row for key, row in found.items() if key in wanted}

    held = known()
    if make and (missing := wanted - set(held)):
        fresh = [MoneyBalance(project_id=project, source_id=source) for project, source in sorted(missing)]
        MoneyBalance.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
        held = known()
    return list(held.values())


def locked(rows: Any) -> Any:
    """Lock rows until the transaction ends; a mere preview, outside of one, has nothing to hold."""
    return rows.select_for_update(of=("self",), no_key=True) if connection.in_atomic_block else rows


def recompute_splits(keys: Iterable[SplitKey]) -> None:
    """Bring the balances of batches and units' parts up to the ledgers.

    Raises IntegrityError when more would be handed on than there is.
    """
    held = hold_splits(keys, make=True)
    batches = {row.batch_id for row in held}
    found = allotted(allotments_of(batches), amounts_of(batches))
    moved = []
    for row in held:
        split = found.get((row.batch_id, row.unit_id), Split())
        if (row.available_fen, row.handed_on_fen) != (split.available_fen, split.handed_on_fen):
            row.available_fen, row.handed_on_fen = split.available_fen, split.handed_on_fen
            moved.append(row)
    SplitBalance.objects.bulk_update(moved, ("available_fen", "handed_on_fen"), batch_size=500)


def recompute_money(keys: Iterable[MoneyKey]) -> None:
    """Bring the balances of projects by source up to the ledgers.

    Raises IntegrityError when more would be paid than arrived, or arrive than was issued.
    """
    held = hold_money(keys, make=True)
    projects = {row.project_id for row in held}
    events, issued = events_of(projects), issued_by_batches(projects)
    moved = []
    for row in held:
        key = (row.project_id, row.source_id)
        sums = events.get(key, Sums())
        sums.issued_fen += issued.get(key, 0)
        values = {name: getattr(sums, name) for name in SUMS}
        if any(getattr(row, name) != value for name, value in values.items()):
            moved.append(MoneyBalance(project_id=row.project_id, source_id=row.source_id, **values))
    # The rows are there and held: this changes them by one statement for thousands, where an update by cases
    # would be composed for minutes.
    MoneyBalance.objects.bulk_create(
        moved,
        update_conflicts=True,
        unique_fields=("project", "source"),
        update_fields=SUMS,
        batch_size=CHUNK,
    )


def keys_of_batches(batches: Iterable[int], sources: Sequence[int] = ()) -> set[MoneyKey]:
    """Return whose money hangs on batches: their projects by the batch's source, and by further sources."""
    found: set[MoneyKey] = set()
    for part in parts(batches):
        rows = Allotment.objects.live().filter(batch__in=part, project__isnull=False).order_by()
        for project, source in rows.values_list("project_id", "batch__source_id").distinct():
            found.update((project or 0, one) for one in {source, *sources})
    return found
