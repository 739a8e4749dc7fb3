"""Surveys: the list, opening, one community by department, signing and reopening."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, Role, requires
from communities import survey_pages, surveys
from communities.forms import OpenSurveyForm, ReasonForm, SignForm
from communities.models import Community, Survey, SurveySignOff
from communities.surveys import SurveyRefused
from records.idempotency import KeyReused, once
from records.models import ChangeSet

PER_PAGE = 50
FORM = ChangeSet.Source.FORM


@require_safe
@requires(Capability.LEDGER_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the surveys: a liaison's own part of each, everybody else's as a whole."""
    user = current_user(request)
    state = "finished" if request.GET.get("state") == "finished" else "open"
    asked = request.GET.get("q", "").strip()[:60]
    mine = user.role == Role.LIAISON and user.duty_id is not None
    page = _duties(user, state, asked) if mine else _surveys(user, state, asked)
    listed = Paginator(page, PER_PAGE).get_page(request.GET.get("page"))
    rows: list[Any] = list(listed.object_list)
    context = {
        "mine": mine,
        "duty": user.duty if mine else None,
        "state": state,
        "states": [
            {"label": _("under way"), "url": "?state=open", "active": state == "open"},
            {"label": _("finished"), "url": "?state=finished", "active": state == "finished"},
        ],
        "columns": survey_pages.duty_columns() if mine else survey_pages.survey_columns(),
        "rows": survey_pages.duty_rows(user, rows) if mine else survey_pages.survey_rows(rows),
        "page_obj": listed,
        "search": asked,
        "may_open": user.may(Capability.LEDGER_EDIT),
    }
    return render(request, "communities/surveys.html", context)


def _surveys(user: User, state: str, asked: str) -> Any:
    rows = Survey.objects.visible_to(user).filter(state=state).select_related("community", "unit")
    if asked:
        rows = rows.filter(community__name__icontains=asked)
    return rows.order_by(F("due_on").asc(nulls_last=True), "unit__path", "community__code")


def _duties(user: User, state: str, asked: str) -> Any:
    rows = SurveySignOff.objects.visible_to(user).filter(department=user.duty_id)
    rows = rows.filter(signed_on__isnull=state == "open").select_related("community")
    if asked:
        rows = rows.filter(community__name__icontains=asked)
    return rows.order_by(F("due_on").asc(nulls_last=True), "community__code")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EDIT)
def survey_open(request: HttpRequest) -> HttpResponse:
    """Choose communities and a due date, and open their surveys."""
    user = current_user(request)
    asked = request.GET.get("q", "").strip()[:60]
    offered = Community.objects.editable_by(user).exclude(
        pk__in=Survey.objects.live().open().values("community")
    )
    if asked and request.method != "POST":
        offered = offered.filter(name__icontains=asked)
    if request.method == "POST":
        form = OpenSurveyForm(offered, request.POST)
        if form.is_valid() and (answered := _open(request, user, form)):
            return answered
    else:
        chosen = whole_number(request.GET.get("community"))
        named = offered if chosen is None else offered.filter(pk=chosen)
        form = OpenSurveyForm(offered.filter(pk__in=list(named.values_list("pk", flat=True)[:PER_PAGE])))
        if chosen is not None:
            form.initial["communities"] = [chosen]
    context = {"form": form, "search": asked, "most": PER_PAGE, "total": offered.count()}
    return render(request, "communities/survey_open.html", context, status=400 if form.errors else 200)


def _open(request: HttpRequest, user: User, form: OpenSurveyForm) -> HttpResponse | None:
    chosen = list(form.cleaned_data["communities"])
    due_on = form.cleaned_data["due_on"]

    def act() -> tuple[int, dict[str, Any]]:
        return 201, {"surveys": surveys.open_surveys(chosen, due_on=due_on, actor=user, source=FORM)}

    asked = ["survey", sorted(community.pk for community in chosen), due_on.isoformat()]
    try:
        _status, answer = once(actor=user, key=form.cleaned_data["key"], request=asked, act=act)
    except SurveyRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    except KeyReused:
        form.add_error(None, _("This form was already sent with other values. Reload it."))
        return None
    opened = answer["surveys"]
    text = ngettext("%(count)d survey opened.", "%(count)d surveys opened.", len(opened))
    messages.success(request, text % {"count": len(opened)})
    if len(opened) == 1:
        return redirect("communities:survey", pk=opened[0])
    return redirect("communities:surveys")


def visible_survey(user: User, pk: int) -> Survey:
    """Return a survey in the user's view; raises Http404."""
    rows = Survey.objects.visible_to(user).select_related("community__region", "unit")
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a survey by department: what was found, until when, and who signed."""
    user = current_user(request)
    found = visible_survey(user, pk)
    parts = survey_pages.parts_of(found, user)
    context = {
        "survey": found,
        "community": found.community,
        "parts": parts,
        "signed": sum(part["sign_off"].signed_on is not None for part in parts),
        "answered": sum(part["answered"] for part in parts),
        "asked": sum(len(part["lines"]) for part in parts),
        "may_reopen": user.may(Capability.LEDGER_EDIT),
        "is_open": found.state == Survey.State.OPEN,
        "signer": user.display_name,
    }
    return render(request, "communities/survey.html", context)


def _sign_off(user: User, pk: int) -> SurveySignOff:
    rows = SurveySignOff.objects.visible_to(user).select_related("department")
    found: SurveySignOff = get_object_or_404(rows, pk=pk)
    return found


@require_POST
@requires(Capability.LEDGER_VIEW, Capability.SURVEY_SIGN)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a department."""
    user = current_user(request)
    part = _sign_off(user, pk)
    form = SignForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    try:
        finished = surveys.sign(part, actor=user, name=name, source=FORM)
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist as problem:
        raise Http404(pk) from problem
    else:
        done = _("Signed. All departments have signed: the survey is finished.") if finished else _("Signed.")
        messages.success(request, done)
    return redirect(reverse("communities:survey", args=[part.survey_id]) + f"#part-{part.pk}")


@require_POST
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EDIT)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a department's signature back, with the reason."""
    user = current_user(request)
    part = _sign_off(user, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if not Survey.objects.editable_by(user).filter(pk=part.survey_id).exists():
        raise PermissionDenied("survey.reopen")
    try:
        surveys.reopen(part, actor=user, reason=reason, source=FORM)
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Reopened. The department can correct its findings and signs again."))
    return redirect(reverse("communities:survey", args=[part.survey_id]) + f"#part-{part.pk}")
