"""Reading an uploaded table: from a file of unknown origin to plain rows, or to a reason why not.

Pure Python, no database: `read_file` takes a path and a name and returns a `Document`, or raises
`FileRefused` with what its owner can do about it. What the cells mean is for a ledger's columns to say.

| file | read as |
| --- | --- |
| .xlsx of Excel or WPS | first visible sheet with values; cached results of formulas, marked as such |
| .xls, .et | the same |
| .csv, .tsv, .txt | UTF-8 with or without mark, GB18030 (GBK), UTF-16 with mark; comma, tab or semicolon |
| everything else | refused: macros, .xlsb, .ods, passwords, pictures, web pages, archives |
"""

from __future__ import annotations

from pathlib import Path

from ledgers.reader import refusals, sniff
from ledgers.reader.dates import excel_date
from ledgers.reader.delimited import read_text
from ledgers.reader.document import (
    LIMITS,
    Cell,
    Document,
    Header,
    HeaderCell,
    HeaderVocabulary,
    Limits,
    NoteLine,
    ReadWarning,
    SourceRow,
    TemplateStamp,
    TotalRow,
    column_index,
    column_letter,
)
from ledgers.reader.grid import Grid
from ledgers.reader.layout import to_document
from ledgers.reader.refusals import FileRefused
from ledgers.reader.workbook import read_compound, read_package

__all__ = [
    "LIMITS",
    "Cell",
    "Document",
    "FileRefused",
    "Grid",
    "Header",
    "HeaderCell",
    "HeaderVocabulary",
    "Limits",
    "NoteLine",
    "ReadWarning",
    "SourceRow",
    "TemplateStamp",
    "TotalRow",
    "column_index",
    "column_letter",
    "excel_date",
    "read_file",
    "read_grid",
]


def read_file(
    path: Path,
    filename: str,
    *,
    header_words: HeaderVocabulary,
    limits: Limits = LIMITS,
    sheet: str | None = None,
) -> Document:
    """Return the table in a file.

    ``filename`` is the name the user gave it (the stored path may have none), ``header_words`` the headings
    of the ledger it is meant for, ``sheet`` the visible sheet to read instead of the first one. Raises
    FileRefused for anything that is not a readable table within the limits. Runs, fetches, writes nothing.
    """
    return to_document(read_grid(path, filename, limits=limits, sheet=sheet), header_words, limits)


def read_grid(path: Path, filename: str, *, limits: Limits = LIMITS, sheet: str | None = None) -> Grid:
    """Return a file's cells as they lie, before anything is told apart; otherwise like `read_file`."""
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise refusals.too_large(size, limits)
    data = path.read_bytes()
    match sniff.content_of(data, filename):
        case "package":
            return read_package(data, filename, limits, sheet)
        case "compound":
            return read_compound(data, filename, limits, sheet)
        case "text":
            return read_text(data, filename, limits)
