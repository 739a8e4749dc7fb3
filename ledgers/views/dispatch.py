"""Ad-hoc tables: the list, setting one up, filling it in, who is late, the compiled table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from ledgers.dispatch_forms import ChoiceForm, DispatchForm, DueForm, column_forms
from ledgers.dispatching import service, sources
from ledgers.dispatching.service import DispatchError, Filled
from ledgers.models import Dispatch, DispatchUnit
from projects.models import Urge
from records.idempotency import KeyReused, once

State, Part = Dispatch.State, DispatchUnit.State
SIGNS = {Part.WAITING: "waiting", Part.SUBMITTED: "completed", Part.RETURNED: "soft"}
TABLE_SIGNS = {State.DRAFT: "changed", State.OPEN: "in_progress", State.CLOSED: "locked"}
PER_PAGE = 30


def seen(request: HttpRequest, pk: int) -> Dispatch:
    """Return a table the user sees; raises Http404."""
    visible = Dispatch.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("created_by", "region"), pk=pk)


def _managed(request: HttpRequest, pk: int) -> Dispatch:
    """Return a table the user sees and manages: foreign ones are not found, others refused."""
    found = seen(request, pk)
    if not Dispatch.objects.editable_by(current_user(request)).filter(pk=pk).exists():
        raise PermissionDenied(Capability.DISPATCH_MANAGE)
    return found


@require_safe
@requires(Capability.LEDGER_VIEW)
def dispatches(request: HttpRequest) -> HttpResponse:
    """List the tables that were set up, or that the visitor's units are asked to fill in."""
    user = current_user(request)
    found = Dispatch.objects.visible_to(user).select_related("created_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    counts: dict[int, list[int]] = {}
    parts = DispatchUnit.objects.visible_to(user).filter(dispatch__in=[held.pk for held in page])
    for dispatch, state in parts.order_by().values_list("dispatch_id", "state"):
        counted = counts.setdefault(dispatch, [0, 0])
        counted[0] += state == Part.SUBMITTED
        counted[1] += 1
    now = timezone.now()
    lines = [
        {
            "dispatch": held,
            "sign": TABLE_SIGNS[State(held.state)],
            "source": sources.title_of(held.source),
            "done": counts.get(held.pk, [0, 0])[0],
            "all": counts.get(held.pk, [0, 0])[1],
            "overdue": held.state == State.OPEN
            and held.due_at < now
            and counts.get(held.pk, [0, 0])[0] < counts.get(held.pk, [0, 0])[1],
        }
        for held in page
    ]
    context = {"page_obj": page, "lines": lines, "may_manage": user.may(Capability.DISPATCH_MANAGE)}
    return render(request, "ledgers/dispatches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.DISPATCH_MANAGE)
def dispatch_new(request: HttpRequest) -> HttpResponse:
    """Begin a table: its name, its rows, its hour."""
    user = current_user(request)
    form = DispatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.values()

        def act() -> tuple[int, dict[str, Any]]:
            return 201, {"id": service.create(actor=user, values=values).pk}

        try:
            _status, answer = once(actor=user, key=form.cleaned_data["key"], request=values, act=act)
        except KeyReused:
            form.add_error(None, _("This form was already sent with other values. Reload it."))
        else:
            return redirect("ledgers:dispatch_edit", pk=answer["id"])
    status = 400 if request.method == "POST" else 200
    return render(request, "ledgers/dispatch_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.DISPATCH_MANAGE)
def dispatch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is shown, what is asked and of whom; save it, or send it out."""
    found, user = _managed(request, pk), current_user(request)
    if found.state != State.DRAFT:
        return redirect("ledgers:dispatch", pk=pk)
    data = request.POST if request.method == "POST" else None
    basics = DispatchForm(data, dispatch=found)
    picks = ChoiceForm(data, dispatch=found, user=user)
    shown = data.getlist("pick-shown") if data is not None else []
    columns = column_forms(data, dispatch=found, shown=shown)
    if data is not None and all([basics.is_valid(), picks.is_valid(), columns.is_valid()]):
        try:
            asked = service.give_slots(columns.values())
            values = {**basics.values(), **picks.values(), "asked": asked}
            held = service.change(found, actor=user, values=values, units=picks.cleaned_data["units"])
            if "send" in data:
                return _sent_out(request, held, user)
        except DispatchError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("ledgers:dispatch_edit", pk=pk)
    context = {
        "dispatch": found,
        "basics": basics,
        "picks": picks,
        "columns": columns,
        "rows_are": sources.title_of(found.source),
    }
    wrong = data is not None and not (basics.is_valid() and picks.is_valid() and columns.is_valid())
    return render(request, "ledgers/dispatch_edit.html", context, status=400 if wrong else 200)


def _sent_out(request: HttpRequest, found: Dispatch, user: User) -> HttpResponse:
    try:
        rows = service.send_out(found, actor=user)
    except DispatchError as problem:
        messages.error(request, str(problem))
        return redirect("ledgers:dispatch_edit", pk=found.pk)
    words = ngettext("Sent out: %(count)d row.", "Sent out: %(count)d rows.", rows)
    messages.success(request, words % {"count": rows})
    return redirect("ledgers:dispatch", pk=found.pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is asked, how far every unit is, who is late; and to a unit, how to fill its part in."""
    found, user = seen(request, pk), current_user(request)
    if found.state == State.DRAFT:
        return redirect("ledgers:dispatch_edit", pk=pk)
    parts = list(
        DispatchUnit.objects.visible_to(user).filter(dispatch=found).select_related("unit", "submitted_by")
    )
    filled = service.filled(found, [part.unit_id for part in parts])
    reminded = dict(
        Urge.objects.visible_to(user)
        .filter(code=service.code_of(found))
        .order_by("pk")
        .values_list("region_id", "sent_at")
    )
    now, manages = timezone.now(), user.may(Capability.DISPATCH_MANAGE) and user.region.contains(found.region)
    lines: list[dict[str, Any]] = [
        {
            "part": part,
            "sign": SIGNS[Part(part.state)],
            "late": service.is_late(part, found, now),
            "filled": filled.get(part.unit_id, Filled()),
            "reminded": reminded.get(part.unit_id),
            "may_return": manages and found.state == State.OPEN and part.state == Part.SUBMITTED,
        }
        for part in parts
    ]
    own = next((line for line in lines if line["part"].unit_id == user.region_id), None)
    waiting = [line for line in lines if line["part"].state != Part.SUBMITTED]
    grid = reverse("ledgers:grid", args=[found.slug])
    context = {
        "dispatch": found,
        "sign": TABLE_SIGNS[State(found.state)],
        "rows_are": sources.title_of(found.source),
        "lines": lines,
        "own": own,
        "kpis": _kpis(lines, grid),
        "is_open": found.state == State.OPEN,
        "is_past": found.due_at < now,
        "manages": manages,
        "may_remind": user.may(Capability.RETURN_REVIEW) and found.state == State.OPEN and bool(waiting),
        "waiting": len(waiting),
        "may_submit": own is not None
        and user.may(Capability.RETURN_SUBMIT)
        and found.state == State.OPEN
        and own["part"].state != Part.SUBMITTED,
        "signed_name": user.display_name,
        "due_form": DueForm(initial={"due_at": found.due_at}),
    }
    return render(request, "ledgers/dispatch.html", context)


def _kpis(lines: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    done = sum(line["part"].state == Part.SUBMITTED for line in lines)
    late = sum(line["late"] and line["part"].state == Part.SUBMITTED for line in lines)
    owed = sum(line["late"] and line["part"].state != Part.SUBMITTED for line in lines)
    cells, answered = (
        sum(line["filled"].cells for line in lines),
        sum(line["filled"].answered for line in lines),
    )
    of_units = _("of %(count)d units") % {"count": len(lines)}
    return [
        {"label": _("Handed in"), "value": done, "note": of_units, "url": "#units"},
        {"label": _("Handed in late"), "value": late, "note": of_units, "url": "#units"},
        {"label": _("Overdue, not handed in"), "value": owed, "note": of_units, "url": "#units"},
        {
            "label": _("Cells filled in"),
            "value": answered,
            "note": _("of %(count)d cells") % {"count": cells},
            "url": url,
        },
    ]


def _step(request: HttpRequest, pk: int, take: Callable[[], Any], done: str) -> HttpResponse:
    """Take one step and say what became of it."""
    try:
        take()
    except DispatchError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect("ledgers:dispatch", pk=pk)


def _part(request: HttpRequest, found: Dispatch) -> DispatchUnit:
    visible = DispatchUnit.objects.visible_to(current_user(request)).filter(dispatch=found)
    return get_object_or_404(
        visible.select_related("unit", "dispatch"), pk=whole_number(request.POST.get("part"))
    )


@require_POST
@requires(Capability.RETURN_SUBMIT)
def dispatch_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the part of a unit and hand it in."""
    found, user = seen(request, pk), current_user(request)
    part = _part(request, found)

    def take() -> None:
        service.submit(part, actor=user, signed_name=request.POST.get("signed_name", ""))

    return _step(request, pk, take, _("Handed in. The rows are closed until they are sent back."))


@require_POST
@requires(Capability.DISPATCH_MANAGE)
def dispatch_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a part back, with the reason."""
    found, user = _managed(request, pk), current_user(request)
    part = _part(request, found)
    reason = request.POST.get("reason", "")
    return _step(
        request, pk, lambda: service.send_back(part, actor=user, reason=reason), _("Sent back to the unit.")
    )


@require_POST
@requires(Capability.RETURN_REVIEW)
def dispatch_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind every unit that has not handed in."""
    found, user = seen(request, pk), current_user(request)
    try:
        count = service.remind(found, actor=user)
    except DispatchError as problem:
        messages.error(request, str(problem))
    else:
        words = ngettext("%(count)d unit was reminded.", "%(count)d units were reminded.", count)
        messages.success(request, words % {"count": count})
    return redirect("ledgers:dispatch", pk=pk)


@require_POST
@requires(Capability.DISPATCH_MANAGE)
def dispatch_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Set another hour."""
    found, user = _managed(request, pk), current_user(request)
    form = DueForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write day and hour."))
        return redirect("ledgers:dispatch", pk=pk)
    due = form.cleaned_data["due_at"]
    return _step(
        request, pk, lambda: service.move_due(found, actor=user, due_at=due), _("The hour was changed.")
    )


@require_POST
@requires(Capability.DISPATCH_MANAGE)
def dispatch_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a table for good."""
    found, user = _managed(request, pk), current_user(request)
    return _step(
        request, pk, lambda: service.close(found, actor=user), _("Closed. Nothing in it changes any more.")
    )
