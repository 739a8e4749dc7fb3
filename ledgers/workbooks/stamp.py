"""What the portal writes into its own workbooks to know them again, and the check when they come back.

Keys of rows mean something only to the portal that gave them out and to one ledger of it, so both are signed:
in the hidden sheet, and in the ``_template`` column, which a CSV file saved from the workbook still has.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ledgers.grid import GridScope
from ledgers.reader import Document, FileRefused
from ledgers.reader.template import SHEET_VALUE
from ledgers.registry import Ledger, find_ledger

SALT = "ledgers.workbooks"
CHECKSUM = "checksum"
SIGNED = ("ledger", "region", "year", "language", "issued_at", SHEET_VALUE)


def _digest(text: str) -> str:
    return salted_hmac(SALT, text).hexdigest()[:20]


def row_mark(slug: str) -> str:
    """Return what stands in the ``_template`` column of every row of a ledger."""
    return f"{slug}:{_digest(slug)}"


def stamp_of(scope: GridScope, sheet: str) -> dict[str, str]:
    """Return the pairs of the hidden sheet of a template."""
    region = scope.unit or scope.user.region
    values = {
        SHEET_VALUE: sheet,
        "ledger": scope.ledger.slug,
        "region": region.code,
        "year": str(scope.year or ""),
        "language": get_language() or "",
        "issued_at": timezone.localtime().isoformat(timespec="seconds"),
    }
    return {**values, CHECKSUM: checksum(values)}


def checksum(values: Mapping[str, str]) -> str:
    """Return the signature of a stamp's pairs."""
    return _digest("\n".join(f"{name}={values.get(name, '')}" for name in SIGNED))


def refusal_of(document: Document, ledger: Ledger) -> FileRefused | None:
    """Return why a file with the portal's stamp cannot be read into a ledger, or None."""
    stamp = document.template
    if stamp is None:
        return None
    marks = _row_marks(document)
    named = {stamp.values["ledger"]} if stamp.values.get("ledger") else set()
    for slug in sorted(named | {mark.partition(":")[0] for mark in marks}):
        if slug != ledger.slug:
            return _other_ledger(slug)
    genuine = not named or constant_time_compare(stamp.values.get(CHECKSUM, ""), checksum(stamp.values))
    if genuine and marks <= {row_mark(ledger.slug)}:
        return None
    return FileRefused(
        "foreign_template",
        _("This workbook has row keys of another portal, or its hidden sheet was changed."),
        _("Download the template again, or delete the hidden columns and upload it as an ordinary table."),
    )


def _row_marks(document: Document) -> set[str]:
    index = document.template.template_index if document.template else None
    if index is None:
        return set()
    cells = (row.cells[index] for row in document.rows if index < len(row.cells))
    return {str(cell).strip() for cell in cells if cell is not None}


def _other_ledger(slug: str) -> FileRefused:
    other = find_ledger(slug)
    return FileRefused(
        "other_template",
        _("This is the template of another ledger: %(title)s.") % {"title": other.title if other else "—"},
        _("Upload it there, or download the template of this ledger."),
    )
