"""How projects come into the year's plan: declared, passed by prefecture and province, returned, issued.

Every step is for all of the projects asked about or for none: a refusal names each project that stands in the
way, and why.  Scope and capability are asked here, since a step is written on the actor's behalf.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region, User
from accounts.roles import Capability
from projects import gating, workflow
from projects.baselines import hold_plan, make_baseline
from projects.gating import Report, Transition
from projects.models import AnnualPlan, PlanBaseline, Project, StageTransition
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.services import apply

Action = StageTransition.Action
Library, Standing = Project.Library, Project.Standing
Source = ChangeSet.Source

# Which place in the plan a reviewer of a level reviews, and where passing leads.
REVIEWS: dict[str, tuple[str, str]] = {
    Region.Level.PREFECTURE: (Library.DECLARED, Library.PREFECTURE_PASSED),
    Region.Level.PROVINCE: (Library.PREFECTURE_PASSED, Library.PROVINCE_PASSED),
}
# What a reviewer may return: the province also what it has passed and not yet issued.
RETURNABLE: dict[str, tuple[str, ...]] = {
    Region.Level.PREFECTURE: (Library.DECLARED,),
    Region.Level.PROVINCE: (Library.PREFECTURE_PASSED, Library.PROVINCE_PASSED),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One project that stands in the way of a step, and why; with its gate where that is closed."""

    project: Project
    text: str
    report: Report | None = None


