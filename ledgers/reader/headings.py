"""Finding the heading of a table: which rows it takes, and what each column is called.

Above a heading stand titles and unit lines; the heading itself may have several levels, with merged cells or,
in text files, with the blanks that merged cells leave behind. Known words decide where there are any; without
them it is the first row of at least two texts that has data below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledgers.reader import refusals
from ledgers.reader.document import Cell, Header, HeaderCell, HeaderVocabulary, column_letter
from ledgers.reader.grid import Grid
from ledgers.reader.template import STAMP_HEADINGS
from records.headers import normalise_header

# A heading lower than this has a book above it, not a title.
ZONE = 60
MAX_LEVELS = 5
# Tenths of a heading's cells that must be words; the rest may be figures somebody put beside them.
WORDING_TENTHS = 7
NUMBERED_LABELS = frozenset("甲乙丙丁戊")
NUMBER_LINE_LABELS = frozenset({"栏次", "列次", "序号", "行次"})
CAPTION = re.compile(r"[:：]\s*\S|^[(（]?\s*(?:计量)?单位\s*[:：]|年\s*月\s*日")
NUMBER = re.compile(r"^[-+]?[\d,]*\.?\d+%?$")
YEAR = re.compile(r"^(?:19[5-9]\d|20\d\d)$")
RATE = re.compile(r"[率比]$|比例$|占比|百分")
SPACES = re.compile(r"[^\S ]+|\s{2,}")


@dataclass(slots=True)
class Heading:
    """A found heading: the public part, its texts row by row, and the row of column numbers below, if any.

    ``first`` and ``last`` are 0-based rows of the grid; data begins after ``last``.
    """

    header: Header
    first: int
    last: int
    number_line: int | None


def find_heading(grid: Grid, vocabulary: HeaderVocabulary) -> Heading:
    """Return the heading of a grid. Raises FileRefused when there is none."""
    zone = _Zone(grid, vocabulary)
    block = zone.best_block()
    if block is None:
        raise refusals.no_table()
    first, last = block
    columns = _columns(grid, zone.names(first, last), last)
    number_line = last + 1 if _is_number_line(grid.rows, last + 1, len(columns)) else None
    header = Header(columns, first_row=first + 1, last_row=last + 1)
    return Heading(header, first, last if number_line is None else number_line, number_line)


class _Zone:
    """The rows in which a heading is looked for, with merged cells written into every cell they cover."""

    def __init__(self, grid: Grid, vocabulary: HeaderVocabulary) -> None:
        self.vocabulary = vocabulary
        self.rows = [list(row) for row in _first_filled(grid.rows)]
        filled = [any(row[i] is not None for row in self.rows) for i in range(grid.width)]
        self.single_column = sum(filled) == 1
        self.merged = [m for m in grid.merged if m.top <= len(self.rows)]
        self.known: dict[str, bool] = {}
        for merge in self.merged:
            value = self._cell(merge.top - 1, merge.left)
            for row in self.rows[merge.top - 1 : min(merge.bottom, merge.top + ZONE)]:
                for column in range(merge.left, min(merge.right + 1, len(row))):
                    row[column] = value

    def _cell(self, row: int, column: int) -> Cell:
        return self.rows[row][column] if column < len(self.rows[row]) else None

    def best_block(self) -> tuple[int, int] | None:
        """Return the rows of the block that names the most known columns, else of the first table."""
        fallback: tuple[int, int] | None = None
        best: tuple[int, int] | None = None
        best_score = 0
        for start in range(len(self.rows)):
            if not self._may_start(start):
                continue
            end = self._end(start)
            score = self._score(start, end)
            if score > best_score:
                best, best_score = (start, end), score
            if fallback is None and self._looks_like_table(start, end):
                fallback = (start, end)
        return best or fallback

    def names(self, first: int, last: int) -> list[tuple[str, ...]]:
        """Return each column's levels from top to bottom, without blanks and repetitions."""
        levels = [list(row) for row in self.rows[first : last + 1]]
        for upper, lower in zip(levels, levels[1:], strict=False):
            _fill_groups(upper, lower)
        names: list[tuple[str, ...]] = []
        for cells in zip(*levels, strict=True):
            parts: list[str] = []
            for cell in cells:
                text = heading_text(cell)
                if text and (not parts or parts[-1] != text):
                    parts.append(text)
            names.append(tuple(parts))
        return names

    def _may_start(self, start: int) -> bool:
        """A heading's first row holds at least two different texts; no comment, no lower level of another."""
        if any(merge.top - 1 < start <= merge.bottom - 1 for merge in self.merged):
            return False
        cells = {cell for cell in self.rows[start] if cell is not None}
        texts = [cell for cell in cells if _is_wording(cell)]
        first = next((cell for cell in self.rows[start] if cell is not None), None)
        if isinstance(first, str) and first.lstrip().startswith("#"):
            return False
        if len(texts) * 10 < len(cells) * WORDING_TENTHS:
            return False
        return len(texts) >= 2 or (self.single_column and len(texts) == 1)

    def _end(self, start: int) -> int:
        """Return the last row of the block that begins in a row: as deep as its vertical merges reach."""
        end = max(
            (m.bottom - 1 for m in self.merged if m.top - 1 == start and m.bottom > m.top),
            default=start,
        )
        if end == start and self._continues_without_merges(start):
            end = start + 1
        return end if end - start < MAX_LEVELS else start

    def _continues_without_merges(self, start: int) -> bool:
        """Tell whether the next row fills the gaps of this one, as merged headings look in a text file."""
        if start + 1 >= len(self.rows):
            return False
        upper, lower = self.rows[start], self.rows[start + 1]
        if any(cell is not None and not _is_wording(cell) for cell in lower):
            return False
        begin = next(column for column, cell in enumerate(upper) if cell is not None)
        filled = [column for column, cell in enumerate(lower) if cell is not None]
        gaps = [column for column in filled if upper[column] is None]
        # What does not fill a gap must be the first of a group, with its gap to the right.
        firsts = {column - 1 for column in gaps}
        return lower[begin] is None and bool(gaps) and all(c in gaps or c in firsts for c in filled)

    def _score(self, first: int, last: int) -> int:
        return sum(1 for parts in set(self.names(first, last)) if parts and self._is_known(parts))

    def _is_known(self, parts: tuple[str, ...]) -> bool:
        return any(self._match(text) for text in (" ".join(parts), *parts))

    def _match(self, text: str) -> bool:
        if text not in self.known:
            self.known[text] = text in STAMP_HEADINGS or self.vocabulary.match(text)
        return self.known[text]

    def _looks_like_table(self, start: int, end: int) -> bool:
        """Tell whether a row without any known word may be a heading: texts only, no caption, data below."""
        cells = [cell for cell in self.rows[start] if cell is not None]
        if not all(_is_wording(cell) for cell in cells) or any(CAPTION.search(str(cell)) for cell in cells):
            return False
        below = self.rows[end + 1 :]
        return any(sum(cell is not None for cell in row) >= 2 for row in below) or (
            self.single_column and any(cell is not None for row in below for cell in row)
        )


