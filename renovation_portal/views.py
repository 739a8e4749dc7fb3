"""The first page after login, and the pages for when something breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_safe

import dashboards.owed
from accounts.models import User
from accounts.requests import current_user, is_for_api, wants_data
from accounts.roles import Capability
from projects import digest
from renovation_portal.error_ids import number_error
from renovation_portal.outages import is_outage, outage_response

# Other orders of the list than by day: what an item is sorted by; what has nothing there comes last.
ORDERS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "kind": lambda item: str(item["kind"]),
    "place": lambda item: str(item.get("place") or ""),
}
LAST = "\uffff"


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what the visitor owes and where to go on: every app says its part, the page only lists it."""
    user = current_user(request)
    items, by = digest.items_of(user), request.GET.get("by", "due")
    if by in ORDERS:
        items.sort(key=lambda item: ORDERS[by](item) or LAST)
    context = {
        "today": timezone.localdate(),
        "items": items,
        "counts": _counts(items),
        "views": [
            {"label": label, "url": f"?by={key}", "active": by == key or (key == "due" and by not in ORDERS)}
            for key, label in (("due", _("By day")), ("kind", _("By matter")), ("place", _("By community")))
        ],
        "deadline": _deadline(items),
        "summary": dashboards.owed.summary(user),
        "start": _start(user),
    }
    return render(request, "home.html", context)


def _counts(items: list[dict[str, Any]]) -> dict[str, int]:
    today = timezone.localdate()
    left = [(item["due"] - today).days for item in items if item["due"] is not None]
    return {
        "total": len(items),
        "overdue": sum(days < 0 for days in left),
        "soon": sum(0 <= days <= 7 for days in left),
    }


def _deadline(items: list[dict[str, Any]]) -> dict[str, str] | None:
    """Return the newest return the user works on: how much is filled, and how many days are left."""
    running = [item for item in items if "running" in item]
    if not running:
        return None
    newest = max(running, key=lambda item: item["running"]["month"])
    days = (newest["due"] - timezone.localdate()).days
    facts = {**newest["running"], "month": f"{newest['running']['month']:%Y-%m}", "days": abs(days)}
    if days < 0:
        text = _("Return of %(month)s: %(done)d of %(due)d communities, %(days)d days late") % facts
    else:
        text = _("Return of %(month)s: %(done)d of %(due)d communities, %(days)d days left") % facts
    return {"text": text, "url": newest["url"], "action": _("Report")}


def _start(user: User) -> dict[str, str]:
    """Return where somebody goes on who owes nothing."""
    text = _("You owe nothing now.")
    for capability, address, label in (
        (Capability.LEDGER_VIEW, reverse("ledgers:grid", args=["projects"]), _("Open the year-plan ledger")),
        (Capability.USERS_MANAGE, reverse("accounts:users"), _("Open the accounts")),
        (Capability.AUDIT_VIEW, reverse("accounts:audit"), _("Open the audit trail")),
        (Capability.SETTINGS_MANAGE, reverse("jobs:index"), _("Open the background work")),
    ):
        if user.may(capability):
            return {"text": text, "url": address, "label": label}
    return {"text": text, "url": "", "label": ""}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a request could not be read; programs and scripts get JSON."""
    text = _("The request could not be read")
    if is_for_api(request):
        return JsonResponse({"detail": text}, status=400)
    if wants_data(request):
        return JsonResponse({"message": text}, status=400)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at an address; the API says it in JSON."""
    if is_for_api(request):
        return JsonResponse({"detail": _("There is nothing at this address")}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke, and the number of the error; while the database is away, say that."""
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return outage_response(request)
    error_id = number_error(request)
    if is_for_api(request):
        return JsonResponse({"detail": _("The portal made an error"), "error_id": error_id}, status=500)
    # No request: what a context processor reads may be what broke.
    return HttpResponse(render_to_string("500.html", {"error_id": error_id}), status=500)