class Refused(WorkflowError):
    """A step that nothing was done of; ``obstacles`` names every project in its way."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        words = [f"{found.project.community.name}：{found.text}" for found in obstacles]
        super().__init__("；".join(words))
        self.obstacles = tuple(obstacles)


class SelfApproval(Refused):
    """Somebody would approve what they themselves declared or passed."""


class Overtaken(Refused):
    """Somebody else was first; the text says who and when."""


def declare(
    projects: Sequence[Project], *, actor: User, source: Source = Source.FORM
) -> list[StageTransition]:
    """Declare projects of the reserve library for their plan year (申报).

    Raises Refused with everything that is missing of each project, PermissionDenied, Project.DoesNotExist for
    projects outside the actor's region.
    """
    _may(actor, Capability.PLAN_DECLARE, projects)

    def act() -> list[StageTransition]:
        held = _held(projects)
        _standing(held, (Library.RESERVE,))
        reports = gating.examine(held, Transition.DECLARE)
        closed = [
            Obstacle(project, _missing(reports[project.pk]), reports[project.pk])
            for project in held
            if not reports[project.pk].is_open
        ]
        if closed:
            raise Refused(closed)
        return workflow.move_library(
            held, Action.DECLARE, Library.DECLARED, expected=Library.RESERVE, actor=actor, source=source
        )

    return _at_once(act)


def pass_review(
    projects: Sequence[Project], *, actor: User, source: Source = Source.FORM, remark: str = ""
) -> list[StageTransition]:
    """Pass declared projects on: the prefecture to the province, the province to the plan (审核通过).

    Raises SelfApproval for what the actor declared or passed, Overtaken when somebody else was first.
    """
    _may(actor, Capability.PLAN_REVIEW, projects)
    waiting, onward = _review_of(actor)

    def act() -> list[StageTransition]:
        held = _held(projects)
        _standing(held, (waiting,))
        _refuse_own(held, actor)
        return workflow.move_library(
            held, Action.PASS, onward, expected=waiting, actor=actor, source=source, reason=remark[:500]
        )

    return _at_once(act)


def return_(
    projects: Sequence[Project], *, actor: User, reason: str, source: Source = Source.FORM
) -> list[StageTransition]:
    """Return declared projects to their units with the reason (退回); they can be declared again."""
    _may(actor, Capability.PLAN_REVIEW, projects)
    _review_of(actor)
    if not reason.strip():
        raise WorkflowError(_("Write the reason: the unit has to know what to mend."))

    def act() -> list[StageTransition]:
        held = _held(projects)
        places = RETURNABLE[actor.region.level]
        _standing(held, places)
        steps: list[StageTransition] = []
        for place in places:
            found = [project for project in held if project.library == place]
            if found:
                steps += workflow.move_library(
                    found,
                    Action.RETURN,
                    Library.RESERVE,
                    expected=place,
                    actor=actor,
                    source=source,
                    reason=reason.strip()[:500],
                )
        return steps

    return _at_once(act)


def issue_plan(
    units: Iterable[Region],
    year: int,
    *,
    document_no: str,
    issued_on: date,
    actor: User,
    source: Source = Source.FORM,
) -> list[PlanBaseline]:
    """Issue the year's plan of units: what the province has passed becomes baseline 1 of each (计划下达).

    Raises WorkflowError when a unit has nothing passed or its plan is issued already: later projects are
    added by ``adjustments.add``.
    """
    if not actor.may(Capability.PLAN_ISSUE):
        raise PermissionDenied
    if not document_no.strip():
        raise WorkflowError(_("Write the number of the document that issues the plan."))
    with transaction.atomic():
        made = [_issue_one(unit, year, document_no.strip(), issued_on, actor, source) for unit in units]
        for baseline in made:
            audit.record(
                audit.Kind.PLAN_ISSUE,
                actor=actor,
                plan=baseline.plan_id,
                unit=baseline.plan.unit.code,
                year=year,
                document_no=document_no.strip(),
                communities=baseline.communities,
            )
        return made


def _issue_one(
    unit: Region, year: int, document_no: str, issued_on: date, actor: User, source: Source
) -> PlanBaseline:
    if not actor.region.contains(unit):
        raise Region.DoesNotExist
    plan = hold_plan(unit, year, actor=actor, source=source)
    if plan.state == AnnualPlan.State.ISSUED:
        raise WorkflowError(
            _("%(unit)s: the plan of %(year)d has been issued already. Add projects to it instead.")
            % {"unit": unit.label, "year": year}
        )
    passed = list(waiting_for_issue(unit, year))
    if not passed:
        raise WorkflowError(
            _("%(unit)s: no project of %(year)d has been passed by the province.")
            % {"unit": unit.label, "year": year}
        )
    workflow.move_library(
        passed,
        Action.ISSUE,
        Library.ISSUED,
        expected=Library.PROVINCE_PASSED,
        actor=actor,
        source=source,
        document_no=document_no,
    )
    baseline = make_baseline(
        plan, PlanBaseline.Kind.ISSUE, actor=actor, document_no=document_no, effective_on=issued_on
    )
    values = {"state": AnnualPlan.State.ISSUED, "document_no": document_no, "issued_on": issued_on}
    # Targets that were set before stay: a check says where list and targets differ.
    totals = {
        "target_communities": baseline.communities,
        "target_buildings": baseline.buildings,
        "target_households": baseline.households,
        "target_area": baseline.area,
    }
    blank = {name: value for name, value in totals.items() if getattr(plan, name) is None}
    apply(AnnualPlan, actor=actor, source=source, pk=plan.pk, values=values | blank, bound=False)
    return baseline


def waiting_for_issue(unit: Region, year: int) -> Iterable[Project]:
    """Return the projects of a unit and year that the province has passed and no document has issued."""
    rows = Project.objects.live().of_year(year).filter(unit=unit, library=Library.PROVINCE_PASSED)
    return rows.filter(standing=Standing.ACTIVE).select_related("community", "unit").order_by("pk")


def _may(actor: User, capability: Capability, projects: Sequence[Project]) -> None:
    if not actor.may(capability):
        raise PermissionDenied
    if not projects:
        raise WorkflowError(_("Choose at least one project."))
    wanted = {project.pk for project in projects}
    found = Project.objects.visible_to(actor).in_region(actor.region).filter(pk__in=wanted)
    if found.count() != len(wanted):
        raise Project.DoesNotExist


def _review_of(actor: User) -> tuple[str, str]:
    if actor.region.level not in REVIEWS:
        raise PermissionDenied
    return REVIEWS[actor.region.level]


def _held(projects: Sequence[Project]) -> list[Project]:
    """Lock the projects; the caller holds the transaction."""
    rows = Project.objects.live().filter(pk__in=[project.pk for project in projects])
    return list(rows.select_related("community", "unit").order_by("pk").select_for_update(of=("self",)))


def _standing(held: Sequence[Project], places: Sequence[str]) -> None:
    """Refuse projects that do not stand where the step begins; say who was first where somebody was."""
    away = [
        project for project in held if project.library not in places or project.standing != Standing.ACTIVE
    ]
    if not away:
        return
    steps = StageTransition.objects.filter(project__in=away).select_related("actor").order_by("pk")
    last = {step.project_id: step for step in steps}
    raise Overtaken([Obstacle(project, _whereabouts(project, last.get(project.pk))) for project in away])


def _whereabouts(project: Project, step: StageTransition | None) -> str:
    place = (
        project.get_library_display()
        if project.standing == Standing.ACTIVE
        else project.get_standing_display()
    )
    if step is None:
        return _("is «%(place)s» now") % {"place": place}
    return _("is «%(place)s» now: %(action)s by %(by)s") % {
        "place": place,
        "action": step.get_action_display(),
        "by": step.actor.display_name if step.actor else "—",
    }


def _refuse_own(held: Sequence[Project], actor: User) -> None:
    """Nobody passes what they declared or passed themselves since the project was last returned."""
    taken = own_steps(held, actor)
    obstacles = [Obstacle(project, taken[project.pk]) for project in held if project.pk in taken]
    if obstacles:
        raise SelfApproval(obstacles)


def own_steps(projects: Sequence[Project], actor: User) -> dict[int, str]:
    """Return, for each project that the actor may not pass for this reason, what they did to it."""
    steps = StageTransition.objects.filter(
        project__in=projects, action__in=[Action.DECLARE, Action.PASS, Action.RETURN]
    ).order_by("pk")
    own: dict[int, set[str]] = defaultdict(set)
    for pk, action, by in steps.values_list("project_id", "action", "actor_id"):
        if action == Action.RETURN:
            own.pop(pk, None)
        elif by == actor.pk:
            own[pk].add(action)
    words = {
        Action.DECLARE: _("you declared it yourself; somebody else has to pass it"),
        Action.PASS: _("you passed it one level below; somebody else has to pass it here"),
    }
    return {pk: words[Action(sorted(actions)[0])] for pk, actions in own.items() if actions}


def _missing(report: Report) -> str:
    return "、".join(item.what for item in report.unmet)


def _at_once(act: Callable[[], list[StageTransition]]) -> list[StageTransition]:
    with transaction.atomic():
        return act()
