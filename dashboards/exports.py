"""Workbooks in the column sets that ministries and cities publish: national, Dezhou, Jinan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from dashboards.board import Board
from dashboards.figures import Base, Figures, Row
from dashboards.pages import wan
from dashboards.ranking import ranked

TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class Export:
    """A finished workbook and its name."""

    name: str
    content: bytes


class _Sheet:
    """A sheet being written from the top: title, header, rows, foot."""

    def __init__(self, workbook: Any, name: str, title: str, widths: Sequence[int]) -> None:
        self.sheet = workbook.add_worksheet(name)
        self.columns = len(widths)
        self.row = 0
        cell = {"border": 1, "border_color": "#CFD5DB"}
        kinds = {
            "title": {"bold": True, "font_size": 14, "align": "center"},
            "head": {**cell, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
            "text": cell,
            "count": {**cell, "num_format": "#,##0"},
            "wan": {**cell, "num_format": "#,##0.00"},
            "rate": {**cell, "num_format": "0.0", "align": "right"},
            "note": {"font_size": 9, "font_color": "#5C6874"},
        }
        self.styles = {name: workbook.add_format(kind) for name, kind in kinds.items()}
        self.bold = {name: workbook.add_format({**kind, "bold": True}) for name, kind in kinds.items()}
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.merge(0, 0, 0, self.columns - 1, title, "title")
        self.row = 1

    def merge(self, top: int, left: int, bottom: int, right: int, text: str, style: str) -> None:
        """Write a text over several cells."""
        self.sheet.merge_range(top, left, bottom, right, "", self.styles[style])
        spreadsheets.write(self.sheet, top, left, text, self.styles[style])

    def header(self, labels: Sequence[str]) -> None:
        """Write a header row, which prints on every page and stays in view."""
        spreadsheets.write_row(self.sheet, self.row, labels, [self.styles["head"]] * len(labels))
        self.row += 1
        self.sheet.freeze_panes(self.row, 0)
        self.sheet.repeat_rows(1, self.row - 1)

    def line(self, values: Sequence[spreadsheets.Value], kinds: Sequence[str], *, bold: bool = False) -> None:
        """Write a row of cells."""
        styles = self.bold if bold else self.styles
        spreadsheets.write_row(self.sheet, self.row, values, [styles[kind] for kind in kinds])
        self.row += 1

    def foot(self, notes: Sequence[str]) -> None:
        """Write the notes below the table and the page number of the print."""
        for note in notes:
            spreadsheets.write(self.sheet, self.row, 0, note, self.styles["note"])
            self.row += 1
        self.sheet.set_footer("&L" + " ".join(notes[:1]).replace("&", "&&")[:200] + "&R&P / &N")
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def build(board: Board, table: str, exported_by: str) -> Export:
    """Return the workbook of a column set; KeyError for an unknown one."""
    fill = TABLES[table]
    years = "+".join(str(year) for year in board.selection.years)
    name = _("%(region)s %(years)s %(table)s as of %(day)s") % {
        "region": board.selection.region.label,
        "years": years,
        "table": TITLES[table](),
        "day": f"{board.selection.on:%Y-%m-%d}",
    }
    notes = notes_of(board, exported_by)
    return Export(f"{name}.xlsx", spreadsheets.build(lambda workbook: fill(workbook, board, notes)))


def notes_of(board: Board, exported_by: str) -> list[str]:
    """Return what every export says below its table: as of when, whence, by whom, what is invented."""
    source = (
        _("snapshot %(marks)s") % {"marks": ", ".join(one.mark for one in board.frozen.snapshots)}
        if board.frozen
        else _("ledgers as they stand")
    )
    notes = [
        _("Data as of %(day)s, %(source)s.") % {"day": f"{board.selection.on:%Y-%m-%d}", "source": source},
        _(
            "Start rate = started ÷ planned for the year;"
            " planned counts the issued task, started also what was added beyond it."
        ),
        _("Exported by %(name)s at %(time)s from %(portal)s.")
        % {
            "name": exported_by,
            "time": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "portal": settings.PORTAL_NAME,
        },
    ]
    if board.whole.simulated.communities:
        notes.insert(0, _("Simulated data: rows below the published provincial totals were generated."))
    return notes


def _by_place(board: Board) -> list[tuple[str, Sequence[Row]]]:
    """Return the sheets of a table: prefectures where there are several, and units."""
    sheets: list[tuple[str, Sequence[Row]]] = []
    if len(board.prefectures) > 1:
        sheets.append((_("By prefecture"), board.prefectures))
    sheets.append((_("By city and county"), board.units))
    return sheets


def _starts(workbook: Any, board: Board, notes: Sequence[str]) -> None:
    """No. 1: communities and 万户, planned, started, rate; best first; 全部开工 from 100 % on."""
    kinds = ("count", "text", "count", "count", "rate", "wan", "wan", "rate")
    for name, rows in _by_place(board):
        sheet = _Sheet(workbook, name, _title(board, _("Starts")), (6, 18, 12, 12, 12, 12, 12, 12))
        sheet.merge(1, 0, 2, 0, _("No."), "head")
        sheet.merge(1, 1, 2, 1, _("Region"), "head")
        sheet.merge(1, 2, 1, 4, _("Newly started communities (no.)"), "head")
        sheet.merge(1, 5, 1, 7, _("Households concerned (10,000)"), "head")
        sheet.row = 2
        three = (_("Planned task"), _("Started"), _("Start rate %"))
        for column, label in enumerate(three * 2, start=2):
            spreadsheets.write(sheet.sheet, 2, column, label, sheet.styles["head"])
        sheet.row = 3
        sheet.sheet.freeze_panes(3, 2)
        sheet.sheet.repeat_rows(1, 2)
        for number, (_place, row) in enumerate(ranked(rows), start=1):
            sheet.line((number, row.name, *_start_cells(row.figures)), kinds)
        sheet.line((None, _("Total"), *_start_cells(board.whole)), kinds, bold=True)
        sheet.foot(notes)


def _start_cells(figures: Figures) -> tuple[spreadsheets.Value, ...]:
    return (
        figures.planned.communities,
        figures.started.communities,
        _rate(figures, Base.COMMUNITIES),
        figures.planned.households / TEN_THOUSAND,
        figures.started.households / TEN_THOUSAND,
        _rate(figures, Base.HOUSEHOLDS),
    )


def _rate(figures: Figures, base: str) -> spreadsheets.Value:
    if 0 < figures.planned.on(base) <= figures.started.on(base):
        return _("All started")
    rate = figures.start_rate(base)
    return "—" if rate is None else rate


def _monthly(workbook: Any, board: Board, notes: Sequence[str]) -> None:
    """No. 3: number, region, newly started communities, start rate; the total is the last row."""
    kinds = ("count", "text", "count", "rate")
    for name, rows in _by_place(board):
        sheet = _Sheet(workbook, name, _title(board, _("Starts")), (6, 20, 20, 14))
        sheet.header((_("No."), _("Region"), _("Newly started communities (no.)"), _("Start rate %")))
        for number, row in enumerate(rows, start=1):
            sheet.line((number, row.name, *_month_cells(row.figures)), kinds)
        sheet.line((None, _("Total"), *_month_cells(board.whole)), kinds, bold=True)
        sheet.foot(notes)


def _month_cells(figures: Figures) -> tuple[spreadsheets.Value, ...]:
    rate = figures.start_rate(Base.COMMUNITIES)
    return (figures.started.communities, "—" if rate is None else rate)


def _plan(workbook: Any, board: Board, notes: Sequence[str]) -> None:
    """No. 4: city, county, communities, buildings, households, 万㎡; subtotals before the counties."""
    kinds = ("count", "text", "text", "count", "count", "count", "wan")
    sheet = _Sheet(workbook, _("Year plan"), _title(board, _("Year plan")), (6, 14, 24, 12, 12, 12, 16))
    sheet.header(
        (
            _("No."),
            _("City"),
            _("County (city, district)"),
            _("Communities (no.)"),
            _("Buildings (no.)"),
            _("Households (no.)"),
            _("Floor area (10,000 ㎡)"),
        )
    )
    groups: list[tuple[Row | None, list[Row]]] = [
        (prefecture, [row for row in board.units if row.parent == prefecture.key])
        for prefecture in board.prefectures
    ] or [(None, list(board.units))]
    for number, (prefecture, rows) in enumerate(groups, start=1):
        if prefecture is not None:
            whole = (number, prefecture.name, _("Subtotal of the city"), *_plan_cells(prefecture.figures))
            sheet.line(whole, kinds, bold=True)
        for index, row in enumerate(rows, start=1):
            among = pgettext("row of a plan", "of which: ") if index == 1 and prefecture is not None else ""
            sheet.line((None, None, f"{among}{index}. {row.name}", *_plan_cells(row.figures)), kinds)
    sheet.line((None, _("Total"), None, *_plan_cells(board.whole)), kinds, bold=True)
    sheet.foot(notes)


def _plan_cells(figures: Figures) -> tuple[spreadsheets.Value, ...]:
    planned = figures.planned
    return (planned.communities, planned.buildings, planned.households, wan(planned.area))


def _title(board: Board, what: str) -> str:
    years = "+".join(str(year) for year in board.selection.years)
    return _("%(region)s, plan year %(years)s: %(what)s") % {
        "region": board.selection.region.label,
        "years": years,
        "what": what,
    }


TABLES: dict[str, Callable[[Any, Board, Sequence[str]], None]] = {
    "starts": _starts,
    "monthly": _monthly,
    "plan": _plan,
}
TITLES: dict[str, Callable[[], str]] = {
    "starts": lambda: _("starts"),
    "monthly": lambda: _("monthly starts"),
    "plan": lambda: _("year plan"),
}
