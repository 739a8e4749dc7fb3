"""One pass over the records of an .xls workbook ([MS-XLS]) for its facts and its limits.

The values themselves are read by the workbook library; this pass comes first and refuses what could hurt it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledgers.reader import refusals
from ledgers.reader.document import Limits
from ledgers.reader.facts import FORMULA, NO_RESULT, MergedRange, SheetFacts

BOF, EOF = 0x0809, 0x000A
DIMENSIONS, ROW, COLUMN_INFO, MERGED_CELLS = 0x0200, 0x0208, 0x007D, 0x00E5
FORMULA_CELL, ERROR_CELL, MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
# Number, label, rich label, RK number, shared string: each begins with row and column.
SINGLE_CELLS = frozenset({0x0203, 0x0204, 0x00D6, 0x027E, 0x00FD, ERROR_CELL, FORMULA_CELL})
LAST_ROW, LAST_COLUMN = 65_536, 256
MAX_SHEETS = 255
MACRO_SHEETS = frozenset({0x01, 0x06})
ROW_HIDDEN, COLUMN_HIDDEN = 0x20, 0x01
CALCULATE_ON_LOAD = 0x03
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(slots=True)
class BookFacts:
    """The date system and, in workbook order, the facts of every sheet."""

    date1904: bool = False
    sheets: list[SheetFacts] = field(default_factory=list)


def scan_book(stream: bytes, limits: Limits) -> BookFacts:
    """Return the facts of a workbook stream; refuse it when encrypted, with macros, too large or broken."""
    try:
        return _scan(stream, limits)
    except struct.error as error:
        raise refusals.damaged() from error


def _scan(stream: bytes, limits: Limits) -> BookFacts:
    book = BookFacts()
    places = _read_globals(stream, book)
    if not places or len(places) > MAX_SHEETS or len(set(places)) != len(places):
        raise refusals.damaged()
    # No sheet may run into the next: overlapping ones could be made to cost any amount of time.
    ends = dict(zip(sorted(places), [*sorted(places)[1:], len(stream)], strict=True))
    # One rectangle's worth of cells for the whole workbook: the library holds all sheets at once.
    room = limits.max_cells
    for place in places:
        facts = _scan_sheet(_own_records(stream, place, ends[place]), limits)
        room -= facts.last_row * (facts.last_column + 1)
        if room < 0:
            raise refusals.unpacks_too_large()
        book.sheets.append(facts)
    return book


def _read_globals(stream: bytes, book: BookFacts) -> list[int]:
    """Return where each sheet begins; note the date system."""
    places: list[int] = []
    for kind, data in _records(stream, 0, len(stream)):
        match kind:
            case 0x002F:  # FilePass
                raise refusals.encrypted()
            case 0x00D3:  # ObProj
                raise refusals.macros()
            case 0x0022:  # Date1904
                book.date1904 = struct.unpack_from("<H", data)[0] == 1
            case 0x0085:  # BoundSheet8
                place, _state, sheet_type = struct.unpack_from("<IBB", data)
                if sheet_type in MACRO_SHEETS:
                    raise refusals.macros()
                places.append(place)
            case 0x000A:  # EOF
                break
    return places


def _records(stream: bytes, position: int, end: int) -> Iterator[tuple[int, bytes]]:
    while position + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, position)
        position += 4
        if position + length > end:
            raise refusals.damaged()
        yield kind, stream[position : position + length]
        position += length


def _own_records(stream: bytes, place: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield a sheet's records without those of charts embedded in it."""
    depth = 0
    for kind, data in _records(stream, place, end):
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1:
            yield kind, data
    raise refusals.damaged()


def _scan_sheet(records: Iterator[tuple[int, bytes]], limits: Limits) -> SheetFacts:
    facts = SheetFacts(limits)
    valued: set[int] = set()
    for kind, data in records:
        if kind in SINGLE_CELLS or kind == MANY_NUMBERS:
            row, column = _cell(facts, kind, data)
            if row not in valued:
                valued.add(row)
                facts.count_row()
            facts.reach(row, column)
        elif kind == ROW:
            number, options = struct.unpack_from("<H10xI", data)
            if options & ROW_HIDDEN:
                facts.hidden_rows.add(number + 1)
        elif kind == COLUMN_INFO:
            first, last, options = struct.unpack_from("<HH4xH", data)
            if options & COLUMN_HIDDEN:
                facts.hide_columns(first, last)
        elif kind == MERGED_CELLS:
            facts.merged += _merged(data)
        elif kind == DIMENSIONS:
            _check_dimensions(data)
    return facts


def _cell(facts: SheetFacts, kind: int, data: bytes) -> tuple[int, int]:
    """Return a cell's row number and last column; note what is special about it."""
    row, column = struct.unpack_from("<HH", data)
    if kind == MANY_NUMBERS:
        return row + 1, struct.unpack_from("<H", data, len(data) - 2)[0]
    if kind == ERROR_CELL:
        value, is_error = struct.unpack_from("<BB", data, 6)
        if is_error:
            facts.flag(row + 1, column, f"error:{ERRORS.get(value, '#VALUE!')}")
    elif kind == FORMULA_CELL:
        value_type, value, marker, options = struct.unpack_from("<BxB3xHH", data, 6)
        special = marker == 0xFFFF
        if special and value_type == 2:
            facts.flag(row + 1, column, f"error:{ERRORS.get(value, '#VALUE!')}")
        elif special and value_type == 3 and options & CALCULATE_ON_LOAD:
            facts.flag(row + 1, column, NO_RESULT)
        else:
            facts.flag(row + 1, column, FORMULA)
    return row + 1, column


def _merged(data: bytes) -> list[MergedRange]:
    (count,) = struct.unpack_from("<H", data)
    ranges = struct.iter_unpack("<4H", data[2 : 2 + 8 * count])
    return [MergedRange(top + 1, left, bottom + 1, right) for top, bottom, left, right in ranges]


def _check_dimensions(data: bytes) -> None:
    """Refuse a declared size that is none: the library reserves memory for it."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(data) == 14 else "<4H", data)
    ordered = top <= bottom and left <= right
    if not ordered or bottom > LAST_ROW or right > LAST_COLUMN:
        raise refusals.damaged()
