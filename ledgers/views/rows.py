"""A ledger without JavaScript: a list of rows and a plain form for one row."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Capability, requires
from ledgers.forms import RowForm
from ledgers.grid import GridScope, show_rows
from ledgers.saving import Edit, save
from ledgers.scoping import editing_scope, filter_selects, scope_of
from records.idempotency import KeyReused

PER_PAGE = 50


@require_safe
@requires(Capability.LEDGER_VIEW)
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """List a ledger's rows, page by page."""
    scope = scope_of(request, slug)
    resource = scope.ledger.resource
    found = resource.rows_for(scope.user, year=scope.year, unit=scope.unit)
    asked = request.GET.get("q", "").strip()[:60]
    if asked:
        found = resource.search(found, asked)
    paginator = Paginator(found, PER_PAGE)
    listed = paginator.get_page(request.GET.get("page"))
    context = {
        "ledger": scope.ledger,
        "page_obj": listed,
        "table": _table(scope, found.filter(pk__in=[record.pk for record in listed.object_list])),
        "selects": filter_selects(scope),
        "search": {"name": "q", "label": _("Find"), "value": asked},
        "may_edit": scope.may_add,
        "new_url": reverse("ledgers:row_new", args=[slug]) + _query(request),
        "grid_url": reverse("ledgers:grid", args=[slug]) + _query(request),
    }
    return render(request, "ledgers/rows.html", context)


def _query(request: HttpRequest) -> str:
    kept = {key: request.GET[key] for key in ("year", "unit") if request.GET.get(key)}
    return "?" + "&".join(f"{key}={value}" for key, value in kept.items()) if kept else ""


def _table(scope: GridScope, found: Any) -> dict[str, Any]:
    resource = scope.ledger.resource
    context = scope.context()
    rows = resource.read_rows(found)
    shown = show_rows(scope, rows, context)
    columns = resource.columns()
    lines = []
    for row, entry in zip(rows, shown, strict=True):
        cells: list[Any] = list(entry["c"])
        cells[0] = {"text": entry["c"][0], "url": reverse("ledgers:row", args=[scope.ledger.slug, row["id"]])}
        doubts = [
            found for findings in entry.get("f", {}).values() for found in findings if not found["confirmed"]
        ]
        status = (
            "hard" if any(found["severity"] == "hard" for found in doubts) else "soft" if doubts else "ok"
        )
        lines.append({"cells": [*cells, {"status": status}]})
    heads = [
        {
            "label": column.header,
            "unit": column.unit.shown if column.unit else "",
            # A year is a name made of digits: no thousands.
            "numeric": column.cell.align == "right" and column.cell.kind != "year",
        }
        for column in columns
    ]
    return {"columns": [*heads, {"label": _("State")}], "rows": lines}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW)
def row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one row as a form and save it."""
    scope = scope_of(request, slug)
    record = get_object_or_404(scope.ledger.resource.rows_for(scope.user), pk=pk)
    return _form_page(request, scope, record.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW)
def row_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a new row by form; PermissionDenied where rows are made by another act."""
    scope = editing_scope(request, slug)
    if not scope.may_add:
        raise PermissionDenied("add")
    return _form_page(request, scope, None)


def _form_page(request: HttpRequest, scope: GridScope, pk: int | None) -> HttpResponse:
    form = RowForm(scope, pk, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not form.may_edit:
            raise PermissionDenied("ledger.edit")
        if form.is_valid():
            answered = _save(request, scope, form, pk)
            if answered is not None:
                return answered
    context = {
        "ledger": scope.ledger,
        "form": form,
        "pk": pk,
        "list_url": reverse("ledgers:rows", args=[scope.ledger.slug]),
    }
    return render(request, "ledgers/row_form.html", context)


def _save(request: HttpRequest, scope: GridScope, form: RowForm, pk: int | None) -> HttpResponse | None:
    """Save the form; return where to go, or None to show the form again with what is wrong."""
    edit = Edit(
        token="",
        pk=pk,
        version=form.cleaned_data["version"],
        cells=form.sent_cells(),
        key=form.cleaned_data["key"] or str(uuid.uuid4()),
    )
    try:
        answer = save(scope, [edit])[0]
    except KeyReused:
        form.add_error(None, _("This form was already sent with other values. Reload it."))
        return None
    form.show_answer(answer)
    if answer["status"] in {"saved", "merged", "same"}:
        text = _("Nothing was changed.") if answer["status"] == "same" else _("Saved.")
        messages.success(request, text)
        return redirect("ledgers:row", slug=scope.ledger.slug, pk=answer["id"])
    return None
