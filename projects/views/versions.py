"""Versions of a community's plan: listed, made, read, published, final, compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import pages, prices, versions
from projects.comparing import compare as compare_versions
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from projects.plan_forms import ClauseForm
from projects.workflow import WorkflowError
from records.checks import load_limits
from records.models import ChangeSet
from records.services import apply

State = PlanVersion.State
SIGNS = {
    State.DRAFT: "preparing",
    State.PUBLISHED: "in_progress",
    State.SUPERSEDED: "removed",
    State.FINAL: "completed",
}


def _project(request: HttpRequest, pk: int) -> Project:
    rows = Project.objects.visible_to(current_user(request)).select_related("community__region", "unit")
    return get_object_or_404(rows, pk=pk)


def _version(request: HttpRequest, pk: int) -> PlanVersion:
    rows: Any = PlanVersion.objects.visible_to(current_user(request))
    rows = rows.select_related("project__community__region", "project__unit", "based_on")
    found: PlanVersion = get_object_or_404(rows, pk=pk)
    return found


def _own_version(request: HttpRequest, pk: int) -> PlanVersion:
    version = _version(request, pk)
    if not _may_edit(current_user(request), version.project):
        raise PermissionDenied
    return version


def _may_edit(user: User, project: Project) -> bool:
    return user.may(Capability.LEDGER_EDIT) and user.region.contains(project.community.region)


def _crumbs(project: Project, *more: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": _("Projects"), "url": reverse("projects:index")},
        {"label": project.community.name, "url": reverse("projects:project", args=[project.pk])},
        *more,
    ]


@require_safe
@requires(Capability.LEDGER_VIEW)
def versions_of(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of a project's plan, newest first."""
    project = _project(request, pk)
    rows = list(PlanVersion.objects.live().filter(project=project).order_by("-number"))
    amounts: dict[int, list[int]] = {row.pk: [] for row in rows}
    items = PlanItem.objects.live().filter(plan_version__in=rows)
    for version, amount in items.values_list("plan_version_id", "amount_fen").order_by():
        amounts[version].append(amount or 0)
    context = {
        "project": project,
        "lines": [
            {
                "version": row,
                "sign": SIGNS[State(row.state)],
                "items": len(amounts[row.pk]),
                "amount_fen": sum(amounts[row.pk]),
                "former": next((one for one in rows if one.number < row.number), None),
            }
            for row in rows
        ],
        "newest": rows[0] if rows else None,
        "may_make": _may_edit(current_user(request), project)
        and not any(row.state == State.DRAFT for row in rows),
        "tabs": pages.tabs(project, "plan", current_user(request)),
        "crumbs": _crumbs(project, {"label": _("Plan versions")}),
    }
    return render(request, "projects/plan/versions.html", context)


@require_POST
@requires(Capability.LEDGER_EDIT)
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next version, from the newest one where there is one."""
    project = _project(request, pk)
    user = current_user(request)
    if not _may_edit(user, project):
        raise PermissionDenied
    newest = PlanVersion.objects.live().filter(project=project).order_by("number").last()
    try:
        made = versions.new_version(project, actor=user, from_version=newest)
    except WorkflowError as refused:
        messages.error(request, str(refused))
        return redirect("projects:versions", pk=pk)
    messages.success(request, _("Version %(number)d has been made; edit it now.") % {"number": made.number})
    return redirect("projects:version", pk=made.pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version: works by class with subtotals and peer prices, its clauses, what it still lacks."""
    found = _version(request, pk)
    project = found.project
    items = list(
        PlanItem.objects.live().filter(plan_version=found).select_related("item", "department", "clause")
    )
    bands = prices.price_band([item.item_id for item in items], project.unit, project.plan_year)
    limits = load_limits()
    lines = [
        {
            "item": item,
            "band": bands.get(item.item_id),
            "doubt": prices.band_outside(bands.get(item.item_id), item.unit_price_fen, limits)
            if item.unit_price_fen
            else "",
        }
        for item in items
    ]
    labels = dict.fromkeys(item.item.group for item in items)
    may_edit = _may_edit(current_user(request), project)
    open_states = {State.DRAFT, State.PUBLISHED}
    others = PlanVersion.objects.live().filter(project=project).exclude(pk=found.pk).order_by("-number")
    context = {
        "version": found,
        "project": project,
        "sign": SIGNS[State(found.state)],
        "groups": [_group(label, lines) for label in labels],
        "estimate": prices.estimate(items, bands),
        "count": len(items),
        "clauses": found.clauses.filter(is_removed=False).order_by("number"),
        "others": list(others),
        "may_edit": may_edit and found.state == State.DRAFT,
        "may_finalise": may_edit and found.state in open_states,
        "unmet": versions.unmet_for_final(found) if found.state in open_states else [],
        "replaces": any(other.state == State.FINAL for other in others),
        "items_url": _items_url(project),
        "crumbs": _crumbs(
            project,
            {"label": _("Plan versions"), "url": reverse("projects:versions", args=[project.pk])},
            {"label": str(found)},
        ),
    }
    return render(request, "projects/plan/version.html", context)


