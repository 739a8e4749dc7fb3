"""The page of one project (一小区一档), and what moves it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import pages, workflow
from projects.archive import changes_of, files_of
from projects.forms import ProjectFilter
from projects.models import Project
from projects.timeline import timeline
from projects.workflow import WorkflowError
from projects.works import works_of
from records.models import ChangeSet

PER_PAGE = 50
FORM = ChangeSet.Source.FORM


def seen_project(request: HttpRequest, pk: int) -> Project:
    """Return a project in the visitor's view; Http404 for a foreign or unknown one."""
    visible = Project.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("community__region", "unit"), pk=pk)


def own_project(request: HttpRequest, pk: int) -> Project:
    """Return a project the visitor may change; 404 for a foreign one, 403 for one that is only seen."""
    project = seen_project(request, pk)
    if not current_user(request).region.contains(project.community.region):
        raise PermissionDenied
    return project


@require_safe
@requires(Capability.LEDGER_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List projects by year, unit and stage."""
    chosen = ProjectFilter(current_user(request), request.GET)
    paginator = Paginator(chosen.projects().select_related("community", "unit"), PER_PAGE)
    listed = paginator.get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page_obj": listed,
        "tabs": chosen.stage_tabs(),
        "lines": [
            {"project": project, "sign": pages.stage_sign(project), "words": pages.stage_words(project)}
            for project in listed
        ],
    }
    return render(request, "projects/index.html", context)


@require_safe
@requires(Capability.LEDGER_VIEW)
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything about one project: where it stands, what is missing, what is built, what happened."""
    found = seen_project(request, pk)
    return render(request, "projects/project.html", _page(request, found))


def _page(request: HttpRequest, found: Project) -> dict[str, Any]:
    user = current_user(request)
    steps = list(found.transitions.select_related("actor"))
    own = user.may(Capability.STAGE_MOVE) and user.region.contains(found.community.region)
    report = workflow.report_of(found) if found.standing == Project.Standing.ACTIVE else None
    return {
        **frame(request, found, "works"),
        "track": pages.track(found, steps),
        "gate": pages.gate_panel(found, report, user),
        "works": works_of(found),
        "events": timeline(found),
        "may_move": own,
        "may_send_back": own and found.stage in workflow.BEFORE and not found.started_on,
    }


def frame(request: HttpRequest, found: Project, active: str) -> dict[str, Any]:
    """Return what the head of every page about one project shows."""
    return {
        "project": found,
        "community": found.community,
        "sign": pages.stage_sign(found),
        "words": pages.stage_words(found),
        "tabs": pages.tabs(found, active, current_user(request)),
        "crumbs": [
            {"label": _("Projects"), "url": reverse("projects:index")},
            {"label": f"{found.unit.label} {found.plan_year}", "url": _unit_url(found)},
            {"label": found.community.name},
        ],
    }


@require_safe
@requires(Capability.LEDGER_VIEW)
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """List the files of a project, by the ledger they were brought to."""
    found = seen_project(request, pk)
    context = {**frame(request, found, "files"), "groups": files_of(found, current_user(request))}
    return render(request, "projects/files.html", context)


@require_safe
@requires(Capability.HISTORY_VIEW)
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """List who changed what about a project, when and why."""
    found = seen_project(request, pk)
    return render(
        request, "projects/changes.html", {**frame(request, found, "history"), "written": changes_of(found)}
    )


def _unit_url(found: Project) -> str:
    return reverse("projects:index") + f"?year={found.plan_year}&unit={found.unit.code}"


def _take(request: HttpRequest, pk: int, step: Callable[[Project, User], str]) -> HttpResponse:
    """Take one step of a project's workflow and say what became of it; ``step`` returns the words."""
    found = own_project(request, pk)
    try:
        messages.success(request, step(found, current_user(request)))
    except WorkflowError as problem:
        messages.error(request, str(problem))
    return redirect("projects:project", pk=pk)


@require_POST
@requires(Capability.STAGE_MOVE)
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a project to its next stage, when nothing is missing."""

    def step(found: Project, user: User) -> str:
        seen = request.POST.get("stage", "")
        taken = workflow.advance(found, actor=user, source=FORM, seen_stage=seen)
        return _("The project is in «%(stage)s» now.") % {"stage": taken.get_to_stage_display()}

    return _take(request, pk, step)


@require_POST
@requires(Capability.STAGE_MOVE)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a project back one stage, with the reason."""

    def step(found: Project, user: User) -> str:
        seen, reason = request.POST.get("stage", ""), request.POST.get("reason", "")
        workflow.send_back(found, actor=user, source=FORM, seen_stage=seen, reason=reason)
        return _("The project has been sent back.")

    return _take(request, pk, step)


@require_POST
@requires(Capability.STAGE_MOVE)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a project rest, with the reason."""

    def step(found: Project, user: User) -> str:
        workflow.suspend(found, actor=user, source=FORM, reason=request.POST.get("reason", ""))
        return _("The project has been suspended.")

    return _take(request, pk, step)


@require_POST
@requires(Capability.STAGE_MOVE)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a suspended project go on."""

    def step(found: Project, user: User) -> str:
        workflow.resume(found, actor=user, source=FORM)
        return _("The project goes on.")

    return _take(request, pk, step)
