"""What the officials' pages of one consultation show: its steps, its tabs, what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Capability
from consultations import counting, standing
from consultations.models import Comment, Consultation, Notice
from consultations.notice_rules import NoticeRules
from projects.models import Project

State = Consultation.State
# The pages beside each other about one consultation; one whose address is not there yet is not shown.
TABS = (
    ("overview", gettext_lazy("Overview"), "consultations:consultation"),
    ("comments", gettext_lazy("Comments to look at"), "consultations:comments"),
    ("answers", gettext_lazy("Comments to answer"), "consultations:answers"),
    ("votes", gettext_lazy("Votes"), "consultations:votes"),
    ("questionnaires", gettext_lazy("Questionnaires"), "consultations:questionnaire"),
    ("sheet", gettext_lazy("Sheet for the notice board"), "consultations:sheet"),
)
SIGNS = {
    State.DRAFT: "preparing",
    State.NOTICE: "ready",
    State.OPEN: "in_progress",
    State.CLOSED: "waiting",
    State.ANSWERED: "waiting",
    State.REVISED: "changed",
    State.RESULT: "in_progress",
    State.FINAL: "completed",
    State.REJECTED: "hard",
    State.CANCELLED: "removed",
}
# The way of a consultation on a plan, and of one that only asks.
PLAN_WAY = (
    State.DRAFT,
    State.NOTICE,
    State.OPEN,
    State.CLOSED,
    State.ANSWERED,
    State.REVISED,
    State.RESULT,
    State.FINAL,
)
SHORT_WAY = (State.DRAFT, State.NOTICE, State.OPEN, State.CLOSED, State.FINAL)
WORDS = {
    State.DRAFT: gettext_lazy("Prepare"),
    State.NOTICE: gettext_lazy("Announce"),
    State.OPEN: gettext_lazy("Hear"),
    State.CLOSED: gettext_lazy("Answer"),
    State.ANSWERED: gettext_lazy("All answered"),
    State.REVISED: gettext_lazy("Revise the plan"),
    State.RESULT: gettext_lazy("Result on display"),
    State.FINAL: gettext_lazy("Final"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many comments there are, wait to be looked at, wait for an answer; one query."""

    all: int
    pending: int
    unanswered: int
    objections: int


def counts(consultation: Consultation) -> Counts:
    """Count what was said in a consultation."""
    owed = Q(state__in=Comment.OWED)
    found = Comment.objects.filter(consultation=consultation).aggregate(
        all=Count("pk", distinct=True, filter=owed),
        pending=Count("pk", distinct=True, filter=Q(state=Comment.State.PENDING)),
        answered=Count("pk", distinct=True, filter=owed & Q(dispositions__is_current=True)),
        objections=Count("pk", distinct=True, filter=owed & Q(kind=Comment.Kind.OBJECTION)),
    )
    left = found["all"] - found["answered"]
    return Counts(found["all"], found["pending"], left, found["objections"])


def tabs(consultation: Consultation, active: str, counted: Counts | None = None) -> list[dict[str, Any]]:
    """Return the tabs of a consultation's pages, with what waits in them."""
    waiting = {"comments": counted.pending, "answers": counted.unanswered} if counted else {}
    found = []
    for key, label, name in TABS:
        if key == "sheet" and consultation.state not in Consultation.PUBLIC:
            continue
        try:
            url = reverse(name, args=[consultation.pk])
        except NoReverseMatch:
            continue
        count = waiting.get(key) or None
        found.append({"label": label, "url": url, "active": key == active, "count": count})
    return found


def sign(consultation: Consultation) -> str:
    """Return the sign of where a consultation stands now."""
    return SIGNS[standing.state_on(consultation)]


def steps(consultation: Consultation) -> list[dict[str, Any]]:
    """Return the steps of a consultation for components/stepper.html, with their days."""
    now = standing.state_on(consultation)
    way = PLAN_WAY if consultation.kind == Consultation.Kind.PLAN else SHORT_WAY
    days = {
        State.NOTICE: consultation.announced_on,
        State.OPEN: consultation.opens_on,
        State.CLOSED: consultation.closes_on,
        State.RESULT: consultation.result_to,
        State.FINAL: consultation.ended_on,
    }
    at = way.index(now) if now in way else _stopped_at(consultation, way)
    found = []
    for position, state in enumerate(way):
        kind = "done" if position < at or now == State.FINAL else "current" if position == at else "todo"
        if kind == "current" and now in {State.REJECTED, State.CANCELLED}:
            kind = "todo"
        day = days.get(state)
        found.append({"label": WORDS[state], "state": kind, "note": f"{day:%m-%d}" if day else ""})
    return found


def _stopped_at(consultation: Consultation, way: tuple[Consultation.State, ...]) -> int:
    if consultation.result_from is not None:
        return way.index(State.RESULT) if State.RESULT in way else len(way) - 1
    return way.index(State.CLOSED) if consultation.announced_on else 0


def may(user: User, project: Project, capability: Capability) -> bool:
    """Tell whether a user may do something about a project of their own region."""
    return user.may(capability) and user.region.contains(project.community.region)


