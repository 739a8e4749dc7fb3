"""The plan of an import: what each row of the file would do, kept beside the batch until somebody decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class PlannedRow:
    """One row of the file.

    ``status`` is new, changed, same, conflict or rejected; ``values`` what it sets (by attribute), ``old``
    what changed attributes hold now, ``problems`` [column key, code, message, mend], ``doubts`` soft findings
    likewise with a confirmed mark, ``conflicts`` [attribute, base, mine, theirs, by, at].
    """

    number: int
    status: str
    label: str
    pk: int | None = None
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    doubts: list[list[Any]] = field(default_factory=list)
    conflicts: list[list[Any]] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)
    hidden: bool = False

    @property
    def writes(self) -> bool:
        """Tell whether committing this row changes the ledger."""
        return self.status in {"new", "changed"}


@dataclass(slots=True)
class ImportPlan:
    """All rows, and what else was read."""

    rows: list[PlannedRow] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    totals: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_count: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each status; they add up to the rows read."""
        counted = Counter(row.status for row in self.rows)
        return {
            status: counted.get(status, 0) for status in ("new", "changed", "same", "conflict", "rejected")
        }

    def open_doubts(self) -> int:
        """Return how many soft findings nobody has settled."""
        return sum(not doubt[4] for row in self.rows for doubt in row.doubts)
