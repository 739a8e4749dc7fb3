"""Batches: the list with its clock, drafting, issuing, and the screen that splits them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Region, User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from funding import batches, clock, selection, splitting, tables
from funding.batches import BatchError, SplitRefused
from funding.forms import BatchForm, IssueForm
from funding.models import Allotment, FundBatch
from funding.views.overview import frame
from records.idempotency import KeyReused, once

PER_PAGE = 50


def _visible(user: User) -> QuerySet[FundBatch]:
    return FundBatch.objects.visible_to(user).select_related("source", "region")


def _seen(request: HttpRequest, pk: int) -> FundBatch:
    return get_object_or_404(_visible(current_user(request)), pk=pk)


def _own(request: HttpRequest, pk: int) -> FundBatch:
    """Return a batch the visitor may split: 404 for one that is not seen, 403 for one of a region above."""
    found = _seen(request, pk)
    if not _may_split(current_user(request), found.region):
        raise PermissionDenied
    return found


def _may_split(user: User, region: Region) -> bool:
    return user.may(Capability.FUND_ALLOT) and user.region.contains(region)


def _own_unit(user: User) -> Region | None:
    """Return the unit of somebody who sees one unit only: of batches they see its part."""
    return user.view_region if user.view_region.level == Region.Level.UNIT else None


@require_safe
@requires(Capability.FUND_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the batches of plan years with how much is passed on, and by when the rest must be."""
    user = current_user(request)
    chosen = selection.read(user, request.GET)
    unit = chosen.region if chosen.region.level == Region.Level.UNIT else None
    rows = _visible(user).filter(plan_year__in=chosen.years)
    if unit is not None:
        rows = rows.filter(pk__in=Allotment.objects.visible_to(user).filter(unit=unit).values("batch"))
    page = Paginator(rows.order_by("-issued_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    context = {
        **frame(user, chosen, "batches"),
        "page_obj": page,
        "columns": tables.batch_columns(),
        "rows": tables.batch_rows(listed, clock.splittings(listed), unit, timezone.localdate()),
        "may_draft": user.may(Capability.FUND_ALLOT) and user.region.level != Region.Level.UNIT,
    }
    return render(request, "funding/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.FUND_ALLOT)
def new(request: HttpRequest) -> HttpResponse:
    """Draft a batch."""
    user = current_user(request)
    form = BatchForm(user, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form, 400 if form.is_bound else 200)
    told = dict(form.cleaned_data)
    key = told.pop("key")

    def act() -> tuple[int, dict[str, Any]]:
        return 200, {"pk": batches.draft(actor=user, region=user.region, **told).pk}

    try:
        _status, answer = once(actor=user, key=key, request=[request.path, request.POST], act=act)
    except (BatchError, KeyReused) as refused:
        form.add_error(None, str(refused) if isinstance(refused, BatchError) else _reused())
        return _form(request, form, 400)
    return redirect("funding:batch", pk=answer["pk"])


def _reused() -> str:
    return _("This form was already sent with other values. Reload it.")


def _form(request: HttpRequest, form: BatchForm, status: int) -> HttpResponse:
    crumbs = [
        {"label": _("Batches"), "url": reverse("funding:batches")},
        {"label": _("New batch"), "url": ""},
    ]
    return render(request, "funding/batch_form.html", {"form": form, "crumbs": crumbs}, status=status)


@require_safe
@requires(Capability.FUND_VIEW)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch: its document, who got how much, how much is passed on."""
    return _page(request, _seen(request, pk), None)


def _page(request: HttpRequest, found: FundBatch, form: IssueForm | None) -> HttpResponse:
    user = current_user(request)
    today, clocks = timezone.localdate(), clock.splittings([found])
    unit = _own_unit(user)
    parts = Allotment.objects.visible_to(user).filter(batch=found).to_units().select_related("unit")
    may_split = _may_split(user, found.region)
    is_draft = found.state == FundBatch.State.DRAFT
    if form is None and may_split and is_draft:
        form = IssueForm(initial={"key": str(uuid.uuid4()), "number": found.number})
    context = {
        "batch": found,
        "splitting": clocks.get((found.pk, unit.pk if unit else None)),
        "clock": tables.clock_cell(clocks.get((found.pk, unit.pk if unit else None)), today),
        "unit": unit,
        "columns": tables.part_columns(),
        "rows": tables.part_rows(list(parts.order_by("unit__path")), clocks, user, today),
        "split_url": reverse("funding:batch_split", args=[found.pk])
        if may_split or (unit is not None and _may_split(user, unit))
        else "",
        "form": form,
        "crumbs": [
            {"label": _("Batches"), "url": f"{reverse('funding:batches')}?year={found.plan_year}"},
            {"label": found.number, "url": ""},
        ],
    }
    return render(
        request, "funding/batch.html", context, status=400 if form is not None and form.errors else 200
    )


@require_POST
@requires(Capability.FUND_ALLOT)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a drafted batch with its document."""
    found = _own(request, pk)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    told = form.cleaned_data
    user = current_user(request)

    def act() -> tuple[int, dict[str, Any]]:
        batches.issue(found, actor=user, number=told["number"], issued_on=told["issued_on"])
        return 200, {}

    try:
        once(actor=user, key=told["key"], request=[request.path, request.POST], act=act)
    except (BatchError, KeyReused) as refused:
        messages.error(request, str(refused) if isinstance(refused, BatchError) else _reused())
    else:
        messages.success(request, _("The batch is issued: its parts count as handed down."))
    return redirect("funding:batch", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.FUND_ALLOT)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a batch to units, or a unit's part to its projects; nothing is saved before «save»."""
    user = current_user(request)
    found = _seen(request, pk)
    unit = _unit_asked(request, user, found)
    screen = splitting.of_batch(found, unit)
    if request.method != "POST":
        return _screen(request, screen)
    splitting.take_typed(screen, request.POST)
    wanted = request.POST.get("do", "save")
    if wanted == "paste":
        _told(request, splitting.paste(screen, request.POST.get("pasted", "")[:100_000]))
        return _screen(request, screen)
    if wanted in splitting.BASES:
        _told(request, splitting.fill(screen, wanted))
        return _screen(request, screen)
    if wanted != "save":
        raise BadRequest(_("There is no such action."))
    if screen.has_errors:
        return _screen(request, screen, 400)
    return _save(request, screen)


def _unit_asked(request: HttpRequest, user: User, found: FundBatch) -> Region | None:
    """Return whose part is split, None for the whole batch: 404 for a foreign unit, 403 for another's part.

    Somebody of one unit splits its part, or a batch of its own money.
    """
    code = request.GET.get("unit", "")
    unit = None if user.region.contains(found.region) else _own_unit(user)
    if code:
        unit = get_object_or_404(Region.objects.within(user.view_region).units(), code=code)
        if not found.region.contains(unit):
            raise Http404(code)
    if not _may_split(user, unit or found.region):
        raise PermissionDenied
    return unit


def _told(request: HttpRequest, filled: int) -> None:
    if filled:
        words = ngettext(
            "%(count)d part is filled in. Look at it, then save.",
            "%(count)d parts are filled in. Look at them, then save.",
            filled,
        )
        messages.info(request, words % {"count": filled})


def _save(request: HttpRequest, screen: splitting.Split) -> HttpResponse:
    user = current_user(request)

    def act() -> tuple[int, dict[str, Any]]:
        written = batches.split(screen.batch, screen.parts, actor=user, unit=screen.unit, seen=screen.seen)
        return 200, {"written": len(written)}

    sent = sorted((name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken")
    try:
        _status, answer = once(
            actor=user, key=request.POST.get("key", "")[:80], request=[request.get_full_path(), sent], act=act
        )
    except SplitRefused as refused:
        for line in screen.lines:
            line.errors = list(refused.problems.get(line.key, ()))
        messages.error(request, str(refused))
        return _screen(request, screen, 409)
    except (BatchError, KeyReused) as refused:
        screen.problems.append(str(refused) if isinstance(refused, BatchError) else _reused())
        return _screen(request, screen, 409)
    if answer["written"]:
        messages.success(request, _("Saved: %(count)d parts changed.") % {"count": answer["written"]})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(request.get_full_path())


def _screen(request: HttpRequest, screen: splitting.Split, status: int = 200) -> HttpResponse:
    found, unit = screen.batch, screen.unit
    crumbs = [
        {"label": _("Batches"), "url": f"{reverse('funding:batches')}?year={found.plan_year}"},
        {"label": found.number, "url": reverse("funding:batch", args=[found.pk])},
        {"label": _("Split to projects") if unit else _("Split to units"), "url": ""},
    ]
    context = {
        "split": screen,
        "batch": found,
        "unit": unit,
        "bases": splitting.BASES.items(),
        "pasted": request.POST.get("pasted", "") if screen.problems else "",
        "key": str(uuid.uuid4()),
        "crumbs": crumbs,
    }
    return render(request, "funding/split.html", context, status=status)
