"""The small helpers of a document."""

from __future__ import annotations

import pytest

from ledgers.reader import column_index, column_letter, read_file
from tests.excel_corpus.build import FILES
from tests.excel_corpus.cases import VOCABULARY


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")]
)
def test_columns_have_letters(index: int, letters: str) -> None:
    assert column_letter(index) == letters
    assert column_index(letters) == index


def test_a_merged_cell_names_its_range() -> None:
    filename = "figures_merged.xlsx"
    document = read_file(FILES / filename, filename, header_words=VOCABULARY)
    assert document.merge_at(3, 2) == "C2:C4"
    assert document.merge_at(5, 1) == "B5:C5"
    assert document.merge_at(5, 3) is None
