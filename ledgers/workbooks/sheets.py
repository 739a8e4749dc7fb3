"""What templates and exports have in common: the columns, how their cells look, whose rows they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.spreadsheets import Value
from ledgers.grid import GridScope
from ledgers.reader.template import KEY_HEADING, TEMPLATE_HEADING, VERSION_HEADING
from ledgers.workbooks.stamp import row_mark
from records.columns import Column, Context

OWN_HEADINGS = (KEY_HEADING, VERSION_HEADING, TEMPLATE_HEADING)
PIXELS_PER_CHARACTER = 7
HEADER_HEIGHT = 32
LONGEST_SHEET_NAME = 31
NUMBER_FORMATS = {
    "text": "@",
    "integer": "#,##0",
    # 万元 with two places at least; 分 need six, which show only where they are.
    "money": "#,##0.00####",
    "date": "yyyy-mm-dd",
    "year": "0",
    "choice": "General",
    "reference": "General",
}
HEAD = {
    "bold": True,
    "text_wrap": True,
    "valign": "vcenter",
    "align": "center",
    "border": 1,
    "border_color": "#CFD5DB",
    "bg_color": "#E7F0F8",
}
REQUIRED_HEAD = {**HEAD, "bg_color": "#CFE2F3", "font_color": "#9C1C1C"}
NOTE = {"font_size": 9, "font_color": "#5C6874"}


@dataclass(frozen=True)
class Made:
    """A finished file: what it is called and how many rows it has."""

    name: str
    rows: int


def number_format(column: Column) -> str:
    """Return how a workbook shows a column's cells."""
    if column.cell.kind in {"decimal", "percent"}:
        return "#,##0." + "0" * column.cell.decimals
    return NUMBER_FORMATS[column.cell.kind]


def header_of(column: Column) -> str:
    """Return a column's heading with its unit; an asterisk marks what must be filled in."""
    return f"{column.title}*" if column.required else column.title


def sheet_name(title: str) -> str:
    """Return a title as a sheet may be called."""
    return "".join(char for char in title if char not in "[]:*?/\\'")[:LONGEST_SHEET_NAME] or "1"


def cells_of(columns: Sequence[Column], row: Mapping[str, Any], context: Context) -> list[Value]:
    """Return a row's cells as a workbook holds them: typed, marks in words, None where it is blank."""
    typed = (column.typed(row.get(column.name), context) for column in columns)
    return [None if value == "" else value for value in typed]


def own_cells(scope: GridScope, row: Mapping[str, Any]) -> list[Value]:
    """Return what the hidden columns hold for a row."""
    return [row["id"], row["version"], row_mark(scope.ledger.slug)]


def queryset_of(scope: GridScope, *, editable: bool) -> QuerySet[Any]:
    """Return the rows in scope; with ``editable`` only those the user may change."""
    resource = scope.ledger.resource
    found = resource.rows_for(scope.user, year=scope.year, unit=scope.unit)
    if editable and scope.reads_beyond:
        manager: Any = resource.model._default_manager
        found = found.filter(pk__in=manager.editable_by(scope.user).values("pk"))
    return found


def set_widths(sheet: Any, columns: Sequence[Column], formats: Sequence[Any]) -> None:
    """Give columns the widths of the grid and, for cells that are not there yet, their formats."""
    for index, (column, style) in enumerate(zip(columns, formats, strict=True)):
        sheet.set_column(index, index, max(column.width, 60) / PIXELS_PER_CHARACTER, style)


def freeze(sheet: Any, columns: Sequence[Column]) -> None:
    """Keep the headings and the frozen columns of the grid in view."""
    frozen = 0
    while frozen < len(columns) and columns[frozen].frozen:
        frozen += 1
    sheet.freeze_panes(1, frozen)
    sheet.set_row(0, HEADER_HEIGHT)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def file_name(scope: GridScope, what: str, suffix: str) -> str:
    """Return what a download is called: 项目台账 2020 延吉市 模板.xlsx."""
    region = scope.unit or scope.user.view_region
    parts = [str(scope.ledger.title), str(scope.year or ""), region.label, what]
    return f"{' '.join(part for part in parts if part)}.{suffix}"


def notes_below(rows: int, simulated: int, user: str) -> list[str]:
    """Return what stands below an export's rows; the reader knows such lines by their first word."""
    notes = [
        _("Note: data as of %(time)s, %(count)d rows, exported by %(name)s.")
        % {"time": f"{timezone.localtime():%Y-%m-%d %H:%M}", "count": rows, "name": user}
    ]
    if simulated:
        one, many = "Note: %(count)d row is simulated data.", "Note: %(count)d rows are simulated data."
        notes.append(ngettext(one, many, simulated) % {"count": simulated})
    return notes
