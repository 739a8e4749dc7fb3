"""The one writer of a project's stage, place in the plan and standing.

Gates (``projects.gating``) bind on every path, since nothing else writes a stage.  What a waiver let pass
stays visible in the transition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gating import Report, Transition, examine
from projects.models import Milestone, Project, StageTransition
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

if TYPE_CHECKING:
    from accounts.models import User

Action = StageTransition.Action
Stage, Library, Standing = Project.Stage, Project.Library, Project.Standing


# Which transition leads out of a stage, and where it leads.
ONWARD: Mapping[str, tuple[Transition, str]] = {
    Stage.SURVEY: (Transition.TO_PLAN, Stage.PLAN),
    Stage.PLAN: (Transition.TO_BUILD, Stage.BUILD),
    Stage.BUILD: (Transition.TO_AFTERCARE, Stage.AFTERCARE),
}
BEFORE: Mapping[str, str] = {to: stage for stage, (_transition, to) in ONWARD.items()}


class WorkflowError(Exception):
    """A step that cannot be taken; the message says why, in the reader's language."""


class GateClosed(WorkflowError):
    """The gate is closed; ``report`` names everything that is missing."""

    def __init__(self, report: Report) -> None:
        super().__init__(_("%(count)d conditions are not met yet.") % {"count": len(report.unmet)})
        self.report = report


class MovedOn(WorkflowError):
    """Somebody else has taken the step meanwhile, or the project stands elsewhere."""


def next_transition(project: Project) -> Transition | None:
    """Return the step that lies before a project; None at the end."""
    onward = ONWARD.get(project.stage)
    return onward[0] if onward else None


def report_of(project: Project) -> Report | None:
    """Return the conditions of a project's next step; None at the end of the way."""
    transition = next_transition(project)
    return examine([project], transition)[project.pk] if transition else None


def advance(
    project: Project,
    *,
    actor: User | None,
    source: ChangeSet.Source,
    seen_stage: str,
    effective_on: date | None = None,
) -> StageTransition:
    """Move a project to the next stage.

    ``seen_stage`` is the stage the actor saw: of two people at once, the second is told that it has moved.
    Raises GateClosed with everything missing, MovedOn, or WorkflowError; then nothing is written.
    """
    with transaction.atomic():
        held = _hold(project.pk, seen_stage=seen_stage)
        if held.stage not in ONWARD:
            raise WorkflowError(_("The project is in its last stage."))
        transition, onward = ONWARD[held.stage]
        report = examine([held], transition)[held.pk]
        if not report.is_open:
            raise GateClosed(report)
        day = effective_on or timezone.localdate()
        values: dict[str, Any] = {"stage": onward, "stage_since": day}
        if onward == Stage.BUILD and held.ready_on is None:
            values["ready_on"] = _prepared_on(held) or day
        waived = [{"code": item.code, "what": item.what, "waiver": item.waiver} for item in report.waived]
        return _take(held, Action.ADVANCE, values, actor=actor, source=source, day=day, waived=waived)


def _prepared_on(project: Project) -> date | None:
    """Return the day the last step of the preparation was done: since then the project is ready to start.

    Moving it on may come later, and works that began in between must not count as begun too early.
    """
    steps = Milestone.objects.live().filter(project=project, kind__in=Milestone.PREPARATION)
    last: date | None = steps.aggregate(last=Max("actual_on"))["last"]
    return last


def send_back(
    project: Project, *, actor: User | None, source: ChangeSet.Source, seen_stage: str, reason: str
) -> StageTransition:
    """Send a project back to the stage before, with the reason; what was entered stays."""
    with transaction.atomic():
        held = _hold(project.pk, seen_stage=seen_stage)
        if held.stage not in BEFORE:
            raise WorkflowError(_("The project is in its first stage."))
        if held.started_on and held.stage == Stage.BUILD:
            raise WorkflowError(_("Works have started: suspend the project, or withdraw it from the plan."))
        values = {"stage": BEFORE[held.stage], "stage_since": timezone.localdate()}
        if held.stage == Stage.BUILD:
            values["ready_on"] = None
        return _take(held, Action.SEND_BACK, values, actor=actor, source=source, reason=_worded(reason))


def suspend(
    project: Project, *, actor: User | None, source: ChangeSet.Source, reason: str
) -> StageTransition:
    """Let a project rest, with the reason."""
    with transaction.atomic():
        held = _hold(project.pk)
        values = {"standing": Standing.SUSPENDED}
        return _take(held, Action.SUSPEND, values, actor=actor, source=source, reason=_worded(reason))


def resume(project: Project, *, actor: User | None, source: ChangeSet.Source) -> StageTransition:
    """Let a suspended project go on where it was."""
    with transaction.atomic():
        held = _hold(project.pk, standing=Standing.SUSPENDED)
        return _take(held, Action.RESUME, {"standing": Standing.ACTIVE}, actor=actor, source=source)


