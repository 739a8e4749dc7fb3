"""Exceptions: who asked, what for, until when, and who decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import waivers
from projects.models import Waiver
from projects.models.waiver import HISTORY
from projects.waiver_form import WaiverForm
from records.idempotency import KeyReused, once

State = Waiver.State
PER_PAGE = 50
SIGNS = {
    State.ASKED: "waiting",
    State.APPROVED: "completed",
    State.REFUSED: "removed",
    State.REVOKED: "removed",
}
# An exception in force that ends so soon is told apart.
ENDS_SOON = timedelta(days=14)


def _line(waiver: Waiver, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    today = timezone.localdate()
    sign, words = SIGNS[State(waiver.state)], waiver.get_state_display()
    if waiver.state == State.APPROVED:
        if waiver.valid_until < today:
            sign, words = "locked", _("expired")
        elif waiver.valid_from > today:
            sign, words = "waiting", _("not yet in force")
        elif waiver.valid_until <= today + ENDS_SOON:
            sign, words = "soft", _("in force, ends soon")
        else:
            words = _("in force")
    return {
        "waiver": waiver,
        "sign": sign,
        "words": words,
        "what": _("Years from before the portal")
        if waiver.code == HISTORY
        else names.get(waiver.code, ("", waiver.code))[1],
        "days_left": (waiver.valid_until - today).days,
    }


@require_safe
@requires(Capability.LEDGER_VIEW)
def waiver_list(request: HttpRequest) -> HttpResponse:
    """List the exceptions that hold, or were asked for, in the visitor's view."""
    user, asked = current_user(request), request.GET.get("state", "")
    visible = Waiver.objects.visible_to(user)
    found = visible.filter(state=asked) if asked in State.values else visible
    rows = found.select_related("region", "project__community", "asked_by", "decided_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = waivers.known_codes()
    url = reverse("projects:waivers")
    tabs = [{"label": _("All"), "url": url, "active": asked not in State.values}]
    tabs += [
        {"label": State(value).label, "url": f"{url}?state={value}", "active": value == asked}
        for value in State.values
    ]
    context = {
        "page_obj": page,
        "lines": [_line(waiver, names) for waiver in page],
        "tabs": tabs,
        "may_ask": user.may(Capability.WAIVER_ASK),
    }
    return render(request, "projects/waivers.html", context)


def _seen(request: HttpRequest, pk: int) -> Waiver:
    visible = Waiver.objects.visible_to(current_user(request))
    return get_object_or_404(
        visible.select_related("region", "project__community", "asked_by", "decided_by"), pk=pk
    )


@require_safe
@requires(Capability.LEDGER_VIEW)
def waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one exception, and let whoever may decide about it."""
    found, user = _seen(request, pk), current_user(request)
    decides = (
        user.may(Capability.WAIVER_DECIDE)
        and user.region.contains(found.region)
        and found.asked_by_id != user.pk
    )
    context = {
        "line": _line(found, waivers.known_codes()),
        "may_decide": decides and found.state == State.ASKED,
        "may_revoke": decides and found.state == State.APPROVED,
        "is_own": found.asked_by_id == user.pk,
    }
    return render(request, "projects/waiver.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.WAIVER_ASK)
def waiver_new(request: HttpRequest) -> HttpResponse:
    """Ask for an exception."""
    user = current_user(request)
    form = WaiverForm(request.POST if request.method == "POST" else None, user=user, asked=request.GET)
    if request.method == "POST" and form.is_valid():
        sent = {name: str(value) for name, value in form.cleaned_data.items()}

        def act() -> tuple[int, dict[str, Any]]:
            return 201, {"id": waivers.ask(actor=user, **form.values()).pk}

        try:
            _status, answer = once(actor=user, key=form.cleaned_data["key"], request=sent, act=act)
        except (waivers.WaiverError, KeyReused) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Asked for. Somebody else decides."))
            return redirect("projects:waiver", pk=answer["id"])
    status = 400 if request.method == "POST" else 200
    return render(request, "projects/waiver_form.html", {"form": form}, status=status)


@require_POST
@requires(Capability.WAIVER_DECIDE)
def waiver_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, refuse or take back an exception (``decision``: approve, refuse, revoke)."""
    found, user = _seen(request, pk), current_user(request)
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "")
    try:
        if decision == "revoke":
            waivers.revoke(found, actor=user, note=note)
        elif decision in {"approve", "refuse"}:
            waivers.decide(found, actor=user, approve=decision == "approve", note=note)
        else:
            raise PermissionDenied(decision)
    except waivers.WaiverError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Decided."))
    return redirect("projects:waiver", pk=pk)
