"""Workbooks to take away: the template, the rows on screen, an upload with its errors marked."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import IO, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user
from accounts.roles import Capability, requires
from ledgers.grid import GridScope
from ledgers.models import ImportBatch
from ledgers.reader import LIMITS
from ledgers.scoping import editing_scope, scope_of
from ledgers.workbooks.errorbook import error_workbook
from ledgers.workbooks.export import FORMATS, export
from ledgers.workbooks.sheets import Made, queryset_of
from ledgers.workbooks.template import template


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_IMPORT)
def template_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Hand out the ledger's template with the user's rows in it."""
    scope = editing_scope(request, slug)
    if (count := queryset_of(scope, editable=True).count()) > LIMITS.max_rows:
        return _too_many(request, scope, count)
    made = partial(template, scope)
    return _sent(request, made, kind="xlsx", detail=_scoped(scope, "template"))


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EXPORT)
def export_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Hand out the rows in scope as a workbook, or with ``?format=csv`` as text."""
    scope = scope_of(request, slug)
    kind = request.GET.get("format", "xlsx")
    if kind not in FORMATS:
        raise Http404(kind)
    if (count := queryset_of(scope, editable=False).count()) > LIMITS.max_rows:
        return _too_many(request, scope, count)
    made = partial(export, scope, kind=kind)
    return _sent(request, made, kind=kind, detail=_scoped(scope, "rows"))


@require_safe
@requires(Capability.LEDGER_IMPORT)
def error_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand back an uploaded file with its errors marked."""
    batches = ImportBatch.objects.editable_by(current_user(request)).select_related("uploaded_by", "region")
    batch = get_object_or_404(batches, pk=pk)
    if not batch.plan_file or not batch.file:
        raise Http404("plan")
    detail = {"what": "ledgers.errors", "ledger": batch.ledger, "batch": batch.pk}
    return _sent(request, partial(error_workbook, batch), kind="xlsx", detail=detail)


def _too_many(request: HttpRequest, scope: GridScope, count: int) -> HttpResponse:
    """Ask to narrow a file that no upload would take back, and that would hold a web process too long."""
    context = {"ledger": scope.ledger, "count": count, "most": LIMITS.max_rows}
    return render(request, "ledgers/too_many_rows.html", context, status=400)


def _scoped(scope: GridScope, what: str) -> dict[str, Any]:
    """Return what the audit trail says about rows that were taken away."""
    return {
        "what": f"ledgers.{what}",
        "ledger": scope.ledger.slug,
        "year": scope.year,
        "unit": (scope.unit or scope.user.view_region).code,
    }


def _sent(
    request: HttpRequest, make: Callable[[IO[bytes]], Made], *, kind: str, detail: dict[str, Any]
) -> HttpResponseBase:
    """Make a file and send it."""
    content = io.BytesIO()
    made = make(content)
    return hand_out(request, content.getvalue(), made.name, **detail, format=kind, rows=made.rows)
