"""The allocation pages: scenarios, the simulator, one run, several beside each other, what is published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import allocation_export, signing
from assessments.allocating import TYPED, is_intact, known_inputs, simulate
from assessments.allocation_comparing import side_by_side, steps_since
from assessments.allocation_forms import BatchForm, OrderForm, typed_of
from assessments.allocation_json import text_of
from assessments.allocation_pages import (
    communities_of_run,
    sheet_of,
    sheet_of_run,
)
from assessments.models import AllocationRule, AllocationRun
from assessments.models.allocation import AllocationRunQuerySet
from assessments.signing import RunError
from funding.batches import BatchError
from records.idempotency import KeyReused, once

PER_PAGE = 30
MOST_COMPARED = 4


def _runs(request: HttpRequest) -> AllocationRunQuerySet:
    visible = AllocationRun.objects.visible_to(current_user(request))
    return visible.select_related("region", "rule", "previous", "made_by", "signed_by", "batch")


def _editable(request: HttpRequest, pk: int) -> AllocationRun:
    """Return a run one may act on: 404 where it cannot be seen, 403 where it can be seen only."""
    found = get_object_or_404(_runs(request), pk=pk)
    if not AllocationRun.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return found


@require_safe
@requires(Capability.ALLOCATION_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the runs, newest years first, and the rules in force."""
    runs = _runs(request).defer("inputs", "result")
    everything = request.GET.get("all") == "1"
    page = Paginator(runs if everything else runs.kept(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "everything": everything,
        "put_away": 0 if everything else runs.filter(state=AllocationRun.State.DISCARDED).count(),
        "rules": AllocationRule.objects.current(),
        "may_run": current_user(request).may(Capability.ALLOCATION_RUN),
    }
    return render(request, "assessments/allocation/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.ALLOCATION_RUN)
def new(request: HttpRequest) -> HttpResponse:
    """Calculate without keeping, and keep what was calculated as a scenario."""
    user = current_user(request)
    like = None
    if (pk := whole_number(request.GET.get("like"))) is not None:
        like = get_object_or_404(_runs(request), pk=pk)
    form = OrderForm(request.POST if request.method == "POST" else None, region=user.region, like=like)
    typed = dict(form.data.items()) if form.is_bound else typed_of(like) if like else {}
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "like": like, "typed": typed}
        status = 400 if form.is_bound else 200
        return render(request, "assessments/allocation/new.html", context, status=status)
    simulation = simulate(form.order())
    if "keep" in request.POST and not simulation.problem:
        try:
            _status, answer = once(
                actor=user,
                key=form.cleaned_data["key"],
                request={name: value for name, value in request.POST.items() if "csrf" not in name},
                act=lambda: _kept(request, form, simulation),
            )
        except KeyReused:
            messages.warning(request, _("This form was sent before with other figures; calculate again."))
            return redirect("allocation:index")
        messages.success(request, _("Kept as a scenario."))
        return redirect("allocation:run", answer["run"])
    return render(request, "assessments/allocation/new.html", _calculated(form, simulation, typed))


def _kept(request: HttpRequest, form: OrderForm, simulation: Any) -> tuple[int, dict[str, Any]]:
    values = form.cleaned_data
    run = signing.keep(simulation, title=values["title"], note=values["note"], by=current_user(request))
    return 201, {"run": run.pk}


def _calculated(form: OrderForm, simulation: Any, typed: dict[str, str]) -> dict[str, Any]:
    order = simulation.order
    known = known_inputs(simulation.units, order.year, order.score_year)
    sheet = sheet_of(simulation, simulation.units)
    for line in sheet.lines:
        line.inputs = {
            kind: {
                "name": f"{kind}-{line.code}",
                "value": typed.get(f"{kind}-{line.code}", ""),
                "known": text_of(known[line.code][kind]) if kind in known[line.code] else "",
            }
            for kind in TYPED
        }
    return {"form": form, "simulation": simulation, "sheet": sheet, "typed": typed}


@require_safe
@requires(Capability.ALLOCATION_VIEW)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run: shares, what moved them, what they were computed from, and the next step."""
    return _run_page(request, get_object_or_404(_runs(request), pk=pk), None)


def _run_page(request: HttpRequest, found: AllocationRun, form: BatchForm | None) -> HttpResponse:
    user = current_user(request)
    acting = user.may(Capability.ALLOCATION_RUN) and user.region.contains(found.region)
    to_batch = acting and found.state == AllocationRun.State.SIGNED and user.may(Capability.FUND_ALLOT)
    context = {
        "run": found,
        "sheet": sheet_of_run(found),
        "steps": steps_since(found),
        "communities": communities_of_run(found),
        "intact": is_intact(found),
        "against": signing.reason_against_signing(found, user) if found.is_scenario else "",
        "acting": acting,
        "batch_form": (form or BatchForm(run=found)) if to_batch else None,
        "others": _runs(request)
        .kept()
        .defer("inputs", "result")
        .filter(year=found.year, region=found.region)
        .exclude(pk=found.pk)[: MOST_COMPARED - 1],
    }
    return render(request, "assessments/allocation/run.html", context, status=400 if form else 200)


@require_safe
@requires(Capability.ALLOCATION_VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """Show up to four runs beside each other; differences are to the first."""
    asked = [whole_number(text) for text in request.GET.getlist("run")]
    wanted = list(dict.fromkeys(pk for pk in asked if pk is not None))
    found = {one.pk: one for one in _runs(request).filter(pk__in=wanted[:MOST_COMPARED])}
    if any(pk not in found for pk in wanted[:MOST_COMPARED]):
        raise Http404
    if not 2 <= len(wanted) <= MOST_COMPARED:
        messages.warning(request, _("Choose two to four runs to compare."))
        return redirect("allocation:index")
    context = side_by_side([found[pk] for pk in wanted])
    return render(request, "assessments/allocation/compare.html", context)


@require_POST
@requires(Capability.ALLOCATION_SIGN)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a scenario."""
    found = _editable(request, pk)
    try:
        signing.sign(found, by=current_user(request))
    except RunError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Signed. The batch can be drafted now."))
    return redirect(found)


@require_POST
@requires(Capability.ALLOCATION_RUN)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a scenario away."""
    found = _editable(request, pk)
    try:
        signing.discard(found, by=current_user(request))
    except RunError as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("Put away."))
    return redirect("allocation:index")


@require_POST
@requires(Capability.ALLOCATION_RUN, Capability.FUND_ALLOT)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the batch that hands out a signed run."""
    found = _editable(request, pk)
    form = BatchForm(request.POST, run=found)
    if not form.is_valid():
        return _run_page(request, found, form)
    try:
        made = signing.to_batch(found, by=current_user(request), **form.cleaned_data)
    except (RunError, BatchError) as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(
        request, _("The batch %(number)s is drafted. It counts once it is issued.") % {"number": made.batch}
    )
    return redirect(found)


@require_safe
@requires(Capability.ALLOCATION_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the run as a workbook."""
    found = get_object_or_404(_runs(request), pk=pk)
    content = allocation_export.build(found, current_user(request).display_name)
    return hand_out(request, content, f"{found.title}-{found.mark}.xlsx", what="allocation", run=found.pk)


@require_safe
@requires(Capability.FUND_VIEW)
def published_list(request: HttpRequest) -> HttpResponse:
    """List the signed allocations that concern the visitor."""
    found = AllocationRun.objects.published_to(current_user(request)).defer("inputs", "result")
    page = Paginator(found.select_related("rule", "region"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/allocation/published_list.html", {"page_obj": page})


@require_safe
@requires(Capability.FUND_VIEW)
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a signed allocation as it may be published: rule, figures, amounts; no notes, no scenarios."""
    runs = AllocationRun.objects.published_to(current_user(request))
    found = get_object_or_404(runs.select_related("region", "rule", "previous"), pk=pk)
    if not found.is_signed:
        raise BadRequest
    context = {
        "run": found,
        "sheet": sheet_of_run(found),
        "communities": communities_of_run(found),
        "crumbs": [
            {"label": _("Published allocations"), "url": reverse("allocation:published_list")},
            {"label": found.title, "url": ""},
        ],
    }
    return render(request, "assessments/allocation/published.html", context)
