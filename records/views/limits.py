"""Limits: the list by subject with sources, one limit with its changes, setting it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from records import limits as services
from records.forms import LimitForm
from records.limit_words import MEANINGS, OTHERS, SUBJECTS
from records.models import Limit

MOST_CHANGES = 50


@require_safe
@requires(Capability.LEDGER_VIEW)
def limits(request: HttpRequest) -> HttpResponse:
    """List the limits by subject."""
    known = {row.code: row for row in Limit.objects.all()}
    groups = [
        {"label": label, "lines": [_line(known.pop(code)) for code in codes if code in known]}
        for label, codes in SUBJECTS
    ]
    groups.append({"label": OTHERS, "lines": [_line(row) for row in known.values()]})
    context = {
        "groups": [group for group in groups if group["lines"]],
        "may_edit": current_user(request).may(Capability.LIMIT_EDIT),
    }
    return render(request, "records/limits.html", context)


def _line(row: Limit) -> dict[str, Any]:
    return {
        "limit": row,
        "label": MEANINGS.get(row.code, row.label),
        "is_exact": services.is_exact(row),
        "low": _figure(row.low, row.unit),
        "high": _figure(row.high, row.unit),
    }


def _figure(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "—"
    # A year is a name made of digits: no thousands.
    return str(services.plain(value)) if unit == "年" else f"{value.normalize():,f}"


@require_safe
@requires(Capability.LEDGER_VIEW)
def limit(request: HttpRequest, code: str) -> HttpResponse:
    """Show a limit with its changes; staff set it here."""
    found = get_object_or_404(Limit, code=code)
    may = current_user(request).may(Capability.LIMIT_EDIT)
    return _page(request, found, LimitForm(limit=found) if may else None)


@require_POST
@requires(Capability.LIMIT_EDIT)
def limit_set(request: HttpRequest, code: str) -> HttpResponse:
    """Set a limit, with source and reason."""
    found = get_object_or_404(Limit, code=code)
    form = LimitForm(request.POST, limit=found)
    if form.is_valid():
        try:
            services.change(found, actor=current_user(request), **form.values())
        except services.LimitRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. Checks judge by it from now on."))
            return redirect("limits:index")
    return _page(request, found, form)


def _page(request: HttpRequest, found: Limit, form: LimitForm | None) -> HttpResponse:
    context = {
        **_line(found),
        "form": form,
        "set_url": reverse("limits:set", args=[found.code]),
        "list_url": reverse("limits:index"),
        "save_label": _("Save the limit"),
        "changes_title": _("Changes of the limit"),
        "changes": found.changes.select_related("by")[:MOST_CHANGES],
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "records/limit.html", context, status=status)
