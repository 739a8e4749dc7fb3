"""What changed in a row and in a cell, in the words and units of the ledger's columns.

The grid's panel and the page of a row tell the same changes: both come from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone

from ledgers.grid import GridScope
from records import history
from records.columns import Context
from records.history import Frozen, RowChange
from records.marks import MARK_LABELS, Mark
from records.models import ChangeSet

PER_PAGE = 20
# A first entry of more cells than this is folded.
MOST_OPEN = 8


@dataclass(frozen=True, slots=True)
class CellShown:
    """One cell a change touched; ``key`` is empty for what the portal keeps beside the columns."""

    key: str
    header: str
    unit: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One act of writing a row, as pages show it."""

    at: datetime
    by: str
    source: str
    label: str
    reason: str
    version: int
    what: str
    is_after: bool
    cells: tuple[CellShown, ...]

    @property
    def is_long(self) -> bool:
        """Tell whether its cells are folded."""
        return self.what == "entered" and len(self.cells) > MOST_OPEN


@dataclass(frozen=True)
class RowLife:
    """The changes of one row that a reader may see, newest first."""

    scope: GridScope
    context: Context
    changes: Sequence[RowChange]
    frozen: Frozen | None = None

    @classmethod
    def read(cls, scope: GridScope, pk: int, context: Context, frozen: Frozen | None = None) -> RowLife:
        """Read the life of a row that the user may see (one query)."""
        return cls(scope, context, history.row_history(scope.ledger.resource.model, pk), frozen)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Return how often each column was changed since the row was entered."""
        stored = {column.stored: column.key for column in self.scope.ledger.resource.columns()}
        later = (name for change in self.changes if not change.is_first for name in change.cells)
        return Counter(stored[name] for name in later if name in stored)

    @property
    def after(self) -> int:
        """Return how many changes came after the freezing."""
        return sum(1 for change in self.changes if self.frozen and self.frozen.precedes(change))

    def page(self, number: str | None, key: str = "") -> tuple[Page[Any], list[ChangeShown]]:
        """Return a page of the changes, of one column where it is named (one query)."""
        stored = self.scope.ledger.resource.column(key).stored if key else None
        wanted = [change for change in self.changes if stored is None or stored in change.cells]
        page = Paginator(wanted, PER_PAGE).get_page(number)
        sets = history.change_sets(page.object_list)
        return page, [self._shown(change, sets[change.change_set], stored) for change in page]

    def _shown(self, change: RowChange, surroundings: ChangeSet, only: str | None) -> ChangeShown:
        cells = {name: pair for name, pair in change.cells.items() if only in {None, name}}
        return ChangeShown(
            at=surroundings.created_at,
            by=surroundings.actor.display_name if surroundings.actor else "",
            source=surroundings.get_source_display(),
            label=surroundings.label,
            reason=surroundings.reason,
            version=change.version,
            what=_what(change),
            is_after=self.frozen is not None and self.frozen.precedes(change),
            cells=tuple(self._cells(cells, is_first=change.is_first)),
        )

    def _cells(self, cells: Mapping[str, tuple[Any, Any]], *, is_first: bool) -> list[CellShown]:
        """Return cells in the order of the columns; of a first entry those that were filled."""
        resource = self.scope.ledger.resource
        shown = []
        for column in resource.columns():
            if column.stored in cells:
                old, new = (column.display(value, self.context) for value in cells[column.stored or ""])
                unit = column.unit.shown if column.unit else ""
                shown.append(CellShown(column.key, str(column.header), unit, old, new))
        known = {column.stored for column in resource.columns()}
        for name in sorted(cells.keys() - known):
            field = resource.model._meta.get_field(name)
            # What stands beside the columns and means something to readers has words of its own.
            if choices := dict(getattr(field, "flatchoices", None) or ()):
                old, new = (_word(choices, value) for value in cells[name])
                shown.append(CellShown("", str(getattr(field, "verbose_name", name)), "", old, new))
        return [cell for cell in shown if cell.new or not is_first]


def _what(change: RowChange) -> str:
    if change.is_first:
        return "entered"
    removed = change.cells.get("is_removed")
    return "changed" if removed is None else "removed" if removed[1] else "restored"


def _word(choices: Mapping[Any, Any], value: Any) -> str:
    if isinstance(value, Mark):
        return str(MARK_LABELS[value])
    return "" if value in (None, "") else str(choices.get(value, value))


def cell_steps(scope: GridScope, pk: int, key: str) -> list[dict[str, Any]]:
    """Return the life of one cell, newest first, in texts that read back as the values."""
    resource = scope.ledger.resource
    column = resource.column(key)
    if column.stored is None:
        return []
    context = scope.context()
    return [
        {
            "at": timezone.localtime(step.at).strftime("%Y-%m-%d %H:%M"),
            "by": step.by,
            "source": step.source,
            "reason": step.reason,
            "old": column.text(step.old, context),
            "new": column.text(step.new, context),
            "version": step.version,
        }
        for step in history.cell_history(resource.model, pk, column.stored)
    ]