def withdraw(
    project: Project,
    *,
    actor: User | None,
    source: ChangeSet.Source,
    reason: str,
    document_no: str,
) -> StageTransition:
    """Take a project out of the plan (退库) with reason and evidence.

    A project of an issued plan is withdrawn through ``projects.plans``, which keeps the baselines.
    """
    with transaction.atomic():
        held = _hold(project.pk, standing=None)
        if held.standing == Standing.WITHDRAWN:
            raise MovedOn(_("The project has been withdrawn already."))
        if not document_no.strip():
            raise WorkflowError(_("Name the evidence: a document number or the record of the vote."))
        values = {"standing": Standing.WITHDRAWN}
        return _take(
            held,
            Action.WITHDRAW,
            values,
            actor=actor,
            source=source,
            reason=_worded(reason),
            document_no=document_no,
        )


def move_library(
    projects: Sequence[Project],
    action: StageTransition.Action,
    to: str,
    *,
    expected: str,
    actor: User | None,
    source: ChangeSet.Source,
    reason: str = "",
    document_no: str = "",
) -> list[StageTransition]:
    """Move projects one step on their way into the plan; all of them or none.

    Raises MovedOn when one does not stand where the actor saw it, GateClosed when one may not be declared.
    """
    with transaction.atomic():
        held = list(_locked([project.pk for project in projects]))
        for project in held:
            _expect(project, library=expected, standing=Standing.ACTIVE)
        if action == Action.DECLARE:
            for report in examine(held, Transition.DECLARE).values():
                if not report.is_open:
                    raise GateClosed(report)
        return _take_all(
            held,
            action,
            {"library": to},
            actor=actor,
            source=source,
            reason=reason,
            document_no=document_no,
        )


def _locked(pks: Sequence[int]) -> Iterable[Project]:
    rows = Project.objects.live().filter(pk__in=pks).select_related("community", "unit")
    found = list(rows.order_by("pk").select_for_update(of=("self",)))
    if len(found) != len(set(pks)):
        raise MovedOn(_("A project has been removed meanwhile."))
    return found


def _hold(pk: int, *, seen_stage: str | None = None, standing: str | None = Standing.ACTIVE) -> Project:
    [held] = _locked([pk])
    _expect(held, stage=seen_stage, standing=standing)
    return held


def _expect(
    held: Project, *, stage: str | None = None, library: str | None = None, standing: str | None = None
) -> None:
    if stage is not None and held.stage != stage:
        raise MovedOn(_("The project is in «%(stage)s» now.") % {"stage": held.get_stage_display()})
    if library is not None and held.library != library:
        raise MovedOn(_("The project is «%(place)s» now.") % {"place": held.get_library_display()})
    if standing is not None and held.standing != standing:
        raise MovedOn(_("The project is «%(standing)s» now.") % {"standing": held.get_standing_display()})


def _worded(reason: str) -> str:
    if not reason.strip():
        raise WorkflowError(_("Write the reason: it is kept with the project."))
    return reason.strip()[:500]


def _take(
    held: Project,
    action: StageTransition.Action,
    values: Mapping[str, Any],
    *,
    actor: User | None,
    source: ChangeSet.Source,
    day: date | None = None,
    reason: str = "",
    document_no: str = "",
    waived: Sequence[dict[str, Any]] = (),
) -> StageTransition:
    [step] = _take_all(
        [held],
        action,
        values,
        actor=actor,
        source=source,
        day=day,
        reason=reason,
        document_no=document_no,
        waived=waived,
    )
    return step


def _take_all(
    held: Sequence[Project],
    action: StageTransition.Action,
    values: Mapping[str, Any],
    *,
    actor: User | None,
    source: ChangeSet.Source,
    day: date | None = None,
    reason: str = "",
    document_no: str = "",
    waived: Sequence[dict[str, Any]] = (),
) -> list[StageTransition]:
    """Write the step of projects that are locked, with the rows that tell of it."""
    outcomes = apply_many(
        Project,
        actor=actor,
        source=source,
        changes=[Change(values=dict(values), pk=project.pk) for project in held],
        mode=Mode.ALL_OR_NOTHING,
        reason=reason,
        bound=False,
    )
    steps = [
        StageTransition(
            project=project,
            action=action,
            from_stage=project.stage,
            to_stage=values.get("stage", project.stage),
            from_library=project.library,
            to_library=values.get("library", project.library),
            to_standing=values.get("standing", project.standing),
            actor=actor,
            effective_on=day or timezone.localdate(),
            reason=reason,
            document_no=document_no[:60],
            waived=list(waived),
            change_set_id=found.row["change_set_id"],
        )
        for project, found in zip(held, outcomes, strict=True)
    ]
    return StageTransition.objects.bulk_create(steps, batch_size=1000)
