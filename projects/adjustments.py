"""Changes of an issued plan in the year: added, adjusted, withdrawn; each makes the next baseline.

The change and the baseline that keeps it are one transaction; former baselines are never written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.roles import Capability
from projects import workflow
from projects.baselines import FIGURES, hold_plan, keep_the_first, make_baseline
from projects.models import AnnualPlan, PlanBaseline, Project, StageTransition
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet
from records.planning import Outcome, Status
from records.services import apply

Library = Project.Library
Source = ChangeSet.Source
Kind = PlanBaseline.Kind
ADJUSTABLE = frozenset(FIGURES.values())


class NotAdjusted(WorkflowError):
    """New figures that cannot stand; ``outcome`` carries the findings or what somebody else changed."""

    def __init__(self, outcome: Outcome) -> None:
        words = [f"{finding.message} {finding.mend}".strip() for finding in outcome.findings]
        if outcome.status is Status.CONFLICT:
            words.append(_("Somebody else has changed these figures meanwhile. Look at them again."))
        super().__init__(" ".join(words) or outcome.status.value)
        self.outcome = outcome


def add(
    projects: Sequence[Project],
    *,
    actor: User,
    reason: str,
    document_no: str,
    effective_on: date | None = None,
    source: Source = Source.FORM,
) -> list[PlanBaseline]:
    """Add projects that the province has passed to plans issued before (增补); a baseline for each plan.

    Raises WorkflowError when a plan has not been issued or a project has not been passed.
    """
    _may(actor)
    reason, document_no = _worded(reason, document_no)
    made = []
    with transaction.atomic():
        groups: dict[tuple[int, int], list[Project]] = {}
        for project in projects:
            groups.setdefault((project.unit_id, project.plan_year), []).append(project)
        for (unit, year), added in sorted(groups.items()):
            plan = _issued_plan(unit, year, actor, source)
            workflow.move_library(
                added,
                StageTransition.Action.ISSUE,
                Library.ISSUED,
                expected=Library.PROVINCE_PASSED,
                actor=actor,
                source=source,
                reason=reason,
                document_no=document_no,
            )
            made.append(_next(plan, Kind.ADD, actor, reason, document_no, effective_on))
    return made


def adjust(
    project: Project,
    figures: Mapping[str, Any],
    *,
    actor: User,
    reason: str,
    document_no: str,
    base_version: int | None = None,
    effective_on: date | None = None,
    source: Source = Source.FORM,
) -> PlanBaseline:
    """Change planned figures of an issued project (调整): fields of ``ADJUSTABLE``, 分 and ㎡.

    Raises NotAdjusted when a check forbids the figures or somebody else changed them, WorkflowError when
    nothing changes or the project is not in an issued plan.
    """
    _may(actor)
    reason, document_no = _worded(reason, document_no)
    if set(figures) - ADJUSTABLE:
        raise ValueError(sorted(set(figures) - ADJUSTABLE))
    with transaction.atomic():
        plan = _issued_plan(project.unit_id, project.plan_year, actor, source)
        _expect_listed(project)
        found = apply(
            Project,
            actor=actor,
            source=source,
            pk=project.pk,
            base_version=base_version,
            values=figures,
            reason=reason,
            bound=False,
        )
        if found.status is Status.SAME:
            raise WorkflowError(_("Nothing would change: the figures are as before."))
        if not found.writes:
            raise NotAdjusted(found)
        return _next(plan, Kind.ADJUST, actor, reason, document_no, effective_on)


def withdraw(
    project: Project,
    *,
    actor: User,
    reason: str,
    document_no: str,
    effective_on: date | None = None,
    source: Source = Source.FORM,
) -> tuple[StageTransition, PlanBaseline | None]:
    """Take a project out (退库) with reason and evidence; out of an issued plan that makes a baseline.

    What no document has issued is taken out by whoever may move it; an issued plan is the province's to
    change.
    """
    reason, document_no = _worded(reason, document_no)
    # Where the project stands now, whatever the page or a caller saw.
    project = Project.objects.live().get(pk=project.pk)
    is_issued = project.library == Library.ISSUED
    if is_issued:
        _may(actor)
    elif not actor.may(Capability.STAGE_MOVE):
        raise PermissionDenied
    Project.objects.visible_to(actor).in_region(actor.region).get(pk=project.pk)
    with transaction.atomic():
        plan = _issued_plan(project.unit_id, project.plan_year, actor, source) if is_issued else None
        step = workflow.withdraw(project, actor=actor, source=source, reason=reason, document_no=document_no)
        if (step.from_library == Library.ISSUED) is not is_issued:
            raise MovedOn(_("The project has moved meanwhile. Look at it again."))
        if plan is None:
            return step, None
        return step, _next(plan, Kind.WITHDRAW, actor, reason, document_no, effective_on)


def _may(actor: User) -> None:
    if not actor.may(Capability.PLAN_ISSUE):
        raise PermissionDenied


def _worded(reason: str, document_no: str) -> tuple[str, str]:
    if not reason.strip():
        raise WorkflowError(_("Write the reason: it is kept with the plan."))
    if not document_no.strip():
        raise WorkflowError(_("Name the evidence: a document number or the record of the vote."))
    return reason.strip(), document_no.strip()


def _issued_plan(unit_id: int, year: int, actor: User, source: Source) -> AnnualPlan:
    unit = Region.objects.get(pk=unit_id)
    if not actor.region.contains(unit):
        raise Project.DoesNotExist
    plan = hold_plan(unit, year, actor=actor, source=source)
    if plan.state != AnnualPlan.State.ISSUED:
        raise WorkflowError(
            _("%(unit)s: the plan of %(year)d has not been issued yet.") % {"unit": unit.label, "year": year}
        )
    keep_the_first(plan)
    return plan


def _expect_listed(project: Project) -> None:
    held = Project.objects.live().filter(pk=project.pk).select_for_update(of=("self",)).first()
    if held is None or held.library != Library.ISSUED or held.standing == Project.Standing.WITHDRAWN:
        raise WorkflowError(_("The project is not in the issued plan."))


def _next(
    plan: AnnualPlan, kind: Kind, actor: User, reason: str, document_no: str, effective_on: date | None
) -> PlanBaseline:
    return make_baseline(
        plan, kind, actor=actor, reason=reason, document_no=document_no, effective_on=effective_on
    )
