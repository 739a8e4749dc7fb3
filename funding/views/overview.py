"""Money of a region: the chain by source and unit, gaps, years, unit costs, and the rows behind each sum."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.downloads import hand_out
from accounts.models import Region, User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from funding import coverage, pages, selection, tables, totals, unit_costs
from funding.models import Source
from funding.rows import Asked, behind, workbook
from funding.selection import Selection
from funding.totals import Measure
from projects.models import Project

PER_PAGE = 50


def frame(user: User, chosen: Selection, active: str, regions: list[Region] | None = None) -> dict[str, Any]:
    """Return what the head of every page of money shows."""
    offered = selection.regions_offered(user) if regions is None else regions
    return {
        "chosen": chosen,
        "selects": selection.filter_bar(user, chosen, regions=offered),
        "hidden": {"on": chosen.on.isoformat()} if chosen.on != timezone.localdate() else {},
        "tabs": pages.tabs(chosen, active),
    }


@require_safe
@requires(Capability.FUND_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show where the money of plan years stands: in all, by source, by unit."""
    user = current_user(request)
    chosen = selection.read(user, request.GET)
    regions = selection.regions_offered(user)
    units = totals.of(chosen.region, years=chosen.years, on=chosen.on, by="unit")
    sources = totals.of(chosen.region, years=chosen.years, on=chosen.on, by="source")
    whole = totals.total(units.values())
    within = [region for region in regions if chosen.region.contains(region)]
    several = sum(region.level == Region.Level.UNIT for region in within) > 1
    known = list(Source.objects.visible_to(user).filter(pk__in=sources).order_by("position", "code"))
    context = {
        **frame(user, chosen, "index", regions),
        "kpis": pages.kpis(whole, chosen),
        "time_passed": pages.time_passed(chosen),
        "source_columns": pages.chain_columns(_("Source of money")),
        "source_rows": pages.by_source(chosen, sources, known),
        "unit_columns": pages.chain_columns(_("City or county"), with_need=True),
        "unit_rows": pages.by_unit(chosen, units, within) if several else [],
        "may_export": user.may(Capability.LEDGER_EXPORT),
    }
    return render(request, "funding/index.html", context)


@require_safe
@requires(Capability.FUND_VIEW)
def gaps(request: HttpRequest) -> HttpResponse:
    """List the projects whose planned money does not cover what they need."""
    user = current_user(request)
    chosen = selection.read(user, request.GET)
    found = coverage.uncovered(user, chosen)
    page = Paginator(found.select_related("community", "unit"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **frame(user, chosen, "gaps"),
        "sum": coverage.sum_of(found),
        "page_obj": page,
        "columns": tables.gap_columns(),
        "rows": tables.gap_rows(list(page)),
    }
    return render(request, "funding/gaps.html", context)


@require_safe
@requires(Capability.FUND_VIEW)
def years(request: HttpRequest) -> HttpResponse:
    """Show what of each plan year is carried over."""
    user = current_user(request)
    chosen = selection.read(user, request.GET)
    known = selection.years_known(user)[: selection.MOST_YEARS]
    sums = totals.of(chosen.region, years=known, on=chosen.on, by="year")
    context = {
        **frame(user, chosen, "years"),
        "columns": pages.chain_columns(_("Plan year"), with_need=True),
        "rows": pages.by_year(chosen, sums),
    }
    return render(request, "funding/years.html", context)


@require_safe
@requires(Capability.FUND_VIEW)
def costs(request: HttpRequest) -> HttpResponse:
    """Show what a ㎡ and a household cost in each community, among its peers."""
    user = current_user(request)
    chosen = selection.read(user, request.GET)
    rows = Project.objects.visible_to(user).filter(
        totals.needing(totals.Scope.of_region(chosen.region, chosen.years)), planned_investment_fen__gt=0
    )
    listed = rows.select_related("community", "unit").order_by("unit__path", "code")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **frame(user, chosen, "costs"),
        "page_obj": page,
        "columns": tables.cost_columns(),
        "rows": tables.cost_rows(list(page), unit_costs.costs_of(list(page))),
    }
    return render(request, "funding/costs.html", context)


def _asked(request: HttpRequest, user: User) -> Asked:
    """Read what narrows the rows; Http404 for a source or project the visitor may not see."""
    source, project = request.GET.get("source", ""), request.GET.get("project", "")
    channel = request.GET.get("channel", "")
    if channel and channel not in Source.Channel.values:
        raise Http404(channel)
    if source:
        get_object_or_404(Source.objects.visible_to(user), pk=whole_number(source))
    if project:
        get_object_or_404(Project.objects.visible_to(user), pk=whole_number(project))
    return Asked(whole_number(source), channel, whole_number(project))


def _measure(request: HttpRequest) -> Measure:
    measure = request.GET.get("measure", Measure.PAID.value)
    if measure not in Measure.values:
        raise BadRequest(_("There is no such number."))
    return Measure(measure)


@require_safe
@requires(Capability.FUND_VIEW)
def rows(request: HttpRequest) -> HttpResponse:
    """List the rows behind a sum of money; what they add up to is that sum."""
    user = current_user(request)
    chosen, measure, asked = selection.read(user, request.GET), _measure(request), _asked(request, user)
    found = behind(user, chosen, measure, asked)
    page, lines = found.page(request.GET.get("page"))
    narrowed: dict[str, Any] = {"source": asked.source, "channel": asked.channel, "project": asked.project}
    context = {
        "chosen": chosen,
        "measure": measure,
        "lines": lines,
        "page_obj": page,
        "total_fen": found.total_fen,
        "tabs": [
            {
                "label": one.label,
                "url": chosen.rows_url(one, **narrowed),
                "active": one == measure,
            }
            for one in Measure
        ],
        "crumbs": [
            {"label": pgettext("section", "Money"), "url": chosen.url("index")},
            {"label": _("Rows behind the number"), "url": ""},
        ],
        "export_url": chosen.url("export", measure=measure.value, **narrowed)
        if user.may(Capability.LEDGER_EXPORT)
        else "",
    }
    return render(request, "funding/rows.html", context)


@require_safe
@requires(Capability.FUND_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the rows behind a sum as a workbook."""
    user = current_user(request)
    chosen, measure, asked = selection.read(user, request.GET), _measure(request), _asked(request, user)
    told = {"region": chosen.region.label, "years": chosen.years_label, "measure": measure.label}
    title = _("%(region)s %(years)s: %(measure)s") % told
    notes = [
        _("As of %(day)s 24:00. Exported by %(name)s.")
        % {"day": chosen.on.isoformat(), "name": user.display_name}
    ]
    content = workbook(behind(user, chosen, measure, asked), title, notes)
    name = f"{title.replace(':', ' ').replace('：', ' ')} {chosen.on.isoformat()}.xlsx"
    return hand_out(request, content, name, what="funding.rows", query=request.GET.urlencode())
