"""Around the reports: the money behind them, their correction, their timetable, and who gets them by mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from dashboards import bulletins as services
from dashboards import missed, money_rows, timing
from dashboards.chapters import wan
from dashboards.forms import CorrectionForm, ScheduleForm
from dashboards.models import Bulletin, MissedReport, Subscription
from funding.totals import Measure

PER_PAGE = 100


@require_safe
@requires(Capability.BULLETIN_VIEW, Capability.FUND_VIEW)
def money(request: HttpRequest, pk: int) -> HttpResponse:
    """List the allotments and events a sum of a report contains, or those that moved its sums."""
    user = current_user(request)
    bulletin = get_object_or_404(
        Bulletin.objects.visible_to(user).select_related("region", "money", "money_before"), pk=pk
    )
    if bulletin.money is None:
        raise Http404(pk)
    is_moved = request.GET.get("moved") == "1"
    measure = request.GET.get("measure", Measure.PAID.value)
    if measure not in Measure.values:
        raise BadRequest(_("There is no such number."))
    if is_moved:
        lines = money_rows.moved(bulletin, user)
        whole = sum(line.difference_fen for line in lines)
    else:
        members = money_rows.members_of(bulletin, user, measure, request.GET.get("region", ""))
        lines = [money_rows.Line(one, None, one.amount_fen) for one in members]
        whole = sum(one.amount_fen for one in members)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    label = _("Money compared with the period before") if is_moved else Measure(measure).label
    context = {
        "crumbs": [
            {"label": bulletin.title, "url": bulletin.get_absolute_url()},
            {"label": label, "url": ""},
        ],
        "marks": [bulletin.money.mark],
        "is_moved": is_moved,
        "measure": Measure(measure).label,
        "page_obj": page,
        "lines": money_rows.described(list(page), [bulletin.money]),
        "whole": wan(whole),
        "count": len(lines),
    }
    return render(request, "dashboards/kept_money.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.BULLETIN_EDIT)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the correction of an issued bulletin; issuing it withdraws the former one."""
    user = current_user(request)
    rows = Bulletin.objects.visible_to(user).select_related(
        "region", "snapshot__region", "previous", "money__region", "money_before", "matters", "correction"
    )
    bulletin = get_object_or_404(rows, pk=pk)
    if bulletin.is_draft:
        messages.error(request, _("A draft is edited, not corrected."))
        return redirect(bulletin)
    if getattr(bulletin, "correction", None) is not None:
        messages.info(request, _("This bulletin has a correction already."))
        return redirect(bulletin.correction)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = services.correct(
            bulletin=bulletin,
            reason=form.cleaned_data["reason"],
            anew=form.cleaned_data["anew"],
            by=user,
        )
        messages.success(
            request, _("The correction is drafted; the former bulletin stands until it is issued.")
        )
        return redirect(made)
    status = 400 if form.is_bound else 200
    context = {"bulletin": bulletin, "form": form}
    return render(request, "dashboards/bulletin_correct.html", context, status=status)


@require_safe
@requires(Capability.BULLETIN_VIEW)
def timetable(request: HttpRequest) -> HttpResponse:
    """Show when each kind of report is made, and which of them one gets by mail."""
    return _timetable(request, current_user(request), None)


@require_POST
@requires(Capability.TIMETABLE_EDIT)
def schedule(request: HttpRequest) -> HttpResponse:
    """Change when a kind of report is made."""
    kind = _kind(request)
    user = current_user(request)
    form = ScheduleForm(request.POST, prefix=kind)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            timing.change(kind, seen=values.pop("seen"), by=user, **values)
        except timing.Outdated:
            form.add_error(None, _("Somebody changed this timetable meanwhile. Read it again."))
        else:
            messages.success(request, _("The timetable is changed."))
            return redirect("dashboards:timetable")
    return _timetable(request, user, form)


@require_POST
@requires(Capability.TIMETABLE_EDIT)
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Note that staff know of a report that is missed."""
    pk = whole_number(request.POST.get("missed"))
    if pk is None:
        raise BadRequest(_("There is no such report."))
    row = get_object_or_404(MissedReport, pk=pk)
    if missed.acknowledge(row, by=current_user(request)):
        messages.success(request, _("The missed report is acknowledged."))
    return redirect("dashboards:timetable")


@require_POST
@requires(Capability.BULLETIN_VIEW)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Begin or end to get a kind of report by mail."""
    kind = _kind(request)
    user = current_user(request)
    if request.POST.get("wanted") == "1":
        Subscription.objects.get_or_create(kind=kind, user=user)
        messages.success(request, _("You will get these reports by mail when they are issued."))
        if not user.email:
            messages.warning(request, _("Your account has no mail address: the administrator enters it."))
    else:
        Subscription.objects.filter(kind=kind, user=user).delete()
        messages.success(request, _("You will not get these reports by mail any more."))
    return redirect("dashboards:timetable")


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    if kind not in timing.USUAL:
        raise BadRequest(_("There is no such report."))
    return kind


def _timetable(request: HttpRequest, user: User, bound: ScheduleForm | None) -> HttpResponse:
    now = timezone.localtime()
    mine = set(Subscription.objects.filter(user=user).values_list("kind", flat=True))
    readers: dict[str, list[str]] = {}
    for kind, name in Subscription.objects.order_by("user__display_name").values_list(
        "kind", "user__display_name"
    ):
        readers.setdefault(kind, []).append(name)
    made = _last_made(user)
    may_edit = user.may(Capability.TIMETABLE_EDIT)
    lines: list[dict[str, Any]] = []
    for one in timing.schedules():
        coming = timing.next_due(one, now)
        form = bound if bound is not None and bound.prefix == one.kind else ScheduleForm.of(one)
        lines.append(
            {
                "schedule": one,
                "form": form if may_edit else None,
                "made": made.get(one.kind),
                "next": coming if one.is_active else None,
                "coming": timing.due(one, coming),
                "is_mine": one.kind in mine,
                "readers": readers.get(one.kind, []),
            }
        )
    context = {"lines": lines, "may_edit": may_edit, "missed": missed.listed()}
    return render(request, "dashboards/timetable.html", context, status=400 if bound is not None else 200)


def _last_made(user: User) -> dict[str, Bulletin]:
    """Return the report of the latest period by kind; one query."""
    readable = Bulletin.objects.visible_to(user)
    latest = readable.filter(kind=OuterRef("kind")).order_by("-period_end", "-plan_year", "-pk")
    rows = readable.filter(pk=Subquery(latest.values("pk")[:1]))
    return {row.kind: row for row in rows.only("kind", "state", "period_start", "period_end")}
