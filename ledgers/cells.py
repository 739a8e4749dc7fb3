"""Cells as people type them, turned into edits of rows: the grid and the plain form share this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ledgers.registry import Ledger
from records.checks import Finding, Severity
from records.columns import CLEAR, Column, Context, Entry, LedgerResource
from records.parsing import CellError


@dataclass
class TypedRow:
    """One row as typed: the cells that could be read and those that could not."""

    entry: Entry
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> dict[str, CellError]:
        """Return what is wrong, by column key; the first problem of a cell counts."""
        found: dict[str, CellError] = {}
        for key, problem in self.entry.errors:
            found.setdefault(key, problem)
        return found


def read_cells(resource: type[LedgerResource], texts: Mapping[str, str], context: Context) -> TypedRow:
    """Read typed cells; an emptied cell is an edit that clears it.

    Cells of columns that are only shown are refused for known rows, unless they repeat what is there.
    """
    row = TypedRow(Entry(number=0), dict(texts))
    for key, text in texts.items():
        if key not in resource.fields:
            row.entry.fail(key, CellError("unknown_column", _("There is no such column.")))
            continue
        column = resource.column(key)
        try:
            value = column.read(text, context)
        except CellError as problem:
            row.entry.fail(key, problem)
            continue
        store(resource, row.entry, column, None if value is CLEAR else value)
    return row


def store(resource: type[LedgerResource], entry: Entry, column: Column, value: Any) -> None:
    """Put a read value where the row keeps it."""
    if column.readonly:
        return
    if column.stored is None:
        entry.related[column.key] = value
    else:
        entry.values[column.stored] = resource.blank(column) if value is None else value


def as_finding(key: str, problem: CellError) -> Finding:
    """Return a cell that could not be read in the form of a finding."""
    return Finding(key, problem.message, problem.mend, problem.code, Severity.HARD, (key,))


def findings_by_column(
    resource: type[LedgerResource], findings: Sequence[Finding]
) -> dict[str, list[dict[str, Any]]]:
    """Return findings as the grid shows them: column key → what, how to mend it, whether it is settled."""
    shown: dict[str, list[dict[str, Any]]] = {}
    for finding in findings:
        shown.setdefault(resource.key_of(finding.field), []).append(
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "message": finding.message,
                "mend": finding.mend,
                "confirmed": finding.confirmed,
            }
        )
    return shown


def describe_columns(ledger: Ledger, context: Context) -> list[dict[str, Any]]:
    """Return the columns as the grid needs them."""
    described = []
    for column in ledger.resource.columns():
        cell = column.cell
        described.append(
            {
                "key": column.key,
                "header": str(column.header),
                "unit": column.unit.shown if column.unit else "",
                "group": column.group,
                "kind": cell.kind,
                "align": cell.align,
                "choices": [[text, text] for text in cell.choices(context)],
                "decimals": cell.decimals,
                "width": column.width,
                "required": column.required,
                "readonly": column.readonly,
                # Named when a row is made, only shown afterwards.
                "fixed": column.stored is None and not column.readonly,
                "frozen": column.frozen,
                "marks": column.marks,
                "help": str(column.help),
                "total": column.total,
            }
        )
    return described
