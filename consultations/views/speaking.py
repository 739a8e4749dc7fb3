"""What a household says, supports and takes back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import whole_number
from consultations import comments, outcomes, privacy, reading, residents, standing
from consultations.comments import CommentRefused, Saying, TooMany
from consultations.models import Comment
from consultations.steps import steps_of
from consultations.views.residents import sent_photo
from consultations.views.visits import Visit, household_page, speaking_page
from projects.models import PlanClause, PlanItem
from records.attachments import ACCEPTED_PHOTOS, FileRefused, Prepared, prepare
from records.models import Attachment

Kind = Comment.Kind
WITH_PHOTO = (Kind.DEFECT, Kind.ACCEPTANCE)


@require_http_methods(["GET", "HEAD", "POST"])
@household_page
def notice(visit: Visit) -> HttpResponse:
    """Put the notice about their data to a household, once, before its first word."""
    asked = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    back = residents.way_back(asked.get("next", ""), visit.community)
    if visit.request.method == "POST":
        privacy.accept(visit.session)
        return redirect(back or visit.url("read"))
    return visit.page("privacy", {"next": back, "is_accepted": privacy.is_accepted(visit.session)})


@dataclass(frozen=True)
class Form:
    """What stands in the form: what is spoken about, and what was typed."""

    kind: str
    key: str
    about: str = ""
    text: str = ""
    proposed: str = ""

    @property
    def takes_photo(self) -> bool:
        """Tell whether a photo may come along."""
        return self.kind in WITH_PHOTO


@require_http_methods(["GET", "HEAD", "POST"])
@speaking_page
def say(visit: Visit) -> HttpResponse:
    """Take what a household says about a clause, an item, the works or the result."""
    request = visit.request
    if request.method != "POST":
        wanted = request.GET.get("kind", Kind.COMMENT)
        kind = wanted if wanted in Kind.values else Kind.COMMENT
        form = Form(kind, secrets.token_urlsafe(16), _about(request.GET.get("about", "")))
        return _form(visit, form)
    form = Form(
        request.POST.get("kind", ""),
        request.POST.get("key", "")[:64],
        _about(request.POST.get("about", "")),
        request.POST.get("text", ""),
        request.POST.get("proposed", ""),
    )
    try:
        said = comments.say(visit.session, visit.project, _saying(visit, form))
    except (CommentRefused, FileRefused) as refusal:
        status = 429 if isinstance(refusal, TooMany) else 400
        answer = _form(visit, form, str(refusal), status)
        if isinstance(refusal, TooMany):
            answer["Retry-After"] = str(int(refusal.retry_after.total_seconds()))
        return answer
    return visit.go("comment", said.pk, done="said")


def _saying(visit: Visit, form: Form) -> Saying:
    """Return what was typed as the service takes it; raises FileRefused for a photo that is none."""
    part, _dash, number = form.about.partition("-")
    pk = int(number) if number else None
    return Saying(
        text=form.text,
        key=form.key,
        kind=form.kind,
        clause_id=pk if part == "clause" else None,
        item_id=pk if part == "item" else None,
        proposed_id=whole_number(form.proposed),
        photo=_photo(visit) if form.takes_photo else None,
    )


def _photo(visit: Visit) -> Prepared | None:
    file = visit.request.FILES.get("photo")
    return prepare(file, Attachment.Kind.PHOTO) if file else None


def _about(text: str) -> str:
    """Return what a form is about, empty for whatever names no clause and no item."""
    part, _dash, number = text.partition("-")
    return text if part in {"clause", "item"} and whole_number(number) is not None else ""


def _form(visit: Visit, form: Form, wrong: str = "", status: int = 200) -> HttpResponse:
    version = reading.shown_version(visit.consultation)
    clause, item = None, None
    part, _dash, number = form.about.partition("-")
    if version is not None and part == "clause":
        clause = PlanClause.objects.live().filter(pk=int(number), plan_version=version).first()
    if version is not None and part == "item":
        items = PlanItem.objects.live().filter(pk=int(number), plan_version=version)
        item = items.select_related("item", "clause").first()
    under = clause.items.filter(is_removed=False).select_related("item") if clause else ()
    choices = comments.proposable(visit.project) if form.kind == Kind.PROPOSAL else ()
    context: dict[str, Any] = {
        "form": form,
        "clause": clause or (item.clause if item else None),
        "item": item,
        "under": under,
        "choices": choices,
        "proposed": whole_number(form.proposed),
        "wrong": wrong,
        "accepts": ACCEPTED_PHOTOS,
        "longest": comments.LONGEST,
        "is_taken": _is_taken(visit, form.kind),
    }
    return visit.page("say", context, status)


def _is_taken(visit: Visit, kind: str) -> bool:
    if kind in comments.OF_WORKS:
        return comments.takes_of_works(visit.project, kind)
    return comments.takes(visit.consultation, kind)


@require_safe
@household_page
def mine(visit: Visit) -> HttpResponse:
    """List what the household has said, with every answer."""
    rows = outcomes.own(visit.session)
    return visit.page("mine", {"own": rows, "done": visit.request.GET.get("done", "")})


@require_safe
@household_page
def one(visit: Visit, pk: int) -> HttpResponse:
    """Show one comment of the household, its answer, and what it has changed in the plan."""
    comment = _own(visit, pk)
    consultation = comment.consultation or visit.consultation
    answer = outcomes.answer_of(comment)
    compared = outcomes.comparison(consultation) if answer else None
    change = compared.of(answer) if compared and answer else None
    shares = consultation.costs.filter(is_removed=False) if change else ()
    context = {
        "comment": comment,
        "answer": answer,
        "change": change,
        "compared": compared,
        "more_fen": outcomes.home_pays_more(change, shares) if change else 0,
        "counts": reading.counts_of(consultation),
        "steps": steps_of(consultation),
        "may_object": standing.takes_objections(consultation),
        "days": (answer.answered_at.date() - comment.made_at.date()).days if answer else 0,
        "done": visit.request.GET.get("done", ""),
    }
    return visit.page("comment", context)


def _own(visit: Visit, pk: int) -> Comment:
    found = outcomes.own(visit.session).filter(pk=pk).first()
    if found is None:
        raise Http404(pk)
    return found


@require_safe
@household_page
def photo(visit: Visit, pk: int) -> HttpResponseBase:
    """Send the household its own photo."""
    comment = _own(visit, pk)
    if not comment.photo:
        raise Http404(pk)
    return sent_photo(comment.photo.name or "", is_large=visit.request.GET.get("large") == "1")


@require_http_methods(["GET", "HEAD", "POST"])
@household_page
def withdraw(visit: Visit, pk: int) -> HttpResponse:
    """Ask, then take back what the household said."""
    return _take_back(visit, _own(visit, pk), is_erasing=False)


@require_http_methods(["GET", "HEAD", "POST"])
@household_page
def erase(visit: Visit, pk: int) -> HttpResponse:
    """Ask, then erase what the household said."""
    return _take_back(visit, _own(visit, pk), is_erasing=True)


def _take_back(visit: Visit, comment: Comment, *, is_erasing: bool) -> HttpResponse:
    if visit.request.method != "POST":
        return visit.page("take_back", {"comment": comment, "is_erasing": is_erasing})
    if is_erasing:
        comments.erase(comment, visit.session)
    else:
        comments.withdraw(comment, visit.session)
    return visit.go("mine", done="erased" if is_erasing else "withdrawn")


@require_POST
@speaking_page
def support(visit: Visit, pk: int) -> HttpResponse:
    """Say or unsay that the household agrees with what another said."""
    is_on = visit.request.POST.get("on") != "0"
    try:
        comments.support(Comment(pk=pk), visit.session, on=is_on)
    except Comment.DoesNotExist as problem:
        raise Http404(pk) from problem
    except CommentRefused as refusal:
        return visit.page("refused", {"wrong": str(refusal)}, status=400)
    page = whole_number(visit.request.POST.get("page"))
    back = f"{visit.url('all')}{'' if page is None else f'?page={page}'}#said-{pk}"
    return redirect(back)
