"""Every file of the corpus is read, or refused, exactly as its expectation says."""

from __future__ import annotations

import json
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from ledgers.reader import read_file
from tests.excel_corpus.build import EXPECTED, FILES, answer
from tests.excel_corpus.cases import CASES, VOCABULARY

SAME = sorted(name for name in CASES if name.startswith("same"))
# The first line of this one is a hint for Excel, so all its rows stand one lower.
HINTED = "same_semicolons.csv"
SECONDS = 3


@pytest.mark.parametrize("filename", sorted(CASES))
def test_the_whole_answer_is_the_expected_one(filename: str) -> None:
    expected = json.loads((EXPECTED / f"{filename}.json").read_text(encoding="utf-8"))
    started = time.monotonic()
    with translation.override("en"):
        assert answer(FILES / filename) == expected
    assert time.monotonic() - started < SECONDS


def test_the_corpus_has_a_file_and_an_expectation_for_every_case() -> None:
    assert len(CASES) >= 40
    assert {path.name for path in FILES.iterdir()} == set(CASES)
    assert {path.stem for path in EXPECTED.iterdir()} == set(CASES)


@pytest.mark.parametrize("filename", sorted(CASES))
def test_the_committed_files_are_what_their_makers_make(filename: str) -> None:
    assert (FILES / filename).read_bytes() == CASES[filename]()


@pytest.mark.parametrize("filename", [name for name in CASES if name.startswith("refused")])
def test_every_refusal_says_why_and_how_to_mend_it(filename: str) -> None:
    with translation.override("en"):
        refused = answer(FILES / filename)
    for sentence in (refused["message"], refused["mend"]):
        assert re.fullmatch(r"[A-Z].{20,}\.", sentence)


def test_one_table_in_all_formats_and_encodings_gives_the_same_rows() -> None:
    tables = {}
    for filename in SAME:
        document = read_file(FILES / filename, filename, header_words=VOCABULARY)
        shift = 1 if filename == HINTED else 0
        tables[filename] = (
            document.title_lines,
            [(column.letter, column.text, column.unit) for column in document.header.columns],
            [(row.number - shift, [_amount(cell) for cell in row.cells]) for row in document.rows],
        )
    assert len(tables) == 14
    first = tables[SAME[0]]
    assert len(first[2]) == 3
    assert all(table == first for table in tables.values())


def test_no_text_begins_with_a_byte_order_mark() -> None:
    filename = "same_utf8_mark.csv"
    document = read_file(FILES / filename, filename, header_words=VOCABULARY)
    assert document.encoding == "utf-8-sig"
    assert not document.title_lines[0].startswith("\ufeff")


def test_a_chosen_sheet_is_read_instead_of_the_first() -> None:
    filename = "hidden_and_empty_sheets_first.xlsx"
    document = read_file(FILES / filename, filename, header_words=VOCABULARY, sheet="明年")
    assert (document.sheet_name, document.rows[0].cells) == ("明年", ["乙小区", 200])


def test_the_stored_path_needs_no_extension(tmp_path: Path) -> None:
    stored = tmp_path / "4f1c"
    stored.write_bytes((FILES / "same_excel.xlsx").read_bytes())
    assert len(read_file(stored, "../../计划.XLSX", header_words=VOCABULARY).rows) == 3


def _amount(cell: object) -> object:
    """Return a figure as a number, whether it came as a number or as text."""
    if isinstance(cell, str) and cell.replace(".", "", 1).isdigit():
        return Decimal(cell)
    return Decimal(str(cell)) if isinstance(cell, int | float) else cell
