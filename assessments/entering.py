"""What people write about an assessment: points, deductions for findings, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Assessment, Deduction, Evidence, Indicator, ScoreEntry
from assessments.proceedings import State, StepRefused, hold, write
from records.models import ChangeSet
from records.services import apply

if TYPE_CHECKING:
    from accounts.models import User

Step = ScoreEntry.Step
# Who writes points and deductions in which state.
STEP_OF = {State.SELF: Step.SELF, State.CHECK: Step.PREFECTURE, State.REVIEW: Step.PROVINCE}


@dataclass(frozen=True, slots=True)
class Points:
    """Points somebody gives to an indicator."""

    indicator: str
    points: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """Points somebody takes from an indicator for a finding."""

    indicator: str
    points: Decimal
    finding: str
    document_no: str = ""


@transaction.atomic
def enter(
    *,
    assessment: Assessment,
    seen: int,
    points: Sequence[Points] = (),
    losses: Sequence[Loss] = (),
    taken_back: Mapping[int, str] | None = None,
    by: User,
) -> Assessment:
    """Write points, deductions and deductions taken back (key → reason) at the step the assessment is on.

    Raises StepRefused; then nothing was written.
    """
    held = hold(assessment, seen, by)
    step = STEP_OF.get(State(held.state))
    if step is None:
        raise StepRefused(_("Points are entered before the score is published."))
    known = {row.code: row for row in held.scheme.indicators.all()}
    for given in points:
        _refuse_points(known, given)
    for loss in losses:
        _refuse_loss(known, loss, step)
    ScoreEntry.objects.bulk_create(
        [
            ScoreEntry(
                assessment=held,
                step=step,
                by=by,
                indicator=row.indicator,
                points=row.points,
                reason=row.reason,
            )
            for row in points
        ]
    )
    for loss in losses:
        Deduction.objects.create(
            assessment=held,
            step=step,
            by=by,
            indicator=loss.indicator,
            points=loss.points,
            finding=loss.finding,
            document_no=loss.document_no,
        )
    for key, reason in (taken_back or {}).items():
        _take_back(held, step, key, reason, by)
    return write(held, seen)


def _refuse_points(known: Mapping[str, Indicator], given: Points) -> None:
    indicator = known.get(given.indicator)
    if indicator is None or indicator.method != Indicator.Method.MANUAL:
        raise StepRefused(_("This indicator follows from the ledgers: nobody gives its points."))
    if not 0 <= given.points <= indicator.points:
        raise StepRefused(
            _("%(name)s: points from 0 to %(most)s.") % {"name": indicator.name, "most": indicator.points}
        )


def _refuse_loss(known: Mapping[str, Indicator], loss: Loss, step: str) -> None:
    indicator = known.get(loss.indicator)
    if step == Step.SELF:
        raise StepRefused(_("Deductions are made by the prefecture and the province."))
    if indicator is None:
        raise StepRefused(_("The scheme has no such indicator."))
    if not 0 < loss.points <= indicator.points:
        raise StepRefused(
            _("%(name)s: take more than 0 and at most %(most)s points.")
            % {"name": indicator.name, "most": indicator.points}
        )
    if not loss.finding.strip():
        raise StepRefused(_("%(name)s: write what was found.") % {"name": indicator.name})


def _take_back(held: Assessment, step: str, key: int, reason: str, by: User) -> None:
    row = Deduction.objects.filter(assessment=held, pk=key, cancels=None, cancelled_by=None).first()
    if row is None or step == Step.SELF:
        raise StepRefused(_("There is no such deduction to take back."))
    if not reason.strip():
        raise StepRefused(_("Write why the deduction is taken back."))
    Deduction.objects.create(
        assessment=held,
        step=step,
        by=by,
        indicator=row.indicator,
        points=row.points,
        finding=reason.strip(),
        cancels=row,
    )


def add_evidence(
    *, assessment: Assessment, indicator: str, title: str, document_no: str, by: User
) -> Evidence:
    """Lay evidence beside an indicator; files are attached to it.  Raises StepRefused."""
    if not Assessment.objects.editable_by(by).filter(pk=assessment.pk).exists():
        raise PermissionDenied("evidence")
    if not assessment.scheme.indicators.filter(code=indicator).exists():
        raise StepRefused(_("The scheme has no such indicator."))
    outcome = apply(
        Evidence,
        actor=by,
        source=ChangeSet.Source.FORM,
        values={
            "assessment_id": assessment.pk,
            "unit_id": assessment.unit_id,
            "indicator": indicator,
            "title": title.strip(),
            "document_no": document_no.strip(),
        },
    )
    if not outcome.writes:
        raise StepRefused(" ".join(str(found.message) for found in outcome.findings))
    return Evidence.objects.get(pk=outcome.row["id"])