def frame(consultation: Consultation, active: str, counted: Counts | None = None) -> dict[str, Any]:
    """Return what every page of one consultation shows around its own: head, tabs, crumbs."""
    return {
        "consultation": consultation,
        "project": consultation.project,
        "sign": sign(consultation),
        "state": standing.state_on(consultation).label,
        "tabs": tabs(consultation, active, counted),
        "crumbs": crumbs(consultation)[:-1] + [{"label": consultation.title}],
    }


def crumbs(consultation: Consultation, *more: str) -> list[dict[str, str]]:
    """Return where the pages of a consultation lie."""
    own = {"label": consultation.title, "url": reverse("consultations:consultation", args=[consultation.pk])}
    top = {"label": _("Consultations"), "url": reverse("consultations:index")}
    return [top, own, *({"label": label} for label in more)]


@dataclass(frozen=True, slots=True)
class Next:
    """What can be done now: the step, its words, what is missing, and whether it asks for a day."""

    step: str
    label: str
    text: str
    missing: tuple[str, ...] = ()
    day: date | None = None
    day_label: str = ""
    with_places: bool = False
    warning: str = ""


def next_step(consultation: Consultation, counted: Counts) -> Next | None:
    """Return the one step that leads on from where a consultation stands; None at its end."""
    state = standing.state_on(consultation)
    left = _left(counted)
    if state == State.DRAFT:
        return _to_announce(consultation)
    if state in {State.NOTICE, State.OPEN}:
        return None
    if state == State.CLOSED:
        uncounted = _votes_wait(consultation)
        text = _("Every comment needs an answer with its reason; then the plan is revised.")
        if consultation.kind != Consultation.Kind.PLAN:
            return Next("finalise", _("End the consultation"), text, (*left, *uncounted))
        return Next("answered", _("Everything is answered"), text, (*left, *uncounted))
    if state == State.ANSWERED and _has_promises(consultation):
        text = _("Adopted comments change the plan: make the next version and change its clauses and items.")
        return Next("revise", _("Make the next version"), text, left)
    if state in {State.ANSWERED, State.REVISED}:
        return _to_show(consultation, left)
    if state == State.RESULT:
        return _to_finalise(consultation, left)
    return None


def _left(counted: Counts) -> tuple[str, ...]:
    if not counted.unanswered:
        return ()
    return (_("%(count)d comments have no answer yet.") % {"count": counted.unanswered},)


def _votes_wait(consultation: Consultation) -> tuple[str, ...]:
    until = counting.paper_until(consultation)
    if until is None or standing.local_day() > until or not standing.uncounted(consultation).exists():
        return ()
    words = _("The votes are counted after %(day)s: until then sheets of paper may be entered.")
    return (words % {"day": until.isoformat()},)


def _has_promises(consultation: Consultation) -> bool:
    return consultation.revised_version_id is None and standing.unlinked(consultation).exists()


def _to_announce(consultation: Consultation) -> Next:
    earliest = NoticeRules().earliest_end(Notice.Kind.PLAN, consultation.project, standing.local_day())
    missing = []
    if consultation.closes_on is None:
        missing.append(_("Write the last day on which residents may speak."))
    elif consultation.closes_on < earliest:
        missing.append(
            _("The notice hangs too short: announced today, it may close on %(day)s at the earliest.")
            % {"day": earliest.isoformat()}
        )
    if consultation.kind == Consultation.Kind.PLAN and consultation.plan_version_id is None:
        missing.append(_("Choose the version of the plan that the residents are asked about."))
    return Next(
        "announce",
        _("Announce"),
        _("The version of the plan is closed, the roll of households is frozen, the notice is put up."),
        tuple(missing),
        with_places=True,
        warning=_("Residents see it from now on; plan, days and roll can no longer be changed."),
    )


def _to_show(consultation: Consultation, left: tuple[str, ...]) -> Next:
    earliest = NoticeRules().earliest_end(Notice.Kind.RESULT, consultation.project, standing.local_day())
    missing = list(left)
    links = standing.unlinked(consultation).count()
    if links:
        missing.append(
            _("%(count)d adopted comments do not name the clause or item they changed.") % {"count": links}
        )
    return Next(
        "result",
        _("Put the result up"),
        _("Residents see the answers and the changed plan, and may object."),
        tuple(missing),
        day=earliest,
        day_label=_("On display until"),
        with_places=True,
        warning=_("The revised version is closed and shown to the residents."),
    )


def _to_finalise(consultation: Consultation, left: tuple[str, ...]) -> Next:
    missing = list(left)
    if standing.takes_objections(consultation) and consultation.result_to is not None:
        words = _("The result is on display until %(day)s, 24:00")
        missing.append(words % {"day": consultation.result_to.isoformat()})
    return Next(
        "finalise",
        _("Make the plan final"),
        _("The version on display becomes the final plan; works are prepared by it."),
        tuple(missing),
        warning=_("The consultation ends and its answers stay as they are."),
    )
