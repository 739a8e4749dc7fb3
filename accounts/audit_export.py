"""The audit trail as a file: for whoever examines it elsewhere.

Every text is written as a text, whatever it begins with, so that a name can never become a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import AuditEvent
from accounts.models.audit import AuditEventQuerySet

# The newest so many events of a choice: narrower choices give the older ones.
MOST_ROWS = 50_000
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_WIDTHS = (20, 16, 16, 16, 20, 10, 18, 80)
# What a spreadsheet may run when it stands first in a text of a CSV file.
_GUARDED = re.compile("'*[=+\\-@\t\r\n;＝＋－＠]")


def render(events: AuditEventQuerySet, kind: str) -> tuple[bytes, int]:
    """Return the newest MOST_ROWS of the events as a file of one of CONTENT_TYPES, and how many they are."""
    rows = [list(_cells(event)) for event in events.select_related("actor__region")[:MOST_ROWS]]
    return (_workbook(rows) if kind == "xlsx" else _table(rows)), len(rows)


def _headings() -> list[str]:
    return [
        _("When"),
        _("Login name"),
        pgettext("audit", "Who"),
        _("Region"),
        _("What"),
        _("Outcome"),
        _("IP address"),
        _("Detail"),
    ]


def _cells(event: AuditEvent) -> Iterator[str]:
    actor = event.actor
    yield timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
    yield actor.username if actor else ""
    yield actor.display_name if actor else ""
    yield actor.region.label if actor else ""
    yield str(event.get_kind_display())
    yield str(event.get_outcome_display())
    yield event.address or ""
    yield json.dumps(event.detail, ensure_ascii=False, sort_keys=True)


def _workbook(rows: list[list[str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Audit trail")[:31])
        bold = book.add_format({"bold": True})
        for column, (heading, width) in enumerate(zip(_headings(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for number, cells in enumerate(rows, start=1):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text[:32_000])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(_WIDTHS) - 1)
    return target.getvalue()


def _table(rows: list[list[str]]) -> bytes:
    target = io.StringIO(newline="")
    # The mark tells Excel that the file is UTF-8.
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(_headings())
    writer.writerows([f"'{text}" if _GUARDED.match(text) else text for text in cells] for cells in rows)
    return target.getvalue().encode()
