"""Columns of a ledger, declared once: the grid, the template, import, export and the API docs read the same.

A column is a django-import-export field; its widget knows how a cell is read, shown and exported.
"""

from records.columns.column import Column, plain_number
from records.columns.ledger import Entry, LedgerResource, sum_columns
from records.columns.widgets import (
    CLEAR,
    CellWidget,
    ChoiceWidget,
    Clear,
    Context,
    DateWidget,
    NumberWidget,
    ReferenceWidget,
    TextWidget,
    YearWidget,
)

__all__ = [
    "CLEAR",
    "CellWidget",
    "ChoiceWidget",
    "Clear",
    "Column",
    "Context",
    "DateWidget",
    "Entry",
    "LedgerResource",
    "NumberWidget",
    "ReferenceWidget",
    "TextWidget",
    "YearWidget",
    "plain_number",
    "sum_columns",
]
