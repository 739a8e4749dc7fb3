"""Writing workbooks and CSV files in which nothing but numbers, dates and texts can stand.

A text is written as a text whatever it begins with (= + - @), so that a name typed into a ledger can never
become a formula on somebody else's machine: in a workbook by the type of the cell, in a CSV file, which has
no types, by an apostrophe before it that the portal takes off again when its own file comes back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, TypeAlias

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

Value: TypeAlias = str | int | Decimal | date | None

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
# Before this day Excel counts a day that never was; such dates are written as text.
FIRST_SAFE_DAY = date(1900, 3, 1)
# What a spreadsheet may run as a formula when it stands first in a text of a CSV file; apostrophes before it
# count too, so that taking one off gives back exactly what was there.
GUARDED = re.compile("'*[=+\\-@\t\r\n;＝＋－＠]")


def build(fill: Callable[[Any], None]) -> bytes:
    """Return a workbook that a function fills."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        fill(workbook)
    return target.getvalue()


@contextmanager
def streamed(target: IO[bytes]) -> Iterator[Any]:
    """Yield a workbook whose rows must be written from top to bottom, in memory that does not grow."""
    options = {**OPTIONS, "in_memory": False, "constant_memory": True}
    with xlsxwriter.Workbook(target, options) as workbook:
        yield workbook


def write(sheet: Any, row: int, column: int, value: Value, style: Any = None) -> None:
    """Write one cell by the type of its value; None is an empty cell."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        raise TypeError("A cell holds a number, a date or a text.")
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), style)
    elif isinstance(value, date) and value >= FIRST_SAFE_DAY:
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
    else:
        sheet.write_string(row, column, str(value), style)


def write_row(sheet: Any, row: int, values: Sequence[Value], styles: Sequence[Any]) -> None:
    """Write a row of cells with a style each."""
    for column, (value, style) in enumerate(zip(values, styles, strict=True)):
        write(sheet, row, column, value, style)


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column."""
    return str(xl_col_to_name(index))


def guarded(text: str) -> str:
    """Return a text as a CSV file may hold it: with an apostrophe before what could be run."""
    return f"'{text}" if GUARDED.match(text) else text


def without_guard(text: str) -> str:
    """Return the text that was guarded."""
    return text[1:] if text.startswith("'") and GUARDED.match(text) else text


def csv_text(value: Value) -> str:
    """Return a value as a CSV cell: texts guarded, numbers (negative ones too) and dates as they are read."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    return str(value)


class CsvSheet:
    """A CSV file as Excel and WPS open it: UTF-8 with its mark, texts in quotation marks, numbers without."""

    def __init__(self, target: IO[str]) -> None:
        target.write("\ufeff")
        self._plain = csv.writer(target, lineterminator="\r\n")
        self._quoted = csv.writer(target, lineterminator="\r\n", quoting=csv.QUOTE_ALL)

    def line(self, values: Sequence[Value]) -> None:
        """Write a row; when one of its texts is guarded every cell of the row is quoted."""
        texts = [csv_text(value) for value in values]
        risky = any(isinstance(value, str) and GUARDED.match(value) for value in values)
        (self._quoted if risky else self._plain).writerow(texts)
