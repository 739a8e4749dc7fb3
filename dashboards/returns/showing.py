"""A filled form on the page: its cells as they stand in the workbook, numbers with the way to their rows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboards.returns.filling import PLAIN, Cell, Form

# Lines shown on the page; the workbook has all of them.
MOST_LINES = 120
MOST_COLUMNS = 40


def sheets_of(form: Form) -> list[dict[str, Any]]:
    """Return the sheets of a filled form as tables: title, rows of cells, how many lines are not shown."""
    return [_sheet(sheet, form.filled) for sheet in form.book.worksheets if sheet.sheet_state == "visible"]


def _sheet(sheet: Any, filled: Mapping[tuple[str, str], Cell]) -> dict[str, Any]:
    spans = {
        (area.min_row, area.min_col): (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1)
        for area in sheet.merged_cells.ranges
    }
    hidden = {
        (row, column)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    } - set(spans)
    width = min(sheet.max_column, MOST_COLUMNS)
    lines = []
    for row in range(1, min(sheet.max_row, MOST_LINES) + 1):
        cells = [
            _cell(sheet, row, column, spans.get((row, column), (1, 1)), filled)
            for column in range(1, width + 1)
            if (row, column) not in hidden
        ]
        lines.append(cells)
    return {"title": sheet.title, "lines": lines, "more": max(sheet.max_row - MOST_LINES, 0)}


def _cell(
    sheet: Any, row: int, column: int, span: tuple[int, int], filled: Mapping[tuple[str, str], Cell]
) -> dict[str, Any]:
    cell = sheet.cell(row, column)
    known = filled.get((sheet.title, cell.coordinate))
    value = cell.value
    return {
        "text": str(value) if cell.number_format == PLAIN else shown(value),
        "rows": span[0],
        "columns": span[1],
        "numeric": isinstance(value, int | float | Decimal),
        "bold": bool(cell.font and cell.font.bold),
        "filled": known is not None,
        "label": known.label if known else "",
        "url": known.url if known else "",
    }


def shown(value: Any) -> str:
    """Return a value as a page prints it: numbers with thousands, nothing for a blank cell."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{Decimal(str(value)):,}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
