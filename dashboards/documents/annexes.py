"""Tables of any shape in a document: plain JSON that the page, Word, PDF and xlsx show alike.

A cell holds the text that is printed (``t``) and, where it is a number, the number itself (``v``: a whole
number, or a decimal as text) for the workbook; ``m`` and ``r`` name the measure and region of a number whose
rows can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["text", "count", "amount", "rate", "long"]
Cell: TypeAlias = dict[str, Any]
NONE = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it holds, the heading of its group, its share of the width."""

    label: str
    kind: Kind = "text"
    group: str = ""
    width: int = 10


def annex(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    total: Sequence[Cell] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Return a table as a document keeps it."""
    return {
        "caption": caption,
        "columns": [asdict(column) for column in columns],
        "rows": [list(row) for row in rows],
        "total": list(total) if total is not None else None,
        "note": note,
    }


def words(text: str) -> Cell:
    """Return a cell with words."""
    return {"t": text}


def count(value: int | None, measure: str = "", region: str = "") -> Cell:
    """Return a cell with a whole number; None was not reported and is printed as a dash."""
    if value is None:
        return {"t": NONE}
    return _linked({"t": f"{value:,}", "v": value}, measure, region)


def amount(value: Decimal | None, measure: str = "", region: str = "") -> Cell:
    """Return a cell with a decimal that is rounded already."""
    if value is None:
        return {"t": NONE}
    return _linked({"t": f"{value:,}", "v": str(value)}, measure, region)


def _linked(cell: Cell, measure: str, region: str) -> Cell:
    return {**cell, "m": measure, "r": region} if measure else cell


def heads(columns: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the header rows with the columns and rows each heading spans: one, or two where groups are."""
    if not any(column["group"] for column in columns):
        return [[_head(column["label"], 1, 1) for column in columns]]
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    for index, column in enumerate(columns):
        if not column["group"]:
            upper.append(_head(column["label"], 1, 2))
            continue
        lower.append(_head(column["label"], 1, 1))
        if index and columns[index - 1]["group"] == column["group"]:
            upper[-1]["cols"] += 1
        else:
            upper.append(_head(column["group"], 1, 1))
    return [upper, lower]


def _head(text: str, cols: int, rows: int) -> dict[str, Any]:
    return {"text": text, "cols": cols, "rows": rows}


def is_number(column: Mapping[str, Any]) -> bool:
    """Tell whether the cells of a column stand at the right."""
    return column["kind"] in {"count", "amount", "rate"}


def lines_of(table: Mapping[str, Any]) -> list[list[Cell]]:
    """Return the rows and, last, the total."""
    return [*table["rows"], *([table["total"]] if table["total"] else [])]


def printed(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table as texts alone, for formats that only print."""
    return {
        "caption": table["caption"],
        "note": table["note"],
        "widths": [column["width"] for column in table["columns"]],
        "right": [is_number(column) for column in table["columns"]],
        "heads": heads(table["columns"]),
        "rows": [[cell["t"] for cell in row] for row in table["rows"]],
        "total": [cell["t"] for cell in table["total"]] if table["total"] else [],
    }
