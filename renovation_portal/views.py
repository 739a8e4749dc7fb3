"""The first page after login, and the pages for when something breaks."""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from renovation_portal.outages import is_outage, outage_response


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what the visitor owes and where to go on."""
    return render(request, "home.html", {"today": timezone.localdate()})


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke; while the database is away, say that instead."""
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return outage_response(request)
    # No request and no context: what a context processor reads may be what broke.
    return HttpResponse(render_to_string("500.html"), status=500)
