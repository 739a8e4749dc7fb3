"""Appeals against published scores, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from assessments.models import Appeal, Assessment
from assessments.proceedings import State, StepRefused

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def appeal(*, assessment: Assessment, indicator: str, text: str, by: User) -> Appeal:
    """Put down a unit's word against its published score.  Raises StepRefused after the last day."""
    held = Assessment.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=assessment.pk)
    if not Assessment.objects.editable_by(by).filter(pk=held.pk).exists():
        raise PermissionDenied("appeal")
    if held.state != State.PUBLISHED:
        raise StepRefused(_("Appeals are made against a published score."))
    if held.appeal_until is not None and timezone.localdate() > held.appeal_until:
        raise StepRefused(
            _("The time for appeals ended on %(day)s.") % {"day": f"{held.appeal_until:%Y-%m-%d}"}
        )
    if not text.strip():
        raise StepRefused(_("Write what is wrong and why."))
    if indicator and not held.scheme.indicators.filter(code=indicator).exists():
        raise StepRefused(_("The scheme has no such indicator."))
    return Appeal.objects.create(assessment=held, indicator=indicator, text=text.strip(), made_by=by)


@transaction.atomic
def answer(*, found: Appeal, outcome: str, text: str, by: User) -> Appeal:
    """Answer an appeal once, in words; what follows from it is done by returning to the review."""
    if not Assessment.objects.issuable_by(by).filter(pk=found.assessment_id).exists():
        raise PermissionDenied("answer")
    held: Appeal = Appeal.objects.select_for_update().get(pk=found.pk)
    if held.outcome != Appeal.Outcome.OPEN:
        raise StepRefused(_("The appeal was answered already."))
    if outcome not in Appeal.Outcome.values or outcome == Appeal.Outcome.OPEN:
        raise StepRefused(_("Choose what becomes of the appeal."))
    if not text.strip():
        raise StepRefused(_("Write the answer: the unit reads it."))
    held.outcome, held.answer = outcome, text.strip()
    held.answered_by, held.answered_at = by, timezone.now()
    held.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit.record(
        audit.Kind.APPEAL_ANSWER,
        actor=by,
        appeal=held.pk,
        assessment=held.assessment_id,
        result=held.outcome,
    )
    return held
