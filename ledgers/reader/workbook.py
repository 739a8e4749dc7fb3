"""Excel and WPS workbooks: which sheet to read, its values by the library, its facts by our own pass."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ledgers.reader import cfb, refusals, sniff
from ledgers.reader.biff import scan_book
from ledgers.reader.document import Cell, Kind, Limits, ReadWarning
from ledgers.reader.facts import SheetFacts
from ledgers.reader.grid import Grid, plain_rows
from ledgers.reader.headings import ZONE
from ledgers.reader.package import Package
from ledgers.reader.sheetxml import scan_sheet
from ledgers.reader.template import (
    KEY_HEADING,
    SHEET_VALUE,
    STAMP_SHEET,
    SUMMARY_VALUE,
    stamp_values,
)

OFFICE_DOCUMENT = "/relationships/officeDocument"
TEXT_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"'](\d{1,20})")
# The shortest entry in the table of texts is <si/>; a count beyond what fits (and some room) is a lie.
SHORTEST_TEXT = 5
CARELESS_COUNT = 1_000
LONGEST_ATTRIBUTE = 100
# Instructions, lists and a summary may stand before the table of a template.
SHEETS_SEARCHED = 5


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as the workbook lists it. ``part`` is its place in the package, empty in an .xls."""

    name: str
    visible: bool
    is_table: bool
    part: str = ""


class _Book(Protocol):
    """An opened workbook of either format."""

    kind: Kind
    sheets: list[_Sheet]
    date1904: bool

    def load(self, index: int) -> tuple[list[list[Cell]], SheetFacts]:
        """Check a sheet; return its rows from row 1 on, and its facts."""

    def holds_values(self, index: int) -> bool:
        """Tell whether there is anything in a sheet."""


class _PackageBook:
    """An .xlsx workbook. The library sees it only when every part has been checked."""

    kind: Kind = "xlsx"

    def __init__(self, data: bytes, filename: str, limits: Limits) -> None:
        self.limits = limits
        self.package = Package(data, limits)
        sniff.check_package(self.package, PurePath(filename).suffix.lower())
        self.folder = _workbook_folder(self.package)
        self.sheets, self.date1904 = _listed_sheets(self.package, self.folder)
        self._library: CalamineWorkbook | None = None

    def load(self, index: int) -> tuple[list[list[Cell]], SheetFacts]:
        facts = scan_sheet(self.package, self.sheets[index].part, self.limits)
        return _library_rows(self._opened(), index), facts

    def holds_values(self, index: int) -> bool:
        part = self.sheets[index].part
        return any(b"v>" in chunk or b"is>" in chunk for chunk in self.package.stream(part))

    def _opened(self) -> CalamineWorkbook:
        if self._library is None:
            _check_texts(self.package, f"{self.folder}sharedStrings.xml")
            self.package.check_remaining_xml()
            with _library_errors():
                self._library = CalamineWorkbook.from_filelike(io.BytesIO(self.package.data))
            if len(self._library.sheet_names) != len(self.sheets):
                raise refusals.damaged()
        return self._library


class _CompoundBook:
    """An .xls workbook. The library sees only its checked stream, in a container of our own making."""

    kind: Kind = "xls"

    def __init__(self, data: bytes, filename: str, limits: Limits) -> None:
        name, stream = sniff.book_stream(data, PurePath(filename).suffix.lower())
        book = scan_book(stream, limits)
        with _library_errors():
            self.library = CalamineWorkbook.from_filelike(io.BytesIO(cfb.wrap(name, stream)))
        self.date1904 = book.date1904
        self.facts = book.sheets
        self.sheets = [
            _Sheet(
                meta.name,
                visible=meta.visible == SheetVisibleEnum.Visible,
                is_table=meta.typ == SheetTypeEnum.WorkSheet,
            )
            for meta in self.library.sheets_metadata
        ]
        if len(self.sheets) != len(self.facts):
            raise refusals.damaged()

    def load(self, index: int) -> tuple[list[list[Cell]], SheetFacts]:
        return _library_rows(self.library, index), self.facts[index]

    def holds_values(self, index: int) -> bool:
        return self.facts[index].last_row > 0


def read_package(data: bytes, filename: str, limits: Limits, sheet: str | None) -> Grid:
    """Return one sheet of an .xlsx workbook; see `_read`."""
    return _read(_PackageBook(data, filename, limits), sheet)


def read_compound(data: bytes, filename: str, limits: Limits, sheet: str | None) -> Grid:
    """Return one sheet of an .xls workbook; see `_read`."""
    return _read(_CompoundBook(data, filename, limits), sheet)


def _read(book: _Book, wanted: str | None) -> Grid:
    """Return the wanted sheet; by default the one our stamp names, else the first visible one with values.

    Raises FileRefused when there is no such sheet, nothing in any visible sheet, or a limit is broken.
    """
    names = [sheet.name.casefold() for sheet in book.sheets]
    if len(set(names)) != len(names):
        raise refusals.damaged()
    stamp = None
    if STAMP_SHEET in names:
        stamp = stamp_values(book.load(names.index(STAMP_SHEET))[0])
    index = _chosen(book, wanted, stamp)
    rows, facts = book.load(index)
    grid = Grid(
        kind=book.kind,
        rows=rows,
        sheet_name=book.sheets[index].name,
        sheet_names=[sheet.name for sheet in book.sheets if sheet.visible and sheet.is_table],
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
        merged=facts.merged,
        flags=facts.flags,
        date1904=book.date1904,
        template_values=stamp,
    )
    if stamp is None or SUMMARY_VALUE in stamp:
        ours = {STAMP_SHEET, (stamp or {}).get(SUMMARY_VALUE)}
        _warn_of_others(book, index, grid, ours)
    return grid


