"""A text or .xls file as an .xlsx workbook with its errors marked, every cell where it stood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from accounts import spreadsheets
from ledgers.reader import Grid
from ledgers.reader.document import Cell
from ledgers.reader.facts import FORMULA, MERGED, NO_RESULT
from ledgers.reader.template import STAMP_SHEET
from ledgers.workbooks.patching import Link, Marks, Summary
from ledgers.workbooks.sheetpatch import MESSAGE_WIDTH
from ledgers.workbooks.styles import GROUNDS

DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def rebuild(grid: Grid, marks: Marks, target: IO[bytes]) -> None:
    """Write a grid and its marks to an open file."""
    options = {**spreadsheets.OPTIONS, "date_1904": grid.date1904}
    with xlsxwriter.Workbook(target, options) as workbook:
        _Rebuilt(grid, marks, workbook).write()


class _Rebuilt:
    """The workbook while it is written."""

    def __init__(self, grid: Grid, marks: Marks, workbook: Any) -> None:
        self.grid = grid
        self.marks = marks
        self.workbook = workbook
        self.sheet = workbook.add_worksheet(marks.sheet)
        self._styles: dict[tuple[str, str], Any] = {}

    def write(self) -> None:
        """Write the data, the marks, the summary and the stamp."""
        for position, row in enumerate(self.grid.rows):
            self._row(position, row)
        self._facts()
        self._messages()
        for (number, index), text in self.marks.notes:
            self.sheet.write_comment(number - 1, index, text)
        self._summary(self.marks.summary)
        if self.marks.stamp:
            hidden = self.workbook.add_worksheet(STAMP_SHEET)
            for line, pair in enumerate(self.marks.stamp.items()):
                spreadsheets.write_row(hidden, line, pair, [None, None])
            hidden.very_hidden()
        self.sheet.activate()

    def _style(self, ground: str, number_format: str = "") -> Any:
        key = (ground, number_format)
        if key not in self._styles:
            look: dict[str, Any] = {"bg_color": f"#{GROUNDS[ground][2:]}"} if ground else {}
            if number_format:
                look["num_format"] = number_format
            self._styles[key] = self.workbook.add_format(look) if look else None
        return self._styles[key]

    def _row(self, position: int, row: Sequence[Cell]) -> None:
        number = position + 1
        grounds = self.marks.wanted.grounds.get(number, {})
        flags = self.grid.flags.get(number, {})
        for index, value in enumerate(row):
            ground, flag = grounds.get(index, ""), flags.get(index, "")
            if flag == NO_RESULT:
                self.sheet.write_formula(position, index, "=NA()", self._style(ground), "")
            elif flag and flag not in {FORMULA, MERGED}:
                self.sheet.write_string(position, index, flag.removeprefix("error:"), self._style(ground))
            elif value is not None or ground:
                self._cell(position, index, value, ground)

    def _cell(self, position: int, index: int, value: Cell, ground: str) -> None:
        sheet, style = self.sheet, self._style(ground)
        if isinstance(value, bool):
            sheet.write_boolean(position, index, value, style)
        elif isinstance(value, float):
            sheet.write_number(position, index, Decimal(repr(value)), style)
        elif isinstance(value, datetime):
            sheet.write_datetime(position, index, value, self._style(ground, MOMENT))
        elif isinstance(value, date):
            spreadsheets.write(sheet, position, index, value, self._style(ground, DAY))
        else:
            spreadsheets.write(sheet, position, index, value, style)

    def _facts(self) -> None:
        """Hide what was hidden and merge what was merged."""
        for number in self.grid.hidden_rows:
            self.sheet.set_row(number - 1, None, None, {"hidden": True})
        for index in self.grid.hidden_columns:
            self.sheet.set_column(index, index, None, None, {"hidden": True})
        for merge in self.grid.merged:
            if merge.top <= len(self.grid.rows) and (merge.top, merge.left) != (merge.bottom, merge.right):
                value = self.grid.rows[merge.top - 1][merge.left] if merge.left < self.grid.width else None
                self.sheet.merge_range(merge.top - 1, merge.left, merge.bottom - 1, merge.right, "")
                ground = self.marks.wanted.grounds.get(merge.top, {}).get(merge.left, "")
                self._cell(merge.top - 1, merge.left, value, ground)

    def _messages(self) -> None:
        wanted = self.marks.wanted
        if wanted.message_index < 0:
            return
        style = self.workbook.add_format({"bg_color": f"#{GROUNDS['wrong'][2:]}", "text_wrap": True})
        self.sheet.set_column(wanted.message_index, wanted.message_index, MESSAGE_WIDTH)
        spreadsheets.write(self.sheet, wanted.heading_row - 1, wanted.message_index, wanted.heading, style)
        for number, text in wanted.messages.items():
            if text:
                spreadsheets.write(self.sheet, number - 1, wanted.message_index, text, style)
            else:
                self.sheet.write_blank(number - 1, wanted.message_index, None, None)

    def _summary(self, summary: Summary) -> None:
        sheet = self.workbook.add_worksheet(summary.name)
        bold = self.workbook.add_format({"bold": True})
        for index, width in enumerate(summary.widths):
            sheet.set_column(index, index, width)
        for position, line in enumerate(summary.lines):
            for index, value in enumerate(line):
                if isinstance(value, Link):
                    name = value.sheet.replace("'", "''")
                    sheet.write_url(position, index, f"internal:'{name}'!{value.place}", string=value.text)
                else:
                    spreadsheets.write(sheet, position, index, value, bold if position == 0 else None)
