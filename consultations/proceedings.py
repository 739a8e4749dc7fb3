"""The one writer of a consultation's state: announced, open, closed, answered, revised, on display, final.

``consultations.standing`` judges by the days; ``consultations.timekeeping`` writes down what they brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from consultations import counting, rolls
from consultations.models import Consultation, Notice
from consultations.notice_rules import NoticeRules
from consultations.notices import hang_until, put_up
from consultations.standing import (
    hold,
    local_day,
    stands,
    state_on,
    unanswered,
    uncounted,
    unlinked,
    version_to_finalise,
)
from projects import versions
from projects.models import PlanVersion
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet
from records.planning import Change, Outcome
from records.services import Mode, apply_many, carry

Source = ChangeSet.Source
State = Consultation.State
Kind = Consultation.Kind
# States out of which a consultation whose vote was lost is ended.
REJECTABLE = (State.CLOSED, State.ANSWERED, State.REVISED, State.RESULT)


def announce(
    consultation: Consultation, *, actor: User, source: Source = Source.FORM, places: str = ""
) -> Consultation:
    """Announce a draft: close the plan version, freeze the roll, put up the notice.

    Raises WorkflowError with what is missing, PermissionDenied or DoesNotExist; then nothing is written.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = expect(consultation, State.DRAFT)
        today = local_day()
        opens_on = held.opens_on or today
        _refuse_dates(held, today, opens_on)
        version = held.plan_version
        if held.kind == Kind.PLAN:
            if version is None or version.project_id != held.project_id:
                raise WorkflowError(_("Choose the version of the plan that the residents are asked about."))
            if version.state == PlanVersion.State.DRAFT:
                versions.publish(version, actor=actor, source=source)
            elif version.state != PlanVersion.State.PUBLISHED:
                raise WorkflowError(
                    _("Version %(number)d is «%(state)s»: choose another.")
                    % {"number": version.number, "state": version.get_state_display()}
                )
        _freeze(held, actor)
        state = State.OPEN if opens_on <= today else State.NOTICE
        values = {"state": state, "announced_on": today, "opens_on": opens_on}
        moved = write(held, values, actor, source)
        put_up(moved, Notice.Kind.PLAN, today, _closing(moved), actor=actor, source=source, places=places)
        return moved


def _freeze(held: Consultation, actor: User) -> None:
    try:
        rolls.freeze(held, actor=actor)
    except rolls.RollRefused as refused:
        named = "、".join(refused.places[:10]) + ("…" if len(refused.places) > 10 else "")
        raise WorkflowError(f"{refused} {named}".strip()) from refused


def _refuse_dates(held: Consultation, today: date, opens_on: date) -> None:
    closes_on = held.closes_on
    if closes_on is None:
        raise WorkflowError(_("Write the last day on which residents may speak."))
    if opens_on < today:
        raise WorkflowError(_("The opening day has passed: choose today or a later day."))
    earliest = NoticeRules().earliest_end(Notice.Kind.PLAN, held.project, today)
    if closes_on < max(earliest, opens_on):
        raise WorkflowError(
            _("The notice hangs too short: announced today, it may close on %(day)s at the earliest.")
            % {"day": max(earliest, opens_on).isoformat()}
        )


def extend(consultation: Consultation, closes_on: date, *, actor: User, reason: str) -> Consultation:
    """Give residents more time, while they still have some; the notice hangs as long.

    Raises WorkflowError when the day is not later, or the consultation is closed.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = hold(consultation)
        if state_on(held) not in {State.NOTICE, State.OPEN}:
            raise MovedOn(stands(held))
        if closes_on <= _closing(held):
            raise WorkflowError(_("Residents were told of another day: the last day can only become later."))
        moved = write(held, {"closes_on": closes_on}, actor, Source.FORM, _worded(reason))
        hang_until(moved, Notice.Kind.PLAN, closes_on, actor=actor)
        return moved


def count_votes(held: Consultation, now: datetime | None = None) -> date | None:
    """Count the votes of a closed consultation, once sheets of paper may no longer be entered.

    Returns the last day on which they still may, when nothing was counted for that; else None.
    """
    until = counting.paper_until(held)
    if until is not None and local_day(now) <= until and uncounted(held).exists():
        return until
    counting.close_votes(held)
    return None


def refuse_uncounted(held: Consultation) -> None:
    """Count the votes, or refuse while sheets of paper may still be entered."""
    until = count_votes(held)
    if until is not None:
        raise WorkflowError(
            _("The votes are counted after %(day)s: until then sheets of paper may be entered.")
            % {"day": until.isoformat()}
        )


def close(consultation: Consultation, *, actor: User, source: Source = Source.FORM) -> Consultation:
    """Close a consultation whose last day is over.

    Raises WorkflowError before the day residents were told, MovedOn when it has been closed.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = hold(consultation)
        if held.state not in {State.NOTICE, State.OPEN}:
            raise MovedOn(stands(held))
        if state_on(held) != State.CLOSED:
            raise WorkflowError(
                _("Residents may speak until %(day)s, 24:00.") % {"day": _closing(held).isoformat()}
            )
        return shut(held, actor, source)


