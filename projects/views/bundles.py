"""Bundles with their members and joint steps, and the roads that works of several communities would open."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from projects import bundles
from projects.baselines import FIGURES
from projects.forms import ProjectFilter
from projects.models import Bundle, BundleMember, Contract, Milestone, Project
from projects.plan_forms import StepForm
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, NothingWritten, apply, apply_many

FORM = ChangeSet.Source.FORM


def _seen(request: HttpRequest, pk: int) -> Bundle:
    return get_object_or_404(Bundle.objects.visible_to(current_user(request)).select_related("unit"), pk=pk)


def _own(request: HttpRequest, pk: int) -> Bundle:
    found = _seen(request, pk)
    if not _may_edit(current_user(request), found):
        raise PermissionDenied
    return found


def _may_edit(user: User, bundle: Bundle) -> bool:
    return user.may(Capability.LEDGER_EDIT) and user.region.contains(bundle.unit)


@require_safe
@requires(Capability.LEDGER_VIEW)
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a bundle: what is done together, its projects with totals, and the steps they took."""
    return _page(request, _seen(request, pk))


def _page(
    request: HttpRequest, found: Bundle, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    user = current_user(request)
    members = list(
        BundleMember.objects.visible_to(user)
        .filter(bundle=found)
        .select_related("project__community")
        .order_by("project__code")
    )
    projects = [member.project for member in members]
    steps = Milestone.objects.live().filter(project__in=projects, kind__in=Milestone.PREPARATION)
    taken = {(step.project_id, step.kind): step for step in steps}
    joint = bundles.joint_steps(found)
    may_edit = _may_edit(user, found)
    totals = {
        name: sum((getattr(project, name) or 0 for project in projects), 0) for name in FIGURES.values()
    }
    context = {
        "bundle": found,
        "joint": [kind.label for kind in joint],
        "lines": [
            {
                "member": member,
                "project": member.project,
                "steps": [taken.get((member.project_id, kind)) for kind in joint],
            }
            for member in members
        ],
        "totals": totals,
        "contracts": Contract.objects.visible_to(user).filter(bundle=found),
        "may_edit": may_edit,
        "form": (form or StepForm(joint)) if may_edit and members else None,
        "candidates": _candidates(user, found) if may_edit else [],
        "crumbs": [
            {"label": _("Bundles"), "url": f"{reverse('ledgers:grid', args=['bundles'])}?year={found.year}"},
            {"label": found.name},
        ],
    }
    return render(request, "projects/plan/bundle.html", context, status=status)


def _candidates(user: User, found: Bundle) -> list[Project]:
    rows = Project.objects.editable_by(user).of_year(found.year).filter(unit=found.unit)
    live = BundleMember.objects.live().filter(bundle=found).values("project")
    rows = rows.exclude(standing=Project.Standing.WITHDRAWN).exclude(pk__in=live)
    return list(rows.select_related("community").order_by("code")[:300])


@require_POST
@requires(Capability.LEDGER_EDIT)
def add_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Put projects into a bundle."""
    found = _own(request, pk)
    chosen = dict.fromkeys(whole_number(text) for text in request.POST.getlist("project"))
    if not chosen or None in chosen:
        raise BadRequest(_("Choose projects from the list."))
    changes = [Change(values={"bundle_id": found.pk, "project_id": pk}) for pk in chosen]
    try:
        apply_many(
            BundleMember,
            actor=current_user(request),
            source=FORM,
            changes=changes,
            mode=Mode.ALL_OR_NOTHING,
        )
    except NothingWritten as nothing:
        for outcome in nothing.outcomes:
            for finding in outcome.findings[:1]:
                messages.error(request, f"{finding.message} {finding.mend}".strip())
    else:
        messages.success(request, _("Saved."))
    return redirect("projects:bundle", pk=pk)


@require_POST
@requires(Capability.LEDGER_EDIT)
def take_out(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a project out of a bundle."""
    found = _own(request, pk)
    row = get_object_or_404(BundleMember.objects.live().filter(bundle=found), pk=member)
    outcome = apply(
        BundleMember,
        actor=current_user(request),
        source=FORM,
        pk=row.pk,
        base_version=row.version,
        values={"is_removed": True},
    )
    if outcome.writes:
        messages.success(request, _("Taken out of the bundle."))
    else:
        messages.error(request, "；".join(finding.message for finding in outcome.findings))
    return redirect("projects:bundle", pk=pk)


@require_POST
@requires(Capability.LEDGER_EDIT)
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a joint step for every member."""
    found = _own(request, pk)
    form = StepForm(bundles.joint_steps(found), request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    try:
        written = bundles.record_milestone(found, actor=current_user(request), **form.cleaned_data)
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Recorded for %(count)d projects in one change.") % {"count": len(written)}
        )
    return redirect("projects:bundle", pk=pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def digs(request: HttpRequest) -> HttpResponse:
    """Show by road and week what would be opened, so that a road is opened once."""
    chosen = ProjectFilter(current_user(request), request.GET)
    projects = chosen.all_stages().exclude(standing=Project.Standing.WITHDRAWN)
    found = bundles.roads(bundles.digging(projects))
    days = [day for road in found for dig in road.digs for day in (dig.opened, dig.closed)]
    first, last = min(days, default=None), max(days, default=None)
    context = {
        "filter": chosen,
        "roads": [_road(road, first, last) for road in found] if first and last else [],
        "twice": sum(not road.is_opened_once for road in found),
        "first": first,
        "last": last,
    }
    return render(request, "projects/plan/digs.html", context)


def _road(road: bundles.Road, first: date, last: date) -> dict[str, Any]:
    whole = (last - first).days + 1
    lines = [
        {
            "dig": dig,
            "left": _percent((dig.opened - first).days, whole),
            "width": max(_percent((dig.closed - dig.opened).days + 1, whole), 1),
            "week": dig.opened.isocalendar().week,
            "week_to": dig.closed.isocalendar().week,
        }
        for dig in road.digs
    ]
    communities = {dig.item.project.community.name for dig in road.digs}
    return {"road": road, "lines": lines, "communities": len(communities), "unit": road.digs[0].item.unit}


def _percent(days: int, whole: int) -> int:
    return days * 100 // whole
