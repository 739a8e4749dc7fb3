"""Workbooks to take away: the template, the rows on screen, an upload with its errors marked."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from typing import IO

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.roles import Capability, requires
from ledgers.grid import GridScope
from ledgers.scoping import scope_of
from ledgers.workbooks.export import FORMATS, export
from ledgers.workbooks.sheets import Made
from ledgers.workbooks.template import template

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# Smaller files never touch the disk.
MEMORY = 2_000_000


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_IMPORT)
def template_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Hand out the ledger's template with the user's rows in it."""
    scope = scope_of(request, slug)
    return _sent(request, scope, lambda target: template(scope, target), what="template", kind="xlsx")


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EXPORT)
def export_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Hand out the rows in scope as a workbook, or with ``?format=csv`` as text."""
    scope = scope_of(request, slug)
    kind = request.GET.get("format", "xlsx")
    if kind not in FORMATS:
        raise Http404(kind)
    return _sent(request, scope, lambda target: export(scope, target, kind), what="rows", kind=kind)


def _sent(
    request: HttpRequest, scope: GridScope, make: Callable[[IO[bytes]], Made], *, what: str, kind: str
) -> HttpResponseBase:
    """Make a file, note the download in the audit trail and send it."""
    content = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - the response closes it
    made = make(content)
    content.seek(0)
    audit.record(
        audit.Kind.EXPORT,
        request=request,
        what=f"ledgers.{what}",
        ledger=scope.ledger.slug,
        format=kind,
        year=scope.year,
        unit=(scope.unit or scope.user.view_region).code,
        rows=made.rows,
        sha256=_digest(content),
    )
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=made.name, content_type=CONTENT_TYPES[kind])


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := content.read(MEMORY):
        digest.update(block)
    return digest.hexdigest()