def shut(held: Consultation, actor: User | None, source: Source) -> Consultation:
    """Close a consultation that is held, and count its votes where no sheet of paper is to come."""
    moved = write(held, {"state": State.CLOSED}, actor, source)
    count_votes(moved)
    return moved


def mark_answered(consultation: Consultation, *, actor: User, source: Source = Source.FORM) -> Consultation:
    """Say that every comment has its answer; raises WorkflowError with the number of those that have none."""
    may_manage(actor, consultation)
    with transaction.atomic():
        held = caught_up(consultation, actor, source)
        if held.state != State.CLOSED:
            raise MovedOn(stands(held))
        refuse_uncounted(held)
        _refuse_unanswered(held)
        return write(held, {"state": State.ANSWERED}, actor, source)


def reopen(consultation: Consultation, *, actor: User) -> Consultation:
    """Bring an answered consultation back to where comments are answered, when an answer was taken back."""
    with transaction.atomic():
        held = hold(consultation)
        if held.state != State.ANSWERED:
            return held
        return write(held, {"state": State.CLOSED}, actor, Source.FORM)


def revise(consultation: Consultation, *, actor: User, source: Source = Source.FORM) -> Consultation:
    """Make the next version of the plan from the one that was heard; the answers name what they changed.

    A draft that is already based on it is taken.  Raises MovedOn before the comments are answered.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = expect(consultation, State.ANSWERED, State.RESULT)
        former = version_to_finalise(held)
        if former is None:
            raise WorkflowError(_("This consultation is on no version of a plan."))
        _refuse_unanswered(held)
        drafts = PlanVersion.objects.live().filter(
            project_id=held.project_id, state=PlanVersion.State.DRAFT, based_on=former
        )
        made = drafts.first() or versions.new_version(
            held.project, actor=actor, from_version=former, title=former.title, source=source
        )
        values = {"state": State.REVISED, "revised_version_id": made.pk}
        return write(held, {**values, "result_from": None, "result_to": None}, actor, source)


def show_result(
    consultation: Consultation,
    to_on: date,
    *,
    actor: User,
    source: Source = Source.FORM,
    places: str = "",
    text: str = "",
) -> Consultation:
    """Put the result up, from today to ``to_on`` included: the version as revised, open to objections.

    Raises WorkflowError while a promised change names no clause, or when it would hang too short.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = expect(consultation, State.ANSWERED, State.REVISED)
        refuse_uncounted(held)
        _refuse_unanswered(held)
        missing = unlinked(held).count()
        if missing:
            raise WorkflowError(
                _("%(count)d adopted comments do not name the clause or item they changed.")
                % {"count": missing}
            )
        today = local_day()
        earliest = NoticeRules().earliest_end(Notice.Kind.RESULT, held.project, today)
        if to_on < earliest:
            raise WorkflowError(
                _("The result hangs too short: put up today, it may come down on %(day)s at the earliest.")
                % {"day": earliest.isoformat()}
            )
        version = held.revised_version
        if version is not None and version.state == PlanVersion.State.DRAFT:
            versions.publish(version, actor=actor, source=source)
        values = {"state": State.RESULT, "result_from": today, "result_to": to_on}
        moved = write(held, values, actor, source)
        put_up(
            moved,
            Notice.Kind.RESULT,
            today,
            to_on,
            actor=actor,
            source=source,
            places=places,
            text=text,
        )
        return moved


