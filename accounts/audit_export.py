"""The audit trail as a file: for whoever examines it elsewhere.

Every text is written as a text, whatever it begins with, so that a name can never become a formula.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from accounts.models import AuditEvent
from accounts.models.audit import AuditEventQuerySet

# The newest so many events of a choice: narrower choices give the older ones.
MOST_ROWS = 50_000
# A cell of a workbook holds not many more.
MOST_CHARACTERS = 32_000
_WIDTHS = (20, 16, 16, 16, 20, 10, 18, 80)


def render(events: AuditEventQuerySet, kind: str) -> tuple[bytes, int]:
    """Return the newest MOST_ROWS of the events as an xlsx or csv file, and how many they are."""
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
    def fill(book: Any) -> None:
        sheet = book.add_worksheet(_("Audit trail")[:31])
        bold = book.add_format({"bold": True})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        spreadsheets.write_row(sheet, 0, _headings(), [bold] * len(_WIDTHS))
        for number, cells in enumerate(rows, start=1):
            shortened = [text[:MOST_CHARACTERS] for text in cells]
            spreadsheets.write_row(sheet, number, shortened, [None] * len(_WIDTHS))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(_WIDTHS) - 1)

    return spreadsheets.build(fill)


def _table(rows: list[list[str]]) -> bytes:
    target = io.StringIO(newline="")
    sheet = spreadsheets.CsvSheet(target)
    for cells in (_headings(), *rows):
        sheet.line(cells)
    return target.getvalue().encode()
