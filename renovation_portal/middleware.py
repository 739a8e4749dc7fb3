"""Headers of every response, and a plain answer to what cannot be read or while the database is away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

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


class UnreadableTextMiddleware:
    """Answers 400 to what no person types and no database keeps: the character NUL, halves of characters.

    Looked through are the address, cookies, the fields of forms and the texts of JSON.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; raises BadRequest for text that cannot be kept."""
        if not all(_can_be_kept(text) for text in _texts_of(request)):
            raise BadRequest("The request holds text that cannot be kept.")
        return self.get_response(request)


def _can_be_kept(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _texts_of(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    yield from request.COOKIES.values()
    yield from _fields_of(request.GET)
    if request.content_type == "application/json":
        yield from _texts_of_json(request)
    elif request.method == "POST":
        yield from _fields_of(request.POST)


def _fields_of(fields: QueryDict) -> Iterator[str]:
    for name, values in fields.lists():
        yield name
        yield from map(str, values)


def _texts_of_json(request: HttpRequest) -> Iterator[str]:
    """Yield every text of a body in JSON; what is no JSON is for the view to refuse."""
    body = request.body.decode(request.encoding or "utf-8", errors="replace")
    if "\\u" not in body:
        return
    try:
        left = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            left += part
        elif isinstance(part, dict):
            left += [*part.keys(), *part.values()]


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


class LanguageMiddleware(LocaleMiddleware):
    """Speaks to residents in their language, chosen by a link that works without script; to staff in theirs.

    Below ``/p/`` ``?lang=`` chooses and is kept in a cookie of those pages alone.  Everywhere else only the
    languages are spoken in which the whole portal is written.
    """

    COOKIE = "residents_language"
    PLACE = "/p/"

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language of the answer."""
        super().process_request(request)
        if request.path_info.startswith(self.PLACE):
            spoken = dict(settings.LANGUAGES)
            for wanted in (request.GET.get("lang", ""), request.COOKIES.get(self.COOKIE, "")):
                if wanted in spoken:
                    translation.activate(wanted)
                    break
        elif translation.get_language() not in settings.STAFF_LANGUAGES:
            translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Keep the language that was chosen by a link."""
        answer: HttpResponseBase = super().process_response(request, response)
        chosen = request.GET.get("lang", "") if request.path_info.startswith(self.PLACE) else ""
        if chosen in dict(settings.LANGUAGES):
            answer.set_cookie(
                self.COOKIE,
                chosen,
                max_age=365 * 24 * 3600,
                path=self.PLACE,
                secure=settings.PRODUCTION,
                httponly=True,
                samesite="Lax",
            )
        return answer
