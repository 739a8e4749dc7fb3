"""Returns: which there are, the filled original form, whether they agree, new revisions."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import hand_out
from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from accounts.selects import regions_seen_by, unit_select
from dashboards.models import ReturnDefinition
from dashboards.return_forms import RevisionForm
from dashboards.returns.agreeing import Agreement, agreements
from dashboards.returns.facts import Facts
from dashboards.returns.filling import form_of, values_of
from dashboards.returns.showing import sheets_of, shown
from dashboards.selection import projects_seen_by, read, region_seen_by, years_in
from projects.years import year_select
from records.idempotency import KeyReused, once


def _facts(request: HttpRequest, user: User) -> tuple[Facts, list[int]]:
    """Return the numbers an address asks for: ``unit`` (a region's code), ``year`` and ``on``."""
    regions = regions_seen_by(user)
    code = request.GET.get("unit") or user.view_region.code
    region = next((place for place in regions if place.code == code), None) or region_seen_by(user, code)
    years = years_in(projects_seen_by(user, region))
    selection = read(request.GET, region, years)
    if len(selection.years) != 1:
        raise BadRequest(_("A return is about one plan year."))
    return Facts(user, region, selection.years[0], selection.on, regions), years


def _query(facts: Facts) -> str:
    return f"?unit={facts.region.code}&year={facts.year}&on={facts.on.isoformat()}"


def _filters(facts: Facts, years: list[int]) -> dict[str, Any]:
    selects = [year_select(years or [facts.year], facts.year)]
    if (units := unit_select(facts.user, facts.region, facts.known)) is not None:
        selects.append(units)
    return {"selects": selects, "on": facts.on}


def _seen(request: HttpRequest, pk: int) -> ReturnDefinition:
    return get_object_or_404(ReturnDefinition.objects.visible_to(current_user(request)), pk=pk)


def _lines(found: list[Agreement]) -> list[dict[str, Any]]:
    return [
        {
            "check": one,
            "left": shown(one.left_value),
            "right": shown(one.right_value),
            "sign": "soft" if one.holds is None else "ok" if one.holds else "hard",
        }
        for one in found
    ]


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def returns(request: HttpRequest) -> HttpResponse:
    """List the returns that hold in a plan year, and tell whether their numbers agree with each other."""
    user = current_user(request)
    facts, years = _facts(request, user)
    holding = ReturnDefinition.objects.visible_to(user)
    found = holding.holding(facts.year) if user.may(Capability.DASHBOARD_VIEW) else []
    checks = _lines(agreements(found, facts))
    wrong = {line["check"].definition.pk for line in checks if line["sign"] == "hard"}
    context = {
        "facts": facts,
        "filters": _filters(facts, years),
        "query": _query(facts),
        "lines": [{"definition": one, "sign": "hard" if one.pk in wrong else "ok"} for one in found],
        "checks": checks,
        "may_manage": user.may(Capability.BULLETIN_EDIT),
        "may_export": user.may(Capability.LEDGER_EXPORT),
    }
    return render(request, "dashboards/returns.html", context)


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the original form filled with the numbers of a place, plan year and day."""
    user = current_user(request)
    found = _seen(request, pk)
    facts, years = _facts(request, user)
    values = values_of(found, facts)
    form = form_of(found, values, facts)
    revisions = ReturnDefinition.objects.visible_to(user).filter(code=found.code).defer("layout")
    context = {
        "definition": found,
        "facts": facts,
        "filters": _filters(facts, years),
        "query": _query(facts),
        "sheets": sheets_of(form),
        "absent": form.absent,
        "unmapped": form.unmapped,
        "revisions": revisions.order_by("-year", "-revision"),
        "may_manage": user.may(Capability.BULLETIN_EDIT),
        "may_export": user.may(Capability.LEDGER_EXPORT),
    }
    return render(request, "dashboards/return.html", context)


@require_safe
@requires(Capability.DASHBOARD_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the filled form; with ``empty=1`` the form as it was uploaded."""
    user = current_user(request)
    found = _seen(request, pk)
    if request.GET.get("empty") == "1":
        name = f"{found.name} {found.year}.{found.revision}.xlsx"
        return hand_out(request, bytes(found.layout), name, what="dashboards.return_form", code=found.code)
    facts, _years = _facts(request, user)
    content = form_of(found, values_of(found, facts), facts).content()
    simulated = _(" (simulated data)") if facts.is_simulated else ""
    name = f"{facts.region.label} {facts.year} {found.name} {facts.on.isoformat()}{simulated}.xlsx"
    return hand_out(
        request,
        content,
        name,
        what="dashboards.return",
        code=found.code,
        revision=f"{found.year}.{found.revision}",
        unit=facts.region.code,
        year=facts.year,
        on=facts.on.isoformat(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.BULLETIN_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Add a return with its form and mapping."""
    return _revise(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.BULLETIN_EDIT)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next revision of a return."""
    return _revise(request, _seen(request, pk))


def _revise(request: HttpRequest, former: ReturnDefinition | None) -> HttpResponse:
    user = current_user(request)
    sent = request.method == "POST"
    form = RevisionForm(request.POST if sent else None, request.FILES if sent else None, former=former)
    if sent and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        told = {**values, "layout": hashlib.sha256(values["layout"]).hexdigest()}

        def act() -> tuple[int, dict[str, Any]]:
            return 201, {"id": _keep(values, former, user).pk}

        try:
            _status, answer = once(actor=user, key=form.cleaned_data["key"], request=told, act=act)
        except KeyReused:
            form.add_error(None, _("This form was already sent with other values. Reload it."))
        except IntegrityError:
            form.add_error(None, _("Somebody made this revision meanwhile. Look at it first."))
        else:
            return redirect("dashboards:return", pk=answer["id"])
    back = reverse("dashboards:return", args=[former.pk]) if former else reverse("dashboards:returns")
    context = {"form": form, "former": former, "back": back}
    return render(request, "dashboards/return_form.html", context, status=400 if sent else 200)


@transaction.atomic
def _keep(values: dict[str, Any], former: ReturnDefinition | None, user: User) -> ReturnDefinition:
    same = ReturnDefinition.objects.filter(code=values["code"], year=values["year"])
    number = (same.aggregate(last=Max("revision"))["last"] or 0) + 1
    position = former.position if former is not None else 100
    made = ReturnDefinition(**values, revision=number, position=position, created_by=user)
    made.save()
    return made
