"""Marks can be put into any file the reader takes, and change nothing that it reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from defusedxml import ElementTree

from ledgers.reader import Cell, Document, Grid, SourceRow, read_file, read_grid
from ledgers.reader.template import without_guard
from ledgers.workbooks.patching import Link, Marks, Summary, patch
from ledgers.workbooks.rebuilding import rebuild
from ledgers.workbooks.sheetpatch import Wanted
from tests.excel_corpus.cases import VOCABULARY

FILES = Path(__file__).resolve().parent.parent / "excel_corpus" / "files"
READABLE = sorted(path for path in FILES.iterdir() if not path.name.startswith("refused"))


def marks_for(document: Document, grid: Grid) -> Marks:
    """Return marks on the first, a middle and the last cell of every third row, beside blanks too."""
    rows = [row.number for row in document.rows][::3]
    width = grid.width
    sheet = grid.sheet_name or "Sheet1"
    return Marks(
        sheet=sheet,
        wanted=Wanted(
            grounds={row: {0: "wrong", width // 2: "doubtful", width - 1: "wrong"} for row in rows},
            messages={row: f"第{row}行：<\"&'> \x07 不对" for row in rows},
            message_index=message_index(document, width),
            heading_row=document.header.first_row,
            heading="错误信息",
            data_from=document.header.last_row + 1,
        ),
        notes=[((row, 0), "请更正 & <看>") for row in rows],
        summary=Summary("汇总 ' 1", [["规则", 3, Link("A1", sheet, "A1")]], (10, 10)),
        stamp={} if grid.template_values is not None else {"sheet": sheet, "summary": "汇总 ' 1"},
    )


def message_index(document: Document, width: int) -> int:
    """Return the column of messages of an earlier round, else the next one."""
    former = [column.index for column in document.header.columns if column.text == "错误信息"]
    return former[0] if former else width


def told(document: Document) -> dict[str, object]:
    """Return what was read, without the column of messages."""
    width = max((len(row.cells) for row in document.rows), default=0)
    headings = [column.text for column in document.header.columns]
    if headings[-1:] == ["错误信息"]:
        headings.pop()
        width -= 1
    return {
        "headings": headings,
        "rows": [(row.number, *as_workbook(row, width), row.hidden) for row in document.rows],
        "titles": document.title_lines,
        "notes": [(note.number, note.text) for note in document.note_lines],
        "totals": [(total.number, total.label, total.cells[:width]) for total in document.total_rows],
        "hidden": document.hidden_columns,
        "merged": document.merged,
        "units": document.units,
        "blank": document.skipped_blank,
        # How a text file sets its quotation marks is no matter of a workbook.
        "warnings": [found.code for found in document.warnings if found.code != "uneven_quotes"],
    }


def as_workbook(row: SourceRow, width: int) -> tuple[list[Cell], dict[int, str]]:
    """Return cells and flags; an error may be a text, a formula its value."""
    cells = row.cells[:width]
    for index, flag in row.flags.items():
        if flag.startswith("error:"):
            cells[index] = flag.removeprefix("error:")
    flags = {index: flag for index, flag in row.flags.items() if flag == "merged"}
    return cells, flags


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_a_marked_file_reads_as_before(path: Path, tmp_path: Path) -> None:
    document = read_file(path, path.name, header_words=VOCABULARY)
    grid = read_grid(path, path.name, sheet=document.sheet_name)
    if grid.kind == "csv" and document.template is not None:
        grid.rows[:] = [[without_guard(cell) for cell in row] for row in grid.rows]
    marks = marks_for(document, grid)
    target = io.BytesIO()
    if grid.kind == "xlsx":
        patch(path.read_bytes(), marks, target)
    else:
        rebuild(grid, marks, target)
    marked = tmp_path / "marked.xlsx"
    marked.write_bytes(target.getvalue())
    with zipfile.ZipFile(marked) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(archive.read(name))
    if grid.kind == "xlsx":
        again = read_file(marked, marked.name, header_words=VOCABULARY)
        assert [row.flags for row in again.rows] == [row.flags for row in document.rows]
    assert told(read_file(marked, marked.name, header_words=VOCABULARY)) == told(document)
