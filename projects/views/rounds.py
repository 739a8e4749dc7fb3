"""The rounds of reporting: the province's overview, the unit's return, the league, words that push."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import handing, punctuality, reports, rounds, urging
from projects.gating import Unmet
from projects.locks.reporting import code_of
from projects.models import Project, ReportingRound, UnitReturn, Urge
from projects.months import month_end, month_of
from projects.workflow import report_of

State = UnitReturn.State
# How many months the league looks back when nobody says so.
LEAGUE_MONTHS = 12
SIGNS = {
    State.DRAFT: "waiting",
    State.SUBMITTED: "in_progress",
    State.RETURNED: "soft",
    State.ACCEPTED: "completed",
    State.CLOSED: "locked",
}


def seen_return(request: HttpRequest, pk: int) -> UnitReturn:
    """Return a return in the visitor's view; Http404 for a foreign or unknown one."""
    visible = UnitReturn.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("round", "unit", "submitted_by", "decided_by"), pk=pk)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise Http404(text) from None


@require_safe
@requires(Capability.LEDGER_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Show how far every unit in the visitor's view has come with the return of a month."""
    user, asked = current_user(request), _month(request.GET.get("month", ""))
    listed = list(ReportingRound.objects.all()[:36])
    chosen = (
        next((held for held in listed if held.month == asked), None) if asked else next(iter(listed), None)
    )
    if asked and chosen is None:
        raise Http404(request.GET["month"])
    state = request.GET.get("state", "")
    context: dict[str, Any] = {
        "round": chosen,
        "may_manage": user.may(Capability.ROUND_MANAGE),
        "months": [
            {
                "value": f"{held.month:%Y-%m}",
                "label": _("Return of %(month)s") % {"month": f"{held.month:%Y-%m}"},
                "selected": held == chosen,
            }
            for held in listed
        ],
        "this_month": month_of(timezone.localdate()),
    }
    if chosen is not None:
        context |= _lines(user, chosen, state)
    return render(request, "projects/rounds.html", context)


def _lines(user: User, chosen: ReportingRound, state: str) -> dict[str, Any]:
    today = timezone.localdate()
    found = UnitReturn.objects.visible_to(user).filter(round=chosen)
    rows = list(found.select_related("round", "unit", "submitted_by").order_by("unit__path"))
    filled = rounds.filled(chosen.month, [row.unit_id for row in rows])
    lines: list[dict[str, Any]] = []
    for row in rows:
        done, due = filled[row.unit_id]
        reviews = user.may(Capability.RETURN_REVIEW) and user.region.contains(row.unit)
        lines.append(
            {
                "return": row,
                "sign": SIGNS[State(row.state)],
                "late": punctuality.days_late(row, today),
                "done": done,
                "due": due,
                "may_decide": reviews and row.state == State.SUBMITTED and row.submitted_by_id != user.pk,
                "may_urge": reviews and row.state in {State.DRAFT, State.RETURNED},
            }
        )
    counts = {value: sum(row.state == value for row in rows) for value in State.values}
    url = reverse("projects:rounds") + f"?month={chosen.month:%Y-%m}"
    tabs = [{"label": _("All"), "url": url, "active": not state, "count": len(rows)}]
    tabs += [
        {
            "label": State(value).label,
            "url": f"{url}&state={value}",
            "active": state == value,
            "count": counts[value],
        }
        for value in State.values
    ]
    late = [line for line in lines if line["late"]]
    return {
        "lines": [line for line in lines if not state or line["return"].state == state],
        "tabs": tabs,
        "kpis": _kpis(rows, lines, len(late), url),
        "days_left": (chosen.due_on - today).days,
        "is_over": today > month_end(chosen.month),
    }


def _kpis(rows: list[UnitReturn], lines: list[dict[str, Any]], late: int, url: str) -> list[dict[str, Any]]:
    handed = sum(row.state not in {State.DRAFT, State.RETURNED} for row in rows)
    accepted = sum(row.state in {State.ACCEPTED, State.CLOSED} for row in rows)
    done, due = sum(line["done"] for line in lines), sum(line["due"] for line in lines)
    of_units = _("of %(count)d units") % {"count": len(rows)}
    return [
        {"label": _("Handed in"), "value": handed, "note": of_units, "url": f"{url}&state=submitted"},
        {"label": _("Accepted"), "value": accepted, "note": of_units, "url": f"{url}&state=accepted"},
        {"label": _("Late"), "value": late, "note": of_units, "url": url},
        {
            "label": _("Communities reported"),
            "value": done,
            "note": _("of %(count)d due") % {"count": due},
            "url": url,
        },
    ]


@require_safe
@requires(Capability.LEDGER_VIEW)
def unit_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one unit's return: what is reported, what is missing, who signed, what was said."""
    return _return_page(request, seen_return(request, pk))


def _return_page(
    request: HttpRequest,
    found: UnitReturn,
    entry: reports.Entry | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user = current_user(request)
    fills = user.may(Capability.RETURN_SUBMIT) and user.region.contains(found.unit)
    is_open = found.state in {State.DRAFT, State.RETURNED}
    gaps = rounds.gaps_of(found) if is_open else []
    shown = entry or reports.Entry(found)
    decides = user.may(Capability.RETURN_REVIEW) and user.region.contains(found.unit)
    context = {
        "return": found,
        "sign": SIGNS[State(found.state)],
        "entry": shown,
        "gaps": gaps,
        "filled": len(shown.lines) - len(gaps) if is_open else len(shown.lines),
        "late": punctuality.days_late(found, timezone.localdate()),
        "days_left": (found.round.due_on - timezone.localdate()).days,
        "may_fill": fills and is_open and user.may(Capability.LEDGER_EDIT),
        "may_submit": fills and is_open,
        "may_decide": decides and found.state == State.SUBMITTED and found.submitted_by_id != user.pk,
        "may_return": decides
        and found.state in {State.SUBMITTED, State.ACCEPTED}
        and found.submitted_by_id != user.pk,
        "signed_name": user.display_name,
        "ledger_url": reverse("ledgers:grid", args=["progress"]),
        "history": list(found.history.select_related("updated_by").order_by("-version")[:12]),
    }
    return render(request, "projects/return.html", context, status=status)


@require_POST
@requires(Capability.LEDGER_EDIT)
def return_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the figures typed on the return's page, row by row; what is wrong stays on the page with why."""
    found, user = seen_return(request, pk), current_user(request)
    if not user.region.contains(found.unit):
        raise PermissionDenied
    entry = reports.Entry(found, request.POST)
    saved = entry.save(user)
    if saved:
        messages.success(request, _("%(count)d communities saved.") % {"count": saved})
    if entry.has_errors:
        return _return_page(request, found, entry, status=400)
    return redirect("projects:return", pk=pk)


def _step(request: HttpRequest, found: UnitReturn, take: Callable[[], Any], done: str) -> HttpResponse:
    """Take one step of a return and say what became of it."""
    try:
        take()
    except rounds.RoundError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect("projects:return", pk=found.pk)


@require_POST
@requires(Capability.RETURN_SUBMIT)
def return_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a return and hand it in."""
    found, user = seen_return(request, pk), current_user(request)

    def take() -> None:
        handing.hand_in(found, actor=user, signed_name=request.POST.get("signed_name", ""))

    return _step(request, found, take, _("Handed in. The month is closed until it is returned."))


@require_POST
@requires(Capability.RETURN_REVIEW)
def return_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a return somebody else has handed in."""
    found, user = seen_return(request, pk), current_user(request)
    return _step(request, found, lambda: rounds.accept(found, actor=user), _("Accepted."))


@require_POST
@requires(Capability.RETURN_REVIEW)
def return_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a return back with the reason; the unit is told at once."""
    found, user = seen_return(request, pk), current_user(request)

    def take() -> None:
        handing.send_back(found, actor=user, reason=request.POST.get("reason", ""))

    return _step(request, found, take, _("Sent back. The unit has been told."))


@require_POST
@requires(Capability.ROUND_MANAGE)
def round_open(request: HttpRequest) -> HttpResponse:
    """Open the round of a month, or add the units that have begun to build since."""
    month = _month(request.POST.get("month", ""))
    if month is None:
        raise Http404
    try:
        held = rounds.open_round(month, actor=current_user(request))
    except rounds.RoundError as problem:
        messages.error(request, str(problem))
        return redirect("projects:rounds")
    messages.success(request, _("The round of %(month)s is open.") % {"month": f"{held.month:%Y-%m}"})
    return redirect(reverse("projects:rounds") + f"?month={held.month:%Y-%m}")


@require_POST
@requires(Capability.ROUND_MANAGE)
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round; what has not been accepted stays open to be made up for."""
    held = get_object_or_404(ReportingRound, pk=pk)
    try:
        left = rounds.close_round(held, actor=current_user(request))
    except rounds.RoundError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request, _("Closed. %(count)d returns stay open to be made up for.") % {"count": left}
        )
    return redirect(reverse("projects:rounds") + f"?month={held.month:%Y-%m}")


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def league(request: HttpRequest) -> HttpResponse:
    """Show how punctual and complete the units in the visitor's view report, and who is late now."""
    user, today = current_user(request), timezone.localdate()
    months = list(ReportingRound.objects.values_list("pk", flat=True)[:LEAGUE_MONTHS])
    returns = UnitReturn.objects.visible_to(user).filter(round__in=months)
    late = [
        {"return": row, "late": punctuality.days_late(row, today)}
        for row in returns.filter(state__in=[State.DRAFT, State.RETURNED], round__due_on__lt=today)
        .select_related("round", "unit")
        .order_by("round__month", "unit__path")
    ]
    table = punctuality.league(returns, today)
    scores = import_string(settings.UNIT_SCORES)({row.unit.pk for row in table})
    lines = [(row, scores.get(row.unit.pk)) for row in table]
    context = {"table": lines, "late": late, "months": len(months)}
    return render(request, "projects/league.html", context)


# --- words that push ----------------------------------------------------------------------------------


@require_POST
@requires(Capability.RETURN_REVIEW)
def return_urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Push a unit that has not handed in its return."""
    found, user = seen_return(request, pk), current_user(request)
    if found.state not in {State.DRAFT, State.RETURNED}:
        messages.error(request, _("The return is «%(state)s» now.") % {"state": found.get_state_display()})
    else:
        month = f"{found.round.month:%Y-%m}"
        urging.urge(
            actor=user,
            region=found.unit,
            code=code_of(found.round.month),
            text=_("Please hand in the return of %(month)s.") % {"month": month},
            url=reverse("projects:return", args=[found.pk]),
            due_on=found.round.due_on,
        )
        messages.success(request, _("%(unit)s has been reminded.") % {"unit": found.unit.label})
    return redirect(reverse("projects:rounds") + f"?month={found.round.month:%Y-%m}")


@require_POST
@requires(Capability.RETURN_REVIEW)
def gate_urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Push a unit for something that a project lacks; ``code`` names the item of the gate."""
    user = current_user(request)
    visible = Project.objects.visible_to(user).select_related("community__region", "unit")
    project = get_object_or_404(visible, pk=pk)
    missing = _missing(project, request.POST.get("code", ""))
    if missing is None:
        messages.error(request, _("Nothing of this is missing now."))
    else:
        urging.urge(
            actor=user,
            region=project.unit,
            code=missing.code,
            text=f"{project.community.name} · {missing.what}",
            url=missing.url or reverse("projects:project", args=[project.pk]),
            due_on=missing.due,
            project=project,
        )
        messages.success(request, _("%(unit)s has been reminded.") % {"unit": project.unit.label})
    return redirect("projects:project", pk=pk)


def _missing(project: Project, code: str) -> Unmet | None:
    report = report_of(project)
    return next((held for held in report.unmet if held.code == code), None) if report else None


def _own_urge(request: HttpRequest, pk: int) -> Urge:
    mine = Urge.objects.visible_to(current_user(request)).select_related("region", "sent_by", "project")
    return get_object_or_404(mine, pk=pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a word that pushed, with the way to what is owed."""
    found, user = _own_urge(request, pk), current_user(request)
    may_settle = user.may(Capability.LEDGER_EDIT) and user.region.contains(found.region)
    return render(request, "projects/urge.html", {"urge": found, "may_settle": may_settle})


@require_POST
@requires(Capability.LEDGER_EDIT)
def urge_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what was asked for is done."""
    found = _own_urge(request, pk)
    if not current_user(request).region.contains(found.region):
        raise PermissionDenied
    Urge.objects.filter(pk=found.pk, settled_at=None).update(settled_at=timezone.now())
    messages.success(request, _("Settled."))
    return redirect("home")
