"""The workbook of an allocation: shares, what they are made of, and what they were computed from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import spreadsheets
from accounts.spreadsheets import Value
from assessments.allocation_pages import Line, Sheet, communities_of_run, sheet_of_run
from assessments.models import AllocationRun

CELL = {"border": 1, "border_color": "#CFD5DB"}
STYLES = {
    "title": {"bold": True, "font_size": 14},
    "head": {**CELL, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "text": CELL,
    "number": {**CELL, "num_format": "#,##0.######"},
    "money": {**CELL, "num_format": "#,##0.000000"},
    "rate": {**CELL, "num_format": "0.00"},
    "note": {"font_size": 9, "font_color": "#5C6874"},
}


def build(run: AllocationRun, exported_by: str) -> bytes:
    """Return the workbook of a run; sums are in 万元 to the 分."""

    def fill(workbook: Any) -> None:
        styles = {name: workbook.add_format(style) for name, style in STYLES.items()}
        sheet = sheet_of_run(run)
        page = workbook.add_worksheet(_("Shares"))
        rows = [_cells(line, sheet) for line in (*sheet.lines, sheet.total)]
        _table(page, styles, f"{run.title}（{run.year}）", _head(sheet), rows, notes(run, exported_by))
        if communities := communities_of_run(run):
            _communities(workbook, styles, run, communities)

    return spreadsheets.build(fill)


def notes(run: AllocationRun, exported_by: str) -> list[str]:
    """Return what stands below the table: rule, where the figures are from, hash, what is invented."""
    found = [
        _("Rule: %(name)s (%(document)s), revision %(revision)s.") % run.inputs["rule"],
        _("Run %(mark)s, SHA-256 %(sha)s.") % {"mark": run.mark, "sha": run.sha256},
        _("Amounts add up to the total to the fen by the largest remainder; the unit's code breaks ties."),
        _("Exported by %(name)s at %(time)s from %(portal)s.")
        % {
            "name": exported_by,
            "time": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "portal": settings.PORTAL_NAME,
        },
    ]
    if not run.is_signed:
        found.insert(0, _("A scenario: nobody has signed it."))
    if run.is_simulated:
        found.insert(0, _("Simulated data"))
    return found


def _head(sheet: Sheet) -> list[str]:
    optional = [("k", sheet.needs_k), ("S", sheet.needs_scores), ("p", sheet.needs_p)]
    return [
        _("Code"),
        _("City and county"),
        *(f"{column['label']} {column['unit']}".strip() for column in sheet.factors),
        *(letter for letter, shown in optional if shown),
        _("Amount (10,000 yuan)"),
        _("Share %"),
        *((_("Last year (10,000 yuan)"), _("Change (10,000 yuan)")) if sheet.has_before else ()),
        *(_("Effect: %(of)s (10,000 yuan)") % {"of": name} for name in sheet.effects),
    ]


def _cells(line: Line, sheet: Sheet) -> list[tuple[Value, str]]:
    optional = [(line.k, sheet.needs_k), (line.score, sheet.needs_scores), (line.p, sheet.needs_p)]
    cells: list[tuple[Value, str]] = [(line.code, "text"), (line.name, "text")]
    cells += [(value, "number") for value, _places in line.volumes]
    cells += [(_number(value), "number") for value, shown in optional if shown]
    cells += [(_wan(line.amount_fen), "money"), (line.percent, "rate")]
    if sheet.has_before:
        cells += [(_wan(line.before_fen), "money"), (_wan(line.change_fen), "money")]
    return cells + [(_wan(amount), "money") for amount in line.effects]


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-6)


def _number(value: Fraction | None) -> Value:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _table(
    page: Any,
    styles: dict[str, Any],
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[tuple[Value, str]]],
    below: Sequence[str],
) -> None:
    spreadsheets.write(page, 0, 0, title, styles["title"])
    spreadsheets.write_row(page, 1, head, [styles["head"]] * len(head))
    for number, row in enumerate(rows, start=2):
        spreadsheets.write_row(
            page, number, [value for value, _style in row], [styles[style] for _value, style in row]
        )
    for number, note in enumerate(below, start=len(rows) + 2):
        spreadsheets.write(page, number, 0, note, styles["note"])
    page.set_column(0, 0, 10)
    page.set_column(1, 1, 18)
    page.set_column(2, max(len(head) - 1, 2), 15)
    page.freeze_panes(2, 2)
    page.repeat_rows(1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _communities(
    workbook: Any, styles: dict[str, Any], run: AllocationRun, communities: Sequence[dict[str, Any]]
) -> None:
    page = workbook.add_worksheet(_("Communities"))
    head = [
        _("City and county"),
        _("Community"),
        _("Floor area ㎡"),
        _("Investment (10,000 yuan)"),
        _("Raised by residents (10,000 yuan)"),
        _("Least to be raised (10,000 yuan)"),
        _("Base (yuan per ㎡)"),
        _("Points by own money"),
        _("Share paid %"),
        _("Subsidy (10,000 yuan)"),
    ]
    rows: list[list[tuple[Value, str]]] = [
        [
            (row["unit"], "text"),
            (row["name"], "text"),
            (row["area"], "number"),
            (_wan(row["invested_fen"]), "money"),
            (_wan(row["raised_fen"]), "money"),
            (_wan(row["required_fen"]), "money"),
            (Decimal(row["base_fen"]).scaleb(-2), "rate"),
            (row["points"], "number"),
            (row["percent"], "rate"),
            (_wan(row["amount_fen"]), "money"),
        ]
        for row in communities
    ]
    _table(page, styles, run.title, head, rows, ())
