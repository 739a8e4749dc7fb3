"""What is written into a table by another program comes out cell by cell as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgers.reader import Cell, read_file
from tests.excel_corpus.cases import VOCABULARY

HEADINGS: list[Cell] = ["序号", "小区名称", "街道", "备注", "户数", "建筑面积", "开工日期", "改造内容"]
COMMON = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)

# No cell of any workbook: what XML cannot hold, line ends that it rewrites, the sign of a lost character.
letters = st.characters(
    exclude_categories=("Cs", "Cc", "Cn", "Co"),
    include_characters="\n\t",
    exclude_characters="\ufffd\ufffe\uffff",
)
texts = st.text(letters, min_size=1, max_size=20).filter(lambda text: bool(text) and not text.isspace())
# Fifteen digits are what Excel itself keeps of a number.
fractions = st.decimals(-(10**9), 10**9, allow_nan=False, places=4).map(float)
days = st.dates(date(1900, 3, 1), date(2199, 12, 31))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda m: m.replace(microsecond=0))
typed = st.one_of(st.none(), texts, st.integers(-(10**14), 10**14), fractions, days, moments, st.booleans())
typed_rows = st.lists(st.lists(typed, min_size=5, max_size=5), min_size=1, max_size=12)
text_rows = st.lists(st.lists(st.one_of(st.none(), texts), min_size=5, max_size=5), min_size=1, max_size=12)


def complete(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Put before each row what makes it data: a serial number, a name, a street."""
    return [[i, f"第{i}小区", "河南街道", *row] for i, row in enumerate(rows, start=1)]


def plain(cell: Cell) -> Cell:
    """Return a value as a workbook has it: whole numbers have no fraction, midnight is a date."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell == datetime(cell.year, cell.month, cell.day):
        return cell.date()
    return cell


def read_cells(path: Path) -> list[list[tuple[type, Cell]]]:
    document = read_file(path, path.name, header_words=VOCABULARY)
    return [[(type(cell), cell) for cell in row.cells] for row in document.rows]


def expected_cells(rows: Sequence[Sequence[Cell]]) -> list[list[tuple[type, Cell]]]:
    return [[(type(plain(cell)), plain(cell)) for cell in row] for row in rows]


@given(typed_rows)
@COMMON
def test_a_workbook_of_xlsxwriter(tmp_path: Path, rows: list[list[Cell]]) -> None:
    path = tmp_path / "table.xlsx"
    table = complete(rows)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("台账")
        for number, row in enumerate([HEADINGS, *table]):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
    assert read_cells(path) == expected_cells(table)


@given(typed_rows)
@COMMON
def test_a_workbook_of_openpyxl(tmp_path: Path, rows: list[list[Cell]]) -> None:
    path = tmp_path / "table.xlsx"
    table = complete(rows)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate([HEADINGS, *table], start=1):
        for column, cell in enumerate(row, start=1):
            target = sheet.cell(number, column, cell)
            if isinstance(cell, str):
                target.data_type = "s"
    book.save(path)
    assert read_cells(path) == expected_cells(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=text_rows)
@settings(COMMON, max_examples=15)
def test_a_text_table(tmp_path: Path, rows: list[list[Cell]], encoding: str, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    table = complete(rows)
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([HEADINGS, *table])
    path.write_bytes(buffer.getvalue().encode(encoding))
    document = read_file(path, path.name, header_words=VOCABULARY)
    assert [row.cells for row in document.rows] == [
        [None if cell is None else str(cell) for cell in row] for row in table
    ]
