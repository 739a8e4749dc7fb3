"""One pass over a worksheet's XML for the facts that the workbook library does not tell.

Excel and WPS write cells in one plain shape; a few regular expressions read that at 100 MB a second. A sheet
in any other shape (prefixed names, comments, attributes in another order) is read again by a real XML parser,
slower but complete. Both keep the limits: the library is given a sheet only after this pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

from ledgers.reader import refusals
from ledgers.reader.document import Limits, column_index, split_reference
from ledgers.reader.facts import FORMULA, NO_RESULT, MergedRange, SheetFacts
from ledgers.reader.package import Package

ROW = re.compile(rb'<row r="([0-9]{1,7})"([^<>]*)>')
CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: (?:s|t|cm|vm|ph)="\w*")*/?>')
# A cell with something in it: neither closed in its own tag nor by the next one.
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*(?<!/)>(?!</c>)')
ODD_TAG = re.compile(rb":(?:row|c|f|v|is|t|cols?|sheetData)[\s/>]")
CELL_LIKE = re.compile(rb"[<:]c[\s/>]")
ROW_VALUE = re.compile(rb"<v>[^<]|<v [^>]*>[^<]|<t[ >]")
FORMULA_TAG = re.compile(rb"<f[ />]")
VALUE = re.compile(rb"<v(?: [^>]*)?>([^<]+)</v>")
CELL_HEAD = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>')
COLUMN = re.compile(rb"<col ([^<>]*)>")
MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
REFERENCE = re.compile(r"^[A-Za-z]{1,3}[0-9]{1,7}$", re.ASCII)
WHOLE = re.compile(r"^[0-9]{1,7}$", re.ASCII)
LETTERS = bytes(range(65, 91))
DIGITS = b"0123456789"
TRUE = ("1", "true", "on")
# One row of 200 cells with long texts stays far below.
LONGEST_ROW = 16_000_000


class OddShape(Exception):
    """The sheet is written in a way the fast pass does not read."""


def scan_sheet(package: Package, part: str, limits: Limits) -> SheetFacts:
    """Return the facts of a worksheet part; refuse it when it breaks a limit or is no sheet."""
    try:
        try:
            return _FastScan(limits).run(package.stream(part))
        except OddShape:
            return _CarefulScan(limits).run(package.stream(part))
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise refusals.damaged() from error


def _hidden(attributes: dict[str, str], size: str) -> bool:
    """Tell whether a row or column is hidden, by its attribute or by having no size."""
    if attributes.get("hidden") in TRUE:
        return True
    return attributes.get(size, "") in ("0", "0.0")


class _FastScan:
    def __init__(self, limits: Limits) -> None:
        self.facts = SheetFacts(limits)
        # Up to here every rectangle is within the limits, so single cells need no look.
        self.safe_row = min(limits.last_row, limits.max_cells // limits.max_columns)

    def run(self, chunks: Iterable[bytes]) -> SheetFacts:
        rest = b""
        rows_begun = False
        for chunk in chunks:
            rest += chunk
            cut = rest.rfind(b"<row ")
            if cut > 0:
                self._piece(rest[:cut], head=not rows_begun)
                rows_begun = True
                rest = rest[cut:]
            if len(rest) > LONGEST_ROW:
                raise OddShape
        # Behind the rows, extensions may use any names, but nothing there may be taken for a cell.
        body, _end, tail = rest.partition(b"</sheetData>")
        if CELL_LIKE.search(tail):
            raise OddShape
        self._piece(body, head=not rows_begun)
        self._merges(tail or body)
        return self.facts

    def _piece(self, text: bytes, head: bool) -> None:
        rows = list(ROW.finditer(text))
        cells = CELL.findall(text)
        self._check_shape(text, head, len(rows), len(cells))
        if head:
            self._columns(text)
        if cells:
            self._reach(text, cells)
        self._rows(text, rows)
        if FORMULA_TAG.search(text):
            self._formulas(text)
        if b' t="e"' in text:
            self._errors(text)

    def _check_shape(self, text: bytes, head: bool, rows: int, cells: int) -> None:
        """Leave the fast pass unless every row and cell is in the plain shape."""
        start = text.find(b"?>") + 2 if head and text.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0
        if text.find(b"<!", start) >= 0 or text.find(b"<?", start) >= 0 or ODD_TAG.search(text):
            raise OddShape
        columns = text.count(b"<col") if head else 0
        if text.count(b"<row") != rows or text.count(b"<c") - columns != cells:
            raise OddShape

    def _columns(self, text: bytes) -> None:
        for match in COLUMN.finditer(text):
            _hide_columns(self.facts, _attributes(match.group(1)))

    def _reach(self, text: bytes, cells: list[bytes]) -> None:
        joined = b" ".join(cells)
        columns = set(joined.translate(None, DIGITS).split())
        rows = set(joined.translate(None, LETTERS).split())
        last_column = max(column_index(letters.decode()) for letters in columns)
        last_row = max(map(int, rows))
        limits = self.facts.limits
        if last_column < limits.max_columns and last_row <= self.safe_row:
            self.facts.reach(last_row, last_column)
            return
        for letters, digits in FILLED_CELL.findall(text):
            self.facts.reach(int(digits), column_index(letters.decode()))

    def _rows(self, text: bytes, matches: list[re.Match[bytes]]) -> None:
        ends = [*(match.start() for match in matches[1:]), len(text)]
        for match, end in zip(matches, ends, strict=False):
            if ROW_VALUE.search(text, match.end(), end):
                self.facts.count_row()
                extra = match.group(2)
                if (b"hidden" in extra or b' ht="0' in extra) and _hidden(_attributes(extra), "ht"):
                    self.facts.hidden_rows.add(int(match.group(1)))

    def _formulas(self, text: bytes) -> None:
        for match in FORMULA_TAG.finditer(text):
            head, cell = _cell_around(text, match.start())
            has_result = b' t="str"' in head.group(3) or VALUE.search(cell)
            self._flag(head, FORMULA if has_result else NO_RESULT)

    def _errors(self, text: bytes) -> None:
        position = text.find(b' t="e"')
        while position >= 0:
            head, cell = _cell_around(text, position)
            # The same characters may stand in a text.
            if b' t="e"' in head.group(3):
                value = VALUE.search(cell)
                self._flag(head, f"error:{value.group(1).decode() if value else '#VALUE!'}")
            position = text.find(b' t="e"', position + 1)

    def _flag(self, head: re.Match[bytes], flag: str) -> None:
        self.facts.flag(int(head.group(2)), column_index(head.group(1).decode()), flag)

    def _merges(self, tail: bytes) -> None:
        ranges = MERGE.findall(tail)
        if len(ranges) != tail.count(b"<mergeCell "):
            raise OddShape
        for first, last in ranges:
            self.facts.merged.append(_merged_range(first.decode(), last.decode()))


class _CarefulScan:
    """The same facts by a real parser, element by element."""

    def __init__(self, limits: Limits) -> None:
        self.facts = SheetFacts(limits)
        # Rows and cells may leave out their places; then each follows the one before, as the library counts.
        self.row = 1
        self.column = 0
        self.cell_row = 1
        self.kind = ""
        self.has_formula = False
        self.inside_value = False
        self.value = ""
        self.row_counted = False

    def run(self, chunks: Iterable[bytes]) -> SheetFacts:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        return self.facts

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self._start_cell(attributes)
            case "row":
                self._start_row(attributes)
            case "f":
                self.has_formula = True
            case "v":
                self.inside_value = True
                self.facts.reach(self.cell_row, self.column)
            case "is":
                self.facts.reach(self.cell_row, self.column)
            case "t":
                self._count()
            case "col":
                _hide_columns(self.facts, attributes)
            case "mergeCell":
                first, _colon, last = attributes.get("ref", "").partition(":")
                self.facts.merged.append(_merged_range(first, last or first))

    def _start_row(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self.row = _whole(attributes["r"])
        self.row_counted = False
        if _hidden(attributes, "ht"):
            self.facts.hidden_rows.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self.cell_row, self.column = _place(attributes["r"])
        else:
            self.cell_row = self.row
        self.kind = attributes.get("t", "")
        self.has_formula = False
        self.value = ""

    def _text(self, text: str) -> None:
        if self.inside_value:
            self.value += text
            self._count()

    def _end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self.inside_value = False
            case "c":
                if self.kind == "e":
                    self.facts.flag(self.cell_row, self.column, f"error:{self.value or '#VALUE!'}")
                elif self.has_formula:
                    flag = FORMULA if self.value or self.kind == "str" else NO_RESULT
                    self.facts.flag(self.cell_row, self.column, flag)
                self.column += 1
            case "row":
                self.row += 1
                self.column = 0

    def _count(self) -> None:
        if not self.row_counted:
            self.row_counted = True
            self.facts.count_row()


def _hide_columns(facts: SheetFacts, attributes: dict[str, str]) -> None:
    if _hidden(attributes, "width"):
        first, last = (_whole(attributes.get(key, "1")) for key in ("min", "max"))
        facts.hide_columns(first - 1, last - 1)


def _attributes(text: bytes) -> dict[str, str]:
    return dict(ATTRIBUTE.findall(text.decode()))


def _whole(text: str) -> int:
    if not WHOLE.match(text):
        raise refusals.damaged()
    return int(text)


def _place(reference: str) -> tuple[int, int]:
    """Return (row number, 0-based column) of a cell reference from a stranger's file."""
    if not REFERENCE.match(reference):
        raise refusals.damaged()
    return split_reference(reference)


def _merged_range(first: str, last: str) -> MergedRange:
    top, left = _place(first)
    bottom, right = _place(last)
    return MergedRange(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _cell_around(text: bytes, position: int) -> tuple[re.Match[bytes], bytes]:
    """Return the head and the whole text of the cell that holds a position."""
    start = text.rfind(b"<c ", 0, position + 1)
    end = text.find(b"</c>", position)
    head = CELL_HEAD.match(text, start) if start >= 0 else None
    if head is None or end < 0:
        raise OddShape
    return head, text[start:end]
