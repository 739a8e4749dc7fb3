"""Inspections and defects: of one project, of all, one by one, and the record of every firm."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import acceptances
from projects import defects as services
from projects.build_forms import AssignForm, DefectForm, KeyedForm, MendForm, ReasonForm
from projects.defects import DefectError
from projects.forms import ProjectFilter
from projects.models import Defect, Inspection, Project
from projects.views.framing import act_once, frame
from projects.views.project import own_project, seen_project
from records.attachments import FileRefused, attach, files_by_record
from records.history import cell_history
from records.models import ChangeSet

FORM = ChangeSet.Source.FORM
PER_PAGE = 50
SIGNS = {Defect.State.OPEN: "waiting", Defect.State.MENDED: "ready", Defect.State.VERIFIED: "completed"}
# By how many days ahead a new defect is due when nobody says otherwise.
DAYS_TO_MEND = 14


def line_of(defect: Defect) -> dict[str, Any]:
    """Return a defect as lists show it: sign, words and the days it is late."""
    today = timezone.localdate()
    late = defect.state == Defect.State.OPEN and defect.due_on is not None and defect.due_on < today
    days = (today - defect.due_on).days if late and defect.due_on else 0
    return {
        "defect": defect,
        "sign": "overdue" if late else SIGNS[Defect.State(defect.state)],
        "late": days,
    }


@require_safe
@requires(Capability.LEDGER_VIEW)
def quality(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the inspections, defects and acceptance of one project."""
    project = seen_project(request, pk)
    found = Defect.objects.live().filter(project=project).select_related("item", "liability")
    inspections = Inspection.objects.live().filter(project=project).annotate(found=Count("defects"))
    accepted = acceptances.current(project)
    context = {
        **frame(request, project, "quality"),
        "lines": [line_of(defect) for defect in found],
        "inspections": inspections,
        "acceptance": accepted,
        "open_count": sum(defect.state != Defect.State.VERIFIED for defect in found),
    }
    return render(request, "projects/build/quality.html", context)


