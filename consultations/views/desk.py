"""What officials do with a consultation: begun, prepared, led step by step to its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, day_named
from accounts.roles import Capability, requires
from consultations import pages, proceedings, rejection, standing
from consultations.forms import ConsultationForm
from consultations.gates import objections
from consultations.models import Comment, Consultation, CostShare, Notice, Roll
from consultations.notice_rules import NoticeRules
from projects.models import Project
from projects.versions import NotFinal, unmet_for_final
from projects.views.framing import act_once, frame
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.services import apply

State = Consultation.State
PER_PAGE = 50


def own(request: HttpRequest, pk: int, capability: Capability) -> Consultation:
    """Return a consultation the visitor may act on: 404 for a foreign one, 403 without the capability."""
    found = seen(request, pk)
    if not pages.may(current_user(request), found.project, capability):
        raise PermissionDenied
    return found


def seen(request: HttpRequest, pk: int) -> Consultation:
    """Return a consultation the visitor may see; Http404 for a foreign one."""
    rows = Consultation.objects.visible_to(current_user(request)).select_related(
        "project__community__region", "project__unit", "plan_version", "revised_version"
    )
    found: Consultation = get_object_or_404(rows, pk=pk)
    return found


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List consultations: those under way first, with what waits in each."""
    user = current_user(request)
    rows = Consultation.objects.visible_to(user).select_related("project__community__region", "project__unit")
    shown = request.GET.get("show", "")
    if shown not in {"", "ended", "all"}:
        raise Http404(shown)
    name = request.GET.get("q", "").strip()[:60]
    if name:
        rows = rows.filter(project__community__name__icontains=name)
    ended = Q(state__in=Consultation.ENDED)
    counted = rows.aggregate(ended=Count("pk", filter=ended), all=Count("pk"))
    running = counted["all"] - counted["ended"]
    if shown != "all":
        rows = rows.filter(ended) if shown == "ended" else rows.exclude(ended)
    page = Paginator(rows.order_by("closes_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    waiting = _waiting([row.pk for row in page])
    context = {
        "page_obj": page,
        "lines": [
            {
                "consultation": row,
                "sign": pages.sign(row),
                "state": standing.state_on(row).label,
                **waiting.get(row.pk, {"pending": 0, "unanswered": 0, "all": 0}),
            }
            for row in page
        ],
        "views": [
            {"label": label, "url": f"?show={key}", "active": key == shown, "count": count}
            for key, label, count in (
                ("", _("Being heard"), running),
                ("ended", _("Ended"), counted["ended"]),
                ("all", _("All"), counted["all"]),
            )
        ],
        "shown": shown,
        "wanted": name,
        "may_moderate": user.may(Capability.CONSULTATION_MODERATE),
    }
    return render(request, "consultations/index.html", context)


def _waiting(pks: list[int]) -> dict[int, dict[str, int]]:
    """Return by consultation what was said, waits to be looked at and waits for an answer; one query."""
    owed = Q(state__in=Comment.OWED)
    rows = Comment.objects.filter(consultation__in=pks).order_by().values("consultation_id")
    found = rows.annotate(
        all=Count("pk", distinct=True, filter=owed),
        pending=Count("pk", distinct=True, filter=Q(state=Comment.State.PENDING)),
        answered=Count("pk", distinct=True, filter=owed & Q(dispositions__is_current=True)),
    )
    return {
        row["consultation_id"]: {
            "all": row["all"],
            "pending": row["pending"],
            "unanswered": row["all"] - row["answered"],
        }
        for row in found
    }


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one consultation: where it stands, what comes next, what was put up, what it costs whom."""
    user = current_user(request)
    found = seen(request, pk)
    counted = pages.counts(found)
    may_manage = pages.may(user, found.project, Capability.CONSULTATION_MANAGE)
    roll = Roll.objects.filter(consultation=found).first()
    state = standing.state_on(found)
    onward = pages.next_step(found, counted)
    context = {
        **_base(found, "overview", counted),
        "steps": pages.steps(found),
        "next": onward,
        "unmet": unmet_for_final(_shown(found)) if _is_shown(found) else [],
        "counts": counted,
        "roll": roll,
        "objections": objections(found) if state == State.RESULT else None,
        "notices": Notice.objects.live().filter(consultation=found),
        "costs": CostShare.objects.live().filter(consultation=found).select_related("item__item"),
        "lost": standing.lost_votes(found) if found.state in proceedings.REJECTABLE else [],
        "may_manage": may_manage,
        "may_take_out": _may_take_out(user, found),
        "is_draft": found.state == State.DRAFT,
        "may_extend": may_manage and state in {State.NOTICE, State.OPEN},
        "may_cancel": may_manage and found.state not in Consultation.ENDED,
        "may_revise_again": may_manage and state == State.RESULT,
        "links": _links(found),
    }
    return render(request, "consultations/consultation.html", context)


def _base(found: Consultation, active: str, counted: pages.Counts | None = None) -> dict[str, Any]:
    return pages.frame(found, active, counted)


def _is_shown(found: Consultation) -> bool:
    return found.state == State.RESULT and standing.version_to_finalise(found) is not None


def _shown(found: Consultation) -> Any:
    version = standing.version_to_finalise(found)
    assert version is not None
    return version


def _may_take_out(user: User, found: Consultation) -> bool:
    standing_in = found.project.standing != Project.Standing.WITHDRAWN
    return found.state == State.REJECTED and standing_in and user.may(Capability.PLAN_ISSUE)


def _links(found: Consultation) -> list[dict[str, str]]:
    """Return the pages of others that belong to this one; those that are not there are left out."""
    community = found.project.community
    asked = (
        (_("What residents see"), "residents:read", [community.code]),
        (_("Households and slips"), "households:page", [community.pk]),
        (_("Plan versions"), "projects:versions", [found.project_id]),
        (_("File of the project"), "projects:project", [found.project_id]),
    )
    links = []
    for label, name, args in asked:
        if name == "residents:read" and found.state not in Consultation.PUBLIC:
            continue
        try:
            links.append({"label": label, "url": reverse(name, args=args)})
        except NoReverseMatch:
            continue
    return links


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def of_project(request: HttpRequest, project_pk: int) -> HttpResponse:
    """List the consultations of one project, beside the other parts of its file."""
    user = current_user(request)
    rows = Project.objects.visible_to(user).select_related("community__region", "unit")
    project = get_object_or_404(rows, pk=project_pk)
    listed = list(Consultation.objects.live().filter(project=project))
    waiting = _waiting([row.pk for row in listed])
    context = {
        **frame(request, project, "consultation"),
        "lines": [
            {
                "consultation": row,
                "sign": pages.sign(row),
                "state": standing.state_on(row).label,
                **waiting.get(row.pk, {"pending": 0, "unanswered": 0, "all": 0}),
            }
            for row in listed
        ],
        "may_begin": pages.may(user, project, Capability.CONSULTATION_MANAGE)
        and project.standing == Project.Standing.ACTIVE,
    }
    return render(request, "consultations/of_project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_MANAGE)
def new(request: HttpRequest, project_pk: int) -> HttpResponse:
    """Begin a consultation for a project: a draft that only officials see."""
    user = current_user(request)
    rows = Project.objects.visible_to(user).select_related("community__region", "unit")
    project = get_object_or_404(rows, pk=project_pk)
    if not pages.may(user, project, Capability.CONSULTATION_MANAGE):
        raise PermissionDenied
    return _form(request, project, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a consultation that is being prepared; of one that residents know only what they may be told."""
    found = own(request, pk, Capability.CONSULTATION_MANAGE)
    return _form(request, found.project, found)


def _form(request: HttpRequest, project: Project, record: Consultation | None) -> HttpResponse:
    form = ConsultationForm(project, record, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made: list[int] = []

        def write() -> None:
            outcome = apply(
                Consultation,
                actor=current_user(request),
                source=ChangeSet.Source.FORM,
                values=form.values() if record else {**form.values(), "project_id": project.pk},
                pk=record.pk if record else None,
                base_version=form.cleaned_data["seen"] if record else None,
            )
            if form.accept(outcome):
                made.append(outcome.row["id"])

        asked = [project.pk, *(str(value) for value in form.values().values())]
        key = "" if record else form.cleaned_data["key"]
        if act_once(request, key, asked, write) and not form.errors:
            pk = made[0] if made else _of_key(project)
            messages.success(request, _("Saved."))
            return redirect("consultations:consultation", pk=pk)
    context = {
        "form": form,
        "project": project,
        "record": record,
        "crumbs": pages.crumbs(record, _("Prepare"))
        if record
        else [
            {"label": _("Consultations"), "url": reverse("consultations:index")},
            {"label": project.community.name, "url": reverse("projects:project", args=[project.pk])},
            {"label": _("Begin a consultation")},
        ],
        "rule": NoticeRules().rule(Notice.Kind.PLAN, project),
    }
    return render(request, "consultations/form.html", context, status=400 if form.errors else 200)


def _of_key(project: Project) -> int:
    """Return the consultation that the same form made a moment ago."""
    found: int = Consultation.objects.live().filter(project=project).values_list("pk", flat=True)[0]
    return found


@require_POST
@requires(Capability.CONSULTATION_VIEW)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step of a consultation; what is missing is said on its page."""
    act = _STEPS.get(name)
    if act is None:
        raise Http404(name)
    found = seen(request, pk)
    user = current_user(request)
    if name == "take-out":
        allowed = user.may(Capability.PLAN_ISSUE)
    else:
        allowed = pages.may(user, found.project, Capability.CONSULTATION_MANAGE)
    if not allowed:
        raise PermissionDenied
    try:
        words = act(found, user, request.POST)
    except NotFinal as refused:
        for item in refused.unmet:
            messages.error(request, item.what)
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("consultations:consultation", pk=pk)


def _announce(found: Consultation, user: User, asked: Any) -> str:
    proceedings.announce(found, actor=user, places=asked.get("places", ""))
    return _("Announced: residents can read it from now on.")


def _extend(found: Consultation, user: User, asked: Any) -> str:
    proceedings.extend(found, _day(asked), actor=user, reason=asked.get("reason", ""))
    return _("Residents have more time.")


def _close(found: Consultation, user: User, _asked: Any) -> str:
    proceedings.close(found, actor=user)
    return _("The consultation is closed.")


def _answered(found: Consultation, user: User, _asked: Any) -> str:
    proceedings.mark_answered(found, actor=user)
    return _("Every comment has its answer.")


def _revise(found: Consultation, user: User, _asked: Any) -> str:
    moved = proceedings.revise(found, actor=user)
    version = moved.revised_version
    return _("Version %(number)d has been made; edit it now.") % {"number": version.number if version else 0}


def _result(found: Consultation, user: User, asked: Any) -> str:
    proceedings.show_result(found, _day(asked), actor=user, places=asked.get("places", ""))
    return _("The result is on display; residents may object until its last day.")


def _finalise(found: Consultation, user: User, asked: Any) -> str:
    proceedings.finalise(found, actor=user, reason=asked.get("reason", ""))
    return _("The consultation has come to its end.")


def _reject(found: Consultation, user: User, asked: Any) -> str:
    moved = rejection.reject(found, actor=user, document_no=asked.get("document_no", ""))
    moved.project.refresh_from_db()
    if moved.project.standing == Project.Standing.WITHDRAWN:
        return _("Voted down: the community has left the plan, with the tally as evidence.")
    return _("Voted down. The province takes the community out of the issued plan.")


def _take_out(found: Consultation, user: User, asked: Any) -> str:
    rejection.take_out(found, actor=user, document_no=asked.get("document_no", ""))
    return _("The community has left the plan, with the tally as evidence.")


def _cancel(found: Consultation, user: User, asked: Any) -> str:
    proceedings.cancel(found, actor=user, reason=asked.get("reason", ""))
    return _("The consultation is called off.")


_STEPS = {
    "announce": _announce,
    "extend": _extend,
    "close": _close,
    "answered": _answered,
    "revise": _revise,
    "result": _result,
    "finalise": _finalise,
    "reject": _reject,
    "take-out": _take_out,
    "cancel": _cancel,
}


def _day(asked: Any) -> date:
    day = day_named(asked.get("day"))
    if day is None:
        raise WorkflowError(_("Write the day as 2026-10-01."))
    return day
