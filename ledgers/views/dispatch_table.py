"""The table of an ad-hoc 调度, compiled from what the units handed in: on screen and as a workbook."""

from __future__ import annotations

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user
from accounts.roles import Capability, requires
from ledgers.dispatching import compiling, sources
from ledgers.models import Dispatch, DispatchUnit
from ledgers.views.dispatch import SIGNS, seen
from records.columns import Column

State, Part = Dispatch.State, DispatchUnit.State
ROWS_PER_PAGE = 200


@require_safe
@requires(Capability.LEDGER_VIEW)
def compiled(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the compiled table: the sums by unit, and the rows."""
    found, user = seen(request, pk), current_user(request)
    if found.state == State.DRAFT:
        return redirect("ledgers:dispatch_edit", pk=pk)
    table = compiling.compile_for(found, user)
    rows = Paginator(table.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "dispatch": found,
        "table": table,
        "page_obj": rows,
        "by_unit": None if table.of_units else _unit_lines(table),
        "lines": _row_lines(table, rows),
        "waiting": [part.unit.label for part in table.parts if part.part.state != Part.SUBMITTED],
        "may_export": user.may(Capability.LEDGER_EXPORT),
        "is_simulated": any(row.get("is_simulated") for _part, row in table.rows),
    }
    return render(request, "ledgers/dispatch_table.html", context)


def _head(column: Column) -> dict[str, Any]:
    numeric = column.cell.align == "right" and column.cell.kind != "year"
    return {"label": column.header, "unit": column.unit.shown if column.unit else "", "numeric": numeric}


def _state(part: compiling.Part) -> dict[str, Any]:
    submitted = part.part.state == Part.SUBMITTED
    note = (_("handed in late") if submitted else _("overdue")) if part.late else ""
    sign = "overdue" if part.late and not submitted else SIGNS[Part(part.part.state)]
    return {"status": sign, "text": part.part.get_state_display(), "note": note}


def _unit_lines(table: compiling.Compiled) -> dict[str, Any]:
    columns = table.summed
    lines: list[dict[str, Any]] = [
        {
            "cells": [
                part.unit.label,
                len(part.rows),
                *(column.display(part.sums.get(column.key), table.context) for column in columns),
                _state(part),
            ]
        }
        for part in table.parts
    ]
    sums = (column.display(table.sums.get(column.key), table.context) for column in columns)
    lines.append({"kind": "total", "cells": [_("Total"), len(table.rows), *sums, ""]})
    heads: list[dict[str, Any]] = [{"label": _("Reporting unit")}, {"label": _("Rows"), "numeric": True}]
    return {"columns": [*heads, *map(_head, columns), {"label": _("State")}], "rows": lines}


def _row_lines(table: compiling.Compiled, rows: Any) -> dict[str, Any]:
    columns = list(table.columns)
    lines: list[dict[str, Any]] = []
    for part, row in rows:
        label = {
            "text": row["label"],
            "url": reverse("ledgers:row", args=[table.dispatch.slug, row["id"]]),
        }
        values = [column.display(row.get(column.name), table.context) for column in columns]
        unit = [] if table.of_units else [part.unit.label]
        lines.append({"cells": [label, *unit, *values, _state(part)]})
    if not rows.has_next():
        sums = [
            column.display(table.sums[column.key], table.context) if column.key in table.sums else ""
            for column in columns
        ]
        lines.append({"kind": "total", "cells": [_("Total"), *([] if table.of_units else [""]), *sums, ""]})
    unit_head: list[dict[str, Any]] = [] if table.of_units else [{"label": _("Reporting unit")}]
    first: dict[str, Any] = {"label": sources.name_of_rows(table.dispatch.source)}
    heads = [first, *unit_head, *map(_head, columns), {"label": _("State")}]
    return {"columns": heads, "rows": lines}


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the compiled table as a workbook."""
    found, user = seen(request, pk), current_user(request)
    if found.state == State.DRAFT:
        return redirect("ledgers:dispatch_edit", pk=pk)
    table = compiling.compile_for(found, user)
    content = io.BytesIO()
    rows = compiling.workbook(table, content)
    name = f"{found.title} {_('compiled')} {timezone.localtime(table.at):%Y-%m-%d %H%M}.xlsx"
    return hand_out(request, content.getvalue(), name, what="ledgers.dispatch", dispatch=pk, rows=rows)
