"""Answering a survey on the spot: one card an item, on a phone, also while the network is away.

A card is a plain form.  With scripts an entry is kept on the phone until the server has answered; each entry
has a key of its own and counts once, however often it is sent.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department, User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from communities import survey_pages, surveys
from communities.forms import FindingForm
from communities.models import Survey, SurveyFinding, SurveySignOff
from communities.views.surveys import visible_survey
from records.attachments import FileRefused, attach
from records.idempotency import KeyReused, once
from records.planning import Outcome, Status

# 422: the entry itself is wrong and sending it again would not help; 409: somebody else was faster.
CODES = {Status.CONFLICT: 409, Status.LOCKED: 423, Status.GONE: 410, Status.DENIED: 404}


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.SURVEY_ENTER)
def survey_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the cards of one department: one's own, or the one asked for."""
    user = current_user(request)
    found = visible_survey(user, pk)
    departments = [
        part.department
        for part in SurveySignOff.objects.live().filter(survey=found).select_related("department")
        if survey_pages.may_enter(user, part.department_id)
    ]
    departments.sort(key=lambda department: (department.position, department.code))
    chosen = _chosen(departments, request.GET.get("department", ""))
    part = SurveySignOff.objects.live().filter(survey=found, department=chosen).first() if chosen else None
    context = {
        "survey": found,
        "community": found.community,
        "department": chosen,
        "departments": [
            {
                "label": department.name,
                "url": f"?department={department.code}",
                "active": department == chosen,
            }
            for department in departments
        ],
        "cards": survey_pages.cards(found, chosen, user) if chosen else [],
        "conditions": SurveyFinding.Condition.choices,
        "part": part,
        "is_open": found.state == Survey.State.OPEN and part is not None and part.signed_on is None,
        "texts": _texts(),
    }
    return render(request, "communities/survey_enter.html", context)


def _chosen(departments: list[Department], code: str) -> Department | None:
    named = [department for department in departments if department.code == code]
    return named[0] if named else departments[0] if departments and not code else None


def _texts() -> dict[str, str]:
    return {
        "waiting": _("To be sent: %(count)s"),
        "kept": _("Kept on this phone; it is sent when the network is back."),
        "sent": _("Saved."),
        "sent_photo": _("Saved with the photo."),
        "refused": _("Not saved:"),
        "login": _("Log in again; what is to be sent stays on this phone."),
    }


@require_POST
@requires(Capability.LEDGER_VIEW, Capability.SURVEY_ENTER)
def finding_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one answer with its photo, once for its key; answers in JSON where a script asks."""
    user = current_user(request)
    if request.POST.get("user", str(user.pk)) != str(user.pk):
        # What somebody else left on the device is theirs to send.
        raise PermissionDenied("survey.writer")
    finding = get_object_or_404(SurveyFinding.objects.visible_to(user), pk=pk)
    form = FindingForm(request.POST, request.FILES)
    if form.is_valid():
        status, answer = _save(user, finding, form)
    else:
        words = [str(error) for errors in form.errors.values() for error in errors]
        status, answer = 422, {"message": " ".join(words)}
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse(answer, status=status)
    if status == 200:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, answer["message"])
    back = reverse("communities:survey_enter", args=[finding.survey_id])
    code = Department.objects.get(pk=finding.department_id).code
    return redirect(f"{back}?department={code}#finding-{finding.pk}")


def _save(user: User, finding: SurveyFinding, form: FindingForm) -> tuple[int, dict[str, Any]]:
    photo = form.cleaned_data["photo"]
    version = form.cleaned_data["version"]
    asked = [finding.pk, version, form.answers(), photo.sha256 if photo else ""]

    def act() -> tuple[int, dict[str, Any]]:
        found = surveys.enter(finding, form.answers(), actor=user, base_version=version)
        if not (found.writes or found.status is Status.SAME):
            return CODES.get(found.status, 422), {"message": _refusal(found)}
        if photo:
            attach(finding, photo, actor=user)
        return 200, {"version": found.row["version"], "message": ""}

    try:
        return once(actor=user, key=form.cleaned_data["key"], request=asked, act=act)
    except FileRefused as problem:
        return 422, {"message": str(problem)}
    except KeyReused:
        return 422, {"message": _("This form was already sent with other values. Reload it.")}


def _refusal(found: Outcome) -> str:
    if found.conflicts:
        return _("Somebody else has changed this item meanwhile. Reload the page and enter it again.")
    words = [f"{finding.message} {finding.mend}".strip() for finding in found.findings]
    return " ".join(dict.fromkeys(words))
