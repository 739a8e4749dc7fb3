"""One sheet's values before anybody has said which row is the heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from ledgers.reader.document import Cell, Kind, ReadWarning
from ledgers.reader.facts import MergedRange

# Beyond 15 digits a workbook holds the noise of binary fractions; Excel and WPS neither show nor accept more.
LARGEST_EXACT = 10**15
FIRST_DAY = date(1900, 3, 1)
LAST_DOUBTFUL_DAY = date(1900, 2, 28)
BEFORE_FIRST_DAY = date(1899, 12, 31)


@dataclass(slots=True)
class Grid:
    """Rows from row 1 on, each as long as the widest, with the facts that came along.

    ``template_values`` are the pairs of the hidden stamp sheet, None where the file has none.
    """

    kind: Kind
    rows: list[list[Cell]]
    encoding: str | None = None
    sheet_name: str | None = None
    sheet_names: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[MergedRange] = field(default_factory=list)
    flags: dict[int, dict[int, str]] = field(default_factory=dict)
    date1904: bool = False
    template_values: dict[str, str] | None = None
    warnings: list[ReadWarning] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def plain_rows(rows: Iterable[Sequence[Any]], left: int) -> list[list[Cell]]:
    """Return the workbook library's rows as plain cells, moved right by the empty columns it leaves out.

    Half a million cells pass here, so the usual kinds are told apart in place: texts, whole numbers, amounts
    with two decimals (whose shortest spelling is their true one), dates.
    """
    before: list[Cell] = [None] * left
    limit, first_day, special, short = LARGEST_EXACT, FIRST_DAY, _special, _short
    return [
        before
        + [
            (value if value and not value.isspace() else None)
            if (kind := type(value)) is str
            else (
                int(value)
                if value.is_integer()
                else value
                if int(value * 100 + 0.5) / 100 == value
                else short(value)
            )
            if kind is float and -limit < value < limit
            else value
            if kind is date and value >= first_day
            else special(value)
            for value in row
        ]
        for row in rows
    ]


def plain_text(text: str) -> str | None:
    """Return a text cell as typed, or None when nothing in it can be seen."""
    return text if text and not text.isspace() else None


def _short(value: float) -> Cell:
    """Return a fraction as Excel shows it: with 15 digits, so that 51847.909999999996 is 51847.91."""
    if not isfinite(value):
        return str(value)
    shown = float(f"{value:.15g}")
    return int(shown) if shown.is_integer() and abs(shown) < LARGEST_EXACT else shown


def _special(value: Any) -> Cell:
    """Return what is rare: large numbers, moments, and what Excel only shows as a date or time."""
    match value:
        case float():
            return _short(value)
        case datetime():
            return value if value.date() >= FIRST_DAY else str(value)
        case date():
            # Days from 1 March 1900 on never come here.
            return _before_first_day(value)
        case time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return value if isinstance(value, bool | int) else None


def _before_first_day(value: date) -> Cell:
    """Return the small number that stands in a cell formatted as date: no ledger has days of early 1900.

    59 and 60 come as one and the same day; the day that never was is neither a number nor a date to anybody.
    """
    if value == LAST_DOUBTFUL_DAY:
        return "1900-02-29"
    return (value - BEFORE_FIRST_DAY).days
