"""One assessment: why the score is what it is, what people enter, its steps, appeals and the rows behind."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import hand_out
from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import appeals, behind, chance_words, entering, proceedings, words, workbook
from assessments.effects import effect_of
from assessments.forms import AnswerForm, AppealForm, EntryForm, EvidenceForm
from assessments.models import Appeal, Assessment, Deduction, Evidence, Move
from assessments.proceedings import StepRefused
from assessments.trend import trend_of
from records.attachments import files_by_record

State = Assessment.State
PER_PAGE = 50
LOSS_FIELDS = ("indicator", "loss", "finding", "document_no")


def _seen(request: HttpRequest, pk: int) -> Assessment:
    visible: QuerySet[Assessment] = Assessment.objects.visible_to(current_user(request))
    rows = visible.select_related("unit__parent", "scheme", "fact_sheet", "issued_by")
    return get_object_or_404(rows.defer("fact_sheet__data", "fact_sheet__members"), pk=pk)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain a score: blocks, the costliest losses, each indicator with fact, arithmetic and evidence."""
    return _detail(request, _seen(request, pk))


def _detail(
    request: HttpRequest, found: Assessment, appeal_form: AppealForm | None = None, status: int = 200
) -> HttpResponse:
    user = current_user(request)
    only = request.GET.get("only", "all")
    rows = words.row_counts(found)
    blocks, counts = words.sheet_of(found, rows=rows, only=only)
    labels = {"all": _("All"), "lost": _("With a loss"), "found": _("With a finding")}
    context = {
        "assessment": found,
        "document": found.document,
        "blocks": blocks,
        "bars": found.document["blocks"],
        "scale": max(Decimal(block["points"]) for block in found.document["blocks"]),
        "filters": [
            {"label": label, "url": f"?only={name}", "active": only == name, "count": counts[name]}
            for name, label in labels.items()
        ],
        "costliest": words.costliest(found.document),
        "band": words.band_words(found.document),
        "chances": None if found.is_issued else chance_words.trial(found.scheme, found.document),
        "trend": trend_of(found),
        "effect": effect_of(found.unit, found.year),
        "moves": Move.objects.filter(assessment=found).select_related("by"),
        "appeals": found.appeals.select_related("made_by", "answered_by"),
        "indicator_names": {line["code"]: line["name"] for line in found.document["indicators"]},
        "answer_form": AnswerForm(),
        "appeal_form": appeal_form or AppealForm(assessment=found),
        **_rights(user, found),
    }
    return render(request, "assessments/assessment.html", context, status=status)


def _rights(user: User, found: Assessment) -> dict[str, Any]:
    """Return what the visitor may do now, and why the score cannot be issued yet."""
    own = user.may(Capability.ASSESSMENT_SELF) and user.region.contains(found.unit)
    turn = proceedings.may_act(user, found)
    return {
        "may_enter": turn and found.state in entering.STEP_OF,
        "may_pass": turn and found.state in (State.SELF, State.CHECK),
        "may_publish": turn and found.state == State.REVIEW and user.may(Capability.ASSESSMENT_ISSUE),
        "may_return": turn and found.state in (State.CHECK, State.REVIEW, State.PUBLISHED),
        "may_retake": turn and found.state == State.REVIEW,
        "may_answer": turn and found.state == State.PUBLISHED,
        "may_appeal": own and found.state == State.PUBLISHED,
        "not_yet": proceedings.reason_against_issue(found, user)
        if turn and found.state == State.PUBLISHED
        else "",
        "missing": proceedings.missing(found) if turn and found.state != State.PUBLISHED else [],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.ASSESSMENT_VIEW)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give points to what people judge, deduct for a finding, lay down evidence."""
    found, user = _seen(request, pk), current_user(request)
    if not proceedings.may_act(user, found) or found.state not in entering.STEP_OF:
        raise Http404
    may_deduct = found.state != State.SELF
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, assessment=found, may_deduct=may_deduct)
    if request.method == "POST" and form.is_valid():
        back = whole_number(request.POST.get("take_back"))
        try:
            entering.enter(
                assessment=found,
                seen=form.cleaned_data["revision"],
                points=form.points(),
                losses=form.losses(),
                taken_back=None if back is None else {back: request.POST.get("take_back_reason", "")},
                by=user,
            )
        except StepRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved; the score was computed anew."))
            return redirect("assessments:enter", pk=pk)
    return _entry_page(request, found, form, 400 if request.method == "POST" else 200)


def _entry_page(request: HttpRequest, found: Assessment, form: EntryForm, status: int) -> HttpResponse:
    user = current_user(request)
    laid = list(Evidence.objects.visible_to(user).filter(assessment=found))
    files = files_by_record(user, "assessments.evidence", [row.pk for row in laid])
    names = {line["code"]: line["name"] for line in found.document["indicators"]}
    standing = Deduction.objects.filter(assessment=found, cancels=None, cancelled_by=None)
    context = {
        "assessment": found,
        "form": form,
        "judged": [
            (
                row,
                form[f"points-{row.code}"],
                form[f"reason-{row.code}"],
            )
            for row in form.indicators
            if f"points-{row.code}" in form.fields
        ],
        "loss": [form[name] for name in LOSS_FIELDS if name in form.fields],
        "deductions": [(row, names.get(row.indicator, "")) for row in standing.select_related("by")],
        "evidence": [
            {
                "row": row,
                "name": names.get(row.indicator, ""),
                "files": files.get(row.pk, []),
                "record": {"record_type": "assessments.evidence", "pk": row.pk},
                "key": str(uuid.uuid4()),
            }
            for row in laid
        ],
        "evidence_form": EvidenceForm(assessment=found),
        "missing": proceedings.missing(found),
        "may_lay": user.may(Capability.ASSESSMENT_SELF) and found.state == State.SELF,
    }
    return render(request, "assessments/enter.html", context, status=status)


@require_POST
@requires(Capability.ASSESSMENT_SELF)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay evidence beside an indicator; files follow on the page."""
    found = _seen(request, pk)
    form = EvidenceForm(request.POST, assessment=found)
    if form.is_valid():
        try:
            entering.add_evidence(assessment=found, by=current_user(request), **form.cleaned_data)
        except StepRefused as problem:
            messages.error(request, str(problem))
    else:
        messages.error(request, _("Choose an indicator and write a title."))
    return redirect("assessments:enter", pk=pk)


