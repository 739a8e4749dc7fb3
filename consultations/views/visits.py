"""What every residents' page needs: the community, what is asked there, and whose phone it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from communities.models import Community
from consultations import privacy, reading, residents
from consultations.models import Consultation, ResidentSession, RollEntry
from projects.models import Project


@dataclass(frozen=True)
class Visit:
    """One request of a household's phone."""

    request: HttpRequest
    community: Community
    consultation: Consultation
    session: ResidentSession

    @property
    def project(self) -> Project:
        """Return the project that is asked about."""
        return self.consultation.project

    def entry(self, consultation: Consultation | None = None) -> RollEntry | None:
        """Return the household's place on the roll, None when it is not on it; one query."""
        return reading.entry_of(consultation or self.consultation, self.session.household_id)

    def url(self, name: str, *args: Any) -> str:
        """Return the address of a page of this community."""
        return reverse(f"residents:{name}", args=[self.community.code, *args])

    def page(self, name: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """Return a page in its frame, which no shared machine keeps."""
        told = {
            "community": self.community,
            "consultation": self.consultation,
            "me": self.session,
            **context,
        }
        answer = render(self.request, f"residents/{name}.html", told, status=status)
        return framed(answer)

    def go(self, name: str, *args: Any, done: str = "") -> HttpResponse:
        """Send the phone on to a page, which says what was done."""
        return redirect(self.url(name, *args) + (f"?{urlencode({'done': done})}" if done else ""))


def framed(answer: HttpResponse, *, is_private: bool = True) -> HttpResponse:
    """Give a residents' answer its headers: nothing is kept on a shared machine, nothing is indexed."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store" if is_private else "private, no-cache"
    return answer


# A view of a visit, and what it becomes: a view of a request and the community's code.
View = Callable[..., HttpResponseBase]


def household_page(view: View) -> View:
    """Make a page for households of the community; others are sent to the door and back."""

    @residents.household_required
    @wraps(view)
    def page(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(visit_of(request, code), *args, **kwargs)

    return page


def speaking_page(view: View) -> View:
    """Make a page on which a household speaks: the notice about its data comes first."""

    @residents.household_required
    @wraps(view)
    def page(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visit = visit_of(request, code)
        if not privacy.is_accepted(visit.session):
            back = request.get_full_path() if request.method == "GET" else visit.url("read")
            return redirect(f"{visit.url('privacy')}?{urlencode({'next': back})}")
        return view(visit, *args, **kwargs)

    return page


def visit_of(request: HttpRequest, code: str) -> Visit:
    """Return the visit of a household; Http404 where nothing is asked."""
    community = residents.community_of(code)
    session = residents.resident_of(request, community)
    consultation = reading.main_consultation(community)
    if session is None or consultation is None:
        raise Http404(code)
    return Visit(request, community, consultation, session)
