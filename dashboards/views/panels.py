"""The panels of a dashboard, each a fragment or a page; and the plan items behind a quantity."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from communities.models import CatalogueItem
from dashboards.panels import PANELS, fill, heading
from dashboards.quantities import Indicator, behind_quantity
from dashboards.selection import region_seen_by
from dashboards.views.boards import read_board

PER_PAGE = 50


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def panel(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Show one panel: as a fragment where a page loads it, else as a page of its own."""
    user = current_user(request)
    board = read_board(request, region_seen_by(user, code))
    found = PANELS.get(name)
    if found is None:
        raise Http404(name)
    if not user.may(found.capability):
        raise PermissionDenied(found.capability)
    fragment = f"dashboards/_panel_{found.name}.html"
    context = {
        "panel": found,
        "board": board,
        "selection": board.selection,
        "fragment": fragment,
        "told": fill(found, board, user),
        "heading": heading(found, board),
        "crumbs": [
            {"label": board.selection.region.label, "url": board.selection.page_url()},
            {"label": found.title, "url": ""},
        ],
    }
    template = fragment if request.headers.get("HX-Request") else "dashboards/panel.html"
    answer = render(request, template, context)
    # The same address is a page and a part of one: neither may stand in for the other in a cache.
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def quantities(request: HttpRequest, code: str) -> HttpResponse:
    """List the plan items behind a quantity (``item``) or an effect indicator (``indicator``)."""
    user = current_user(request)
    board = read_board(request, region_seen_by(user, code))
    indicator, pk = request.GET.get("indicator", ""), request.GET.get("item", "")
    item = None
    if pk:
        item = get_object_or_404(CatalogueItem.objects.all(), pk=whole_number(pk))
    elif indicator not in Indicator.values:
        raise Http404(indicator)
    rows = behind_quantity(
        board.projects, years=board.selection.years, on=board.selection.on, item=item, indicator=indicator
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "board": board,
        "selection": board.selection,
        "what": item.name if item else Indicator(indicator).label,
        "page_obj": page,
        "crumbs": [
            {"label": board.selection.region.label, "url": board.selection.page_url()},
            {"label": _("Works and effects"), "url": ""},
        ],
    }
    return render(request, "dashboards/quantities.html", context)
