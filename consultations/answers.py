"""Answers to what residents say: one, many at once, like comments together; taken back; overdue.

An answer says what becomes of a comment and why.  What is adopted names the clause or item of the next
version that it changed, at the latest before the result is put up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from consultations import proceedings, standing
from consultations.models import Cluster, Comment, CommentEvent, Consultation, Disposition
from projects.models import PlanClause, PlanItem
from projects.workflow import MovedOn, WorkflowError
from records.models import Limit

Action = CommentEvent.Action
Outcome = Disposition.Outcome
# The alarms of a comment without an answer, in days; the first is the day it is due.
ALARMS = (
    ("consultations.answer_days", 7),
    ("consultations.answer_days_late", 30),
    ("consultations.answer_days_very_late", 60),
)
PROMISES = (Outcome.ADOPTED, Outcome.PARTLY)


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of comments: outcome, reason, and what it changed or repeats."""

    outcome: str
    reason: str
    clause: PlanClause | None = None
    item: PlanItem | None = None
    same_as: Comment | None = None


def answer(comments: Iterable[Comment], given: Answer, *, actor: User) -> list[Disposition]:
    """Answer comments of one consultation alike; an answer there was is replaced and stays as a row.

    Raises WorkflowError for an answer that is none, MovedOn after the end, PermissionDenied,
    Comment.DoesNotExist outside the actor's region; then nothing is written.
    """
    with transaction.atomic():
        held, consultation = _hold(comments, actor)
        _refuse_words(given, held, consultation)
        Disposition.objects.filter(comment__in=held, is_current=True).update(is_current=False)
        made = Disposition.objects.bulk_create(
            Disposition(
                comment=comment,
                outcome=given.outcome,
                reason=given.reason.strip(),
                clause=given.clause,
                item=given.item,
                same_as=given.same_as,
                answered_by=actor,
            )
            for comment in held
        )
        _tell(held, Action.ANSWERED, actor, str(Outcome(given.outcome).label))
        return made


def take_back(comment: Comment, *, actor: User, reason: str) -> None:
    """Take an answer back, with the reason; it stays as a row that is no longer current.

    A consultation that was answered waits for its answers again.
    """
    if not reason.strip():
        raise WorkflowError(_("Write why the answer is taken back."))
    with transaction.atomic():
        held, consultation = _hold([comment], actor)
        if not Disposition.objects.filter(comment__in=held, is_current=True).update(is_current=False):
            raise MovedOn(_("There is no answer to take back."))
        _tell(held, Action.REOPENED, actor, reason.strip())
        proceedings.reopen(consultation, actor=actor)


def link(
    given: Disposition, *, actor: User, clause: PlanClause | None = None, item: PlanItem | None = None
) -> Disposition:
    """Name the clause or item that an adopted comment changed; the words of the answer stay as they are."""
    with transaction.atomic():
        _held, consultation = _hold([given.comment], actor)
        standing = Disposition.objects.filter(pk=given.pk, is_current=True).first()
        if standing is None:
            raise MovedOn(_("This answer has been replaced meanwhile."))
        if clause is None and item is None:
            raise WorkflowError(_("Choose the clause or the item that was changed."))
        _refuse_foreign(consultation, clause, item)
        Disposition.objects.filter(pk=standing.pk).update(clause=clause, item=item)
        standing.refresh_from_db()
        return standing


def group(comments: Iterable[Comment], title: str, *, actor: User) -> Cluster:
    """Put comments that say the same together, under one title; they are answered at once."""
    if not title.strip():
        raise WorkflowError(_("Write in a few words what these comments say."))
    with transaction.atomic():
        held, consultation = _hold(comments, actor)
        rows = Cluster.objects.filter(consultation=consultation, title=title.strip()[:120])
        made = rows.first() or Cluster.objects.create(
            consultation=consultation, title=title.strip()[:120], made_by=actor
        )
        Comment.objects.filter(pk__in=[comment.pk for comment in held]).update(cluster=made)
        _tell(held, Action.GROUPED, actor, made.title)
        return made


