"""The door of the residents: the QR code's secret or the typed code is exchanged for a cookie, once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import client_address
from communities.models import Community
from consultations import access, reading, residents
from consultations.models import ResidentSession


@sensitive_post_parameters("secret", "typed")
@sensitive_variables("secret", "typed", "session")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the typed code, or take the secret that a script found in the address's fragment.

    Nothing typed is shown again or kept: not in the page, not in an address, not in a log.
    """
    community = residents.community_of(code)
    back = residents.way_back(request.POST.get("next") or request.GET.get("next", ""), community)
    if request.method != "POST":
        return _page(request, community, back)
    secret, typed = request.POST.get("secret", ""), request.POST.get("typed", "")
    address = client_address(request)
    try:
        if secret:
            session = access.enter_by_secret(community, secret, address=address)
        else:
            session = access.enter_by_code(community, typed, address=address)
    except access.EntryRefused as refusal:
        return _page(request, community, back, str(refusal), refusal.status)
    _carry_over(request, community, session)
    answer = HttpResponseRedirect(back or reverse("residents:read", args=[community.code]))
    answer["Cache-Control"] = "no-store"
    residents.let_in(answer, session.token)
    return answer


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Forget the household on this phone, which may be a neighbour's."""
    answer = HttpResponseRedirect(reverse("residents:read", args=[residents.community_of(code).code]))
    residents.leave(request, answer)
    return answer


def _page(
    request: HttpRequest, community: Community, back: str, refusal: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "community": community,
        # Names the office, its telephone and its address in the frame of the page.
        "consultation": reading.main_consultation(community),
        "next": back,
        "refusal": refusal,
        "resident": residents.resident_of(request, community),
    }
    answer = render(request, "residents/enter.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    if status == 429:
        answer["Retry-After"] = str(int(access.ADDRESS_WINDOW.total_seconds()))
    return answer


def _carry_over(request: HttpRequest, community: Community, session: ResidentSession) -> None:
    """End the session the phone had; the same household's accepted privacy notice stays accepted."""
    former = residents.resident_of(request, community)
    if former is None:
        return
    if former.household_id == session.household_id:
        session.privacy_version = former.privacy_version
        session.privacy_accepted_at = former.privacy_accepted_at
        session.save(update_fields=["privacy_version", "privacy_accepted_at"])
    former.ended_at = session.created_at
    former.save(update_fields=["ended_at"])
