"""The compiled table: what all units have answered, at any moment, on the page and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import spreadsheets
from accounts.models import Region, User
from ledgers.dispatching import sources
from ledgers.dispatching.columns import resource_of
from ledgers.dispatching.service import Filled, filled, is_late
from ledgers.models import Dispatch, DispatchUnit
from ledgers.workbooks.sheets import HEAD, NOTE, number_format, sheet_name
from records.columns import Column, Context, sum_columns
from records.rows import Row


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit has answered: its state, its rows and their sums."""

    part: DispatchUnit
    late: bool
    filled: Filled
    rows: Sequence[Row]
    sums: Mapping[str, Any]

    @property
    def unit(self) -> Region:
        """Return the unit."""
        return self.part.unit


@dataclass(frozen=True, slots=True)
class Compiled:
    """A table put together: its columns, the parts of the units and the sums of all."""

    dispatch: Dispatch
    columns: Sequence[Column]
    parts: Sequence[Part]
    sums: Mapping[str, Any]
    context: Context
    at: datetime

    @property
    def of_units(self) -> bool:
        """Tell whether a row is a unit."""
        return self.dispatch.source == sources.UNITS

    @property
    def summed(self) -> list[Column]:
        """Return the columns that add up."""
        return [column for column in self.columns if column.total == "sum"]

    @property
    def rows(self) -> list[tuple[Part, Row]]:
        """Return all rows with their parts."""
        return [(part, row) for part in self.parts for row in part.rows]


def compile_for(dispatch: Dispatch, user: User, now: datetime | None = None) -> Compiled:
    """Return what the units in the user's view have answered so far; a handful of queries."""
    now = now or timezone.now()
    resource = resource_of(dispatch)
    context = Context(user=user, year=dispatch.year)
    parts = list(
        DispatchUnit.objects.visible_to(user)
        .filter(dispatch=dispatch)
        .select_related("unit", "submitted_by")
        .order_by("unit__path")
    )
    rows = resource.read_rows(resource.rows_for(user))
    of_unit: dict[int, list[Row]] = {part.unit_id: [] for part in parts}
    for row in rows:
        of_unit[row["unit_id"]].append(row)
    counted = filled(dispatch, of_unit)
    columns = [column for column in resource.columns() if column.key not in {"label", "unit"}]
    return Compiled(
        dispatch=dispatch,
        columns=columns,
        parts=[
            Part(
                part,
                is_late(part, dispatch, now),
                counted.get(part.unit_id, Filled()),
                of_unit[part.unit_id],
                _sums(columns, of_unit[part.unit_id]),
            )
            for part in parts
        ],
        sums=_sums(columns, rows),
        context=context,
        at=now,
    )


def _sums(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, Any]:
    """Return the sums of the columns that add up; a column nobody has filled adds up to nothing, not to 0."""
    sums = sum_columns(columns, rows)
    names = {column.key: column.name for column in columns}
    return {key: value for key, value in sums.items() if any(row.get(names[key]) is not None for row in rows)}


def state_words(part: Part) -> str:
    """Return how far a part has come, in words; lateness is said beside it."""
    return str(part.part.get_state_display()) + (_(" (late)") if part.late else "")


def workbook(table: Compiled, target: IO[bytes]) -> int:
    """Write the compiled table, the sums by unit and every row, to an open file; return how many rows."""
    with spreadsheets.streamed(target) as book:
        if not table.of_units:
            _by_unit(book, table)
        _rows(book, table)
    return len(table.rows)