@require_safe
@requires(Capability.LEDGER_VIEW)
def defects(request: HttpRequest) -> HttpResponse:
    """List the defects of a year and unit, the overdue ones first."""
    user, today = current_user(request), timezone.localdate()
    chosen = ProjectFilter(user, request.GET)
    rows = Defect.objects.visible_to(user).filter(project__plan_year=chosen.year)
    if chosen.region is not None:
        rows = rows.in_region(chosen.region)
    if chosen.name:
        rows = rows.filter(project__community__name__icontains=chosen.name)
    counts = rows.order_by().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(state=Defect.State.OPEN, due_on__lt=today)),
        **{state: Count("pk", filter=Q(state=state)) for state in Defect.State.values},
    )
    state = request.GET.get("state", "")
    if state not in {"", "overdue", *Defect.State.values}:
        raise Http404(state)
    shown = services.overdue(rows, today) if state == "overdue" else rows
    if state in Defect.State.values:
        shown = shown.filter(state=state)
    listed = shown.select_related("project__community", "project__unit", "item", "liability")
    page = Paginator(listed.order_by("state", "due_on", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "tabs": _tabs(chosen, counts, state),
        "page_obj": page,
        "lines": [line_of(defect) for defect in page],
        "state": state,
    }
    return render(request, "projects/build/defects.html", context)


def _tabs(chosen: ProjectFilter, counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    labels = [("", _("All"), "all"), ("overdue", _("Overdue"), "overdue")]
    labels += [(value, str(label), value) for value, label in Defect.State.choices]
    return [
        {
            "label": label,
            "url": chosen.url("projects:defects", state=value),
            "active": value == state,
            "count": f"{counts[key]:,}",
        }
        for value, label, key in labels
    ]


def _seen(request: HttpRequest, pk: int) -> Defect:
    rows = Defect.objects.visible_to(current_user(request)).select_related(
        "project__community__region", "project__unit", "item", "liability", "inspection"
    )
    found: Defect = get_object_or_404(rows.select_related("mended_by", "verified_by", "updated_by"), pk=pk)
    return found


@require_safe
@requires(Capability.LEDGER_VIEW)
def defect(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one defect with its photos before and after, and the next step."""
    return render(request, "projects/build/defect.html", _defect_page(request, _seen(request, pk)))


def _defect_page(request: HttpRequest, found: Defect, form: KeyedForm | None = None) -> dict[str, Any]:
    user = current_user(request)
    page = frame(request, found.project, "quality", _("Defect %(number)d") % {"number": found.number})
    files = files_by_record(user, "projects.defect", [found.pk]).get(found.pk, [])
    return {
        **page,
        **line_of(found),
        "before": [file for file in files if file.purpose != "after"],
        "after": [file for file in files if file.purpose == "after"],
        "mending": form if isinstance(form, MendForm) else MendForm(),
        "assigning": form
        if isinstance(form, AssignForm)
        else AssignForm(initial={"assignee": found.assignee, "due_on": found.due_on}),
        "reopening": form if isinstance(form, ReasonForm) else ReasonForm(),
        "may_verify": page["may_enter"] and found.mended_by_id != user.pk,
        "past": [
            {"step": step, "state": Defect.State(step.new).label}
            for step in cell_history(Defect, found.pk, "state")
        ],
        "here": reverse("projects:defect", args=[found.pk]),
        "key": str(uuid.uuid4()),
        "slot": {"record_type": "projects.defect", "pk": found.pk},
    }


def _step(
    request: HttpRequest, pk: int, form: KeyedForm, act: Callable[[Defect, User], Any], words: str
) -> HttpResponse:
    """Take one step of a defect once; what is refused is shown beside the form."""
    found = _seen(request, pk)
    own_project(request, found.project_id)
    if form.is_valid():
        try:
            done = act_once(
                request, form.cleaned_data["key"], form.sent(), lambda: act(found, current_user(request))
            )
        except (DefectError, FileRefused) as problem:
            form.add_error(None, str(problem))
        else:
            if done:
                messages.success(request, words)
            return redirect("projects:defect", pk=pk)
    page = _defect_page(request, _seen(request, pk), form)
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return render(request, "projects/build/defect.html", page, status=400)


@require_POST
@requires(Capability.LEDGER_EDIT)
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a defect is mended, with a photo of it."""
    form = MendForm(request.POST, request.FILES)

    def act(found: Defect, user: User) -> None:
        told = form.cleaned_data
        services.mend(found, actor=user, source=FORM, note=told["note"], mended_on=told["mended_on"])
        if told["photo"] is not None:
            attach(found, told["photo"], actor=user, purpose="after")

    return _step(request, pk, form, act, _("Mended; another person verifies it."))


@require_POST
@requires(Capability.LEDGER_EDIT)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a defect after a second look."""

    def act(found: Defect, user: User) -> None:
        services.verify(found, actor=user, source=FORM)

    return _step(request, pk, KeyedForm(request.POST), act, _("The defect is closed."))


@require_POST
@requires(Capability.LEDGER_EDIT)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a defect again, with the reason."""
    form = ReasonForm(request.POST)

    def act(found: Defect, user: User) -> None:
        services.reopen(found, actor=user, source=FORM, reason=form.cleaned_data["reason"])

    return _step(request, pk, form, act, _("The defect is open again."))


@require_POST
@requires(Capability.LEDGER_EDIT)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who must mend a defect, and by when."""
    form = AssignForm(request.POST)

    def act(found: Defect, user: User) -> None:
        told = form.cleaned_data
        services.assign(found, actor=user, source=FORM, assignee=told["assignee"], due_on=told["due_on"])

    return _step(request, pk, form, act, _("The defect is assigned."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_EDIT)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a defect, on the spot with a phone or at the desk."""
    project = own_project(request, pk)
    if not current_user(request).may(Capability.LEDGER_EDIT):
        raise PermissionDenied
    due = timezone.localdate() + timedelta(days=DAYS_TO_MEND)
    form = DefectForm(project, initial={"due_on": due})
    if request.method == "POST":
        form = DefectForm(project, request.POST, request.FILES)
        if form.is_valid():
            made = _reported(request, project, form)
            if made is not None:
                return redirect("projects:quality", pk=pk)
    page = {**frame(request, project, "quality", _("New defect")), "form": form}
    return render(request, "projects/build/defect_form.html", page, status=400 if form.is_bound else 200)


def _reported(request: HttpRequest, project: Project, form: DefectForm) -> bool | None:
    user = current_user(request)

    def act() -> None:
        found = services.report(project, actor=user, source=FORM, values=form.values())
        if form.picture is not None:
            attach(found, form.picture, actor=user, purpose="before")

    try:
        done = act_once(request, form.cleaned_data["key"], form.sent(), act)
    except (DefectError, FileRefused) as problem:
        form.add_error(None, str(problem))
        return None
    if done:
        messages.success(request, _("The defect is reported."))
    return done


@require_safe
@requires(Capability.LEDGER_VIEW)
def firms(request: HttpRequest) -> HttpResponse:
    """Show the record of every firm: how many defects, how many open and overdue."""
    user = current_user(request)
    chosen = ProjectFilter(user, request.GET)
    rows = Defect.objects.visible_to(user).filter(project__plan_year=chosen.year)
    if chosen.region is not None:
        rows = rows.in_region(chosen.region)
    found = services.by_firm(rows, timezone.localdate())
    if chosen.name:
        found = [firm for firm in found if chosen.name in firm["firm"]]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": chosen, "firms": list(page), "page_obj": page}
    return render(request, "projects/build/firms.html", context)
