"""What binds the plan to its residents: no version is final, and no works begin, before they were heard.

"改造方案和政策举措要在项目所在小区内征求居民意见,并根据居民意见修改完善后,才能最终定稿."  The conditions of
the final version are asked by ``projects.versions.finalise`` itself, so on every path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import standing
from consultations.models import Comment, Consultation, Notice, RollEntry, Vote
from consultations.notice_rules import NoticeRules, reaches_share
from projects.gating import Transition, Unmet, gate
from projects.models import PlanVersion, Project
from projects.versions import final_condition
from records.models import Limit

State = Consultation.State
# Plan years from which every project must have been heard in the portal; before, where it was begun.
REQUIRED_FROM = "consultations.required_from_year"


def _url(consultation: Consultation) -> str:
    return reverse("consultations:consultation", args=[consultation.pk])


@final_condition("consultations.answered", gettext_lazy("Every comment of the residents has its answer"))
def comments_are_answered(version: PlanVersion) -> Iterator[Unmet]:
    """Nothing is final while a comment has no disposition, in a consultation that was called off neither."""
    for consultation in standing.hold_all(version.project_id):
        left = standing.unanswered([consultation]).count()
        if left:
            yield Unmet(
                _("%(title)s: %(count)d comments have no answer") % {"title": consultation, "count": left},
                evidence=_("an answer with its reason to each comment"),
                owes=version.unit.label,
                url=reverse("consultations:answers", args=[consultation.pk]),
                action=_("Answer"),
            )


@final_condition("consultations.heard", gettext_lazy("The version is the one on display, long enough"))
def version_was_on_display(version: PlanVersion) -> Iterator[Unmet]:
    """The newest consultation is over, its votes are carried, and this is the version it displays."""
    consultation = _newest(version)
    if consultation is None or consultation.state == State.FINAL:
        return
    owed = Unmet("", owes=version.unit.label, url=_url(consultation), action=_("Open the consultation"))
    if consultation.state == State.REJECTED:
        yield replace(owed, what=_("The residents have voted the plan down"))
        return
    if consultation.state != State.RESULT:
        words = _("The consultation is «%(state)s»") % {"state": standing.state_on(consultation).label}
        yield replace(owed, what=words, due=consultation.closes_on)
        return
    shown = standing.shown_version(consultation)
    if shown is None or shown.pk != version.pk:
        yield replace(owed, what=_("Another version is on display: only that one can become final"))
    if standing.takes_objections(consultation):
        yield replace(owed, what=_hangs(consultation), due=consultation.result_to)


def _hangs(consultation: Consultation) -> str:
    return _("The result is on display until %(day)s, 24:00") % {"day": consultation.result_to}


@final_condition("consultations.carried", gettext_lazy("The votes about the plan are carried"))
def votes_are_carried(version: PlanVersion) -> Iterator[Unmet]:
    """A vote that decides about the plan is counted and carried (民法典第二百七十八条)."""
    consultation = _newest(version)
    if consultation is None or consultation.state in {State.FINAL, State.REJECTED}:
        return
    for vote in Vote.objects.filter(consultation=consultation, is_decisive=True).select_related("rule"):
        if standing.is_carried(vote):
            continue
        words = _("The vote is not counted yet: %(matter)s") if vote.result is None else _("Lost: %(matter)s")
        yield Unmet(words % {"matter": vote.matter}, owes=version.unit.label, url=_url(consultation))


@final_condition(
    "consultations.objections", gettext_lazy("Objections stay below the share that stops a plan")
)
def objections_are_few(version: PlanVersion) -> Iterator[Unmet]:
    """Fewer people of the roll object to the result on display than the region's rule allows."""
    consultation = _newest(version)
    if consultation is None or consultation.state != State.RESULT:
        return
    people, objectors = objections(consultation)
    rule = NoticeRules().rule(Notice.Kind.RESULT, version.project)
    if reaches_share(objectors, people, rule):
        yield Unmet(
            _("%(count)d of %(people)d people object to the result: revise the plan")
            % {"count": objectors, "people": people},
            owes=version.unit.label,
            url=_url(consultation),
            action=_("Open the consultation"),
        )


def objections(consultation: Consultation) -> tuple[int, int]:
    """Return the people on the roll and how many of them object to the result that is on display.

    Several places of one owner are one person; what was put up before counts no more.
    """
    rows = RollEntry.objects.filter(roll__consultation=consultation)
    people = rows.values("person").distinct().count()
    said = Comment.objects.filter(
        consultation=consultation, kind=Comment.Kind.OBJECTION, state__in=Comment.OWED
    )
    if consultation.result_from is not None:
        said = said.filter(made_at__date__gte=consultation.result_from)
    spoke = rows.filter(household__in=said.exclude(household=None).values("household"))
    return people, spoke.values("person").distinct().count()


def _newest(version: PlanVersion) -> Consultation | None:
    """Return the newest consultation on the plan that was not called off, locked inside a transaction."""
    held = standing.hold_all(version.project_id)
    return next((one for one in held if one.state != State.CANCELLED), None)


@gate(Transition.TO_BUILD, "consultations.heard", gettext_lazy("The residents were heard"))
def residents_were_heard(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """A consultation that was begun has come to its end, and from a plan year on there has been one."""
    rows = Consultation.objects.live().filter(project__in=projects, kind=Consultation.Kind.PLAN)
    newest = {row.project_id: row for row in rows.exclude(state=State.CANCELLED).order_by("pk")}
    first_year = Limit.objects.filter(code=REQUIRED_FROM).values_list("low", flat=True).first()
    for project in projects:
        found = newest.get(project.pk)
        if found is not None and found.state != State.FINAL:
            yield (
                project.pk,
                Unmet(
                    _("The consultation is «%(state)s»") % {"state": standing.state_on(found).label},
                    evidence=_("the result after its time on display"),
                    owes=project.unit.label,
                    due=found.result_to or found.closes_on,
                    url=_url(found),
                    action=_("Open the consultation"),
                ),
            )
        elif found is None and first_year is not None and project.plan_year >= first_year:
            yield (
                project.pk,
                Unmet(
                    _("The residents have not been heard on the plan"),
                    evidence=_("a consultation with its answers and its result"),
                    owes=project.unit.label,
                    url=reverse("consultations:new", args=[project.pk]),
                    action=_("Begin a consultation"),
                ),
            )
