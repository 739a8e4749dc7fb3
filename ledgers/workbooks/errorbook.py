"""The uploaded file with its errors marked, to be mended and uploaded again as it is.

An .xlsx file stays what it was, byte for byte, but for the marks; a text or .xls file comes back as .xlsx
with every cell where it stood. Marks are a red or amber ground, a note on the cell, a column of messages and
a summary of the rules as the last sheet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import override

from ledgers.importing.batches import ledger_of, plan_of
from ledgers.importing.mapping import MESSAGE_HEADINGS, from_json, vocabulary
from ledgers.importing.plan import ImportPlan, PlannedRow
from ledgers.importing.showing import Shower, conflict_words
from ledgers.models import ImportBatch
from ledgers.reader import LIMITS, Document, Grid, column_letter, read_grid
from ledgers.reader.document import split_reference
from ledgers.reader.layout import to_document
from ledgers.reader.template import SHEET_VALUE, STAMP_SHEET, SUMMARY_VALUE, without_guard
from ledgers.workbooks.patching import Link, Marks, Summary, SummaryCell, patch
from ledgers.workbooks.rebuilding import rebuild
from ledgers.workbooks.sheetpatch import Wanted
from ledgers.workbooks.sheets import Made, sheet_name
from ledgers.workbooks.splicing import NotPatchable
from records.headers import normalise_header

FIRST_CELLS = 8
# A workbook with more notes than this opens slowly; colours and messages stay.
MOST_NOTES = 3000
WIDTHS = (14, 60, 10, *[9] * FIRST_CELLS)
WRONG, DOUBTFUL = "wrong", "doubtful"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong or doubtful about a row: in a column of the file, or in the row as a whole."""

    row: int
    index: int | None
    ground: str
    kind: str
    code: str
    title: str
    text: str


@dataclass
class _Book:
    """What the marks of a batch are made from."""

    batch: ImportBatch
    document: Document
    grid: Grid
    plan: ImportPlan
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        """Return the name of the sheet the table stands in."""
        stem = PurePath(self.batch.file_name).stem
        return self.grid.sheet_name or sheet_name(stem)


def error_workbook(batch: ImportBatch, target: IO[bytes]) -> Made:
    """Write the batch's file with its errors marked to an open file; the batch must have a plan."""
    document, grid = _read(batch)
    book = _Book(batch, document, grid, plan_of(batch))
    book.troubles = list(_troubles(book))
    marks = _marks(book)
    stem = PurePath(batch.file_name).stem
    made = Made(f"{stem} {_('errors')}.xlsx", len({trouble.row for trouble in book.troubles}))
    if grid.kind == "xlsx":
        try:
            patch(Path(batch.file.path).read_bytes(), marks, target)
            return made
        except NotPatchable:
            target.seek(0)
            target.truncate()
    rebuild(grid, marks, target)
    return made


def _read(batch: ImportBatch) -> tuple[Document, Grid]:
    """Return the batch's table as it was read, and its cells as they lie."""
    path = Path(batch.file.path)
    grid = read_grid(path, batch.file_name)
    document = to_document(grid, vocabulary(ledger_of(batch)), LIMITS)
    if grid.kind != "xlsx":
        # Reading has spread merged cells over their rows; they are written as they were.
        grid = read_grid(path, batch.file_name)
        if document.template is not None and grid.kind != "xls":
            grid.rows[:] = [[without_guard(cell) for cell in row] for row in grid.rows]
    return document, grid


def _troubles(book: _Book) -> Iterator[Trouble]:
    shower = Shower(book.batch)
    mapping = from_json(book.batch.mapping["headings"])
    headers = {column.key: column.title for column in shower.resource.columns()}
    indexes = {mapped.column: mapped.index for mapped in mapping if mapped.column}
    for row in book.plan.rows:
        for key, trouble in _of_row(shower, row):
            index = indexes.get(key)
            place = f"{column_letter(index)}{row.number}" if index is not None else ""
            about = " ".join(part for part in (place, headers.get(key)) if part)
            text = f"{about}: {trouble.text}" if about else trouble.text
            yield replace(trouble, index=index, text=text)