def finalise(
    consultation: Consultation, *, actor: User, source: Source = Source.FORM, reason: str = ""
) -> Consultation:
    """End a consultation: the version on display becomes the final one (定稿).

    ``reason`` is asked for where another version was final before.  Raises versions.NotFinal with everything
    that is missing, MovedOn when somebody else was first.
    """
    may_manage(actor, consultation)
    with transaction.atomic():
        held = caught_up(consultation, actor, source)
        if held.kind != Kind.PLAN:
            if held.state not in {State.CLOSED, State.ANSWERED, State.RESULT}:
                raise MovedOn(stands(held))
            _refuse_unanswered(held)
            return write(held, {"state": State.FINAL, "ended_on": local_day()}, actor, source)
        if held.state != State.RESULT:
            raise MovedOn(stands(held))
        version = version_to_finalise(held)
        if version is None:
            raise WorkflowError(_("This consultation is on no version of a plan."))
        # The version carries the consultation with it: follow_final_versions.
        versions.finalise(version, actor=actor, source=source, reason=reason)
        return Consultation.objects.get(pk=held.pk)


def follow_final_versions(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """End the consultation whose version on display has become final, whichever way that came."""
    final = [
        found.row["id"]
        for found in outcomes
        if "state" in found.changed and found.row["state"] == PlanVersion.State.FINAL
    ]
    shown = Q(revised_version__in=final) | Q(revised_version=None, plan_version__in=final)
    rows = Consultation.objects.live().filter(shown, state=State.RESULT) if final else ()
    ended = {"state": State.FINAL, "ended_on": local_day()}
    changes = [Change(values=ended, pk=row.pk) for row in rows]
    if changes:
        carry(Consultation, changes, change_set)


def cancel(
    consultation: Consultation, *, actor: User, reason: str, source: Source = Source.FORM
) -> Consultation:
    """Call a consultation off, with the reason.  What residents have said is still owed an answer."""
    may_manage(actor, consultation)
    with transaction.atomic():
        held = hold(consultation)
        if held.state in Consultation.ENDED:
            raise MovedOn(stands(held))
        ended = {"state": State.CANCELLED, "ended_on": local_day()}
        return write(held, ended, actor, source, _worded(reason))


def may_manage(actor: User, consultation: Consultation) -> None:
    """Refuse who may not manage this consultation: PermissionDenied, or DoesNotExist for a foreign one."""
    if not actor.may(Capability.CONSULTATION_MANAGE):
        raise PermissionDenied
    Consultation.objects.editable_by(actor).get(pk=consultation.pk)


def expect(consultation: Consultation, *states: Consultation.State) -> Consultation:
    """Return the locked consultation; raises MovedOn when it stands in none of these states."""
    held = hold(consultation)
    if held.state not in states:
        raise MovedOn(stands(held))
    return held


def caught_up(consultation: Consultation, actor: User, source: Source) -> Consultation:
    """Return the locked consultation, closed first where its days are over and no job has run."""
    held = hold(consultation)
    if held.state in {State.NOTICE, State.OPEN} and state_on(held) == State.CLOSED:
        return shut(held, actor, source)
    return held


def _refuse_unanswered(held: Consultation) -> None:
    left = unanswered([held]).count()
    if left:
        raise WorkflowError(_("%(count)d comments have no answer yet.") % {"count": left})


def _closing(held: Consultation) -> date:
    return held.closes_on or local_day() - timedelta(days=1)


def _worded(reason: str) -> str:
    if not reason.strip():
        raise WorkflowError(_("Write the reason: it is kept with the consultation."))
    return reason.strip()[:500]


def write(
    held: Consultation, values: dict[str, Any], actor: User | None, source: Source, reason: str = ""
) -> Consultation:
    """Write the state of a consultation that is held, with what goes with it; for this module's own steps."""
    apply_many(
        Consultation,
        actor=actor,
        source=source,
        changes=[Change(values=values, pk=held.pk)],
        mode=Mode.ALL_OR_NOTHING,
        reason=reason,
        bound=False,
    )
    rows = Consultation.objects.select_related("project__community", "project__unit")
    found: Consultation = rows.get(pk=held.pk)
    return found
