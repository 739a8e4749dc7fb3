"""Text tables: encoding by strict decoding, delimiter by which one makes even rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from django.utils.translation import gettext as _

from ledgers.reader import refusals
from ledgers.reader.document import Cell, Limits, ReadWarning, column_letter
from ledgers.reader.facts import ROWS_AROUND
from ledgers.reader.grid import Grid, plain_text

DELIMITERS = (",", "\t", ";")
SAMPLE_LINES = 60
# Cells may hold line breaks, and blank lines may lie between rows, but not fifty to each.
MAX_LINES = 1_000_000
LOST = "\ufffd"
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")
# UTF-8 with a few broken bytes would also decode as GB18030, into wrong signs without any error.
DAMAGED_SHARE = 0.2
DELIMITER_HINT = re.compile(r"^sep=(.?)$", re.IGNORECASE)


def read_text(data: bytes, filename: str, limits: Limits) -> Grid:
    """Return a .csv, .tsv or .txt table; every cell is text as typed, or None.

    Raises FileRefused for text in no known encoding, an unclosed quotation mark, too many rows or columns.
    """
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        raise refusals.too_many_rows(limits)
    text, encoding = decode(data)
    delimiter = _delimiter(text, tabs_first=PurePath(filename).suffix.lower() == ".tsv")
    del text
    warnings: list[ReadWarning] = []
    rows = _records(data, encoding, delimiter, limits, warnings)
    width = max(map(len, rows), default=0)
    for row in rows:
        row += [None] * (width - len(row))
    return Grid(kind="tsv" if delimiter == "\t" else "csv", rows=rows, encoding=encoding, warnings=warnings)


def decode(data: bytes) -> tuple[str, str]:
    """Return a file's text and the name of its encoding, by strict decoding: UTF-8, then GB18030.

    UTF-16 is taken where its mark stands first (Excel's “Unicode text”). Raises FileRefused when nothing
    fits or characters were lost before the file came here.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if LOST in text or CONTROLS.search(text):
            raise refusals.unreadable_text()
        if encoding == "gb18030" and (PRIVATE_USE.search(text) or _is_damaged_utf8(data)):
            raise refusals.unreadable_text()
        return text, encoding
    raise refusals.unreadable_text()


def _candidates(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    return ("utf-8", "gb18030")


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text.count(LOST) < beyond_ascii * DAMAGED_SHARE


def _delimiter(text: str, tabs_first: bool) -> str:
    """Return the delimiter that makes the most rows of one and the same width, wider ones first."""
    lines = text[:200_000].splitlines()
    hint = DELIMITER_HINT.match(lines[0]) if lines else None
    if hint and hint.group(1):
        return hint.group(1)
    sample = "\n".join(line for line in lines[:SAMPLE_LINES] if line.strip() and not line.startswith("#"))
    best, best_score = "\t" if tabs_first else ",", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter))
        score = max((count * (width - 1) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(
    data: bytes, encoding: str, delimiter: str, limits: Limits, warnings: list[ReadWarning]
) -> list[list[Cell]]:
    """Return all records; careless quotation marks are read less strictly, with a warning."""

    def lines() -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")

    try:
        return _rows(csv.reader(lines(), delimiter=delimiter, strict=True), delimiter, limits)
    except csv.Error as error:
        if "end of data" in str(error) or "field larger" in str(error):
            raise refusals.unclosed_quote(_last_quoted_line(lines())) from error
    rows = _rows(csv.reader(lines(), delimiter=delimiter), delimiter, limits)
    message = _("The quotation marks in this file are not set evenly: check texts that contain them.")
    warnings.append(ReadWarning("uneven_quotes", message))
    return rows


def _rows(reader: Iterable[list[str]], delimiter: str, limits: Limits) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    filled = comments = 0
    for number, record in enumerate(reader, start=1):
        if filled == comments and record and record[0].startswith("#"):
            # A comment above the table is one line, whatever signs it contains.
            record = [delimiter.join(record)]
            comments += 1
        row: list[Cell] = [plain_text(cell) for cell in record]
        while row and row[-1] is None:
            row.pop()
        if number == 1 and DELIMITER_HINT.match("".join(record)):
            row = []
        if len(row) > limits.max_columns:
            raise refusals.too_many_columns(column_letter(len(row) - 1), limits)
        filled += bool(row)
        if filled > limits.max_rows + ROWS_AROUND:
            raise refusals.too_many_rows(limits)
        if number <= limits.last_row:
            rows.append(row)
        elif row:
            raise refusals.far_cell(f"A{number}")
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _last_quoted_line(lines: Iterable[str]) -> int:
    """Return the line on which the quotation mark that is still open at the end was set."""
    opened = 1
    is_open = False
    for number, line in enumerate(lines, start=1):
        if line.count('"') % 2:
            is_open = not is_open
            opened = number if is_open else opened
    return opened
