"""Visits after completion (回头看): made so many months after acceptance, as the limits table says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from projects import defects
from projects.models import Acceptance, Defect, Project, UpkeepVisit
from projects.months import months_after
from records.models import ChangeSet, Limit
from records.planning import Change, Outcome, Status
from records.services import Mode, apply, apply_many

if TYPE_CHECKING:
    from accounts.models import User

# Rows of the limits table: their lower bound is the number of months.
INTERVALS = "visit_after_"


def intervals() -> list[int]:
    """Return after how many months a community is visited, shortest first; data, not code."""
    rows = Limit.objects.filter(code__startswith=INTERVALS, low__isnull=False)
    return sorted({int(low) for low in rows.values_list("low", flat=True) if low is not None and low > 0})


def plan_visits() -> int:
    """Write the visits that accepted projects do not have yet; return how many. Again adds nothing.

    Acceptance is the passed joint acceptance.  Visits somebody removed are not made again.
    """
    passed = Acceptance.objects.live().filter(result=Acceptance.Result.PASSED, passed_on__isnull=False)
    active = passed.filter(project__standing=Project.Standing.ACTIVE, project__is_removed=False)
    days = dict(active.order_by("passed_on").values_list("project_id", "passed_on"))
    there = set(UpkeepVisit._base_manager.filter(project__in=days).values_list("project_id", "months"))
    changes = [
        Change(values={"project_id": project, "months": months, "due_on": months_after(day, months)})
        for project, day in sorted(days.items())
        for months in intervals()
        if day is not None and (project, months) not in there
    ]
    if changes:
        apply_many(
            UpkeepVisit,
            actor=None,
            source=ChangeSet.Source.JOB,
            changes=changes,
            mode=Mode.ALL_OR_NOTHING,
        )
    return len(changes)


class VisitError(Exception):
    """What was written down at a visit cannot be kept; the message says why, in the reader's language."""


def record(
    visit: UpkeepVisit,
    *,
    actor: User,
    base_version: int,
    values: Mapping[str, Any],
    defect: Mapping[str, Any] | None = None,
) -> None:
    """Write what a visit found, and the defect that goes to the responsible firm; both or neither.

    Raises VisitError with everything that has to be mended.
    """
    with transaction.atomic():
        found = apply(
            UpkeepVisit,
            actor=actor,
            source=ChangeSet.Source.FORM,
            pk=visit.pk,
            base_version=base_version,
            values=values,
        )
        _refuse(found)
        if defect is None:
            return
        try:
            defects.report(
                visit.project,
                actor=actor,
                source=ChangeSet.Source.FORM,
                values={"origin": Defect.Origin.VISIT, **defect},
            )
        except defects.DefectError as problem:
            raise VisitError(str(problem)) from problem


def _refuse(found: Outcome) -> None:
    if found.writes or found.status is Status.SAME:
        return
    if found.conflicts:
        raise VisitError(_("Somebody has changed this visit meanwhile. Reload the page."))
    raise VisitError(" ".join(f"{told.message} {told.mend}".strip() for told in found.findings))
