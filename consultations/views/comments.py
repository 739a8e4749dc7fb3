"""What residents said: looked at before others read it, and answered one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from consultations import answers as answering
from consultations import moderation, pages, standing
from consultations.answers import Answer
from consultations.forms import AnswerForm
from consultations.models import Cluster, Comment, Consultation, Disposition
from consultations.views.desk import own, seen
from projects.models import PlanClause, PlanItem
from projects.views.framing import act_once
from projects.workflow import WorkflowError

PER_PAGE = 50
FILTERS = ("open", "answered", "all")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_MODERATE)
def queue(request: HttpRequest) -> HttpResponse:
    """Show everything in the user's region that waits to be looked at, the oldest first."""
    return _look(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_VIEW)
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what waits to be looked at in one consultation, and what was not shown."""
    if request.method == "POST":
        return _look(request, own(request, pk, Capability.CONSULTATION_MODERATE))
    return _look(request, seen(request, pk))


def _look(request: HttpRequest, consultation: Consultation | None) -> HttpResponse:
    user = current_user(request)
    if request.method == "POST":
        _moderate(request, user)
        return redirect(request.path)
    rows = moderation.waiting(user)
    hidden: list[Comment] = []
    if consultation is not None:
        base = Comment.objects.visible_to(user).filter(consultation=consultation)
        rows = base.filter(state=Comment.State.PENDING).order_by("made_at", "pk")
        hidden = list(base.filter(state=Comment.State.HIDDEN).select_related("clause", "item__item"))
    rows = rows.select_related("clause", "item__item", "proposed", "project__community", "consultation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    alarm = moderation.alarm_before()
    context: dict[str, Any] = {
        "page_obj": page,
        "lines": [{"comment": row, "late": row.made_at < alarm} for row in page],
        "hidden": hidden,
        "consultation": consultation,
        "may_moderate": user.may(Capability.CONSULTATION_MODERATE),
        "crumbs": [
            {"label": _("Consultations"), "url": reverse("consultations:index")},
            {"label": _("Comments to look at")},
        ],
    }
    if consultation is not None:
        counted = pages.counts(consultation)
        context |= _base(consultation, "comments", counted)
        context["may_moderate"] = pages.may(user, consultation.project, Capability.CONSULTATION_MODERATE)
        context["crumbs"] = pages.crumbs(consultation, _("Comments to look at"))
    return render(request, "consultations/moderation.html", context)


def _base(consultation: Consultation, active: str, counted: pages.Counts) -> dict[str, Any]:
    return {
        "project": consultation.project,
        "sign": pages.sign(consultation),
        "state": standing.state_on(consultation).label,
        "tabs": pages.tabs(consultation, active, counted),
    }


def _moderate(request: HttpRequest, user: User) -> None:
    chosen = _chosen(request.POST)
    if not chosen:
        messages.error(request, _("Choose at least one comment."))
        return
    rows = list(Comment.objects.visible_to(user).filter(pk__in=chosen))
    if len(rows) != len(chosen):
        raise Http404
    try:
        if request.POST.get("do") == "hide":
            done = moderation.hide(rows, actor=user, reason=request.POST.get("reason", ""))
            words = ngettext("%(count)d comment is not shown.", "%(count)d comments are not shown.", done)
        else:
            done = moderation.publish(rows, actor=user)
            words = ngettext("%(count)d comment is shown.", "%(count)d comments are shown.", done)
    except WorkflowError as refused:
        messages.error(request, str(refused))
        return
    except Comment.DoesNotExist as problem:
        raise Http404 from problem
    messages.success(request, words % {"count": done})


def _chosen(asked: QueryDict) -> set[int]:
    found = {whole_number(text) for text in asked.getlist("comment")}
    if None in found:
        raise Http404
    return {pk for pk in found if pk is not None}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_VIEW)
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer comments: one, many, or all that were put together; link what changed; take answers back."""
    if request.method == "POST":
        found = own(request, pk, Capability.CONSULTATION_ANSWER)
        form = AnswerForm(_changeable(found), request.POST)
        if _act(request, found, form):
            back = request.POST.get("back", "")
            safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
            return redirect(back if safe and back.startswith("/") else request.path)
        return _answers_page(request, found, form, 400)
    found = seen(request, pk)
    return _answers_page(request, found, AnswerForm(_changeable(found)), 200)


