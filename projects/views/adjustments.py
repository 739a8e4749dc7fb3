"""The plan of one unit and year: its baselines compared, issued, added to, adjusted, withdrawn from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Region, User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import adjustments, baselines, plans
from projects.models import AnnualPlan, PlanBaseline, Project
from projects.plan_forms import AdjustForm, EvidenceForm, IssueForm
from projects.workflow import WorkflowError


def _unit_and_year(user: User, code: str, year: int) -> Region:
    if not 2000 <= year <= 2100:
        raise Http404(str(year))
    return get_object_or_404(user.view_region.subtree().units(), code=code)


@require_safe
@requires(Capability.LEDGER_VIEW)
def plan(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Show a unit's plan of a year: as issued, every change with reason and document, and what differs."""
    user = current_user(request)
    return _plan_page(request, _unit_and_year(user, code, year), year)


def _plan_page(
    request: HttpRequest, unit: Region, year: int, issue: IssueForm | None = None, status: int = 200
) -> HttpResponse:
    user = current_user(request)
    found = AnnualPlan.objects.visible_to(user).filter(unit=unit, year=year).first()
    kept = list(
        PlanBaseline.objects.visible_to(user)
        .filter(unit=unit, year=year)
        .select_related("made_by")
        .order_by("number")
    )
    older, newer = _pair(request, kept)
    summed = {baseline.pk: baselines.totals(baseline.rows) for baseline in kept}
    now = Project.objects.visible_to(user).of_year(year).filter(unit=unit).counted()
    waiting = list(plans.waiting_for_issue(unit, year))
    may_issue = user.may(Capability.PLAN_ISSUE) and user.region.contains(unit)
    is_issued = found is not None and found.state == AnnualPlan.State.ISSUED
    differences = baselines.compare_baselines(older, newer) if older and newer else []
    context = {
        "unit": unit,
        "year": year,
        "plan": found,
        "is_issued": is_issued,
        "baselines": [{"baseline": baseline, "totals": summed[baseline.pk]} for baseline in kept],
        "older": older,
        "newer": newer,
        "differences": [_difference(difference) for difference in differences],
        "change": _change(summed, older, newer),
        "projects": now.select_related("community").order_by("code"),
        "waiting": waiting,
        "may_issue": may_issue,
        "issue_form": (issue or IssueForm()) if may_issue and waiting and not is_issued else None,
        "add_form": EvidenceForm() if may_issue and waiting and is_issued else None,
        "crumbs": [
            {"label": _("Plans"), "url": f"{reverse('projects:library')}?year={year}"},
            {"label": f"{unit.label} {year}"},
        ],
    }
    return render(request, "projects/plan/plan.html", context, status=status)


def _pair(request: HttpRequest, kept: list[PlanBaseline]) -> tuple[PlanBaseline | None, PlanBaseline | None]:
    """Return the two baselines to compare: those asked for, else the first and the last."""
    if len(kept) < 2:
        return None, None
    known = {str(baseline.number): baseline for baseline in kept}
    older = known.get(request.GET.get("from", ""), kept[0])
    newer = known.get(request.GET.get("to", ""), kept[-1])
    return (older, newer) if older.number <= newer.number else (newer, older)


def _difference(found: baselines.Difference) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "row": found.row,
        "sign": {"added": "added", "removed": "removed"}.get(found.kind, "changed"),
        "label": {"added": _("added"), "removed": _("withdrawn")}.get(found.kind, _("changed")),
        "moved": [
            {"label": baselines.label_of(moved.key), "key": moved.key, "old": moved.old, "new": moved.new}
            for moved in found.moved
        ],
        "by": found.by,
    }


def _change(
    summed: dict[int, baselines.Totals], older: PlanBaseline | None, newer: PlanBaseline | None
) -> dict[str, Any] | None:
    if older is None or newer is None:
        return None
    before, after = summed[older.pk], summed[newer.pk]
    return {
        name: getattr(after, name) - getattr(before, name)
        for name in ("communities", "buildings", "households", "area", "investment_fen", "subsidy_fen")
    }


@require_POST
@requires(Capability.PLAN_ISSUE)
def issue(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Issue the plan with document and day."""
    user = current_user(request)
    unit = _unit_and_year(user, code, year)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, unit, year, form, status=400)
    try:
        plans.issue_plan([unit], year, actor=user, **form.cleaned_data)
    except Region.DoesNotExist:
        raise PermissionDenied from None
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The plan has been issued; it is kept as baseline 1."))
    return redirect("projects:plan", code=code, year=year)


@require_POST
@requires(Capability.PLAN_ISSUE)
def add(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Add the projects that the province has passed meanwhile."""
    user = current_user(request)
    unit = _unit_and_year(user, code, year)
    form = EvidenceForm(request.POST)
    wanted = set(request.POST.getlist("project"))
    chosen = [project for project in plans.waiting_for_issue(unit, year) if str(project.pk) in wanted]
    if not form.is_valid() or not chosen:
        messages.error(request, _("Choose projects, and write reason and document number."))
        return redirect("projects:plan", code=code, year=year)
    try:
        adjustments.add(chosen, actor=user, **form.cleaned_data)
    except Project.DoesNotExist:
        raise PermissionDenied from None
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Added; the plan as it stands now is the next baseline."))
    return redirect("projects:plan", code=code, year=year)


def _listed(request: HttpRequest, pk: int) -> Project:
    user = current_user(request)
    rows = Project.objects.visible_to(user).select_related("community__region", "unit")
    project = get_object_or_404(rows, pk=pk)
    if not user.region.contains(project.unit):
        raise PermissionDenied
    return project


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.PLAN_ISSUE)
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Change planned figures of an issued project, with reason and document."""
    project = _listed(request, pk)
    form = AdjustForm(project, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            adjustments.adjust(
                project,
                form.figures(),
                actor=current_user(request),
                base_version=form.cleaned_data["seen"],
                **form.evidence(),
            )
        except WorkflowError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Adjusted; the plan as it stands now is the next baseline."))
            return redirect("projects:plan", code=project.unit.code, year=project.plan_year)
    title = _("Adjust the plan: %(name)s") % {"name": project.community.name}
    return _form_page(request, project, form, title, _("Save the adjustment"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.STAGE_MOVE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a project out of the plan or of the reserve library, with reason and evidence (退库)."""
    project = _listed(request, pk)
    issued = project.library == Project.Library.ISSUED
    against = ""
    if issued and not current_user(request).may(Capability.PLAN_ISSUE):
        against = _("The project is in an issued plan: the province takes it out.")
    form = EvidenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            adjustments.withdraw(project, actor=current_user(request), **form.cleaned_data)
        except WorkflowError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Withdrawn, with reason and evidence."))
            return redirect("projects:plan", code=project.unit.code, year=project.plan_year)
    title = _("Withdraw from the plan: %(name)s") % {"name": project.community.name}
    return _form_page(request, project, form, title, _("Withdraw"), against)


def _form_page(
    request: HttpRequest, project: Project, form: forms.Form, title: str, button: str, against: str = ""
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "title": title,
        "button": button,
        "against": against,
        "today": timezone.localdate(),
        "crumbs": [
            {
                "label": f"{project.unit.label} {project.plan_year}",
                "url": reverse("projects:plan", args=[project.unit.code, project.plan_year]),
            },
            {
                "label": project.community.name,
                "url": reverse("projects:project", args=[project.pk]),
            },
            {"label": title},
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "projects/plan/form.html", context, status=status)
