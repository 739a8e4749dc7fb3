"""A ledger without JavaScript: a list of rows and a plain form for one row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Capability, requires
from ledgers.forms import RowForm
from ledgers.grid import GridScope, show_rows
from ledgers.row_changes import RowLife
from ledgers.saving import Edit, save
from ledgers.scoping import editing_scope, filter_selects, scope_of
from records.columns import Column, Context
from records.history import Frozen, read_frozen
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
    """Show one row as a form with its changes, and save it; a removed row is shown as it was last."""
    asked = scope_of(request, slug)
    resource = asked.ledger.resource
    year = (resource.year_field,) if resource.year_field else ()
    known = resource.rows_for(asked.user, removed=True).values("is_removed", *year)
    found = get_object_or_404(known, pk=pk)
    # A row stands in a year of its own, whichever the address names.
    scope = replace(asked, year=found[year[0]] if year else None, unit=None)
    if not found["is_removed"]:
        return _form_page(request, scope, pk)
    if request.method == "POST" or not scope.user.may(Capability.HISTORY_VIEW):
        raise Http404(slug)
    return _removed_page(request, scope, pk)


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
        "row_name": form.row["c"][0],
        "list_url": _list_url(scope),
    }
    if pk is not None and scope.user.may(Capability.HISTORY_VIEW):
        life = RowLife.read(scope, pk, form.context, _frozen(request))
        context["changes"] = changes = _changes(request, life)
        form.tell_changes({key: (count, changes["of_column"](key)) for key, count in life.counts.items()})
    return render(request, "ledgers/row_form.html", context)


def _removed_page(request: HttpRequest, scope: GridScope, pk: int) -> HttpResponse:
    """Show what a removed row said last, and its changes."""
    resource, context = scope.ledger.resource, scope.context()
    [last] = resource.read_rows(resource.rows_for(scope.user, removed=True).filter(pk=pk))
    told = {
        "ledger": scope.ledger,
        "pk": pk,
        "row_name": resource.columns()[0].text(last.get(resource.columns()[0].name), context),
        "last": _last_words(resource.columns(), last, context),
        "list_url": _list_url(scope),
        "changes": _changes(request, RowLife.read(scope, pk, context, _frozen(request))),
    }
    return render(request, "ledgers/row_form.html", told)


def _last_words(columns: Sequence[Column], row: Mapping[str, Any], context: Context) -> list[dict[str, str]]:
    shown = [(column, column.display(row.get(column.name), context)) for column in columns]
    return [
        {"label": str(column.header), "text": text, "unit": column.unit.shown if column.unit else ""}
        for column, text in shown
        if text
    ]


def _list_url(scope: GridScope) -> str:
    address = reverse("ledgers:rows", args=[scope.ledger.slug])
    return f"{address}?year={scope.year}" if scope.year else address


def _frozen(request: HttpRequest) -> Frozen | None:
    """Return the freezing somebody comes from; raises BadRequest for what is none."""
    try:
        return read_frozen(request.GET)
    except ValueError:
        raise BadRequest(_("The moment of the freezing in the address cannot be read.")) from None


def _changes(request: HttpRequest, life: RowLife) -> dict[str, Any]:
    """Return the section of changes: a page of them, of one column if one is chosen."""
    resource = life.scope.ledger.resource
    key = request.GET.get("column", "")
    if key and key not in resource.fields:
        raise BadRequest(_("There is no such column."))
    kept = {name: request.GET[name] for name in ("frozen_at", "version") if request.GET.get(name)}
    page, lines = life.page(request.GET.get("page"), key)

    def of_column(name: str) -> str:
        return f"?{urlencode({**kept, **({'column': name} if name else {})})}#changes"

    changed = [column for column in resource.columns() if column.key == key or life.counts.get(column.key)]
    return {
        "page_obj": page,
        "lines": [
            {
                "change": line,
                "cells": [(cell, of_column(cell.key) if cell.key else "") for cell in line.cells],
            }
            for line in lines
        ],
        "count": len(life.changes),
        "frozen": life.frozen,
        "after": life.after,
        "of_column": of_column,
        "column": str(resource.column(key).header) if key else "",
        "all_url": of_column(""),
        "hidden": kept,
        "selects": [
            {
                "name": "column",
                "label": _("Column"),
                "options": [
                    {"value": "", "label": _("All columns"), "selected": not key},
                    *(
                        {"value": column.key, "label": str(column.header), "selected": column.key == key}
                        for column in changed
                    ),
                ],
            }
        ],
    }


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