def _answers_page(request: HttpRequest, found: Consultation, form: AnswerForm, status: int) -> HttpResponse:
    user = current_user(request)
    shown = request.GET.get("show", "open")
    if shown not in FILTERS:
        raise Http404(shown)
    counted = pages.counts(found)
    current = Prefetch(
        "dispositions",
        Disposition.objects.filter(is_current=True).select_related("clause", "item__item", "answered_by"),
        to_attr="current",
    )
    rows = Comment.objects.filter(consultation=found, state__in=Comment.OWED).select_related(
        "clause", "item__item", "proposed", "cluster"
    )
    rows = rows.annotate(supporters=Count("supports", distinct=True)).order_by("cluster_id", "pk")
    if shown == "open":
        rows = rows.exclude(dispositions__is_current=True)
    elif shown == "answered":
        rows = rows.filter(dispositions__is_current=True)
    cluster = request.GET.get("cluster", "")
    if cluster:
        rows = rows.filter(cluster=get_object_or_404(Cluster, pk=whole_number(cluster), consultation=found))
    page = Paginator(rows.prefetch_related(current), PER_PAGE).get_page(request.GET.get("page"))
    days = answering.alarms()
    chosen = _chosen(request.POST) if request.method == "POST" else set()
    context = {
        "consultation": found,
        **_base(found, "answers", counted),
        "page_obj": page,
        "lines": [_line(comment, days, comment.pk in chosen) for comment in page],
        "form": form,
        "changeable": _changeable(found),
        "clusters": Cluster.objects.filter(consultation=found).annotate(number=Count("comments")),
        "views": _views(shown, counted),
        "shown": shown,
        "may_answer": pages.may(user, found.project, Capability.CONSULTATION_ANSWER)
        and found.state not in {Consultation.State.FINAL, Consultation.State.REJECTED},
        "crumbs": pages.crumbs(found, _("Comments to answer")),
    }
    return render(request, "consultations/answers.html", context, status=status)


def _line(comment: Any, days: Sequence[int], chosen: bool) -> dict[str, Any]:
    given = comment.current[0] if comment.current else None
    return {
        "comment": comment,
        "given": given,
        "chosen": chosen,
        "needs_link": given is not None
        and given.outcome in answering.PROMISES
        and not (given.clause_id or given.item_id),
        "due": answering.due_on(comment, days),
        "late": answering.lateness(comment, days) if given is None else 0,
    }


def _views(shown: str, counted: pages.Counts) -> list[dict[str, Any]]:
    numbers = (
        ("open", _("To answer"), counted.unanswered),
        ("answered", _("Answered"), counted.all - counted.unanswered),
        ("all", _("All"), counted.all),
    )
    return [
        {"label": label, "url": f"?show={key}", "active": key == shown, "count": count}
        for key, label, count in numbers
    ]


def _changeable(found: Consultation) -> list[tuple[str, str]]:
    """Return the clauses and items of the revised version, which answers may name as changed."""
    version = found.revised_version
    if version is None:
        return []
    clauses = PlanClause.objects.live().filter(plan_version=version).order_by("number")
    items = PlanItem.objects.live().filter(plan_version=version).select_related("item")
    return [
        *(
            (
                f"clause:{row.pk}",
                _("Clause %(number)d %(title)s") % {"number": row.number, "title": row.title},
            )
            for row in clauses
        ),
        *((f"item:{row.pk}", str(row)) for row in items),
    ]


def _act(request: HttpRequest, found: Consultation, form: AnswerForm) -> bool:
    """Do what was asked; False when the form has to be shown again."""
    user = current_user(request)
    what, _colon, number = request.POST.get("do", "answer").partition(":")
    try:
        if what == "link":
            answering.link(_given(found, number), actor=user, **_changed(request, found, f"changed-{number}"))
            messages.success(request, _("Saved."))
        elif what == "back":
            given = _given(found, number)
            answering.take_back(given.comment, actor=user, reason=request.POST.get(f"why-{number}", ""))
            messages.success(request, _("The answer is taken back."))
        elif what == "group":
            rows = _rows(request, found)
            answering.group(rows, request.POST.get("cluster_title", ""), actor=user)
            messages.success(request, _("Put together; they can be answered at once."))
        else:
            return _answer(request, found, form, user)
    except WorkflowError as refused:
        messages.error(request, str(refused))
        return what != "answer"
    except Comment.DoesNotExist as problem:
        raise Http404 from problem
    return True


def _answer(request: HttpRequest, found: Consultation, form: AnswerForm, user: User) -> bool:
    if not form.is_valid():
        return False
    rows = _rows(request, found)
    values = form.cleaned_data
    same = None
    if values["same_as"]:
        same = Comment.objects.filter(consultation=found, pk=values["same_as"]).first()
    given = Answer(values["outcome"], values["reason"], same_as=same, **_changed(request, found, "changed"))
    asked = [sorted(row.pk for row in rows), values["outcome"], values["reason"]]
    try:
        if act_once(request, values["key"], asked, lambda: answering.answer(rows, given, actor=user)):
            words = ngettext("%(count)d comment is answered.", "%(count)d comments are answered.", len(rows))
            messages.success(request, words % {"count": len(rows)})
    except WorkflowError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _rows(request: HttpRequest, found: Consultation) -> list[Comment]:
    chosen = _chosen(request.POST)
    if not chosen:
        raise WorkflowError(_("Choose at least one comment."))
    rows = list(Comment.objects.filter(consultation=found, pk__in=chosen))
    if len(rows) != len(chosen):
        raise Http404
    return rows


def _given(found: Consultation, number: str) -> Disposition:
    return get_object_or_404(
        Disposition, pk=whole_number(number), comment__consultation=found, is_current=True
    )


def _changed(request: HttpRequest, found: Consultation, name: str) -> dict[str, Any]:
    """Return the clause or item of the revised version that a select names."""
    kind, _colon, number = request.POST.get(name, "").partition(":")
    if not kind:
        return {}
    models: dict[str, Any] = {"clause": PlanClause, "item": PlanItem}
    if kind not in models:
        raise Http404
    rows = models[kind].objects.live().filter(plan_version=found.revised_version_id)
    return {kind: get_object_or_404(rows, pk=whole_number(number))}
