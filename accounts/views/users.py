"""The security administrator's pages: accounts, roles, regions, initial passwords."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import AccountFilterForm, AccountForm, select
from accounts.models import User
from accounts.models.user import normalise_username
from accounts.passwords import INITIAL_LIFETIME
from accounts.requests import current_user
from accounts.roles import Capability, Role, requires

PER_PAGE = 50


@require_safe
@requires(Capability.USERS_MANAGE)
def user_list(request: HttpRequest) -> HttpResponse:
    """List the accounts; ``q`` searches names and departments."""
    form = AccountFilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    users = User.objects.select_related("region", "view_region", "duty")
    if q := wanted.get("q"):
        users = users.filter(
            Q(username__contains=normalise_username(q))
            | Q(display_name__contains=q)
            | Q(department__contains=q)
            | Q(duty__name__contains=q)
        )
    if role := wanted.get("role"):
        users = users.filter(role=role)
    if state := wanted.get("state"):
        users = users.filter(is_active=state == "open")
    states = [("open", _("Open")), ("closed", _("Closed"))]
    context = {
        "page_obj": Paginator(users, PER_PAGE).get_page(request.GET.get("page")),
        "selects": [
            select("role", _("Role"), _("All roles"), Role.choices, wanted.get("role", "")),
            select("state", _("State"), _("Open and closed"), states, wanted.get("state", "")),
        ],
        "search": {"name": "q", "label": _("Name or department"), "value": wanted.get("q", "")},
    }
    return render(request, "accounts/user_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.USERS_MANAGE)
def user_add(request: HttpRequest) -> HttpResponse:
    """Open an account; its initial password is shown this once."""
    form = AccountForm(request.POST or None, actor=current_user(request))
    if request.method == "POST" and form.is_valid():
        account = form.save(commit=False)
        return _show_initial(request, account, services.create_account(request, account))
    return render(request, "accounts/user_form.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.USERS_MANAGE)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account; administrators cannot change their own role, regions or last day."""
    account = get_object_or_404(User.objects.select_related("region", "view_region", "duty"), pk=pk)
    form = AccountForm(request.POST or None, instance=account, actor=current_user(request))
    if request.method == "POST" and form.is_valid():
        services.change_account(request, form.save(commit=False))
        messages.success(request, _("The account has been saved."))
        return redirect("accounts:users")
    context = {"form": form, "account": account, "is_own": account == request.user}
    return render(request, "accounts/user_form.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Capability.USERS_MANAGE)
def user_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account: whoever uses it is out at their next click."""
    account = get_object_or_404(User, pk=pk)
    try:
        services.close_account(request, account)
    except services.OwnAccountError:
        messages.error(request, _("You cannot close your own account."))
    else:
        messages.success(request, _("The account of %(name)s is closed.") % {"name": account.display_name})
    return redirect("accounts:user_edit", pk=pk)


@require_POST
@requires(Capability.USERS_MANAGE)
def user_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again, under a new initial password."""
    account = get_object_or_404(User, pk=pk, is_active=False)
    return _show_initial(request, account, services.reopen_account(request, account))


@require_POST
@requires(Capability.USERS_MANAGE)
def user_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new initial password; its sessions end."""
    account = get_object_or_404(User, pk=pk, is_active=True)
    try:
        initial = services.reset_password(request, account)
    except services.OwnAccountError:
        messages.error(request, _("Change your own password on your own page."))
        return redirect("accounts:user_edit", pk=pk)
    return _show_initial(request, account, initial)


def _show_initial(request: HttpRequest, account: User, initial: str) -> HttpResponse:
    """Show an initial password in the answer itself: it is stored nowhere."""
    hours = int(INITIAL_LIFETIME.total_seconds() // 3600)
    context = {"account": account, "initial": initial, "hours": hours}
    return render(request, "accounts/user_initial.html", context)
