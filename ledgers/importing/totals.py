"""The file's own total rows beside the sums of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ledgers.importing.mapping import MappedHeading, factor_of
from ledgers.reader import Document, TotalRow
from ledgers.registry import Ledger
from records.columns import Column, Context, Entry, NumberWidget
from records.marks import Mark
from records.parsing import CellError, read_number


def reconcile(
    ledger: Ledger,
    document: Document,
    mapping: Sequence[MappedHeading],
    entries: Sequence[Entry],
    context: Context,
) -> list[dict[str, Any]]:
    """Return, per total row and column, what the file says, what its rows add up to, and whether they agree.

    A difference within the rounding of what is printed counts as equal: rows in ㎡, a total in 万㎡ with two
    decimals.
    """
    lines: list[dict[str, Any]] = []
    for total in document.total_rows:
        covered = _covered(document, total, entries)
        for mapped in mapping:
            if not mapped.column:
                continue
            column = ledger.resource.column(mapped.column)
            if isinstance(column.cell, NumberWidget) and column.total == "sum" and not column.moving:
                line = _line(total, column, mapped, factor_of(ledger, mapped), covered, context)
                if line is not None:
                    lines.append(line)
    return lines


def _covered(document: Document, total: TotalRow, entries: Sequence[Entry]) -> list[Entry]:
    """Return the rows a total is for: all of them, or those from the last subtotal to this one."""
    if not total.subtotal:
        return list(entries)
    marks = sorted(other.number for other in document.total_rows if other.subtotal)
    rows = [row.number for row in document.rows]
    if rows and total.number < rows[0]:
        # Printed above its rows: it covers what follows, up to the next subtotal.
        after = [number for number in marks if number > total.number]
        end = after[0] if after else rows[-1] + 1
        return [entry for entry in entries if total.number < entry.number < end]
    before = [number for number in marks if number < total.number]
    start = before[-1] if before else 0
    return [entry for entry in entries if start < entry.number < total.number]


def _line(
    total: TotalRow,
    column: Column,
    mapped: MappedHeading,
    factor: Decimal,
    covered: Sequence[Entry],
    context: Context,
) -> dict[str, Any] | None:
    raw = total.cells[mapped.index] if mapped.index < len(total.cells) else None
    if raw is None or raw == "":
        return None
    try:
        said = read_number(raw, column.unit, factor)
    except CellError:
        return None
    values = (entry.values.get(column.name) for entry in covered)
    summed = sum((Decimal(v) for v in values if v is not None and not isinstance(v, Mark)), Decimal(0))
    gap = said - summed
    # Half of the last printed place: a total in 万㎡ with two decimals is good to 50 ㎡.
    rounded = gap != 0 and abs(gap) <= _printed_step(raw) * factor / 2 and factor > column.factor
    verdict = _("equal") if gap == 0 else _("equal within rounding") if rounded else _("different")
    return {
        "row": total.number,
        "label": total.label,
        "column": column.key,
        "header": str(column.header),
        "unit": column.unit.shown if column.unit else "",
        "file": column.display(said, context),
        "sum": column.display(summed, context),
        "gap": column.display(abs(gap), context),
        "ok": gap == 0 or rounded,
        "words": verdict,
    }


def _printed_step(raw: Any) -> Decimal:
    """Return the last decimal place a printed number shows."""
    text = repr(raw) if isinstance(raw, float) else str(raw)
    _whole, point, places = text.partition(".")
    return Decimal(1).scaleb(-len(places)) if point else Decimal(1)