def _chosen(book: _Book, wanted: str | None, stamp: dict[str, str] | None) -> int:
    readable = [i for i, sheet in enumerate(book.sheets) if sheet.visible and sheet.is_table]
    named = wanted if wanted is not None else (stamp or {}).get(SHEET_VALUE)
    for index in readable:
        if named is not None and book.sheets[index].name == named:
            return index
    if wanted is not None:
        raise refusals.no_such_sheet(wanted)
    if stamp is not None:
        # Somebody renamed the sheet; it is still the one with our keys.
        keyed = (i for i in readable[:SHEETS_SEARCHED] if _has_keys(book.load(i)[0]))
        readable = [*keyed, *readable]
    for index in readable:
        if book.holds_values(index):
            return index
    raise refusals.no_table()


def _has_keys(rows: list[list[Cell]]) -> bool:
    return any(KEY_HEADING in row for row in rows[:ZONE])


def _warn_of_others(book: _Book, index: int, grid: Grid, ours: set[str | None]) -> None:
    others = [
        sheet.name
        for i, sheet in enumerate(book.sheets)
        if i != index and sheet.is_table and sheet.name not in ours and book.holds_values(i)
    ]
    if others:
        message = _("Only the sheet “%(sheet)s” was read. Not read: %(others)s.")
        values = {"sheet": book.sheets[index].name, "others": ", ".join(others)}
        grid.warnings.append(ReadWarning("sheets_not_read", message % values))


def _library_rows(library: CalamineWorkbook, index: int) -> list[list[Cell]]:
    with _library_errors():
        sheet = library.get_sheet_by_index(index)
        if not sheet.start:
            return []
        return plain_rows(sheet.iter_rows(), left=sheet.start[1])


@contextmanager
def _library_errors() -> Iterator[None]:
    """Turn the workbook library's errors into a refusal."""
    try:
        yield
    except CalamineError as error:
        raise refusals.damaged() from error
    except BaseException as error:
        # A panic of the library's Rust code derives from BaseException, in a module that cannot be imported.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise refusals.damaged() from error


def _workbook_folder(package: Package) -> str:
    """Return the folder of the workbook part: xl/ nearly always."""
    target = ""
    for _tag, pairs in package.elements("_rels/.rels", {"Relationship"}):
        attributes = dict(pairs)
        if attributes.get("Type", "").endswith(OFFICE_DOCUMENT):
            target = attributes.get("Target", "")
    return target.rpartition("/")[0].lstrip("/") + "/" if "/" in target else ""


def _listed_sheets(package: Package, folder: str) -> tuple[list[_Sheet], bool]:
    """Return the sheets in workbook order and whether dates count from 1904."""
    relations: dict[str, tuple[str, str]] = {}
    for _tag, pairs in package.elements(f"{folder}_rels/workbook.xml.rels", {"Relationship"}):
        attributes = dict(pairs)
        key = attributes.get("Id", "")
        if key in relations:
            raise refusals.damaged()
        relations[key] = (attributes.get("Type", ""), attributes.get("Target", ""))
    sheets: list[_Sheet] = []
    date1904 = False
    for tag, pairs in package.elements(f"{folder}workbook.xml", {"sheet", "workbookPr"}):
        attributes = dict(pairs)
        if len(attributes) != len(pairs):
            raise refusals.damaged()
        if tag == "workbookPr":
            date1904 = attributes.get("date1904") in ("1", "true")
        else:
            sheets.append(_listed_sheet(attributes, relations, folder))
    return sheets, date1904


def _listed_sheet(attributes: dict[str, str], relations: dict[str, tuple[str, str]], folder: str) -> _Sheet:
    kind, target = relations.get(attributes.get("id", ""), ("", ""))
    if "macrosheet" in kind.lower():
        raise refusals.macros()
    if not target:
        raise refusals.damaged()
    return _Sheet(
        attributes.get("name", ""),
        visible=attributes.get("state", "visible") == "visible",
        is_table=kind.endswith("/worksheet"),
        part=target.lstrip("/") if target.startswith("/") else f"{folder}{target}",
    )


def _check_texts(package: Package, part: str) -> None:
    """Refuse a table of texts that announces more entries than it can hold: memory is reserved for them."""
    if not package.has(part):
        return
    tail = b""
    announced = size = 0
    for chunk in package.stream(part):
        size += len(chunk)
        announced = max([announced, *map(int, TEXT_COUNT.findall(tail + chunk))])
        tail = chunk[-LONGEST_ATTRIBUTE:]
    if announced > size // SHORTEST_TEXT + CARELESS_COUNT:
        raise refusals.damaged()
