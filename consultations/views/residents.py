"""What everybody may read: no account, no script, and few questions to the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.requests import whole_number
from consultations import ballots, outcomes, points, privacy, reading, survey_results
from consultations.models import Ballot, ResidentSession, Vote
from consultations.residents import community_of, resident_of
from consultations.steps import steps_of
from consultations.views.visits import framed
from records import attachments
from records.models import Attachment

PAGE = 20


@require_safe
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is planned, what it costs, and until when residents may speak."""
    if settings.RESIDENT_COOKIE_NAME in request.COOKIES:
        community = community_of(code)
        session = resident_of(request, community)
        if session is not None:
            return _own(request, code, session)
    seconds = settings.RESIDENTS_PAGE_SECONDS
    key = f"residents:{code}:{get_language()}:{timezone.localdate()}"
    kept: bytes | None = cache.get(key) if seconds else None
    if kept is None:
        found = _reading(code)
        context = {**_frame(found), "costs": found.costs(), "votes": [_line(vote) for vote in found.votes]}
        # Without the request: what is kept for everybody holds nothing of the one who asked.
        kept = render_to_string("residents/read.html", context).encode()
        if seconds:
            cache.set(key, kept, seconds)
    return framed(HttpResponse(kept), is_private=False)


def _own(request: HttpRequest, code: str, session: ResidentSession) -> HttpResponse:
    """Show the page to a household that was let in: its own cost, answers and words."""
    found = _reading(code)
    entry = reading.entry_of(found.consultation, session.household_id)
    given = ballots.live_answers(found.consultation, session.household_id)
    context = {
        **_frame(found),
        "me": session,
        "entry": entry,
        "costs": found.costs(entry),
        "votes": [_line(vote, given.get(vote.pk)) for vote in found.votes if reading.concerns(vote, entry)],
        "is_ready": privacy.is_accepted(session),
        "own": outcomes.own(session)[:3],
        "done": request.GET.get("done", ""),
    }
    return framed(render(request, "residents/read.html", context))


def _reading(code: str) -> reading.Reading:
    """Return what everybody may read, kept for some seconds: it holds nothing of a household."""
    seconds = settings.RESIDENTS_PAGE_SECONDS
    key = f"reading:{code}:{timezone.localdate()}"
    found: reading.Reading | None = cache.get(key) if seconds else None
    if found is None:
        found = reading.reading_of(community_of(code))
        if found is None:
            raise Http404(code)
        if seconds:
            cache.set(key, found, seconds)
    return found


def _frame(found: reading.Reading) -> dict[str, Any]:
    return {
        "reading": found,
        "consultation": found.consultation,
        "community": found.community,
        "steps": steps_of(found.consultation),
    }


def _line(vote: Vote, ballot: Ballot | None = None) -> dict[str, Any]:
    return {"vote": vote, "ballot": ballot, "result": reading.result_shown(vote)}


@require_safe
def everything(request: HttpRequest, code: str) -> HttpResponse:
    """List what residents said and what was answered; a stone stands for what is not shown."""
    found = _reading(code)
    session = resident_of(request, found.community)
    rows = outcomes.public(found.consultation)
    about = whole_number(request.GET.get("clause"))
    if about is not None:
        rows = rows.filter(outcomes.on_clause(about))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    supported = outcomes.supported_by(session, page.object_list) if session else set()
    context = {
        **_frame(found),
        "me": session,
        "page": page,
        "supported": supported,
        "about": "" if about is None else about,
        "done": request.GET.get("done", ""),
    }
    return framed(render(request, "residents/all.html", context), is_private=session is not None)


@require_safe
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the residents' words have changed, clause by clause, with those words behind each change."""
    found = _reading(code)
    session = resident_of(request, found.community)
    comparison = outcomes.comparison(found.consultation)
    if comparison is None:
        raise Http404(code)
    context = {**_frame(found), "me": session, "comparison": comparison}
    return framed(render(request, "residents/changes.html", context), is_private=session is not None)


@require_safe
def results(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show what the answers to a questionnaire add up to, once it is over: totals alone."""
    community = community_of(code)
    public = reading.public_consultations(community)
    found = next((one for one in reading.results_of(public) if one.pk == pk), None)
    if found is None:
        raise Http404(pk)
    context = {
        "community": community,
        "consultation": found.consultation,
        "questionnaire": found,
        "results": survey_results.results(found, public=True),
    }
    return framed(render(request, "residents/results.html", context), is_private=False)


@require_safe
def picture(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """Send a picture of the plan on display: the small one, or with ``?large=1`` the whole."""
    versions = reading.shown_versions(community_of(code))
    photo = get_object_or_404(Attachment.objects.filter(points.pictures_of(versions)), pk=pk)
    return sent_photo(photo.file.name or "", is_large=request.GET.get("large") == "1")


def sent_photo(name: str, *, is_large: bool) -> HttpResponseBase:
    """Send a stored photo by its name; the type is that of the content, never of a name."""
    kept = Attachment(file=name, picture_hash="x")
    try:
        content = attachments.open_file(kept, small=not is_large)
    except FileNotFoundError as problem:
        raise Http404(name) from problem
    kind = "image/jpeg" if content.name.endswith(".small.jpg") else attachments.content_type_of(kept)
    answer = FileResponse(content, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
