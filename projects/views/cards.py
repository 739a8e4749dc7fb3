"""The cards of buildings: public pages behind QR codes, and the plates that carry them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user
from accounts.roles import Capability, requires
from communities.models import Building
from projects import cards as services
from projects.models import BuildingCard
from projects.plates import render_plate
from projects.views.framing import frame
from projects.views.project import own_project, seen_project


@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """Show the card of a building to whoever has scanned its code; no account, no script, no cookie."""
    cards = BuildingCard.objects.select_related("building__community")
    card = get_object_or_404(cards, token=token, building__is_removed=False)
    answer = render(request, "projects/build/card.html", {"card": services.content_of(card)})
    # What stands on the building need not stand in a search engine, nor tell where its reader came from.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@require_safe
@requires(Capability.LEDGER_VIEW)
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """List the buildings of a project with their cards and plates."""
    project = seen_project(request, pk)
    buildings = project.community.buildings.live().select_related("card")
    lines = [_line(request, building) for building in buildings]
    page = frame(request, project, "cards", _("Building cards"))
    can_make = bool(services.shown_projects(project.community))
    context = {**page, "lines": lines, "can_make": can_make}
    return render(request, "projects/build/cards.html", context)


def _line(request: HttpRequest, building: Building) -> dict[str, Any]:
    card: BuildingCard | None = getattr(building, "card", None)
    if card is None:
        return {"building": building, "card": None}
    url = _address(request, card)
    return {"building": building, "card": card, "url": url, "qr": services.qr_svg(url)}


@require_POST
@requires(Capability.LEDGER_EDIT)
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the buildings of a community the cards they lack."""
    project = own_project(request, pk)
    if services.shown_projects(project.community):
        count = services.make_cards(project.community)
        messages.success(request, _("%(count)d cards were made.") % {"count": count})
    else:
        messages.error(request, _("A card can be made once the acceptance has been passed."))
    return redirect("projects:cards", pk=pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def plate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the plate of a building's card as PDF."""
    rows = Building.objects.visible_to(current_user(request)).select_related("community", "card")
    card = get_object_or_404(rows, pk=pk, card__isnull=False).card
    content = services.content_of(card)
    name = f"{content.community.name} {content.building.number}.pdf"
    made = render_plate(content, _address(request, card))
    return hand_out(request, made, name, what="building.plate", building=pk)


def _address(request: HttpRequest, card: BuildingCard) -> str:
    return request.build_absolute_uri(reverse("building_card", args=[card.token]))
