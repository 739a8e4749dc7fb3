"""The list of findings as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from ledgers.health.reading import Found, HealthReport
from ledgers.health.selection import HealthFilter
from ledgers.workbooks.sheets import HEAD, NOTE

WIDTHS = (12, 8, 28, 24, 16, 14, 48, 48, 10, 32, 12, 12)


def workbook(report: HealthReport, findings: Sequence[Found], chosen: HealthFilter) -> bytes:
    """Return a workbook with one line a finding, and below it what was checked and when."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(_("Health check of the data")[:31])
        head, note, plain = book.add_format(HEAD), book.add_format(NOTE), book.add_format()
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        headings = _headings()
        spreadsheets.write_row(sheet, 0, headings, [head] * len(headings))
        for number, found in enumerate(findings, start=1):
            spreadsheets.write_row(sheet, number, _line(found), [plain] * len(headings))
        at = timezone.localtime(report.run.made_at)
        words = _("%(region)s, checked on %(moment)s: %(rows)d rows.") % {
            "region": chosen.region.label,
            "moment": f"{at:%Y-%m-%d %H:%M}",
            "rows": report.rows,
        }
        spreadsheets.write(sheet, len(findings) + 1, 0, words, note)

    return spreadsheets.build(fill)


def _headings() -> list[str]:
    return [
        _("Reporting unit"),
        _("Plan year"),
        _("Row"),
        _("Rule"),
        _("Field"),
        _("Value"),
        _("What does not fit"),
        _("How to mend"),
        _("State"),
        _("Reason"),
        _("Closed by"),
        _("Closed on"),
    ]


def _line(found: Found) -> list[spreadsheets.Value]:
    item, closed = found.item, found.closed
    state = (
        pgettext("state of a finding", "Closed")
        if closed
        else _("Must be mended")
        if item["hard"]
        else _("To be confirmed")
    )
    return [
        found.unit,
        item["year"],
        item["subject"],
        found.label,
        item["heading"],
        item["value"],
        item["message"],
        item["mend"],
        state,
        closed.reason if closed else None,
        closed.by if closed else None,
        timezone.localdate(closed.at) if closed else None,
    ]