def _of_row(shower: Shower, row: PlannedRow) -> Iterator[tuple[str, Trouble]]:
    """Yield what is wrong with a row, with the column it is about."""
    if row.status == "rejected":
        for key, code, message, mend in row.problems:
            text = f"{message} {mend}".strip()
            yield key, Trouble(row.number, None, WRONG, _("Rejected"), code, message, text)
    if row.status == "conflict":
        title = _("Somebody changed the same cell after you downloaded the template.")
        for found in row.conflicts:
            text = conflict_words(shower, found)
            trouble = Trouble(row.number, None, WRONG, _("Conflict"), "conflict", title, text)
            yield shower.resource.key_of(found[0]), trouble
    for key, code, message, mend, confirmed in row.doubts:
        if not confirmed:
            text = f"{message} {mend}".strip()
            yield key, Trouble(row.number, None, DOUBTFUL, _("To confirm"), code, message, text)


def _marks(book: _Book) -> Marks:
    grounds: dict[int, dict[int, str]] = defaultdict(dict)
    texts: dict[tuple[int, int], list[str]] = defaultdict(list)
    messages: dict[int, list[str]] = defaultdict(list)
    for trouble in book.troubles:
        messages[trouble.row].append(trouble.text)
        if trouble.index is None:
            continue
        row, shown = _visible(book, trouble.row, trouble.index)
        if grounds[row].get(shown) != WRONG:
            grounds[row][shown] = trouble.ground
        texts[row, shown].append(trouble.text)
    index = _message_index(book)
    told = {row: "\n".join(lines) for row, lines in messages.items()}
    wanted = Wanted(
        grounds=grounds,
        messages={**_former_messages(book, index), **told} if index is not None else {},
        message_index=-1 if index is None else index,
        heading_row=0 if index is None else book.document.header.first_row,
        heading=_("Errors found"),
        data_from=book.document.header.last_row + 1,
    )
    notes = [(place, "\n".join(dict.fromkeys(lines))) for place, lines in sorted(texts.items())][:MOST_NOTES]
    summary = _summary(book)
    return Marks(book.sheet, wanted, notes, summary, _stamp(book, summary.name))


def _visible(book: _Book, row: int, index: int) -> tuple[int, int]:
    """Return the cell that shows a value: of a merged range the first one."""
    if book.document.merged and (reference := book.document.merge_at(row, index)) is not None:
        return split_reference(reference.partition(":")[0])
    return row, index


def _message_index(book: _Book) -> int | None:
    """Return the column of messages: the one of an earlier round, else the next one, if there is room."""
    for column in book.document.header.columns:
        if any(normalise_header(part)[0] in MESSAGE_HEADINGS for part in column.parts[-1:]):
            return column.index
    width = book.grid.width
    return width if width < LIMITS.max_columns else None


def _former_messages(book: _Book, index: int) -> dict[int, str]:
    """Return an empty message for every row that has one from an earlier round."""
    return {
        row.number: ""
        for row in book.document.rows
        if index < len(row.cells) and row.cells[index] is not None
    }


def _stamp(book: _Book, summary: str) -> dict[str, str]:
    """Return the pairs that tell the reader where the table is; a template has its own already."""
    if book.grid.template_values is not None:
        return {}
    return {SHEET_VALUE: book.sheet, SUMMARY_VALUE: summary}


def _summary(book: _Book) -> Summary:
    former = _former_summary(book)
    name = former or _free_name(book, _("Error summary"))
    groups: dict[tuple[str, str], list[Trouble]] = defaultdict(list)
    for trouble in book.troubles:
        groups[trouble.kind, trouble.code].append(trouble)
    lines: list[list[SummaryCell]] = [[_("Kind"), _("Rule"), _("Cells"), _("First cells")]]
    for (kind, _code), troubles in groups.items():
        line: list[SummaryCell] = [kind, troubles[0].title, len(troubles)]
        for trouble in troubles[:FIRST_CELLS]:
            place = f"{column_letter(trouble.index or 0)}{trouble.row}"
            line.append(Link(place, book.sheet, place))
        lines.append(line)
    if not groups:
        lines.append([_("No errors were found.")])
    return Summary(name, lines, WIDTHS, replaces=former)


def _former_summary(book: _Book) -> str | None:
    """Return our summary sheet of an earlier round: the one the stamp names, or one of our names."""
    values = book.grid.template_values or {}
    names = {values.get(SUMMARY_VALUE, "")}
    if STAMP_SHEET in book.grid.sheet_names or values:
        for language in ("zh-hans", "en"):
            with override(language):
                names.add(_("Error summary"))
    return next((name for name in book.grid.sheet_names if name in names), None)


def _free_name(book: _Book, name: str) -> str:
    taken = {known.casefold() for known in (*book.grid.sheet_names, book.sheet)}
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{name} {number}"
    return found
