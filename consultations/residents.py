"""Who is at the residents' pages: the household of a phone, known by the cookie its slip was exchanged for.

The cookie's value is stored as a hash.  It is looked up on every request, so what is revoked, ended or
expired counts no longer at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from consultations.access import token_hash
from consultations.models import ResidentSession

View = Callable[..., HttpResponseBase]
COOKIE_PATH = "/p/"


def community_of(code: str) -> Community:
    """Return the community of a public address; raises Http404."""
    return get_object_or_404(Community.objects.live(), code=code)


def resident_of(request: HttpRequest, community: Community) -> ResidentSession | None:
    """Return whose phone asks: a session with its household and building, or None; one query a request.

    A slip of another community opens nothing here.
    """
    token = request.COOKIES.get(settings.RESIDENT_COOKIE_NAME, "")
    if not token:
        return None
    known: dict[int, ResidentSession | None] = request.__dict__.setdefault("_residents", {})
    if community.pk not in known:
        known[community.pk] = (
            ResidentSession.objects.filter(
                token_hash=token_hash(token),
                community=community,
                ended_at__isnull=True,
                expires_at__gt=timezone.now(),
                code__revoked_at__isnull=True,
                household__is_removed=False,
            )
            .select_related("household__building")
            .first()
        )
    return known[community.pk]


def let_in(response: HttpResponse, session_token: str) -> None:
    """Give the phone its cookie: no script can read it, no other site can send it."""
    response.set_cookie(
        settings.RESIDENT_COOKIE_NAME,
        session_token,
        max_age=settings.RESIDENT_SESSION_DAYS * 24 * 3600,
        path=COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def leave(request: HttpRequest, response: HttpResponse) -> None:
    """End the session of the phone and take its cookie away."""
    token = request.COOKIES.get(settings.RESIDENT_COOKIE_NAME, "")
    if token:
        ResidentSession.objects.filter(token_hash=token_hash(token), ended_at__isnull=True).update(
            ended_at=timezone.now()
        )
    response.delete_cookie(settings.RESIDENT_COOKIE_NAME, path=COOKIE_PATH, samesite="Lax")


def household_required(view: View) -> View:
    """Let households of the community pass, and send everybody else to the door and from there back.

    For views that take the request and the community's code first.  The view asks ``resident_of`` again,
    which costs no query.  Who posts without a session comes back to the page that the form was on.
    """

    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        community = community_of(code)
        if resident_of(request, community) is None:
            return to_the_door(request, community)
        return view(request, code, *args, **kwargs)

    return guarded


def to_the_door(request: HttpRequest, community: Community) -> HttpResponseRedirect:
    """Send a visitor to the page where the code is typed, and from there back to where they were."""
    if request.method in {"GET", "HEAD"}:
        back = request.get_full_path()
    else:
        back = urlsplit(request.headers.get("Referer", "")).path
    url = reverse("residents:enter", args=[community.code])
    back = way_back(back, community)
    return HttpResponseRedirect(f"{url}?{urlencode({'next': back})}" if back else url)


def way_back(target: str, community: Community) -> str:
    """Return a path of the community's pages, or nothing for anything else."""
    within = f"{COOKIE_PATH}{community.code}/"
    is_plain = all(character.isprintable() and character != "\\" for character in target)
    return target if target.startswith(within) and is_plain and ".." not in target else ""
