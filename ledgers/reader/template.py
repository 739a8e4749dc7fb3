"""How a workbook shows that the portal wrote it, agreed between the reader and whoever writes workbooks.

A template or an error workbook carries a hidden sheet named ``_template`` with two columns, name and value.
The reader needs one of the names, ``sheet``: the sheet that holds the table, wherever it stands in the
workbook. All other values (ledger, unit, year, checksum …) are handed on as they are. The table itself has
the columns ``_key`` and ``_version`` (and may have ``_template``), so that a CSV saved from it is known too.

An error workbook of somebody's own table also names its ``summary``, the one sheet that is ours: what else
is in the file is still reported as not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from accounts import spreadsheets
from ledgers.reader.document import Cell

STAMP_SHEET = "_template"
SHEET_VALUE = "sheet"
SUMMARY_VALUE = "summary"
KEY_HEADING = "_key"
VERSION_HEADING = "_version"
TEMPLATE_HEADING = "_template"
STAMP_HEADINGS = frozenset({KEY_HEADING, VERSION_HEADING, TEMPLATE_HEADING})


def stamp_values(rows: Iterable[Sequence[Cell]]) -> dict[str, str]:
    """Return the name–value pairs of a stamp sheet."""
    return {str(row[0]): "" if row[1] is None else str(row[1]) for row in rows if len(row) > 1 and row[0]}


def without_guard(cell: Cell) -> Cell:
    """Return a text of the portal's own CSV export without the apostrophe that kept it from being a formula.

    Only files with the portal's columns are treated so: in anybody else's table the apostrophe is the text.
    """
    return spreadsheets.without_guard(cell) if isinstance(cell, str) else cell
