"""Out of the planning: the plan is issued, final, and prepared to the award."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.calendars import Calendars, calendars_now
from projects.gates.words import blank_fields
from projects.gating import Transition, Unmet, gate
from projects.models import Milestone, PlanVersion, Project


@gate(Transition.DECLARE, "projects.planned", gettext_lazy("The planned figures are entered"))
def planned(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Buildings, households, floor area and investment are what the reviewers weigh."""
    names = ("planned_buildings", "planned_households", "planned_area", "planned_investment_fen")
    for project in projects:
        missing = blank_fields(project, names)
        if missing:
            yield project.pk, _in_ledger(project, _("Not entered: %(names)s") % {"names": missing})


@gate(Transition.DECLARE, "projects.surveyed", gettext_lazy("The survey is behind it"))
def surveyed(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Only a community whose survey is finished can be declared."""
    for project in projects:
        if project.stage == Project.Stage.SURVEY:
            url = reverse("projects:project", args=[project.pk])
            what = _("The project is still being surveyed")
            yield project.pk, Unmet(what, owes=project.unit.label, url=url, action=_("Finish the survey"))


@gate(Transition.TO_BUILD, "projects.issued", gettext_lazy("The project is in the issued plan"))
def issued(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Money and statistics follow the issued plan: what is not in it is not built."""
    calendars = calendars_now()
    for project in projects:
        if project.library != Project.Library.ISSUED:
            what = _("Not in the issued plan: %(place)s") % {"place": project.get_library_display()}
            url, action = _next_step(project)
            yield (
                project.pk,
                Unmet(
                    what,
                    evidence=_("the document that issues the plan"),
                    owes=_whose_turn(project),
                    due=_due(calendars, project),
                    url=url,
                    action=action,
                ),
            )


def _whose_turn(project: Project) -> str:
    turns = {
        Project.Library.RESERVE: project.unit.label,
        Project.Library.DECLARED: _("the prefecture's reviewer"),
        Project.Library.PREFECTURE_PASSED: _("the province's reviewer"),
        Project.Library.PROVINCE_PASSED: _("the province, which issues the plan"),
    }
    return str(turns.get(Project.Library(project.library), ""))


def _next_step(project: Project) -> tuple[str, str]:
    """Return where the project's way into the plan goes on."""
    in_year = f"?year={project.plan_year}&unit={project.unit.code}"
    if project.library == Project.Library.RESERVE:
        return reverse("projects:library") + in_year, _("Declare")
    if project.library == Project.Library.PROVINCE_PASSED:
        return reverse("projects:plan", args=[project.unit.code, project.plan_year]), _("Open the plan")
    return reverse("projects:library") + in_year, _("See where it waits")


@gate(Transition.TO_BUILD, "projects.plan_final", gettext_lazy("The plan of the community is final"))
def plan_final(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """One version of the plan is final (根据居民意见修改完善后,才能最终定稿)."""
    final = PlanVersion.objects.live().filter(project__in=projects, state=PlanVersion.State.FINAL)
    done = set(final.values_list("project_id", flat=True))
    calendars = calendars_now()
    for project in projects:
        if project.pk not in done:
            yield (
                project.pk,
                Unmet(
                    _("No version of the plan is final"),
                    evidence=_("the plan as it stands after the residents were heard"),
                    owes=project.unit.label,
                    due=_due(calendars, project),
                    url=reverse("projects:versions", args=[project.pk]),
                    action=_("Open the versions"),
                ),
            )


@gate(Transition.TO_BUILD, "projects.preparation", gettext_lazy("The preparation is complete"))
def preparation(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Every step from the consultation to the award is done and has its document."""
    rows = Milestone.objects.live().filter(project__in=projects, kind__in=Milestone.PREPARATION)
    calendars = calendars_now()
    steps: dict[int, dict[str, Milestone]] = defaultdict(dict)
    for step in rows:
        steps[step.project_id][step.kind] = step
    for project in projects:
        for kind in Milestone.PREPARATION:
            step = steps[project.pk].get(kind)
            if step is None or step.actual_on is None:
                yield (
                    project.pk,
                    Unmet(
                        what=_("Step not done: %(step)s") % {"step": Milestone.Kind(kind).label},
                        owes=(step.agency if step else "") or project.unit.label,
                        due=step.planned_on if step and step.planned_on else _due(calendars, project, kind),
                        code=f"projects.preparation.{kind}",
                    ),
                )


def _due(calendars: Calendars, project: Project, kind: str = Milestone.PREPARATION[-1]) -> date | None:
    """Return by which day a step of the preparation must be done at the latest, as the deadlines say.

    A step without a deadline of its own is due with the next one that has one: 3月底前完成前期工作 is a
    day of the award, and of everything before it.
    """
    for later in Milestone.PREPARATION[Milestone.PREPARATION.index(kind) :]:
        found = calendars.deadline(later, project.unit.path, project.plan_year)
        if found is not None:
            return found[0]
    return None


def _in_ledger(project: Project, what: str) -> Unmet:
    """Return an item that is mended in the row of the year-plan ledger."""
    url = reverse("ledgers:row", args=["projects", project.pk]) + f"?year={project.plan_year}"
    return Unmet(what, owes=project.unit.label, url=url, action=_("Enter"))
