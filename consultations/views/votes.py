"""The votes of a consultation: set up before it is announced, watched while it runs, counted afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from consultations import counting, pages, vote_setup
from consultations.ballots import takes_paper
from consultations.models import Consultation, Vote, VoteRule
from consultations.vote_forms import RuleForm, VoteForm
from consultations.vote_setup import SetupRefused
from projects.views.framing import act_once

ABOVE = ("project__community__region", "project__unit", "roll")


def seen_consultation(request: HttpRequest, pk: int) -> Consultation:
    """Return a consultation in the visitor's view; Http404 for a foreign, removed or unknown one."""
    visible = Consultation.objects.visible_to(current_user(request)).live().select_related(*ABOVE)
    found: Consultation = get_object_or_404(visible, pk=pk)
    return found


def seen_vote(request: HttpRequest, pk: int) -> Vote:
    """Return a vote in the visitor's view with its rule; Http404 as above."""
    visible = Vote.objects.visible_to(current_user(request)).filter(consultation__is_removed=False)
    above = [f"consultation__{name}" for name in ABOVE]
    return get_object_or_404(visible.select_related("rule", *above), pk=pk)


def is_own(user: User, consultation: Consultation) -> bool:
    """Say whether a consultation lies in the region the user works for."""
    return user.region.contains(consultation.project.community.region)


def refuse_others(request: HttpRequest, consultation: Consultation) -> None:
    """Refuse who may look at a consultation and not work on it (403)."""
    if not is_own(current_user(request), consultation):
        raise PermissionDenied


def crumbs_of(consultation: Consultation, label: str) -> list[dict[str, str]]:
    """Return the way to a page of a consultation."""
    votes = {"label": _("Votes"), "url": reverse("consultations:votes", args=[consultation.pk])}
    return [*pages.crumbs(consultation), votes, {"label": label}]


def panel(user: User, consultation: Consultation) -> dict[str, Any]:
    """Return what the votes panel of a consultation shows staff: two queries and one for each vote.

    Until the count the figures are those of the moment, and for staff alone.
    """
    votes = list(consultation.votes.select_related("rule").order_by("number"))
    own, preparing = is_own(user, consultation), consultation.state == Consultation.State.DRAFT
    lines = []
    for vote in votes:
        made = counting.result_of(vote) or (None if preparing else counting.count(vote))
        lines.append({"vote": vote, "figures": None if made is None else counting.figures(made)})
    return {
        "lines": lines,
        "is_preparing": preparing,
        "may_set_up": own and preparing and user.may(Capability.CONSULTATION_MANAGE),
        "may_enter": own and user.may(Capability.BALLOT_ENTER) and takes_paper(consultation),
        "may_manage": own and user.may(Capability.CONSULTATION_MANAGE),
        "paper_until": None if preparing else counting.paper_until(consultation),
    }


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every vote of a consultation: how many have answered, what is missing to each threshold."""
    consultation = seen_consultation(request, pk)
    context = panel(current_user(request), consultation)
    context |= pages.frame(consultation, "votes")
    context["roll"] = getattr(consultation, "roll", None)
    return render(request, "consultations/votes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_MANAGE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a vote to a consultation that is being prepared."""
    return _vote_page(request, seen_consultation(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a vote before it is announced."""
    vote = seen_vote(request, pk)
    return _vote_page(request, vote.consultation, vote)


def _vote_page(request: HttpRequest, consultation: Consultation, vote: Vote | None) -> HttpResponse:
    refuse_others(request, consultation)
    form = VoteForm(request.POST or None, consultation=consultation, vote=vote)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            vote_setup.save_vote(consultation, form.wish(), actor=current_user(request), vote=vote)

        if _saved(request, form, act):
            return redirect("consultations:votes", pk=consultation.pk)
    context = {
        "form": form,
        "vote": vote,
        "consultation": consultation,
        "crumbs": crumbs_of(consultation, str(vote) if vote else _("Add a vote")),
    }
    return render(request, "consultations/vote_form.html", context, status=400 if form.errors else 200)


def _saved(request: HttpRequest, form: Any, act: Callable[[], None]) -> bool:
    try:
        asked = {name: str(value) for name, value in form.cleaned_data.items() if name != "key"}
        return act_once(request, form.cleaned_data.get("key", ""), asked, act)
    except SetupRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False


@require_POST
@requires(Capability.CONSULTATION_MANAGE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a vote out before it is announced."""
    vote = seen_vote(request, pk)
    refuse_others(request, vote.consultation)
    try:
        vote_setup.remove_vote(vote, actor=current_user(request))
    except SetupRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("consultations:votes", pk=vote.consultation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_VIEW)
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules votes are counted by, with their sources; the province adds its own."""
    user = current_user(request)
    may_add = user.may(Capability.CALENDAR_EDIT)
    if request.method == "POST" and not may_add:
        raise PermissionDenied
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vote_setup.add_rule(form.cleaned_data, actor=user)
        except SetupRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("The rule is offered for new votes."))
            return redirect("consultations:rules")
    context = {"rules": VoteRule.objects.all(), "form": form, "may_add": may_add}
    return render(request, "consultations/rules.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Capability.CALENDAR_EDIT)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a rule for new votes, or no longer."""
    rule = get_object_or_404(VoteRule, pk=pk)
    vote_setup.offer_rule(rule, actor=current_user(request), is_active=request.POST.get("offered") == "1")
    return redirect("consultations:rules")
