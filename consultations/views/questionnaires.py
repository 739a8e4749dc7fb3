"""The questionnaire of a consultation: set up, sheets of paper, results; how content people are."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from consultations import canvass, pages, survey_results
from consultations import questionnaires as services
from consultations.ballots import takes_paper
from consultations.models import Consultation, Question, Questionnaire, RollEntry, Sheet
from consultations.question_forms import QuestionsForm
from consultations.views.votes import crumbs_of, is_own, refuse_others, seen_consultation
from projects.models import Project
from projects.views.framing import act_once
from projects.years import year_or_404


def _asked(consultation: Consultation) -> Questionnaire:
    found = Questionnaire.objects.filter(consultation=consultation).first()
    if found is None:
        raise Http404(consultation.pk)
    return found


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions while they are prepared, and what was answered afterwards."""
    return _page(request, seen_consultation(request, pk), None)


def _page(request: HttpRequest, consultation: Consultation, form: QuestionsForm | None) -> HttpResponse:
    user, own = current_user(request), is_own(current_user(request), consultation)
    found = Questionnaire.objects.filter(consultation=consultation).first()
    preparing = consultation.state == Consultation.State.DRAFT
    may_set_up = own and preparing and user.may(Capability.CONSULTATION_MANAGE)
    context: dict[str, Any] = {
        "questionnaire": found,
        "is_preparing": preparing,
        "may_set_up": may_set_up,
        "may_enter": own and user.may(Capability.BALLOT_ENTER) and takes_paper(consultation),
        "templates": services.templates().values(),
        **pages.frame(consultation, "questionnaires"),
    }
    if may_set_up:
        context["form"] = form or QuestionsForm(initial=_initial(found))
    if found is not None and preparing:
        context["asked"] = services.questions_for(found)
    elif found is not None:
        context["results"] = survey_results.results(found, public=False)
        context["sheets"] = survey_results.sheets_in(found)
        roll = getattr(consultation, "roll", None)
        context["households"] = roll.households if roll else 0
    return render(
        request, "consultations/questionnaire.html", context, status=400 if form and form.errors else 200
    )


def _initial(found: Questionnaire | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "title": found.title,
        "intro": found.intro,
        "questions": QuestionsForm.written(services.wanted_of(found)),
    }


def _set_up(request: HttpRequest, pk: int) -> Consultation:
    consultation = seen_consultation(request, pk)
    refuse_others(request, consultation)
    return consultation


@require_POST
@requires(Capability.CONSULTATION_VIEW, Capability.CONSULTATION_MANAGE)
def use_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a ready-made questionnaire; the questions can be changed until the consultation is announced."""
    consultation = _set_up(request, pk)
    template = services.templates().get(request.POST.get("template", ""))
    if template is None:
        raise Http404
    try:
        services.set_questions(consultation, template.title, template.questions)
    except services.QuestionsClosed as problem:
        messages.error(request, str(problem))
    return redirect("consultations:questionnaire", pk=pk)


@require_POST
@requires(Capability.CONSULTATION_VIEW, Capability.CONSULTATION_MANAGE)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the questions as they were typed."""
    consultation = _set_up(request, pk)
    form = QuestionsForm(request.POST)
    if not form.is_valid():
        return _page(request, consultation, form)
    told = form.cleaned_data
    try:
        services.set_questions(consultation, told["title"], told["questions"], intro=told["intro"])
    except services.QuestionsClosed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The questions are saved."))
    return redirect("consultations:questionnaire", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a sheet of paper, one household after another."""
    consultation = seen_consultation(request, pk)
    refuse_others(request, consultation)
    found = _asked(consultation)
    entries = list(RollEntry.objects.filter(roll__consultation=consultation).order_by("pk"))
    given, errors, wrong_place = None, {}, ""
    if request.method == "POST":
        given = services.given_in(found, request.POST)
        places = canvass.find_place(entries, request.POST.get("place", ""))
        if len(places) != 1:
            wrong_place = _("Write the place as it stands on the roll: 3-1-501.")
        else:
            errors = _submitted(request, found, places[0], given)
            if not errors:
                return redirect("consultations:questionnaire_enter", pk=pk)
    context = {
        "consultation": consultation,
        "questionnaire": found,
        "asked": services.questions_for(found, given=given or {}, errors=errors),
        "whole_error": errors.get(0, ""),
        "place_error": wrong_place,
        "place": request.POST.get("place", ""),
        "key": request.POST.get("key") or str(uuid.uuid4()),
        "channels": [pair for pair in Sheet.Channel.choices if pair[0] != Sheet.Channel.ONLINE],
        "channel": request.POST.get("channel", Sheet.Channel.PAPER),
        "entries": entries,
        "sheets": survey_results.sheets_in(found),
        "is_open": takes_paper(consultation),
        "crumbs": crumbs_of(consultation, _("Enter sheets")),
    }
    status = 400 if errors or wrong_place else 200
    return render(request, "consultations/questionnaire_enter.html", context, status=status)


def _submitted(
    request: HttpRequest, found: Questionnaire, entry: RollEntry, given: services.Given
) -> dict[int, str]:
    """Take a sheet; return what is wrong with it, by question."""
    channel, user = request.POST.get("channel", ""), current_user(request)

    def act() -> None:
        # An official's sheet is never an online one, whatever the form says.
        way = channel if channel != Sheet.Channel.ONLINE else ""
        services.submit(found, entry, given, channel=way, entered_by=user)

    try:
        taken = act_once(request, request.POST.get("key", "")[:80], [entry.pk, channel, dict(given)], act)
    except services.AnswersRefused as refusal:
        return refusal.errors
    if not taken:
        return {0: _("This form was already sent with other values. Reload it.")}
    messages.success(request, _("Taken: %(place)s.") % {"place": entry.place})
    return {}


@require_safe
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def doors(request: HttpRequest, pk: int) -> HttpResponse:
    """List by building and entrance who has handed in no sheet."""
    consultation = seen_consultation(request, pk)
    refuse_others(request, consultation)
    questionnaire = _asked(consultation)
    found = canvass.without_sheet(questionnaire)
    context = {
        "title": questionnaire.title,
        "doors": found,
        "places": sum(len(door.entries) for door in found),
        "consultation": consultation,
        "crumbs": crumbs_of(consultation, _("Not answered yet")),
    }
    return render(request, "consultations/doors.html", context)


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def satisfaction(request: HttpRequest) -> HttpResponse:
    """Show how content the communities in the visitor's view are after completion, least content first."""
    user = current_user(request)
    asked = Consultation.objects.visible_to(user).live().filter(kind=Consultation.Kind.SATISFACTION)
    facts = survey_results.satisfactions(asked.order_by().values_list("project", flat=True))
    projects = Project.objects.visible_to(user).filter(pk__in=facts).select_related("community", "unit")
    # A number of a dashboard leads here: to the communities of a plan year and a region.
    if year := request.GET.get("year", ""):
        projects = projects.filter(plan_year=year_or_404(year))
    if code := request.GET.get("unit", ""):
        projects = projects.in_region(get_object_or_404(user.view_region.subtree(), code=code))
    lines = [{"project": project, "fact": facts[project.pk]} for project in projects]
    lines.sort(key=lambda line: (facts[line["project"].pk].content, line["project"].pk))  # type: ignore[attr-defined]
    context = {"lines": lines, "steps": Question.STEPS, "content_from": survey_results.CONTENT_FROM}
    return render(request, "consultations/satisfaction.html", context)
