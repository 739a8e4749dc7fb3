"""A plan in a file beside its batch: column by column, since rows of one table have most in common."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledgers.importing.pace import collector_paused
from ledgers.importing.plan import ImportPlan, PlannedRow
from records.marks import Mark

# Rows of one line of the file.
BLOCK = 5000
# What every row has, what few rows have, and what is kept by attribute.
PLAIN = ("number", "status", "label", "pk", "version", "hidden")
RARE = ("problems", "doubts", "notes")
BY_ATTRIBUTE = ("values", "old")

# JSON keeps numbers, truth and nothing as they are; other kinds are texts with a tag that names the kind.
TAGS: dict[type, str] = {str: "S", Decimal: "D", date: "T", Mark: "M"}
KINDS: dict[str, Callable[[str], Any]] = {
    "S": str,
    "D": Decimal,
    "T": date.fromisoformat,
    "M": Mark,
}
# A column that holds several kinds tags every value.
MIXED = "?"


def pack(value: Any) -> Any:
    """Return a value in a form that JSON keeps whole."""
    tag = TAGS.get(type(value))
    return f"{tag}{value}" if tag else value


def unpack(value: Any) -> Any:
    """Return the value that was packed."""
    return KINDS[value[0]](value[1:]) if isinstance(value, str) else value


def _pack_column(values: Sequence[Any]) -> list[Any]:
    """Return [tag, values] of a column."""
    kinds = set(map(type, values)) - {type(None)}
    tags = {TAGS.get(kind, "") for kind in kinds}
    if len(tags) > 1:
        return [MIXED, [pack(value) for value in values]]
    tag = next(iter(tags), "")
    if tag in {"", "S"}:
        return [tag, values]
    return [tag, [None if value is None else str(value) for value in values]]


def _unpack_column(tag: str, values: list[Any]) -> list[Any]:
    if tag in {"", "S"}:
        return values
    if tag == MIXED:
        return [unpack(value) for value in values]
    read = KINDS[tag]
    return [None if value is None else read(value) for value in values]


def write_plan(plan: ImportPlan, path: Path) -> None:
    """Write the plan to a file, complete or not at all."""
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
        for start in range(0, len(plan.rows), BLOCK):
            block = _pack_block(plan.rows[start : start + BLOCK])
            lines.write(json.dumps(block, ensure_ascii=False, separators=(",", ":")) + "\n")
    fresh.replace(path)


def _pack_block(rows: Sequence[PlannedRow]) -> dict[str, Any]:
    block: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in PLAIN}
    for name in RARE:
        block[name] = [(at, told) for at, row in enumerate(rows) if (told := getattr(row, name))]
    block["conflicts"] = [
        (at, [[name, *map(pack, sides), by, at_time] for name, *sides, by, at_time in row.conflicts])
        for at, row in enumerate(rows)
        if row.conflicts
    ]
    for name in BY_ATTRIBUTE:
        block[name] = _pack_mappings([getattr(row, name) for row in rows])
    return block


def _pack_mappings(mappings: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return [names, positions, columns] for every set of names that mappings have in common."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, mapping in enumerate(mappings):
        if mapping:
            alike[tuple(mapping)].append(at)
    return [
        [names, positions, [_pack_column([mappings[at][name] for at in positions]) for name in names]]
        for names, positions in alike.items()
    ]


@collector_paused()
def read_plan(path: Path) -> ImportPlan:
    """Read a plan back."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        plan = ImportPlan(**json.loads(next(lines)))
        for line in lines:
            plan.rows.extend(_unpack_block(json.loads(line)))
    return plan


def _unpack_block(block: dict[str, Any]) -> Iterator[PlannedRow]:
    rows = [
        PlannedRow(**dict(zip(PLAIN, facts, strict=True)))
        for facts in zip(*(block[name] for name in PLAIN), strict=True)
    ]
    for name in RARE:
        for at, told in block[name]:
            setattr(rows[at], name, told)
    for at, conflicts in block["conflicts"]:
        rows[at].conflicts = [
            [name, *map(unpack, sides), by, at_time] for name, *sides, by, at_time in conflicts
        ]
    for name in BY_ATTRIBUTE:
        for names, positions, packed in block[name]:
            columns = [_unpack_column(tag, values) for tag, values in packed]
            for at, values in zip(positions, zip(*columns, strict=True), strict=True):
                setattr(rows[at], name, dict(zip(names, values, strict=True)))
    yield from rows
