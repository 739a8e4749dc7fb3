"""The second sheet of a template: what each column means and what happens to the file when it is uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from ledgers.grid import GridScope
from records.columns import ChoiceWidget, Column, Context, ReferenceWidget
from records.marks import CLEAR_LABEL, MARK_LABELS, Mark

LISTED_CHOICES = 12
WIDTHS = (22, 8, 8, 46, 46, 24)
TITLE = {"bold": True, "font_size": 14}
SECTION = {"bold": True, "font_size": 11, "bottom": 1, "bottom_color": "#CFD5DB"}
HEAD = {"bold": True, "bg_color": "#E7F0F8", "border": 1, "border_color": "#CFD5DB", "text_wrap": True}
CELL = {"border": 1, "border_color": "#CFD5DB", "text_wrap": True, "valign": "top"}
EXAMPLES: dict[str, spreadsheets.Value] = {
    "integer": 638,
    "decimal": Decimal("51847.91"),
    "money": Decimal("1250.5"),
    "percent": Decimal("62.5"),
    "date": "2020-03-31",
    "year": 1995,
}


def write_guide(workbook: Any, scope: GridScope, context: Context) -> None:
    """Add the guide to a template."""
    _Guide(workbook, scope, context).write()


class _Guide:
    """The sheet while it is written from top to bottom."""

    def __init__(self, workbook: Any, scope: GridScope, context: Context) -> None:
        self.scope = scope
        self.context = context
        self.sheet = workbook.add_worksheet(_("Guide"))
        looks = {"title": TITLE, "section": SECTION, "head": HEAD, "cell": CELL, "line": {}}
        self.styles = {name: workbook.add_format(look) for name, look in looks.items()}
        self.line = 0
        for index, width in enumerate(WIDTHS):
            self.sheet.set_column(index, index, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def write(self) -> None:
        """Write the sections."""
        ledger = self.scope.ledger
        self._put([_("How to fill in: %(title)s") % {"title": ledger.title}], "title")
        self._put([str(ledger.purpose)], "line")
        self._section(_("Filling in"), filling_in())
        self._columns(ledger.resource.columns())
        self._table(_("Blank, zero and the other answers"), (_("You write"), _("It means")), answers())
        self._section(_("What happens when you upload it"), uploading())

    def _put(self, cells: Sequence[spreadsheets.Value], style: str) -> None:
        spreadsheets.write_row(self.sheet, self.line, cells, [self.styles[style]] * len(cells))
        self.line += 1

    def _section(self, title: str, lines: Sequence[str]) -> None:
        self.line += 1
        self._put([title], "section")
        for number, text in enumerate(lines, start=1):
            self._put([f"{number}. {text}"], "line")

    def _table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[spreadsheets.Value]]) -> None:
        self.line += 1
        self._put([title], "section")
        self._put(head, "head")
        for row in rows:
            self._put(row, "cell")

    def _columns(self, columns: Sequence[Column]) -> None:
        head = (
            _("Column"),
            pgettext("of measure", "Unit"),
            _("Required"),
            _("Meaning"),
            _("How to write it"),
            _("Example"),
        )
        rows = [
            (
                str(column.header),
                column.unit.shown if column.unit else "",
                _("yes") if column.required else "",
                _meaning(column),
                " ".join(how_to_write(column, self.context)),
                example(column, self.context),
            )
            for column in columns
        ]
        self._table(_("The columns, with an example row"), head, rows)


def filling_in() -> list[str]:
    """Return what to know before typing."""
    return [
        _("Change the cells that are wrong or empty; grey cells are only shown and cannot be changed here."),
        _("Write new rows below the others; red headings with * must be filled in."),
        _("Columns and rows may be moved or deleted here; nothing is deleted in the ledger."),
        _("Leave the hidden columns at the end alone: by them the portal knows which row is which."),
        _("A copied row becomes a new row as soon as it bears another name."),
        _("Write amounts in the unit of the heading; do not add units or words to numbers."),
    ]


def answers() -> list[tuple[str, str]]:
    """Return the five answers that are not the same."""
    return [
        (_("(blank)"), _("No change: what the ledger holds stays.")),
        (str(CLEAR_LABEL), _("The cell is emptied in the ledger.")),
        ("0", _("There are none: zero counts in sums and averages.")),
        (str(MARK_LABELS[Mark.NOT_APPLICABLE]), _("The question does not arise here. Not counted.")),
        (str(MARK_LABELS[Mark.UNKNOWN]), _("Somebody looked and does not know yet. Not counted.")),
    ]


def uploading() -> list[str]:
    """Return what the upload does."""
    return [
        _("Nothing is saved by uploading: first you see every difference, old and new, cell by cell."),
        _("Rows with errors are refused with the reason; the others can be saved without them."),
        _("Doubtful values are shown and can be confirmed with a reason."),
        _("Where somebody changed the same cell meanwhile, you choose between both values."),
        _("The file with its errors marked can be downloaded, mended and uploaded again."),
        _("A saved upload can be undone as long as nobody has changed its rows."),
    ]


def _meaning(column: Column) -> str:
    shown = column.readonly or column.stored is None
    told = [str(column.help)] if column.help else []
    if column.readonly:
        told.append(_("Only shown here."))
    elif shown:
        told.append(_("Names the community of a new row; only shown in rows that are there."))
    return " ".join(told)


def how_to_write(column: Column, context: Context) -> list[str]:
    """Return the accepted forms of a column's cells."""
    forms = {
        "text": _("Text."),
        "integer": _("A whole number."),
        "decimal": _("A number with at most %(count)d decimals.") % {"count": column.cell.decimals},
        "money": _("An amount; the smallest is one fen."),
        "percent": _("A number from 0 to 100."),
        "date": _("A date, as 2020-03-31."),
        "year": _("A year of four digits."),
        "choice": _("Choose from the list."),
        "reference": _("Choose from the list."),
    }
    told = [forms[column.cell.kind]]
    if isinstance(column.cell, ChoiceWidget | ReferenceWidget):
        choices = column.cell.choices(context)
        if len(choices) <= LISTED_CHOICES:
            told.append("、".join(choices))
    if column.marks:
        marks = " / ".join(str(label) for label in MARK_LABELS.values())
        told.append(_("Also: %(marks)s.") % {"marks": marks})
    return told


def example(column: Column, context: Context) -> spreadsheets.Value:
    """Return an example of a column's cells."""
    if isinstance(column.cell, ChoiceWidget | ReferenceWidget):
        return next(iter(column.cell.choices(context)), "")
    if column.key in {"plan_year", "year"}:
        return context.year or EXAMPLES["year"]
    if column.key in {"longitude", "latitude"}:
        return Decimal("129.508900") if column.key == "longitude" else Decimal("42.891300")
    examples: dict[str, spreadsheets.Value] = {
        "name": _("Xingfu Community"),
        "community_name": _("Xingfu Community"),
        "street": _("Beishan Street"),
        "neighbourhood": _("Danying Neighbourhood"),
        "address": _("12 Beishan Street"),
        "former_owner": _("County Textile Mill"),
        "number": "3",
        "works": _("roofs, heating pipes, roads"),
        "floors": 6,
        "building_count": 12,
        "planned_buildings": 12,
    }
    return examples.get(column.key, EXAMPLES.get(column.cell.kind, ""))
