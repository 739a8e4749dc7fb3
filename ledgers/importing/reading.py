"""From the rows of a file to entries: every cell read by its column, nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ledgers.importing.mapping import MappedHeading, factor_of
from ledgers.reader import Document, SourceRow
from ledgers.registry import Ledger
from records.columns import CLEAR, Column, Context, Entry, NumberWidget
from records.parsing import CellError

Reading = tuple[Any, CellError | None]
# Contents of one column that are remembered.
MOST_KNOWN = 10_000


@dataclass(slots=True)
class Lane:
    """One mapped column of the file: where it stands, what it means, what its unit is worth."""

    index: int
    column: Column
    factor: Decimal
    # What was read, by content: streets, units and small numbers come back all the time.
    known: dict[Any, Reading] = field(default_factory=dict)

    def read(self, raw: Any, context: Context) -> Reading:
        """Read a cell, once per distinct content."""
        # 1, 1.0 and True are equal and not the same; a text equals nothing else.
        key = raw if type(raw) is str else (type(raw), raw)
        found = self.known.get(key)
        if found is None:
            try:
                found = (self.column.read(raw, context, self.factor), None)
            except CellError as problem:
                found = (None, problem)
            if len(self.known) < MOST_KNOWN:
                self.known[key] = found
        return found


def read_entries(
    ledger: Ledger, document: Document, mapping: Sequence[MappedHeading], context: Context
) -> list[Entry]:
    """Return an entry for every row of data, in the file's order, with key and version where it has them."""
    context.date1904 = document.date1904
    entries = [Entry(row.number) for row in document.rows]
    for row, entry in zip(document.rows, entries, strict=True):
        _read_key(document, row, entry)
    for mapped in mapping:
        if mapped.column and not ledger.resource.column(mapped.column).moving:
            column = ledger.resource.column(mapped.column)
            lane = Lane(mapped.index, column, factor_of(ledger, mapped))
            _read_lane(document, lane, entries, context, ledger.resource.blank(column))
    return entries


def _read_lane(
    document: Document, lane: Lane, entries: Sequence[Entry], context: Context, blank: Any
) -> None:
    """Read one column of the file into the entries of its rows."""
    index, column, read = lane.index, lane.column, lane.read
    stored = None if column.readonly else column.stored
    for row, entry in zip(document.rows, entries, strict=True):
        cells = row.cells
        raw = cells[index] if index < len(cells) else None
        if row.flags and (problem := _flagged(document, row, lane, row.flags.get(index))) is not None:
            entry.fail(column.key, problem)
            continue
        if raw is None or raw == "":
            # A blank cell of a table means: leave as it is.
            continue
        value, wrong = read(raw, context)
        if wrong is not None:
            entry.fail(column.key, wrong)
        elif value is None or (column.readonly and entry.pk is None):
            continue
        elif stored is None:
            entry.related[column.key] = value
        else:
            entry.values[stored] = blank if value is CLEAR else value


def _flagged(document: Document, row: SourceRow, lane: Lane, flag: str | None) -> CellError | None:
    """Return what is wrong with a cell whose content the file itself calls into question.

    A merged unit or street holds for all its rows; a merged number belongs to none of them for certain.
    """
    if flag == "merged" and isinstance(lane.column.cell, NumberWidget) and row.cells[lane.index] is not None:
        return CellError(
            "merged_number",
            _("The number stands in the merged cells %(range)s.")
            % {"range": document.merge_at(row.number, lane.index) or ""},
            _("Unmerge them and write each row's own number."),
        )
    if flag is None or flag in {"formula", "merged"}:
        return None
    if flag == "formula_no_cache":
        return CellError(
            "formula_no_cache",
            _("The cell holds a formula whose result was never stored."),
            _("Open the file in Excel or WPS, save it and upload it again."),
        )
    return CellError(
        "error_value",
        _("The cell holds the error %(text)s.") % {"text": flag.removeprefix("error:")},
        _("Mend the formula."),
    )


def _read_key(document: Document, row: SourceRow, entry: Entry) -> None:
    stamp = document.template
    if stamp is None or stamp.key_index is None:
        return
    entry.pk = _whole(row.cells, stamp.key_index)
    entry.version = _whole(row.cells, stamp.version_index)


def _whole(cells: Sequence[Any], index: int | None) -> int | None:
    value = cells[index] if index is not None and index < len(cells) else None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
