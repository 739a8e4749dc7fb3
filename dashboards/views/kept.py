"""The rows behind the panels of a day: the money it kept, and the alerts that were open."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from dashboards import kept, money_rows
from dashboards.alerts.reading import Level, label_of
from dashboards.chapters import wan
from dashboards.models import AlertRule
from dashboards.selection import region_seen_by
from dashboards.views.boards import read_board
from funding import totals
from funding.totals import Measure

MONEY_PER_PAGE, ALERTS_PER_PAGE = 100, 50


@require_safe
@requires(Capability.DASHBOARD_VIEW, Capability.FUND_VIEW)
def money(request: HttpRequest, code: str) -> HttpResponse:
    """List the allotments and events behind a sum that a frozen day kept; else go to those of the ledgers."""
    board = read_board(request, region_seen_by(current_user(request), code))
    selection = board.selection
    measure = request.GET.get("measure", Measure.PAID.value)
    if measure not in Measure.values:
        raise BadRequest(_("There is no such number."))
    found = kept.money_of(board)
    if found is None:
        return redirect(
            totals.rows_url(selection.region, years=selection.years, on=selection.on, measure=measure)
        )
    members = found.behind(measure, request.GET.get("source", ""))
    page = Paginator(members, MONEY_PER_PAGE).get_page(request.GET.get("page"))
    lines = [money_rows.Line(one, None, one.amount_fen) for one in page]
    context = {
        "crumbs": [
            {"label": selection.region.label, "url": selection.page_url()},
            {"label": Measure(measure).label, "url": ""},
        ],
        "marks": kept.marks(found.snapshots),
        "is_moved": False,
        "measure": Measure(measure).label,
        "page_obj": page,
        "lines": money_rows.described(lines, found.snapshots),
        "whole": wan(sum(one.amount_fen for one in members)),
        "count": len(members),
    }
    return render(request, "dashboards/kept_money.html", context)


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def alerts(request: HttpRequest, code: str) -> HttpResponse:
    """List the alerts that were open at the end of a day, of one rule or level if one is named."""
    board = read_board(request, region_seen_by(current_user(request), code))
    selection = board.selection
    rule, level = request.GET.get("rule", ""), request.GET.get("level", "")
    if level and level not in Level.values:
        raise Http404(level)
    chosen = AlertRule.objects.filter(code=rule).first() if rule else None
    if rule and chosen is None:
        raise Http404(rule)
    found, is_kept = kept.alerts_shown(board)
    of_rule = [alert for alert in found if not rule or alert.rule == rule]
    listed = [alert for alert in of_rule if not level or alert.level == level]
    address = reverse("dashboards:alerts_on", args=[selection.region.code])
    asked = {"rule": rule} if rule else {}
    tabs = [("", _("All levels")), *((value, str(label)) for value, label in Level.choices)]
    context = {
        "board": board,
        "selection": selection,
        "page_obj": Paginator(listed, ALERTS_PER_PAGE).get_page(request.GET.get("page")),
        "what": label_of(chosen) if chosen else "",
        "is_kept": is_kept,
        "is_present": board.frozen is not None and not is_kept,
        "working_url": f"{reverse('dashboards:alerts')}?region={selection.region.code}",
        "tabs": [
            {
                "label": label,
                "url": f"{address}?{selection.query(**asked, **({'level': value} if value else {}))}",
                "active": value == level,
                "count": f"{sum(1 for alert in of_rule if value in {'', alert.level}):,}",
            }
            for value, label in tabs
        ],
        "crumbs": [
            {"label": selection.region.label, "url": selection.page_url()},
            {"label": _("Alerts"), "url": ""},
        ],
    }
    return render(request, "dashboards/alerts_on.html", context)
