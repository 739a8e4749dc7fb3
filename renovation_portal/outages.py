"""Telling a database that is away or busy from a mistake in the program, and answering for it."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.requests import is_for_api, wants_data

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
# SQLite has one class of error for everything: these words mean that waiting helps.
_SQLITE_WAITING = ("locked", "busy", "unable to open", "disk")


def is_outage(error: BaseException) -> bool:
    """Tell whether waiting would mend the error."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    return connection.vendor != "sqlite" or any(word in str(error) for word in _SQLITE_WAITING)


def outage_response(request: HttpRequest) -> HttpResponse:
    """Answer 503 and ask to try again in a moment; scripts get JSON."""
    logger.error("The database is away or busy: %s %s", request.method, request.path, exc_info=True)
    response: HttpResponse
    if is_for_api(request) or wants_data(request):
        message = _("The portal is busy for a moment. Nothing was saved; it will be tried again.")
        response = JsonResponse({"detail" if is_for_api(request) else "message": message}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
