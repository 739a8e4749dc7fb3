"""The joint acceptance of one project: the sheet, its signatures, passing it, and what is handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import acceptances as services
from projects.acceptances import AcceptanceError
from projects.build_forms import AcceptanceForm, ConclusionForm, ReasonForm, SignerForm
from projects.models import Acceptance, AcceptanceSigner, Handover, Project
from projects.views.framing import act_once, frame
from projects.views.project import own_project, seen_project
from records.models import ChangeSet
from records.planning import Status
from records.services import apply

FORM = ChangeSet.Source.FORM


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW)
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the acceptance of a project with every signature and what is missing; a POST begins one."""
    project = seen_project(request, pk)
    form = AcceptanceForm(initial={"organiser": project.unit.label})
    if request.method == "POST":
        project = own_project(request, pk)
        if not current_user(request).may(Capability.LEDGER_EDIT):
            raise PermissionDenied
        form = AcceptanceForm(request.POST)
        if form.is_valid() and _opened(request, project, form):
            return redirect("projects:acceptance", pk=pk)
    status = 400 if form.is_bound else 200
    return render(request, "projects/build/acceptance.html", _page(request, project, form), status=status)


def _opened(request: HttpRequest, project: Project, form: AcceptanceForm) -> bool:
    told = form.cleaned_data
    user = current_user(request)

    def act() -> None:
        services.open_acceptance(
            project, actor=user, source=FORM, held_on=told["held_on"], organiser=told["organiser"]
        )

    try:
        return act_once(request, told["key"], form.sent(), act)
    except AcceptanceError as problem:
        form.add_error(None, str(problem))
        return False


def _page(
    request: HttpRequest,
    project: Project,
    form: AcceptanceForm | None = None,
    signing: SignerForm | None = None,
) -> dict[str, Any]:
    found = services.current(project)
    failed = Acceptance.objects.live().filter(project=project, result=Acceptance.Result.FAILED)
    signers = services.signers_of([found])[found.pk] if found else []
    is_open = found is not None and found.result == Acceptance.Result.PENDING
    page = frame(request, project, "acceptance", _("Joint acceptance"))
    handovers = Handover.objects.live().filter(project=project).select_related("department")
    return {
        **page,
        "acceptance": found,
        "is_open": is_open,
        "failed": failed,
        "signers": signers,
        "needs": services.signed(signers, services.requirements()),
        "obstacles": services.obstacles(found) if found is not None and is_open else [],
        "form": form or AcceptanceForm(),
        "signing": signing or SignerForm(initial={"signed_on": found.held_on if found else None}),
        "closing": ConclusionForm(),
        "failing": ReasonForm(prefix="fail"),
        "handovers": list(handovers),
        "may_enter": page["may_enter"] and project.stage != Project.Stage.AFTERCARE,
    }


@require_POST
@requires(Capability.LEDGER_EDIT)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a signature to the sheet."""
    found = _own(request, pk)
    form = SignerForm(request.POST)
    project = own_project(request, found.project_id)
    if form.is_valid() and _signed(request, found, form):
        messages.success(request, _("The signature is entered."))
        return redirect("projects:acceptance", pk=project.pk)
    page = _page(request, project, signing=form)
    return render(request, "projects/build/acceptance.html", page, status=400)


def _signed(request: HttpRequest, found: Acceptance, form: SignerForm) -> bool:
    values = {"acceptance_id": found.pk, **form.values()}

    def act() -> None:
        told = apply(AcceptanceSigner, actor=current_user(request), source=FORM, values=values)
        if told.status is not Status.CREATED:
            words = [f"{finding.message} {finding.mend}".strip() for finding in told.findings]
            raise AcceptanceError(" ".join(words))

    try:
        return act_once(request, form.cleaned_data["key"], form.sent(), act)
    except AcceptanceError as problem:
        form.add_error(None, str(problem))
        return False


def _own(request: HttpRequest, pk: int) -> Acceptance:
    """Return an acceptance the visitor may write: 404 for a foreign one, 403 for one that is only seen."""
    user = current_user(request)
    rows = Acceptance.objects.visible_to(user).select_related("project__community")
    found: Acceptance = get_object_or_404(rows, pk=pk)
    own_project(request, found.project_id)
    return found


def _close(request: HttpRequest, pk: int, step: Callable[[Acceptance], str]) -> HttpResponse:
    found = _own(request, pk)
    try:
        messages.success(request, step(found))
    except AcceptanceError as problem:
        messages.error(request, str(problem))
    return redirect("projects:acceptance", pk=found.project_id)


@require_POST
@requires(Capability.STAGE_MOVE)
def pass_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass an acceptance once everybody has signed."""

    def step(found: Acceptance) -> str:
        words = request.POST.get("conclusion", "")
        services.pass_acceptance(found, actor=current_user(request), source=FORM, conclusion=words)
        return _("The acceptance is passed. The buildings have their public cards.")

    return _close(request, pk, step)


@require_POST
@requires(Capability.STAGE_MOVE)
def fail_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an acceptance as not passed, with the reason."""

    def step(found: Acceptance) -> str:
        reason = request.POST.get("fail-reason", "")
        services.fail_acceptance(found, actor=current_user(request), source=FORM, reason=reason)
        return _("The acceptance is closed as not passed; the next one begins anew.")

    return _close(request, pk, step)


@require_POST
@requires(Capability.LEDGER_EDIT)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the handover sheets that are missing: the community's, and one for every utility."""
    project = own_project(request, pk)
    try:
        count = services.prepare_handovers(project, actor=current_user(request), source=FORM)
    except AcceptanceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(count)d handover sheets were added.") % {"count": count})
    return redirect("projects:acceptance", pk=pk)