def alarms() -> list[int]:
    """Return the days after which an unanswered comment is due, late and very late; one query."""
    known = dict(Limit.objects.filter(code__startswith="consultations.answer").values_list("code", "high"))
    return [int(known.get(code) or days) for code, days in ALARMS]


def due_on(comment: Comment, days: Sequence[int]) -> date:
    """Return the day by which a comment is to be answered."""
    return timezone.localdate(comment.made_at) + timedelta(days=days[0])


def lateness(comment: Comment, days: Sequence[int], today: date | None = None) -> int:
    """Return how many of the alarms a comment without an answer has passed: 0 to 3."""
    waited = ((today or timezone.localdate()) - timezone.localdate(comment.made_at)).days
    return sum(waited > limit for limit in days)


def _hold(comments: Iterable[Comment], actor: User) -> tuple[list[Comment], Consultation]:
    """Return comments of one consultation, which is locked and not at its end."""
    if not actor.may(Capability.CONSULTATION_ANSWER):
        raise PermissionDenied
    asked = {comment.pk for comment in comments}
    rows = Comment.objects.editable_by(actor).filter(pk__in=asked, consultation__isnull=False)
    found = list(rows.select_related("consultation"))
    if not asked or len(found) != len(asked):
        raise Comment.DoesNotExist
    if len({comment.consultation_id for comment in found}) > 1:
        raise WorkflowError(_("Answer the comments of one consultation at a time."))
    [consultation] = {comment.consultation for comment in found}
    if consultation is None:
        raise Comment.DoesNotExist
    held = standing.hold(consultation)
    if held.state in {Consultation.State.FINAL, Consultation.State.REJECTED}:
        raise MovedOn(_("The consultation has ended: its answers stay as they are."))
    locked = list(rows.order_by("pk").select_for_update(of=("self",)))
    if any(comment.state not in Comment.OWED for comment in locked):
        raise MovedOn(_("A resident has withdrawn a comment meanwhile. Look at the list again."))
    return locked, held


def _refuse_words(given: Answer, held: Sequence[Comment], consultation: Consultation) -> None:
    if given.outcome not in Outcome.values:
        raise WorkflowError(_("Choose what becomes of the comment."))
    if not given.reason.strip():
        raise WorkflowError(_("Write the answer: residents read why."))
    if len(given.reason) > 1000:
        raise WorkflowError(_("The answer is longer than 1,000 characters."))
    if any(comment.state == Comment.State.PENDING for comment in held):
        raise WorkflowError(_("A comment has not been looked at yet: show it, or not, first."))
    _refuse_foreign(consultation, given.clause, given.item)
    if given.outcome == Outcome.DUPLICATE:
        same = given.same_as
        if same is None or same.consultation_id != consultation.pk:
            raise WorkflowError(_("Name the comment that said it before."))
        if same.pk in {comment.pk for comment in held}:
            raise WorkflowError(_("A comment does not repeat itself."))
        if Disposition.objects.filter(comment=same, is_current=True, outcome=Outcome.DUPLICATE).exists():
            raise WorkflowError(_("That comment repeats another: name the first one."))
    elif given.same_as is not None:
        raise WorkflowError(_("Only an answer «said before» names another comment."))


def _refuse_foreign(consultation: Consultation, clause: PlanClause | None, item: PlanItem | None) -> None:
    """The change is in a later version than the one that was heard, of the same plan."""
    for changed in (clause, item):
        if changed is None:
            continue
        if changed.project_id != consultation.project_id or changed.is_removed:
            raise WorkflowError(_("This clause or item belongs to another plan."))
        if changed.plan_version_id == consultation.plan_version_id:
            raise WorkflowError(_("Name the clause or item of the next version, not of the one heard."))


def _tell(held: Sequence[Comment], action: CommentEvent.Action, actor: User, note: str) -> None:
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, action=action, actor=actor, note=str(note)[:500]) for comment in held
    )
