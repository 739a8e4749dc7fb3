"""What a sheet tells beside its values: hidden rows, merged ranges, formulas, errors, how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledgers.reader import refusals
from ledgers.reader.document import Limits, column_letter

# Titles, headings and totals around the data, before the exact count of data rows is known.
ROWS_AROUND = 50

FORMULA = "formula"
NO_RESULT = "formula_no_cache"
MERGED = "merged"


class MergedRange(NamedTuple):
    """A merged range: row numbers are 1-based, columns 0-based, all inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def reference(self) -> str:
        """The range as Excel writes it: B3:B43."""
        return f"{column_letter(self.left)}{self.top}:{column_letter(self.right)}{self.bottom}"


@dataclass(slots=True)
class SheetFacts:
    """The facts of one sheet. Row numbers are 1-based, columns 0-based; ``flags`` is row → column → flag."""

    limits: Limits
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[MergedRange] = field(default_factory=list)
    flags: dict[int, dict[int, str]] = field(default_factory=dict)
    valued_rows: int = 0
    last_row: int = 0
    last_column: int = -1

    def flag(self, row: int, column: int, flag: str) -> None:
        """Note something about one cell."""
        self.flags.setdefault(row, {})[column] = flag

    def count_row(self) -> None:
        """Count one row that holds a value; refuse the sheet as soon as there are too many."""
        self.valued_rows += 1
        if self.valued_rows > self.limits.max_rows + ROWS_AROUND:
            raise refusals.too_many_rows(self.limits)

    def reach(self, row: int, column: int) -> None:
        """Note how far the values reach; refuse a sheet whose rectangle could not be held in memory."""
        if row <= self.last_row and column <= self.last_column:
            return
        self.last_row = max(row, self.last_row)
        self.last_column = max(column, self.last_column)
        limits = self.limits
        wide = column >= limits.max_columns
        if (
            row > limits.last_row
            or self.last_row * (self.last_column + 1) > limits.max_cells
            or (wide and row > limits.max_rows + ROWS_AROUND)
        ):
            raise refusals.far_cell(f"{column_letter(column)}{row}")
        if wide:
            raise refusals.too_many_columns(column_letter(column), limits)

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns (0-based, inclusive), as far as columns are read at all."""
        self.hidden_columns.update(range(first, min(last + 1, self.limits.max_columns)))
