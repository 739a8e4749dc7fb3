"""How much is read: exactly up to the limits, and nothing blank counts."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ledgers.reader import LIMITS, Document, FileRefused, Limits, read_file
from tests.excel_corpus.cases import VOCABULARY, delimited
from tests.excel_corpus.cases_refused import book_stream, record
from tests.excel_corpus.writers import Sheet, compound, workbook

TITLES: list[list[object]] = [["计划表"], ["单位：户"], ["小区名称", "户数"]]


def read(folder: Path, name: str, content: bytes, limits: Limits = LIMITS) -> Document:
    path = folder / name
    path.write_bytes(content)
    return read_file(path, name, header_words=VOCABULARY, limits=limits)


def table(count: int) -> list[list[object]]:
    """Return a table with that many rows of data, and titles, a total and a note around them."""
    rows: list[list[object]] = [[f"第{i}小区", i] for i in range(count)]
    return [*TITLES, *rows, ["合计", sum(range(count))], ["注：模拟数据"]]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_as_many_rows_as_allowed_are_read(tmp_path: Path, kind: str) -> None:
    rows = table(LIMITS.max_rows)
    content = workbook([Sheet(rows)]) if kind == "xlsx" else delimited(rows).encode()
    document = read(tmp_path, f"table.{kind}", content)
    assert len(document.rows) == 20_000
    assert (document.rows[0].number, document.rows[-1].number) == (4, 20_003)
    assert [total.number for total in document.total_rows] == [20_004]
    assert [note.number for note in document.note_lines] == [20_005]


@pytest.mark.parametrize("more", [1, 60])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_one_row_more_is_refused_with_the_limit_in_the_message(tmp_path: Path, kind: str, more: int) -> None:
    rows = table(LIMITS.max_rows + more)
    content = workbook([Sheet(rows)]) if kind == "xlsx" else delimited(rows).encode()
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, f"table.{kind}", content)
    assert refused.value.code == "too_many_rows"
    assert "20,000" in refused.value.message
    assert "20,000" in refused.value.mend


def test_too_many_rows_of_an_old_workbook_are_refused(tmp_path: Path) -> None:
    cells = b"".join(record(0x0203, struct.pack("<HHHd", row, 0, 0, 1.0)) for row in range(20_100))
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, "table.xls", compound({"Workbook": book_stream(cells)}))
    assert refused.value.code == "too_many_rows"


def test_blank_formatted_rows_do_not_count(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{number}" spans="1:2"><c r="A{number}" s="1"/><c r="B{number}" s="1"></c></row>'
        for number in range(3, 50_003)
    )
    first = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>小区名称</t></is></c><c r="B1" t="s"><v>0</v></c></row>'
    )
    second = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲小区</t></is></c><c r="B2"><v>100</v></c></row>'
    wide = '<row r="50003"><c r="XFD50003" s="1"/></row>'
    body = f'<worksheet xmlns="urn:m"><sheetData>{first}{second}{rows}{wide}</sheetData></worksheet>'
    book = workbook(
        [Sheet([["户数"]], xml=body)], extra={"xl/sharedStrings.xml": "<sst><si><t>户数</t></si></sst>"}
    )
    document = read(tmp_path, "table.xlsx", book)
    assert [row.cells for row in document.rows] == [["甲小区", 100]]
    assert document.skipped_blank == 0


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_last_allowed_column_is_read_and_the_next_refused(tmp_path: Path, kind: str) -> None:
    def content(width: int) -> bytes:
        rows: list[list[object]] = [["小区名称", *[f"列{i}" for i in range(1, width)]], [*range(width)]]
        return workbook([Sheet(rows)]) if kind == "xlsx" else delimited(rows).encode()

    assert len(read(tmp_path, f"wide.{kind}", content(200)).header.columns) == 200
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, f"wide.{kind}", content(201))
    assert refused.value.code == "too_many_columns"
    assert "GS" in refused.value.message


def test_a_file_above_the_size_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(LIMITS.max_bytes + 1)
    with pytest.raises(FileRefused) as refused:
        read_file(path, path.name, header_words=VOCABULARY)
    assert refused.value.code == "too_large"
    assert "20 MB" in refused.value.message


def test_a_stray_value_far_below_names_its_cell(tmp_path: Path) -> None:
    stray = '<row r="65536"><c r="B65536"><v>1</v></c></row>'
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    body = f'<worksheet xmlns="urn:m"><sheetData>{first}{stray}</sheetData></worksheet>'
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, "table.xlsx", workbook([Sheet([], xml=body)]))
    assert refused.value.code == "far_cell"
    assert "B65536" in refused.value.message
    assert "B65536" in refused.value.mend


def test_other_limits_can_be_set(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, "table.csv", delimited(table(11)).encode(), Limits(max_rows=10))
    assert refused.value.code == "too_many_rows"
    assert len(read(tmp_path, "table.csv", delimited(table(10)).encode(), Limits(max_rows=10)).rows) == 10
