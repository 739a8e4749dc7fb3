"""The template: my rows as they are now, ready to be filled in and uploaded again.

What may not be changed is grey, what is chosen from a list has the list, and hidden columns tell the portal
which row is which. The sheet is not protected: sorting, inserting and pasting stay possible, and whatever is
closed is refused by the upload with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts import spreadsheets
from ledgers.grid import GridScope
from ledgers.reader.template import STAMP_SHEET
from ledgers.workbooks.guide import write_guide
from ledgers.workbooks.sheets import (
    HEAD,
    OWN_HEADINGS,
    REQUIRED_HEAD,
    Made,
    cells_of,
    file_name,
    freeze,
    header_of,
    number_format,
    own_cells,
    queryset_of,
    set_widths,
    sheet_name,
)
from ledgers.workbooks.stamp import stamp_of
from records.columns import ChoiceWidget, Column, Context
from records.locks import ALL, locks_on
from records.marks import CLEAR_LABEL
from records.planning import record_type
from records.rows import chunks

# Rows below the filled ones in which a list still opens.
SPARE_ROWS = 200
LISTS_SHEET = "_lists"
GREY = "#E4E7EA"


def template(scope: GridScope, target: IO[bytes]) -> Made:
    """Write the template of a ledger, filled with the rows the user may change, to an open file."""
    with spreadsheets.streamed(target) as workbook:
        return _Template(scope, workbook).write()


class _Template:
    """A template while it is written: the data first, then its lists, the guide and the stamp."""

    def __init__(self, scope: GridScope, workbook: Any) -> None:
        self.scope = scope
        self.workbook = workbook
        self.resource = scope.ledger.resource
        self.columns: Sequence[Column] = self.resource.columns()
        self.context: Context = scope.context()
        self.sheet = workbook.add_worksheet(sheet_name(str(scope.ledger.title)))
        self.open = [self._format(column) for column in self.columns]
        self.closed = [self._format(column, bg_color=GREY) for column in self.columns]
        self.plain = workbook.add_format()

    def _format(self, column: Column, **more: Any) -> Any:
        look = {"num_format": number_format(column), "border": 1, "border_color": "#CFD5DB", **more}
        return self.workbook.add_format(look)

    def write(self) -> Made:
        """Write all sheets."""
        self._head()
        count = self._rows()
        write_guide(self.workbook, self.scope, self.context)
        self._lists(count)
        self._stamp()
        self.sheet.activate()
        self.sheet.set_first_sheet()
        return Made(file_name(self.scope, _("template"), "xlsx"), count)

    def _head(self) -> None:
        plain, required = self.workbook.add_format(HEAD), self.workbook.add_format(REQUIRED_HEAD)
        set_widths(self.sheet, self.columns, self.open)
        width = len(self.columns)
        self.sheet.set_column(width, width + len(OWN_HEADINGS) - 1, 10, self.plain, {"hidden": True})
        freeze(self.sheet, self.columns)
        styles = [required if column.required else plain for column in self.columns]
        headings = [*map(header_of, self.columns), *OWN_HEADINGS]
        spreadsheets.write_row(self.sheet, 0, headings, [*styles, *[plain] * len(OWN_HEADINGS)])

    def _rows(self) -> int:
        """Write the rows, and below them the closed cells of rows yet to come; return how many there are."""
        number = 0
        found = queryset_of(self.scope, editable=True)
        for part in chunks(self.resource.iterate_rows(found)):
            locks = locks_on(record_type(self.resource.model), part, self.scope.user)
            for row, closed in zip(part, locks, strict=True):
                number += 1
                cells = [*cells_of(self.columns, row, self.context), *own_cells(self.scope, row)]
                styles = [*self._styles(closed), *[self.plain] * len(OWN_HEADINGS)]
                spreadsheets.write_row(self.sheet, number, cells, styles)
        for spare in range(number + 1, number + 1 + SPARE_ROWS):
            for index, column in enumerate(self.columns):
                if column.readonly:
                    self.sheet.write_blank(spare, index, None, self.closed[index])
        return number

    def _styles(self, locks: Mapping[str, str]) -> list[Any]:
        return [
            grey if column.readonly or not column.stored or {column.stored, ALL} & locks.keys() else white
            for column, white, grey in zip(self.columns, self.open, self.closed, strict=True)
        ]

    def _lists(self, count: int) -> None:
        """Write the choices to a hidden sheet and open them in the cells (a cell's own list holds 255)."""
        hidden = self.workbook.add_worksheet(LISTS_SHEET)
        hidden.hide()
        lists = self._choices()
        width = max(map(len, lists.values()), default=0)
        for line in range(width):
            for position, choices in enumerate(lists.values()):
                if line < len(choices):
                    spreadsheets.write(hidden, line, position, choices[line])
        for position, (index, choices) in enumerate(lists.items()):
            letter = spreadsheets.column_letters(position)
            strict = isinstance(self.columns[index].cell, ChoiceWidget)
            self.sheet.data_validation(
                1,
                index,
                count + SPARE_ROWS,
                index,
                {
                    "validate": "list",
                    "source": f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(choices)}",
                    # Places have codes and other spellings too, which the upload understands.
                    "error_type": "stop" if strict else "warning",
                    "error_title": str(self.columns[index].header)[:32],
                    "error_message": _("Choose from the list."),
                },
            )

    def _choices(self) -> dict[int, list[str]]:
        lists = {}
        for index, column in enumerate(self.columns):
            choices = [] if column.readonly else column.cell.choices(self.context)
            if choices:
                emptied = [] if column.required or column.stored is None else [str(CLEAR_LABEL)]
                lists[index] = [*choices, *emptied]
        return lists

    def _stamp(self) -> None:
        hidden = self.workbook.add_worksheet(STAMP_SHEET)
        hidden.very_hidden()
        for line, pair in enumerate(stamp_of(self.scope, self.sheet.get_name()).items()):
            spreadsheets.write_row(hidden, line, pair, [None, None])
