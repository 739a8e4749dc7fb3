"""Exports: the rows on screen as a plain workbook or CSV file that the portal can read back unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts import spreadsheets
from ledgers.grid import GridScope
from ledgers.workbooks.sheets import (
    HEAD,
    NOTE,
    OWN_HEADINGS,
    Made,
    cells_of,
    file_name,
    freeze,
    header_of,
    notes_below,
    number_format,
    own_cells,
    queryset_of,
    set_widths,
    sheet_name,
)
from records.columns import Column

FORMATS = ("xlsx", "csv")


class _Rows:
    """The rows of an export, counted while they pass."""

    def __init__(self, scope: GridScope) -> None:
        self.scope = scope
        self.columns: Sequence[Column] = scope.ledger.resource.columns()
        self.count = self.simulated = 0

    def __iter__(self) -> Iterator[list[spreadsheets.Value]]:
        context = self.scope.context()
        found = queryset_of(self.scope, editable=False)
        for row in self.scope.ledger.resource.iterate_rows(found):
            self.count += 1
            self.simulated += bool(row.get("is_simulated"))
            yield [*cells_of(self.columns, row, context), *own_cells(self.scope, row)]

    @property
    def headings(self) -> list[str]:
        """Return the heading row, with the hidden columns last."""
        return [*(header_of(column) for column in self.columns), *OWN_HEADINGS]

    def notes(self) -> list[str]:
        """Return the lines below the rows, once all of them have passed."""
        return notes_below(self.count, self.simulated, self.scope.user.display_name)


def export(scope: GridScope, target: IO[bytes], kind: str) -> Made:
    """Write the scope's rows to an open file as ``xlsx`` or ``csv``."""
    rows = _Rows(scope)
    if kind == "csv":
        _write_csv(rows, target)
    else:
        with spreadsheets.streamed(target) as workbook:
            _write_sheet(rows, workbook)
    return Made(file_name(scope, _("export"), kind), rows.count)


def _write_csv(rows: _Rows, target: IO[bytes]) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    sheet = spreadsheets.CsvSheet(text)
    sheet.line(rows.headings)
    for cells in rows:
        sheet.line(cells)
    for note in rows.notes():
        sheet.line([note])
    # The file stays open for whoever sends it.
    text.detach()


def _write_sheet(rows: _Rows, workbook: Any) -> None:
    sheet = workbook.add_worksheet(sheet_name(str(rows.scope.ledger.title)))
    head, note = workbook.add_format(HEAD), workbook.add_format(NOTE)
    plain = workbook.add_format()
    formats = [workbook.add_format({"num_format": number_format(column)}) for column in rows.columns]
    set_widths(sheet, rows.columns, formats)
    width = len(rows.columns)
    sheet.set_column(width, width + len(OWN_HEADINGS) - 1, 10, plain, {"hidden": True})
    freeze(sheet, rows.columns)
    spreadsheets.write_row(sheet, 0, rows.headings, [head] * len(rows.headings))
    styles = [*formats, *[plain] * len(OWN_HEADINGS)]
    for number, cells in enumerate(rows, start=1):
        spreadsheets.write_row(sheet, number, cells, styles)
    for number, text in enumerate(rows.notes(), start=rows.count + 1):
        spreadsheets.write(sheet, number, 0, text, note)