def heading_text(cell: Cell) -> str:
    """Return a heading's text on one line; a year that Excel took for a number is a text here."""
    return SPACES.sub(" ", str(cell)).strip() if cell is not None else ""


def _first_filled(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Return the rows up to the last one that may hold a heading: the first ZONE rows that are not blank."""
    filled = 0
    for number, row in enumerate(rows):
        filled += any(cell is not None for cell in row)
        if filled > ZONE:
            return rows[:number]
    return rows


def _fill_groups(upper: list[Cell], lower: Sequence[Cell]) -> None:
    """Write a group's name over the columns it spans, where only blanks tell how far it reaches."""
    for column in range(1, len(upper)):
        left = lower[column - 1]
        if (
            upper[column] is None
            and lower[column] is not None
            and left is not None
            and left != upper[column - 1]
        ):
            upper[column] = upper[column - 1]


def _is_wording(cell: Cell) -> bool:
    """Tell whether a cell is words: neither number nor date, except a bare year, which heads columns too."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return YEAR.match(str(cell)) is not None
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return NUMBER.match(text) is None or YEAR.match(text) is not None


def _columns(grid: Grid, names: list[tuple[str, ...]], last: int) -> list[HeaderCell]:
    columns: list[HeaderCell] = []
    for index, parts in enumerate(names):
        if not parts and not any(row[index] is not None for row in grid.rows[last + 1 :]):
            continue
        columns.append(HeaderCell(index, column_letter(index), " ".join(parts), parts, _unit(parts)))
    return columns


def _unit(parts: tuple[str, ...]) -> str | None:
    """Return the unit stated lowest; a rate below 小区数（个） is not counted in 个."""
    units = [normalise_header(part)[1] for part in parts]
    if parts and units[-1] is None and RATE.search(parts[-1]):
        return None
    return next((unit for unit in reversed(units) if unit), None)


def _is_number_line(rows: list[list[Cell]], position: int, columns: int) -> bool:
    """Tell whether a row only numbers the columns (甲 乙 1 2 3), as forms do below the heading."""
    if position >= len(rows):
        return False
    cells = [str(cell).strip() for cell in rows[position] if cell is not None]
    if len(cells) < max(3, columns - 1):
        return False
    if cells[0] in NUMBER_LINE_LABELS:
        cells = cells[1:]
    while cells and cells[0] in NUMBERED_LABELS:
        cells = cells[1:]
    return len(cells) >= 2 and cells == [str(number) for number in range(1, len(cells) + 1)]
