"""What residents read: no account, no script, and few questions to the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from communities.models import Community
from consultations import reading


def community_of(code: str) -> Community:
    """Return the community of a residents' address; Http404 for whatever is none."""
    return get_object_or_404(Community.objects.live(), code=code)


@require_safe
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is planned, what it costs, and until when residents may speak."""
    key = f"residents:{code}:{get_language()}:{timezone.localdate()}"
    kept: bytes | None = cache.get(key) if settings.RESIDENTS_PAGE_SECONDS else None
    answer = HttpResponse(kept) if kept is not None else _read(code)
    if kept is None and settings.RESIDENTS_PAGE_SECONDS:
        cache.set(key, answer.content, settings.RESIDENTS_PAGE_SECONDS)
    return framed(answer)


def _read(code: str) -> HttpResponse:
    found = reading.reading_of(community_of(code))
    if found is None:
        raise Http404(code)
    # Without the request: what is kept for everybody holds nothing of the one who asked.
    return HttpResponse(render_to_string("residents/read.html", {**frame(found), "costs": found.costs()}))


def frame(found: reading.Reading) -> dict[str, Any]:
    """Return what the frame of every residents' page shows."""
    return {"reading": found, "consultation": found.consultation, "community": found.community}


def framed(answer: HttpResponse) -> HttpResponse:
    """Give a residents' answer its headers: nothing is kept on a shared machine, nothing is indexed."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    return answer