def _group(label: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    part = [line for line in lines if line["item"].item.group == label]
    return {"label": label, "lines": part, "amount_fen": sum(line["item"].amount_fen or 0 for line in part)}


def _items_url(project: Project) -> str:
    return f"{reverse('ledgers:grid', args=['plan-items'])}?year={project.plan_year}&unit={project.unit.code}"


@require_POST
@requires(Capability.LEDGER_EDIT)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft to the residents."""
    found = _own_version(request, pk)
    return _settle(
        request,
        found,
        lambda: versions.publish(found, actor=current_user(request)),
        _("The version is closed and put to the residents."),
    )


@require_POST
@requires(Capability.LEDGER_EDIT)
def finalise(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version final."""
    found = _own_version(request, pk)
    reason = request.POST.get("reason", "")
    return _settle(
        request,
        found,
        lambda: versions.finalise(found, actor=current_user(request), reason=reason),
        _("The version is final."),
    )


def _settle(
    request: HttpRequest, found: PlanVersion, act: Callable[[], PlanVersion], words: str
) -> HttpResponse:
    try:
        act()
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("projects:version", pk=found.pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Compare two versions of one plan, item by item and clause by clause; made to be printed."""
    newer, older = _version(request, pk), _version(request, other)
    if newer.project_id != older.project_id:
        raise Http404
    if newer.number < older.number:
        newer, older = older, newer
    project = newer.project
    found = compare_versions(older, newer)
    context = {
        "project": project,
        "comparison": found,
        "changed": [one for one in found.items if one.kind != "same"],
        "same": sum(one.kind == "same" for one in found.items),
        "clauses": [one for one in found.clauses if one.kind != "same"],
        "crumbs": _crumbs(
            project,
            {"label": _("Plan versions"), "url": reverse("projects:versions", args=[project.pk])},
            {"label": _("v%(older)d and v%(newer)d") % {"older": older.number, "newer": newer.number}},
        ),
    }
    return render(request, "projects/plan/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_EDIT)
def clause(request: HttpRequest, pk: int, clause_pk: int | None = None) -> HttpResponse:
    """Write a clause of a draft."""
    found = _own_version(request, pk)
    rows = PlanClause.objects.live().filter(plan_version=found)
    record = get_object_or_404(rows, pk=clause_pk) if clause_pk is not None else None
    form = ClauseForm(record, rows, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = apply(
            PlanClause,
            actor=current_user(request),
            source=ChangeSet.Source.FORM,
            values=form.values() if record else {**form.values(), "plan_version_id": found.pk},
            pk=record.pk if record else None,
            base_version=form.cleaned_data["seen"] if record else None,
        )
        if form.accept(outcome):
            messages.success(request, _("Saved."))
            return redirect("projects:version", pk=found.pk)
    context = {
        "version": found,
        "project": found.project,
        "form": form,
        "title": _("Clause of version %(number)d") % {"number": found.number},
        "crumbs": _crumbs(
            found.project,
            {"label": str(found), "url": reverse("projects:version", args=[found.pk])},
            {"label": _("Clause")},
        ),
    }
    return render(request, "projects/plan/clause.html", context, status=400 if form.errors else 200)
