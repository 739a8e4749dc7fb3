"""Assessments as workbooks: the basis of one score, and the scores of a year or month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import spreadsheets
from assessments import facts, words
from assessments.formulas import formula_of
from assessments.models import Assessment

Cell = spreadsheets.Value


def table(
    workbook: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[str]
) -> None:
    """Write one sheet: a header that stays in view, rows, notes below."""
    sheet = workbook.add_worksheet(name[:31])
    frame = {"border": 1, "border_color": "#CFD5DB", "valign": "top", "text_wrap": True}
    head = workbook.add_format({**frame, "bold": True, "bg_color": "#F0F2F4"})
    plain = workbook.add_format(frame)
    points = workbook.add_format({**frame, "num_format": "0.00"})
    quiet = workbook.add_format({"font_size": 9, "font_color": "#5C6874"})
    spreadsheets.write_row(sheet, 0, heads, [head] * len(heads))
    at = 0
    for at, row in enumerate(rows, start=1):
        styles = [points if isinstance(value, Decimal) else plain for value in row]
        spreadsheets.write_row(sheet, at, row, styles)
    for offset, note in enumerate(notes, start=2):
        spreadsheets.write(sheet, at + offset, 0, note, quiet)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, len(heads) - 1, 16)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def basis(assessment: Assessment, exported_by: str) -> bytes:
    """Return everything a score stands on."""
    document = assessment.document
    blocks = {block["code"]: block["name"] for block in document["blocks"]}
    heads = [
        _("Block"),
        _("Indicator"),
        _("Full points"),
        _("Points"),
        _("Loss"),
        _("Fact"),
        _("How"),
        _("Findings"),
    ]
    lines: list[list[Cell]] = [
        [
            blocks[line["block"]],
            line["name"],
            Decimal(line["points"]),
            Decimal(line["earned"]),
            Decimal(line["lost"]),
            words.fact_words(line),
            words.how_words(line),
            "；".join(row["finding"] for row in line["deductions"]),
        ]
        for line in document["indicators"]
    ]
    total: list[Cell] = [
        _("Total"),
        "",
        Decimal(document["available"]),
        Decimal(document["total"]),
        None,
        "",
        "",
        "",
    ]
    notes = notes_of(assessment, exported_by)

    def fill(workbook: Any) -> None:
        table(workbook, _("Score"), heads, [*lines, total], notes)
        row_heads = [_("Indicator"), _("Formula"), _("Ledger"), _("Row"), _("Version"), _("Counted")]
        table(workbook, _("Rows behind"), row_heads, _rows(assessment), notes)

    return spreadsheets.build(fill)


def _rows(assessment: Assessment) -> Iterable[Sequence[Cell]]:
    for line in assessment.document["indicators"]:
        known = formula_of(line["formula"])
        if known is None:
            continue
        found = facts.rows_of(assessment.fact_sheet, line["formula"], assessment.document["about"]["unit"])
        for model, rows in sorted(found.items()):
            for row in rows:
                yield [line["name"], str(known.label), model, row.pk, row.version, row.counts]


def notes_of(assessment: Assessment, exported_by: str) -> list[str]:
    """Return whence the numbers are, by whom and when they were taken."""
    notes = [
        _("Facts as of %(day)s, fact sheet %(mark)s; scheme: %(scheme)s.")
        % {
            "day": assessment.document["about"]["on"],
            "mark": assessment.fact_sheet.mark,
            "scheme": assessment.document["scheme"]["name"],
        },
        _("Exported by %(name)s at %(time)s from %(portal)s.")
        % {
            "name": exported_by,
            "time": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "portal": settings.PORTAL_NAME,
        },
    ]
    return [_("Simulated data"), *notes] if assessment.is_simulated else notes
