"""Coming in and going out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import LoginForm
from accounts.models import User
from accounts.passwords import INITIAL_LIFETIME, is_due
from accounts.requests import safe_next, wants_data


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show the login form and let people in.

    Whatever is wrong, the answer is one and the same, so that it tells nothing about names or locks.
    Scripts (the grid, when its session has ended) are answered in JSON.
    """
    target = safe_next(request, request.POST.get("next", request.GET.get("next", "")))
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(target)
        return _page(request, LoginForm(), target, status=200)
    form = LoginForm(request.POST)
    user = None
    if form.is_valid():
        user = services.log_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
        if user is None:
            form.add_error(None, refusal())
    if wants_data(request):
        return _as_data(request, user)
    return redirect(target) if user else _page(request, form, target, status=400)


def refusal() -> str:
    """Return the one answer to every login that is not let in."""
    minutes = settings.LOGIN_LOCK_SECONDS // 60
    tries = ngettext(
        "After %(count)d failure in a row a login name is locked for %(minutes)d minutes.",
        "After %(count)d failures in a row a login name is locked for %(minutes)d minutes.",
        settings.LOGIN_FAILURE_LIMIT,
    ) % {"count": settings.LOGIN_FAILURE_LIMIT, "minutes": minutes}
    initial = _("An initial password is valid for %(hours)d hours.") % {
        "hours": INITIAL_LIFETIME.total_seconds() // 3600
    }
    return " ".join([_("You could not be logged in. Check the login name and the password."), tries, initial])


def _page(request: HttpRequest, form: LoginForm, target: str, *, status: int) -> HttpResponse:
    context = {"form": form, "next": target, "ended": _why_ended(request.GET.get("ended", ""))}
    return render(request, "registration/login.html", context, status=status)


def _why_ended(reason: str) -> str:
    if reason == "idle":
        return _("You were logged out because nothing happened for a while. What was saved is kept.")
    if reason == "lifetime":
        return _(
            "You were logged out because the session had reached its longest time. What was saved is kept."
        )
    return ""


def _as_data(request: HttpRequest, user: User | None) -> JsonResponse:
    if user is None:
        return JsonResponse({"login": True, "message": refusal()}, status=400)
    return JsonResponse(
        {"user": user.username, "csrf": get_token(request), "password_due": is_due(user)}, status=200
    )


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session on the server and ask the browser to forget the pages it kept."""
    if request.user.is_authenticated:
        services.log_out(request, request.user)
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    # Not "cookies": that would log people out of their office's other sites on the same domain.  Not
    # "storage": it holds what was entered and could not be sent yet, kept for its writer alone.
    response["Clear-Site-Data"] = '"cache"'
    return response
