"""What binds the plan to its residents: no version is final, and no works begin, before they were heard.

"改造方案和政策举措要在项目所在小区内征求居民意见,并根据居民意见修改完善后,才能最终定稿."  The conditions of
the final version are asked by ``projects.versions.finalise`` itself, so on every path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Count
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


def _due(consultation: Consultation) -> date | None:
    """Return the day that residents were told, while they still have it; what follows has no day."""
    state = standing.state_on(consultation)
    if state in {State.NOTICE, State.OPEN}:
        return consultation.closes_on
    return consultation.result_to if state == State.RESULT else None


@final_condition("consultations.heard", gettext_lazy("The residents were heard and answered"))
def residents_were_answered(version: PlanVersion) -> Iterator[Unmet]:
    """Nothing is final while a comment has no disposition, or before the result has hung long enough.

    Comments of a consultation that was called off are owed an answer too.
    """
    held = standing.hold_all(version.project_id)
    if not held:
        return
    yield from _unanswered(version, held)
    newest = next((one for one in held if one.state != State.CANCELLED), None)
    if newest is None or newest.state == State.FINAL:
        return
    yield from _on_display(version, newest)
    if newest.state != State.REJECTED:
        yield from _carried(version, newest)
    if newest.state == State.RESULT:
        yield from _objected(version, newest)


def _unanswered(version: PlanVersion, held: Sequence[Consultation]) -> Iterator[Unmet]:
    rows = standing.unanswered(held).order_by().values("consultation_id").annotate(number=Count("pk"))
    left = dict(rows.values_list("consultation_id", "number"))
    for consultation in held:
        if consultation.pk in left:
            count = left[consultation.pk]
            yield Unmet(
                _("%(title)s: %(count)d comments have no answer") % {"title": consultation, "count": count},
                evidence=_("an answer with its reason to each comment"),
                owes=version.unit.label,
                url=reverse("consultations:answers", args=[consultation.pk]),
                action=_("Answer"),
                code="consultations.answered",
            )


def _on_display(version: PlanVersion, newest: Consultation) -> Iterator[Unmet]:
    """The newest consultation displays this version, and its time on display is over."""
    owed = Unmet("", owes=version.unit.label, url=_url(newest), action=_("Lead on"))
    if newest.state == State.REJECTED:
        yield replace(owed, what=_("The residents have voted the plan down"))
        return
    if newest.state != State.RESULT:
        words = _("The consultation is «%(state)s»") % {"state": standing.state_on(newest).label}
        yield replace(owed, what=words, due=_due(newest))
        return
    if version.pk != (newest.revised_version_id or newest.plan_version_id):
        yield replace(owed, what=_("Another version is on display: only that one can become final"))
    if standing.takes_objections(newest):
        words = _("The result is on display until %(day)s, 24:00") % {"day": newest.result_to}
        yield replace(owed, what=words, due=newest.result_to)


def _carried(version: PlanVersion, newest: Consultation) -> Iterator[Unmet]:
    """A vote that decides about the plan is counted and carried (民法典第二百七十八条)."""
    for vote in Vote.objects.filter(consultation=newest, is_decisive=True).select_related("rule"):
        if standing.is_carried(vote):
            continue
        words = _("The vote is not counted yet: %(matter)s") if vote.result is None else _("Lost: %(matter)s")
        what = words % {"matter": vote.matter}
        yield Unmet(what, owes=version.unit.label, url=_url(newest), code="consultations.carried")


def _objected(version: PlanVersion, newest: Consultation) -> Iterator[Unmet]:
    """Fewer people of the roll object to the result on display than the region's rule allows."""
    people, objectors = objections(newest)
    if not objectors:
        return
    rule = NoticeRules().rule(Notice.Kind.RESULT, version.project)
    if reaches_share(objectors, people, rule):
        yield Unmet(
            _("%(count)d of %(people)d people object to the result: revise the plan")
            % {"count": objectors, "people": people},
            owes=version.unit.label,
            url=_url(newest),
            action=_("Lead on"),
            code="consultations.objections",
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
                    due=_due(found),
                    url=_url(found),
                    action=_("Lead on"),
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