class _Sheet:
    """A sheet written from the top: title, heading, rows, the total, notes."""

    def __init__(self, book: Any, name: str, table: Compiled, columns: Sequence[Column]) -> None:
        self.sheet = book.add_worksheet(sheet_name(name))
        self.columns = columns
        box = {"border": 1, "border_color": "#CFD5DB"}
        self.text, self.head = book.add_format(box), book.add_format(HEAD)
        self.bold, self.note = book.add_format({**box, "bold": True}), book.add_format(NOTE)
        self.numbers = [book.add_format({**box, "num_format": number_format(column)}) for column in columns]
        self.sums = [
            book.add_format({**box, "num_format": number_format(column), "bold": True}) for column in columns
        ]
        self.line = 0
        title = book.add_format({"bold": True, "font_size": 14})
        spreadsheets.write(self.sheet, 0, 0, table.dispatch.title, title)
        self.line = 1

    def heading(self, names: Sequence[str], widths: Sequence[int]) -> None:
        """Write the heading row, which prints on every page and stays in view."""
        for index, width in enumerate(widths):
            self.sheet.set_column(index, index, width)
        spreadsheets.write_row(self.sheet, self.line, names, [self.head] * len(names))
        self.line += 1
        self.sheet.freeze_panes(self.line, 2)
        self.sheet.repeat_rows(0, self.line - 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def row(
        self, first: Sequence[spreadsheets.Value], values: Sequence[Any], last: Sequence[str], *, total: bool
    ) -> None:
        """Write a row: texts, numbers of the columns, texts."""
        plain = self.bold if total else self.text
        styles = [*[plain] * len(first), *(self.sums if total else self.numbers), *[plain] * len(last)]
        cells = [None if value == "" else value for value in (*first, *values, *last)]
        spreadsheets.write_row(self.sheet, self.line, cells, styles)
        self.line += 1

    def foot(self, notes: Sequence[str]) -> None:
        """Write the notes below the table."""
        for note in notes:
            spreadsheets.write(self.sheet, self.line, 0, note, self.note)
            self.line += 1


def _notes(table: Compiled) -> list[str]:
    waiting = [part for part in table.parts if part.part.state != DispatchUnit.State.SUBMITTED]
    notes = [
        _("As of %(time)s; %(done)d of %(all)d units have handed in; compiled by %(portal)s.")
        % {
            "time": f"{timezone.localtime(table.at):%Y-%m-%d %H:%M}",
            "done": len(table.parts) - len(waiting),
            "all": len(table.parts),
            "portal": settings.PORTAL_NAME,
        }
    ]
    if waiting:
        names = "、".join(part.unit.label for part in waiting)
        notes.append(_("Not handed in: %(units)s.") % {"units": names})
    if any(row.get("is_simulated") for _part, row in table.rows):
        notes.append(_("Simulated data: rows below the published provincial totals were generated."))
    return notes


def _handed(part: Part) -> list[str]:
    at = part.part.submitted_at if part.part.state == DispatchUnit.State.SUBMITTED else None
    return [state_words(part), f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""]


def _by_unit(book: Any, table: Compiled) -> None:
    columns = table.summed
    sheet = _Sheet(book, _("By unit"), table, columns)
    names = [_("No."), _("Reporting unit"), _("Rows"), *(column.title for column in columns)]
    sheet.heading([*names, _("State"), _("Handed in at")], [6, 18, 8, *[14] * len(columns), 16, 18])
    for number, part in enumerate(table.parts, start=1):
        sums = [column.typed(part.sums.get(column.key), table.context) for column in columns]
        sheet.row([number, part.unit.label, len(part.rows)], sums, _handed(part), total=False)
    sums = [column.typed(table.sums.get(column.key), table.context) for column in columns]
    sheet.row([None, _("Total"), len(table.rows)], sums, ["", ""], total=True)
    sheet.foot(_notes(table))


def _rows(book: Any, table: Compiled) -> None:
    sheet = _Sheet(book, _("All rows"), table, table.columns)
    label = str(sources.name_of_rows(table.dispatch.source))
    first = [_("No."), label] if table.of_units else [_("No."), label, _("Reporting unit")]
    names = [*first, *(column.title for column in table.columns), _("State"), _("Handed in at")]
    widths = [6, 22, *([14] if len(first) == 3 else []), *[max(c.width, 90) // 7 for c in table.columns]]
    sheet.heading(names, [*widths, 16, 18])
    for number, (part, row) in enumerate(table.rows, start=1):
        values = [column.typed(row.get(column.name), table.context) for column in table.columns]
        begin: list[spreadsheets.Value] = [number, row["label"]]
        if not table.of_units:
            begin.append(part.unit.label)
        sheet.row(begin, values, _handed(part), total=False)
    sums = [
        column.typed(table.sums[column.key], table.context) if column.key in table.sums else None
        for column in table.columns
    ]
    sheet.row([None, _("Total"), *([None] if len(first) == 3 else [])], sums, ["", ""], total=True)
    sheet.foot(_notes(table))
