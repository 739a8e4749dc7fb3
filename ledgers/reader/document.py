"""What a file holds once it is read: plain rows with the facts about them, before any column is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from records.headers import normalise_header

Cell = str | int | float | bool | date | datetime | None
Kind = Literal["xlsx", "xls", "csv", "tsv"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read. Sizes are bytes; everything above is refused before or while reading."""

    max_bytes: int = 20_000_000
    max_rows: int = 20_000
    max_columns: int = 200
    # Blank rows may lie between the data; a value below this row is a slip of the keyboard (Ctrl+End).
    last_row: int = 50_000
    # The dense rectangle from A1 to the last value: 20,000 × 200 and some room for titles and blank rows.
    max_cells: int = 4_200_000
    max_entries: int = 2_000
    max_entry_bytes: int = 100_000_000
    max_unpacked_bytes: int = 200_000_000
    max_ratio: int = 100


LIMITS = Limits()


class HeaderVocabulary:
    """The words by which the columns of a ledger are known: their headers and accepted aliases."""

    def __init__(self, words: Iterable[str]) -> None:
        self.names = frozenset(name for name, _unit in map(normalise_header, words) if name)

    def match(self, text: str) -> bool:
        """Tell whether a heading, in any spelling, is one of the words."""
        return normalise_header(text)[0] in self.names


@dataclass(slots=True)
class HeaderCell:
    """One column's heading. ``index`` is 0-based from column A, so ``row.cells[cell.index]`` is its value.

    ``parts`` are the levels from top to bottom, ``text`` is them joined by a space (居民户 计划), ``unit`` is
    the unit stated anywhere in them. A column that has values but no heading has an empty text.
    """

    index: int
    letter: str
    text: str
    parts: tuple[str, ...]
    unit: str | None


@dataclass(slots=True)
class Header:
    """The heading rows (1-based, as Excel numbers them) and the columns found in them."""

    columns: list[HeaderCell]
    first_row: int
    last_row: int


@dataclass(slots=True)
class SourceRow:
    """One row of data. ``number`` is the row as Excel shows it; ``cells`` begin at column A.

    ``flags`` tells by cell index: ``formula`` (the value is a formula's stored result), ``formula_no_cache``
    (a formula whose result was never stored: the value is None), ``error:#REF!`` (and the other error values:
    the value is None), ``merged`` (the value belongs to a merged range; `Document.merge_at` names it).
    """

    number: int
    cells: list[Cell]
    hidden: bool = False
    flags: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class TotalRow:
    """A row that adds others up (合计, 总计, 全市小计): compared with their sum, never imported."""

    number: int
    label: str
    cells: list[Cell]
    subtotal: bool = False


@dataclass(slots=True)
class NoteLine:
    """A line that is no data: a note or signature, or with ``section`` a heading between groups of rows."""

    number: int
    text: str
    section: bool = False


@dataclass(slots=True)
class TemplateStamp:
    """How the file shows that the portal wrote it.

    ``values`` are the pairs of the hidden stamp sheet; the indexes are the columns that hold each row's key,
    version and template name, None where the file has no such column.
    """

    values: dict[str, str]
    key_index: int | None = None
    version_index: int | None = None
    template_index: int | None = None


@dataclass(slots=True)
class ReadWarning:
    """Something the reader decided or left out, so that nothing is ignored in silence."""

    code: str
    message: str
    row: int | None = None


@dataclass(slots=True)
class Document:
    """One table of one file. Every row of the file is in exactly one of the lists, or counted as blank.

    ``units`` are the units a line above the table states for all of it (单位：万元); ``date1904`` is the
    workbook's date system, for serial numbers that are dates only to the column that receives them;
    ``hidden_columns`` are 0-based indexes; ``merged`` lists the merged ranges of the data (B3:B43).
    """

    kind: Kind
    encoding: str | None
    sheet_name: str | None
    sheet_names: list[str]
    header: Header
    rows: list[SourceRow] = field(default_factory=list)
    title_lines: list[str] = field(default_factory=list)
    note_lines: list[NoteLine] = field(default_factory=list)
    total_rows: list[TotalRow] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    template: TemplateStamp | None = None
    skipped_blank: int = 0
    warnings: list[ReadWarning] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    date1904: bool = False

    def merge_at(self, number: int, index: int) -> str | None:
        """Return the merged range that covers a cell (row number, 0-based column), or None."""
        for reference in self.merged:
            first, _colon, last = reference.partition(":")
            top, left = split_reference(first)
            bottom, right = split_reference(last)
            if top <= number <= bottom and left <= index <= right:
                return reference
        return None


def column_letter(index: int) -> str:
    """Return the letters of a 0-based column: 0 → A, 27 → AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column of its letters: A → 0, AB → 27."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def split_reference(reference: str) -> tuple[int, int]:
    """Return (row number, 0-based column) of a cell reference: B3 → (3, 1)."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_index(letters)
