"""The dashboards: province, prefecture and unit; the rows behind each number; workbooks to take away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import hand_out
from accounts.models import Region
from accounts.requests import current_user
from accounts.roles import Capability, requires
from dashboards import asking, exports, filters, funnel, pages, panels
from dashboards.board import Board, regions_offered
from dashboards.charts import NARROW, WIDE, trend_chart
from dashboards.figures import Measure
from dashboards.rows import behind
from dashboards.selection import projects_seen_by, read, region_seen_by, years_in
from dashboards.sentences import headline
from dashboards.snapshots import is_month_end


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the visitor's own region, or go to the one chosen in the filter."""
    chosen = request.GET.get("region")
    if chosen:
        query = request.GET.copy()
        query.pop("region")
        board = read_board(request, region_seen_by(current_user(request), chosen))
        return redirect(board.selection.page_url())
    return _page(request, current_user(request).view_region)


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Show one region: the province, a prefecture or a reporting unit."""
    return _page(request, region_seen_by(current_user(request), code))


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def rows(request: HttpRequest) -> HttpResponse:
    """List the projects behind a number; what they add up to is that number."""
    user = current_user(request)
    measure = request.GET.get("measure", Measure.LISTED.value)
    if measure not in Measure.values:
        raise BadRequest(_("There is no such number."))
    board = read_board(request, region_seen_by(user, request.GET.get("region") or user.view_region.code))
    context = {
        "board": board,
        "selection": board.selection,
        "measure": Measure(measure),
        "behind": behind(board, measure, request.GET.get("page")),
        "tabs": _measure_tabs(board, measure),
        "crumbs": [
            {"label": board.selection.region.label, "url": board.selection.page_url()},
            {"label": _("Rows behind the number"), "url": ""},
        ],
    }
    return render(request, "dashboards/rows.html", context)


@require_safe
@requires(Capability.DASHBOARD_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Give a workbook in one of the published column sets."""
    user = current_user(request)
    table = request.GET.get("table", "")
    if table not in exports.TABLES:
        raise BadRequest(_("There is no such table."))
    board = read_board(request, region_seen_by(user, request.GET.get("region") or user.view_region.code))
    made = exports.build(board, table, user.display_name)
    return hand_out(
        request, made.content, made.name, what=f"dashboards.{table}", query=board.selection.query()
    )


@require_POST
@requires(Capability.SNAPSHOT_FREEZE)
def freeze(request: HttpRequest) -> HttpResponse:
    """Ask for the freezing of a month end of a plan year."""
    form = filters.FreezeForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("Only the end of a month that is over can be frozen."))
    job = asking.ask_for_freeze(
        form.cleaned_data["on"], plan_year=form.cleaned_data["plan_year"], by=current_user(request)
    )
    return redirect(job)


def read_board(request: HttpRequest, region: Region) -> Board:
    """Return the numbers a request asks for about a region."""
    user = current_user(request)
    years = years_in(projects_seen_by(user, region))
    return Board.read(user, read(request.GET, region, years), tuple(years))


def _page(request: HttpRequest, region: Region) -> HttpResponse:
    user = current_user(request)
    board = read_board(request, region)
    selection = board.selection
    context: dict[str, Any] = {
        "board": board,
        "selection": selection,
        "heading": pages.heading(selection),
        "filters": filters.filter_bar(board, regions_offered(user, board.places)),
        "exports": pages.export_urls(selection) if user.may(Capability.LEDGER_EXPORT) else [],
        "bulletin_month": pages.bulletin_month(selection) if user.may(Capability.BULLETIN_EDIT) else None,
        "may_freeze": user.may(Capability.SNAPSHOT_FREEZE)
        and len(selection.years) == 1
        and is_month_end(selection.on)
        and selection.on not in board.frozen_days,
        "empty": not board.whole.listed.communities,
    }
    if not context["empty"]:
        context |= _parts(request, board)
    return render(request, "dashboards/board.html", context)


def _parts(request: HttpRequest, board: Board) -> dict[str, Any]:
    frame = NARROW if len(board.prefectures) > 1 else WIDE
    parts: dict[str, Any] = {
        "sentences": headline(board),
        "kpis": pages.kpis(board),
        "chart": trend_chart(board.trend, board.whole.planned, board.selection, frame),
        "states": pages.states(board),
        "years": pages.years_table(board),
        "panels": panels.offered(board, current_user(request)),
    }
    if not board.frozen and len(board.selection.years) == 1:
        # A frozen day keeps figures, not steps.
        parts["funnel"] = funnel.panel(board.projects, board.selection, board.whole.listed.communities)
    if len(board.prefectures) > 1:
        parts["map"] = pages.tile_map(board)
    if len(board.units) > 1:
        parts["ranking"] = pages.ranking(
            board,
            everything=request.GET.get("all") == "1",
            ascending=request.GET.get("order") != "best",
        )
    else:
        parts["behind"] = behind(board, Measure.LISTED, request.GET.get("page"))
    return parts


def _measure_tabs(board: Board, chosen: str) -> list[dict[str, Any]]:
    figures, selection = board.whole, board.selection
    shown = [
        Measure.LISTED,
        Measure.PLANNED,
        Measure.PREPARING,
        Measure.READY,
        Measure.UNDER_WAY,
        Measure.STARTED,
        Measure.COMPLETED,
    ]
    extra = [Measure.ADDED, Measure.INCOMPLETE]
    shown += [measure for measure in extra if figures.of(measure).communities or measure == chosen]
    return [
        {
            "label": measure.label,
            "url": selection.rows_url(measure),
            "active": measure == chosen,
            "count": f"{figures.of(measure).communities:,}",
        }
        for measure in shown
    ]
