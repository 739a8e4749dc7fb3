"""The end of a consultation whose vote was lost: the community leaves the plan, the tally is the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from consultations.models import Consultation, Vote
from consultations.proceedings import REJECTABLE, caught_up, expect, may_manage, refuse_uncounted, write
from consultations.standing import evidence, local_day, lost_votes, stands
from projects import adjustments
from projects.models import Project, StageTransition
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet

Source = ChangeSet.Source
State = Consultation.State


def reject(
    consultation: Consultation,
    *,
    actor: User,
    source: Source = Source.FORM,
    document_no: str = "",
) -> Consultation:
    """End a consultation whose vote was lost: the community leaves the plan, with the tally (退库).

    Out of an issued plan the province takes it: then the project waits for ``take_out``.  Raises
    WorkflowError when no decisive vote was lost.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = caught_up(consultation, actor, source)
        if held.state not in REJECTABLE:
            raise MovedOn(stands(held))
        refuse_uncounted(held)
        lost = lost_votes(held)
        if not lost:
            raise WorkflowError(_("No vote that decides about the plan was lost."))
        ended = {"state": State.REJECTED, "ended_on": local_day()}
        moved = write(held, ended, actor, source, evidence(lost))
        issued = held.project.library == Project.Library.ISSUED
        if not issued or actor.may(Capability.PLAN_ISSUE):
            _withdraw(moved, lost, actor, document_no, source)
        return moved


def take_out(
    consultation: Consultation, *, actor: User, document_no: str = "", source: Source = Source.FORM
) -> StageTransition:
    """Take the project of a lost vote out of its issued plan; the province's to do.

    Raises PermissionDenied, MovedOn when the consultation was not voted down or the project is out already.
    """
    if not actor.may(Capability.PLAN_ISSUE):
        raise PermissionDenied
    Consultation.objects.visible_to(actor).get(pk=consultation.pk)
    with transaction.atomic():
        held = expect(consultation, State.REJECTED)
        return _withdraw(held, lost_votes(held), actor, document_no, source)


def _withdraw(
    held: Consultation, lost: Sequence[Vote], actor: User, document_no: str, source: Source
) -> StageTransition:
    named = document_no.strip() or _("Result of the vote, consultation %(number)d") % {"number": held.pk}
    step, _baseline = adjustments.withdraw(
        held.project, actor=actor, reason=evidence(lost), document_no=named, source=source
    )
    return step