@require_POST
@requires(Capability.ASSESSMENT_VIEW)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step (``do``: pass, publish, return, retake); for whose turn it is not there is none."""
    found, user = _seen(request, pk), current_user(request)
    if not proceedings.may_act(user, found):
        raise Http404
    seen, reason = whole_number(request.POST.get("revision")) or 0, request.POST.get("reason", "")
    try:
        match request.POST.get("do"):
            case "pass":
                proceedings.pass_on(assessment=found, seen=seen, by=user)
            case "publish":
                proceedings.publish(assessments=[(found, seen)], by=user)
            case "return":
                proceedings.send_back(assessment=found, seen=seen, reason=reason, by=user)
            case "retake":
                proceedings.retake_facts(assessment=found, seen=seen, reason=reason, by=user)
            case _:
                raise StepRefused(_("There is no such step."))
    except StepRefused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Done."))
    return redirect("assessments:assessment", pk=pk)


@require_POST
@requires(Capability.ASSESSMENT_SELF)
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down the unit's word against its published score."""
    found = _seen(request, pk)
    form = AppealForm(request.POST, assessment=found)
    if form.is_valid():
        try:
            appeals.appeal(assessment=found, by=current_user(request), **form.cleaned_data)
        except StepRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The appeal was made; the province answers it."))
            return redirect("assessments:assessment", pk=pk)
    return _detail(request, found, form, 400)


@require_POST
@requires(Capability.ASSESSMENT_ISSUE)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an appeal in words."""
    user = current_user(request)
    found = get_object_or_404(
        Appeal.objects.filter(assessment__in=Assessment.objects.visible_to(user)), pk=pk
    )
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            appeals.answer(found=found, by=user, **form.cleaned_data)
        except StepRefused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Answered."))
    else:
        messages.error(request, _("Write the answer: the unit reads it."))
    return redirect("assessments:assessment", pk=found.assessment_id)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def rows(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """List the ledger rows behind one indicator, as they were when the facts were frozen."""
    found = _seen(request, pk)
    line = next((line for line in found.document["indicators"] if line["code"] == code), None)
    if line is None or not line["formula"]:
        raise Http404
    page = request.GET.get("page", "1")
    start = max(0, (whole_number(page) or 1) - 1) * PER_PAGE
    groups = behind.groups(found, line["formula"], start=start, most=PER_PAGE)
    longest = max((group.total for group in groups), default=0)
    context = {
        "assessment": found,
        "line": {**line, "fact_words": words.fact_words(line), "how": words.how_words(line)},
        "groups": groups,
        "page_obj": Paginator(range(longest), PER_PAGE).get_page(page),
    }
    return render(request, "assessments/rows.html", context)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def basis(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the basis of a score as a workbook: every indicator, and every row behind it."""
    found, user = _seen(request, pk), current_user(request)
    content = workbook.basis(found, user.display_name)
    name = f"{found.unit.label}{found.year}考核依据.xlsx"
    return hand_out(request, content, name, what="basis", assessment=found.pk)
