"""What people look after themselves: password, sessions, API token."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.authtoken.models import Token

from accounts import passwords, services, sessions
from accounts.forms import PasswordForm
from accounts.models import Session
from accounts.requests import current_user
from accounts.roles import Capability, requires


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show the visitor's own account, sessions and token."""
    return _page(request)


def _page(request: HttpRequest, new_token: str = "") -> HttpResponse:
    user = current_user(request)
    own = [
        {
            "handle": session.handle,
            "started_at": session.started_at,
            "seen_at": session.seen_at,
            "address": session.address,
            "agent": session.agent,
            "is_current": session.session_key == request.session.session_key,
        }
        for session in Session.objects.filter(user=user).order_by("-seen_at")
        if not sessions.over_because(session, user)
    ]
    context = {
        "account": user,
        "sessions": own,
        "password_expires_at": passwords.expires_at(user),
        "may_use_token": user.may(Capability.API_TOKEN),
        "token": Token.objects.filter(user=user).only("created", "user_id").first(),
        "new_token": new_token,
    }
    return render(request, "accounts/profile.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """End one of the visitor's own sessions, in whichever browser it is."""
    if not sessions.end_own(request, current_user(request), handle):
        raise Http404
    messages.success(request, _("The session has ended."))
    return redirect("accounts:profile")


@require_POST
@requires(Capability.API_TOKEN)
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a new API token and show it this once; the old one stops working."""
    return _page(request, new_token=services.create_token(request, current_user(request)))


@require_POST
@login_required
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Take the visitor's API token away."""
    services.revoke_token(request, current_user(request))
    messages.success(request, _("The API token no longer works."))
    return redirect("accounts:profile")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """Let people choose a new password; those whose password is due can do nothing else."""
    user = current_user(request)
    is_due = passwords.is_due(user)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if services.confirms(request, user, form.cleaned_data["current_password"]):
            services.change_password(request, user, form.cleaned_data["new_password"])
            messages.success(request, _("The password has been changed. Your other sessions have ended."))
            return redirect("home" if is_due else "accounts:profile")
        form.add_error("current_password", _("This is not your present password."))
    context = {"form": form, "is_due": is_due, "is_initial": user.must_change_password}
    return render(request, "accounts/password_change.html", context, status=400 if form.errors else 200)
