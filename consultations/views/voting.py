"""A household's answers to votes and questionnaires: given, seen, and changed until the last day."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from consultations import ballots, questionnaires, reading
from consultations.ballots import BallotRefused
from consultations.models import Ballot, Consultation, Questionnaire, Sheet, Vote
from consultations.questionnaires import AnswersRefused, Given
from consultations.views.visits import Visit, speaking_page


@require_http_methods(["GET", "HEAD", "POST"])
@speaking_page
def vote(visit: Visit, number: int) -> HttpResponse:
    """Show a vote to a household with the answer it gave, and take another."""
    rows = visit.consultation.votes.select_related("rule", "consultation")
    found = rows.filter(number=number).first()
    entry = visit.entry()
    if found is None or not reading.concerns(found, entry):
        raise Http404(number)
    if visit.request.method != "POST":
        return _page(visit, found, chosen=visit.request.GET.get("choice", ""))
    if entry is None:
        return _page(visit, found, status=400)
    choice = visit.request.POST.get("choice", "")
    try:
        ballots.cast(found, entry, choice, channel=Ballot.Channel.ONLINE, session=visit.session)
    except BallotRefused as refusal:
        return _page(visit, found, wrong=str(refusal), status=400)
    return visit.go("vote", number, done="voted")


def _page(visit: Visit, found: Vote, *, chosen: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    given = ballots.live_answers(visit.consultation, visit.session.household_id)
    context = {
        "vote": found,
        "ballot": given.get(found.pk),
        "entry": visit.entry(),
        "chosen": Ballot.Choice(chosen).label if chosen in Ballot.Choice.values else "",
        "is_open": ballots.takes_online(visit.consultation) and found.counted_at is None,
        "result": reading.result_shown(found),
        "wrong": wrong,
        "done": visit.request.GET.get("done", ""),
    }
    return visit.page("vote", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@speaking_page
def questions(visit: Visit, pk: int) -> HttpResponse:
    """Put a questionnaire to a household with the answers it gave, and take others."""
    rows = Questionnaire.objects.select_related("consultation__project").filter(
        consultation__is_removed=False,
        consultation__state__in=Consultation.PUBLIC,
        consultation__project__community=visit.community,
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(pk)
    if visit.request.method != "POST":
        return _questions(visit, found)
    given = questionnaires.given_in(found, visit.request.POST)
    entry = visit.entry(found.consultation)
    if entry is None:
        return _questions(visit, found, given, status=400)
    try:
        questionnaires.submit(found, entry, given, channel=Sheet.Channel.ONLINE, session=visit.session)
    except AnswersRefused as refusal:
        return _questions(visit, found, given, refusal.errors, 400)
    return visit.go("questions", pk, done="answered")


def _questions(
    visit: Visit,
    found: Questionnaire,
    given: Given | None = None,
    errors: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    household = visit.session.household_id
    context = {
        "questionnaire": found,
        "asked": questionnaires.questions_for(found, household, given=given, errors=errors),
        "errors": errors or {},
        "wrong": (errors or {}).get(0, ""),
        "entry": visit.entry(found.consultation),
        "is_open": ballots.takes_online(found.consultation),
        "done": visit.request.GET.get("done", ""),
    }
    return visit.page("questions", context, status)
