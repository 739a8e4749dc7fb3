"""The sheet for the notice board: read and printed, as Word, as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.downloads import hand_out
from accounts.roles import Capability, requires
from consultations import pages, standing
from consultations.models import Consultation
from consultations.sheet import FORMATS, content
from consultations.views.desk import seen


def _public(request: HttpRequest, pk: int) -> Consultation:
    found = seen(request, pk)
    if found.state not in Consultation.PUBLIC:
        raise Http404(str(pk))
    return found


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet as it will hang; made to be printed."""
    found = _public(request, pk)
    counted = pages.counts(found)
    context = {
        "consultation": found,
        "project": found.project,
        "sign": pages.sign(found),
        "state": standing.state_on(found).label,
        "tabs": pages.tabs(found, "sheet", counted),
        "crumbs": pages.crumbs(found, _("Sheet for the notice board")),
        "sheet": content(found),
        "pending": counted.pending,
    }
    return render(request, "consultations/sheet.html", context)


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def sheet_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Send the sheet as a file."""
    if kind not in FORMATS:
        raise Http404(kind)
    found = _public(request, pk)
    made = content(found)
    return hand_out(
        request,
        FORMATS[kind](made),
        f"{made['title']}.{kind}",
        what=f"consultation.sheet.{kind}",
        consultation=found.pk,
    )
