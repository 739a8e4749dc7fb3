"""Writing xlsx files in which nothing but numbers, dates and texts can stand.

A text is written as a text whatever it begins with (= + - @), so that a name typed into a ledger can never
become a formula on somebody else's machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import xlsxwriter

Value: TypeAlias = str | int | Decimal | date | None

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def build(fill: Callable[[Any], None]) -> bytes:
    """Return a workbook that a function fills."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        fill(workbook)
    return target.getvalue()


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
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
    else:
        sheet.write_string(row, column, str(value), style)


def write_row(sheet: Any, row: int, values: Sequence[Value], styles: Sequence[Any]) -> None:
    """Write a row of cells with a style each."""
    for column, (value, style) in enumerate(zip(values, styles, strict=True)):
        write(sheet, row, column, value, style)
