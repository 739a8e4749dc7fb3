"""What every request of a logged-in visitor passes through."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib import auth
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, passwords, sessions
from accounts.models import User
from accounts.requests import is_background, safe_next, wants_data
from accounts.session_store import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# What still answers to somebody who must choose a new password first.
OPEN_BEFORE_CHANGE = frozenset({"accounts:password_change", "accounts:logout", "set_language"})


class SessionGuardMiddleware:
    """Ends sessions that have lasted or idled too long, asks for due passwords, writes refusals down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; scripts whose session has ended get 401 instead of a login page."""
        ended = self._end_if_over(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponseRedirect) and _leads_to_login(response):
            return _ask_for_login(request, response, ended)
        _record_refusal(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Answer nothing but the change page to somebody whose password is due."""
        user = request.user
        match = request.resolver_match
        if not user.is_authenticated or not passwords.is_due(user):
            return None
        if match is not None and match.view_name in OPEN_BEFORE_CHANGE:
            return None
        if wants_data(request):
            return JsonResponse({"message": _("Choose a new password first.")}, status=403)
        return redirect("accounts:password_change")

    def _end_if_over(self, request: HttpRequest) -> str:
        """Return why the session of this request has just been ended, or nothing."""
        user = request.user
        # The user comes first: asking for them is what reads the session's row.
        if not user.is_authenticated or not isinstance(request.session, SessionStore):
            return ""
        row = request.session.row
        if row is None:
            return ""
        reason = sessions.over_because(row, user)
        if reason:
            audit.record(
                audit.Kind.SESSION_END, actor=user, request=request, reason=reason, session=row.handle
            )
            auth.logout(request)
        elif not is_background(request):
            sessions.touch(row)
        return reason


def _leads_to_login(response: HttpResponseRedirect) -> bool:
    return response.url.partition("?")[0] == reverse("accounts:login")


def _ask_for_login(request: HttpRequest, response: HttpResponseRedirect, ended: str) -> HttpResponseBase:
    match = request.resolver_match
    if request.user.is_authenticated or match is None or match.view_name == "accounts:logout":
        return response
    if not wants_data(request):
        if ended:
            response["Location"] = f"{response.url}&{urlencode({'ended': ended})}"
        return response
    answer = JsonResponse({"login": True}, status=401)
    if "HX-Request" in request.headers and not is_background(request):
        # Somebody clicked: take them to the login and back.  A timer must not tear them from what they write.
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        here = urlunsplit(("", "", page.path, page.query, ""))
        answer["HX-Redirect"] = f"{reverse('accounts:login')}?{urlencode({'next': safe_next(request, here)})}"
    return answer


def _record_refusal(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write down that somebody was refused: 403, and 404 of an address that exists but not for them."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    if response.status_code not in {403, 404} or match is None or not isinstance(user, User):
        return
    audit.record(
        audit.Kind.DENIED,
        actor=user,
        request=request,
        outcome=audit.Outcome.REFUSED,
        status=response.status_code,
        method=request.method,
        view=match.view_name,
        path=request.path[:300],
    )
