"""The plan of an import: what each row of the file would do, kept beside the batch until somebody decides."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from records.marks import Mark


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


TAGS: dict[type, str] = {Decimal: "D", date: "T", Mark: "M", str: "S"}


def pack(value: Any) -> Any:
    """Return a value in a form that JSON keeps whole: numbers and nothing as they are, the rest tagged."""
    tag = TAGS.get(type(value))
    return f"{tag}{value}" if tag else value


def unpack(value: Any) -> Any:
    """Return the value that was packed."""
    if not isinstance(value, str):
        return value
    tag, text = value[0], value[1:]
    if tag == "S":
        return text
    if tag == "D":
        return Decimal(text)
    return date.fromisoformat(text) if tag == "T" else Mark(text)


def write_plan(plan: ImportPlan, path: Path) -> None:
    """Write the plan to a file, a line a row, complete or not at all."""
    fresh = path.with_suffix(".part")
    head = {
        "left_out": plan.left_out,
        "totals": plan.totals,
        "remarks": plan.remarks,
        "missing": plan.missing,
        "missing_count": plan.missing_count,
    }
    with gzip.open(fresh, "wt", encoding="utf-8", compresslevel=1) as lines:
        lines.write(json.dumps(head, ensure_ascii=False) + "\n")
        for row in plan.rows:
            lines.write(json.dumps(_packed(row), ensure_ascii=False, separators=(",", ":")) + "\n")
    fresh.replace(path)


def _packed(row: PlannedRow) -> list[Any]:
    return [
        row.number,
        row.status,
        row.label,
        row.pk,
        row.version,
        {name: pack(value) for name, value in row.values.items()},
        {name: pack(value) for name, value in row.old.items()},
        row.problems,
        row.doubts,
        [
            [name, pack(base), pack(mine), pack(theirs), by, at]
            for name, base, mine, theirs, by, at in row.conflicts
        ],
        row.notes,
        row.hidden,
    ]


def read_plan(path: Path) -> ImportPlan:
    """Read a plan back."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        plan = ImportPlan(**json.loads(next(lines)))
        plan.rows = list(_rows(lines))
    return plan


def _rows(lines: Any) -> Iterator[PlannedRow]:
    for line in lines:
        number, status, label, pk, version, values, old, problems, doubts, conflicts, notes, hidden = (
            json.loads(line)
        )
        yield PlannedRow(
            number=number,
            status=status,
            label=label,
            pk=pk,
            version=version,
            values={name: unpack(value) for name, value in values.items()},
            old={name: unpack(value) for name, value in old.items()},
            problems=problems,
            doubts=doubts,
            conflicts=[
                [name, unpack(base), unpack(mine), unpack(theirs), by, at]
                for name, base, mine, theirs, by, at in conflicts
            ],
            notes=notes,
            hidden=hidden,
        )
