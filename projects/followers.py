"""What follows from rows of this app: milestones that are entered elsewhere, and the newest progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from projects.models import Acceptance, Handover, Milestone, ProgressReport, Project
from records.following import follows
from records.models import ChangeSet
from records.planning import Change, Outcome
from records.services import carry

# Which attributes of a project hold the planned and the actual day of a step.
STEPS: Mapping[str, tuple[str, str]] = {
    Milestone.Kind.START: ("planned_start_on", "started_on"),
    Milestone.Kind.COMPLETION: ("planned_completion_on", "completed_on"),
}
DAYS = frozenset(name for pair in STEPS.values() for name in pair)


@follows("projects.project")
def steps_follow(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """Keep the milestones of start and completion as the year-plan ledger says."""
    moved = [found for found in outcomes if not DAYS.isdisjoint(found.changed)]
    wanted = {
        (found.row["id"], kind): {"planned_on": found.row[planned], "actual_on": found.row[actual]}
        for found in moved
        for kind, (planned, actual) in STEPS.items()
    }
    _keep_milestones(wanted, change_set)


@follows("projects.acceptance")
def acceptance_follows(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """Keep the milestone of the joint acceptance as the acceptance sheet says."""
    projects = {found.row["project_id"] for found in outcomes}
    passed: dict[int, Any] = dict(
        Acceptance.objects.live()
        .filter(project__in=projects, result=Acceptance.Result.PASSED)
        .values_list("project_id", "passed_on")
    )
    kind = Milestone.Kind.ACCEPTANCE
    _keep_milestones({(pk, kind): {"actual_on": passed.get(pk)} for pk in projects}, change_set)


@follows("projects.handover")
def handover_follows(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """The community counts as handed over on the day its own sheet names; assets have sheets of their own."""
    projects = {found.row["project_id"] for found in outcomes}
    handed: dict[int, Any] = dict(
        Handover.objects.live()
        .filter(project__in=projects, kind=Handover.Kind.COMMUNITY, handed_on__isnull=False)
        .order_by("-handed_on")
        .values_list("project_id", "handed_on")
    )
    kind = Milestone.Kind.HANDOVER
    _keep_milestones({(pk, kind): {"actual_on": handed.get(pk)} for pk in projects}, change_set)


@follows("projects.progressreport")
def newest_progress(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """Keep a project's progress and investment as its newest monthly report says."""
    projects = {found.row["project_id"] for found in outcomes}
    reports = ProgressReport.objects.live().filter(project__in=projects).order_by("project_id", "month")
    newest = {
        project: {"progress_percent": percent, "invested_fen": invested}
        for project, percent, invested in reports.values_list(
            "project_id", "progress_percent", "invested_fen"
        )
    }
    carry(Project, [Change(values=values, pk=pk) for pk, values in newest.items()], change_set)


def _keep_milestones(wanted: Mapping[tuple[int, str], dict[str, Any]], change_set: ChangeSet) -> None:
    """Bring milestones to the days they should have; a step without any day needs no row."""
    projects = {project for project, _kind in wanted}
    kinds = {kind for _project, kind in wanted}
    found = Milestone.objects.live().filter(project__in=projects, kind__in=kinds).order_by()
    known = {(project, kind): pk for pk, project, kind in found.values_list("pk", "project_id", "kind")}
    changes = [
        Change(values=days, pk=known[key])
        if key in known
        else Change(values={"project_id": key[0], "kind": key[1], **days})
        for key, days in wanted.items()
        if key in known or any(days.values())
    ]
    if changes:
        carry(Milestone, changes, change_set)
