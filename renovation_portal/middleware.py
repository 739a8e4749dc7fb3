"""Headers of every response, and a plain answer while the database is away."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from renovation_portal.outages import is_outage, outage_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class DatabaseOutageMiddleware:
    """Answers 503 with a hint to retry when a view meets a database that is busy or away.

    Where the database fails outside the views (sessions, users) ``handler500`` gives the same answer.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for an outage; leave every other error alone."""
        return outage_response(request) if is_outage(error) else None


class ResponseHeadersMiddleware:
    """Keeps what logged-in visitors see out of every cache, and other origins out of the pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # While the database is away nobody can tell who asked, so errors are never kept either.
        if response.status_code >= 500 or _is_logged_in(request):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_logged_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
