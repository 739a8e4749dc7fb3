"""The first page after login, and the pages for when something breaks."""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import dashboards.owed
import ledgers.owed
import projects.owed
from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability
from renovation_portal.error_ids import number_error
from renovation_portal.outages import is_outage, outage_response


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what the visitor owes and where to go on: every app says its part, the page only lists it."""
    user = current_user(request)
    found = [*projects.owed.owed(user), *ledgers.owed.owed(user), *dashboards.owed.owed(user)]
    items = sorted(found, key=lambda item: (item["due"] is None, item["due"]))
    context = {
        "today": timezone.localdate(),
        "items": items,
        "counts": {"total": len(items)},
        "summary": dashboards.owed.summary(user),
        "start": _start(user),
    }
    return render(request, "home.html", context)


def _start(user: User) -> dict[str, str]:
    """Return where somebody goes on who owes nothing."""
    if user.may(Capability.LEDGER_VIEW):
        return {
            "text": _("You owe nothing now."),
            "url": reverse("ledgers:grid", args=["projects"]),
            "label": _("Open the year-plan ledger"),
        }
    if user.may(Capability.USERS_MANAGE):
        return {
            "text": _("You owe nothing now."),
            "url": reverse("accounts:users"),
            "label": _("Open the accounts"),
        }
    if user.may(Capability.AUDIT_VIEW):
        return {
            "text": _("You owe nothing now."),
            "url": reverse("accounts:audit"),
            "label": _("Open the audit trail"),
        }
    return {"text": _("You owe nothing now."), "url": "", "label": ""}


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke; while the database is away, say that instead."""
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return outage_response(request)
    # No request: what a context processor reads may be what broke.
    return HttpResponse(render_to_string("500.html", {"error_id": number_error(request)}), status=500)
