"""What two versions of a community's plan differ in, item by item and clause by clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from projects.models import PlanClause, PlanItem, PlanVersion

# What is compared of an item and of a clause, in the order shown.
ITEM_FIGURES = ("place", "quantity", "unit_price_fen", "amount_fen")
CLAUSE_TEXTS = ("number", "title", "text")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: the field, the old value and the new one."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """An item of works in either version: added, removed, changed or same."""

    kind: str
    old: PlanItem | None
    new: PlanItem | None
    changes: tuple[Change, ...] = ()

    @property
    def item(self) -> PlanItem:
        """Return the item as it is now, or as it was."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def amount_change_fen(self) -> int:
        """Return by how much this item makes the plan dearer, in 分."""
        return (self.new.amount_fen or 0 if self.new else 0) - (self.old.amount_fen or 0 if self.old else 0)


@dataclass(frozen=True, slots=True)
class ClauseDifference:
    """A clause in either version: added, removed, changed or same."""

    kind: str
    old: PlanClause | None
    new: PlanClause | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of one plan side by side."""

    older: PlanVersion
    newer: PlanVersion
    items: tuple[ItemDifference, ...]
    clauses: tuple[ClauseDifference, ...]

    @property
    def old_fen(self) -> int:
        """Return what the older version costs, in 分."""
        return sum(found.old.amount_fen or 0 for found in self.items if found.old)

    @property
    def new_fen(self) -> int:
        """Return what the newer version costs, in 分."""
        return sum(found.new.amount_fen or 0 for found in self.items if found.new)

    @property
    def change_fen(self) -> int:
        """Return by how much the newer version is dearer, in 分."""
        return self.new_fen - self.old_fen


def compare(older: PlanVersion, newer: PlanVersion) -> Comparison:
    """Compare two versions of one project; four queries.  Raises ValueError for versions of two projects."""
    if older.project_id != newer.project_id:
        raise ValueError("versions of two projects")
    items = PlanItem.objects.live().filter(plan_version__in=[older, newer])
    listed = list(items.select_related("item", "department"))
    clauses = list(PlanClause.objects.filter(project_id=older.project_id).order_by("number", "pk"))
    roots = _roots(clauses)
    return Comparison(
        older,
        newer,
        tuple(_items(_of(listed, older), _of(listed, newer))),
        tuple(_clauses(_of(clauses, older), _of(clauses, newer), roots)),
    )


def _of(rows: Sequence[Any], version: PlanVersion) -> list[Any]:
    return [row for row in rows if row.plan_version_id == version.pk and not row.is_removed]


def _items(before: list[PlanItem], after: list[PlanItem]) -> Iterator[ItemDifference]:
    """Match by item and place; what is left of one item on both sides has moved to another place."""
    pairs = _matched(before, after, lambda item: (item.item_id, item.place))
    gone = [old for old, new in pairs if new is None and old is not None]
    come = [new for old, new in pairs if old is None and new is not None]
    moved = {old.pk: new for old, new in _matched(gone, come, lambda item: item.item_id) if old and new}
    arrived = {new.pk for new in moved.values()}
    found = []
    for old, new in pairs:
        if old is not None and old.pk in moved:
            found.append((old, moved[old.pk]))
        elif new is None or new.pk not in arrived:
            found.append((old, new))
    found.sort(key=lambda pair: _place_of(pair[1] or pair[0]))
    for old, new in found:
        yield ItemDifference(*_told(old, new, ITEM_FIGURES))


def _place_of(item: PlanItem) -> tuple[int, str, int]:
    return item.item.position, item.place, item.pk


def _clauses(
    before: list[PlanClause], after: list[PlanClause], roots: dict[int, int]
) -> Iterator[ClauseDifference]:
    pairs = _matched(before, after, lambda clause: roots[clause.pk])
    pairs.sort(key=lambda pair: next(clause.number for clause in (pair[1], pair[0]) if clause))
    for old, new in pairs:
        yield ClauseDifference(*_told(old, new, CLAUSE_TEXTS))


def _roots(clauses: Sequence[PlanClause]) -> dict[int, int]:
    """Return for every clause the first one it descends from: the same clause through all versions."""
    former = {clause.pk: clause.former_id for clause in clauses}
    roots: dict[int, int] = {}
    for pk in sorted(former):
        before = former[pk]
        roots[pk] = roots.get(before, before) if before is not None else pk
    return roots


def _matched(
    before: list[Any], after: list[Any], key: Callable[[Any], Any]
) -> list[tuple[Any | None, Any | None]]:
    """Pair rows by a key, in order where a key comes more than once."""
    waiting: dict[Any, list[Any]] = defaultdict(list)
    for row in after:
        waiting[key(row)].append(row)
    pairs: list[tuple[Any | None, Any | None]] = []
    for row in before:
        partners = waiting.get(key(row))
        pairs.append((row, partners.pop(0) if partners else None))
    return pairs + [(None, row) for rows in waiting.values() for row in rows]


def _told(old: Any, new: Any, names: Sequence[str]) -> tuple[str, Any, Any, tuple[Change, ...]]:
    if old is None:
        return "added", None, new, ()
    if new is None:
        return "removed", old, None, ()
    changes = tuple(
        Change(name, _shown(old, name), _shown(new, name))
        for name in names
        if _shown(old, name) != _shown(new, name)
    )
    return ("changed" if changes else "same"), old, new, changes


def _shown(row: Any, name: str) -> Any:
    return row.markers.get(name, getattr(row, name))
