"""The papers of a vote: on screen, as Word, as PDF; and the notice of the preliminary count put up."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user
from accounts.roles import Capability, requires
from consultations import vote_papers
from consultations.models import Consultation, Notice, Vote
from consultations.notice_rules import NoticeRules
from consultations.notices import put_up
from consultations.standing import local_day
from consultations.views.votes import crumbs_of, refuse_others, seen_vote

FORMS = {
    "docx": vote_papers.as_word,
    "pdf": vote_papers.as_pdf,
}


def _paper(vote: Vote, kind: str) -> vote_papers.Paper:
    if kind not in vote_papers.Kind.values:
        raise Http404(kind)
    if vote.consultation.state == Consultation.State.DRAFT:
        raise Http404(kind)
    try:
        return vote_papers.paper_of(vote, vote_papers.Kind(kind))
    except vote_papers.NotCounted as problem:
        raise Http404(kind) from problem


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def page(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show a paper of a vote as it is printed."""
    vote = seen_vote(request, pk)
    paper = _paper(vote, kind)
    context = {
        "vote": vote,
        "paper": vote_papers.data_of(paper),
        "crumbs": crumbs_of(vote.consultation, str(vote_papers.Kind(kind).label)),
    }
    return render(request, "consultations/vote_paper.html", context)


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def file(request: HttpRequest, pk: int, kind: str, form: str) -> HttpResponseBase:
    """Send a paper of a vote as Word or PDF."""
    if form not in FORMS:
        raise Http404(form)
    paper = _paper(seen_vote(request, pk), kind)
    name = vote_papers.name_of(paper, form)
    return hand_out(request, FORMS[form](paper), name, what=f"vote.{kind}.{form}", vote=pk)


@require_POST
@requires(Capability.CONSULTATION_VIEW, Capability.CONSULTATION_MANAGE)
def put_up_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the preliminary count up (询异), for as long as the rule of the place asks."""
    vote = seen_vote(request, pk)
    consultation = vote.consultation
    refuse_others(request, consultation)
    if vote.counted_at is None:
        messages.error(request, _("The vote is not counted yet."))
    elif consultation.state in Consultation.ENDED:
        messages.error(request, _("The consultation has ended."))
    else:
        today = local_day()
        until = NoticeRules().earliest_end(Notice.Kind.COUNT, consultation.project, today)
        put_up(consultation, Notice.Kind.COUNT, today, until, actor=current_user(request))
        messages.success(
            request, _("On display until %(day)s: print it and hang it up.") % {"day": until.isoformat()}
        )
    return redirect("consultations:votes", pk=consultation.pk)
