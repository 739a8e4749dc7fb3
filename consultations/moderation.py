"""What residents say is looked at before others read it: shown, or not shown with the reason.

Nothing is deleted: what is not shown leaves a stone with its reason, and is answered like the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from consultations.models import Comment, CommentEvent
from projects.workflow import WorkflowError
from records.models import Limit

State = Comment.State
Action = CommentEvent.Action
HOURS = "consultations.moderation_hours"
DEFAULT_HOURS = 24


def waiting(user: User) -> QuerySet[Comment]:
    """Return what waits to be looked at in the user's own region, the oldest first."""
    rows = Comment.objects.visible_to(user).filter(state=State.PENDING)
    return rows.filter(project__community__region__in=user.region.subtree()).order_by("made_at", "pk")


def alarm_before(now: datetime | None = None) -> datetime:
    """Return the moment before which a comment that still waits has waited too long."""
    hours = Limit.objects.filter(code=HOURS).values_list("high", flat=True).first()
    return (now or timezone.now()) - timedelta(hours=int(hours or DEFAULT_HOURS))


def publish(comments: Iterable[Comment], *, actor: User) -> int:
    """Show comments that wait, or that were not shown; return how many.

    Raises PermissionDenied, Comment.DoesNotExist outside the actor's region.
    """
    return _look_at(comments, State.PUBLISHED, (State.PENDING, State.HIDDEN), actor, "")


def hide(comments: Iterable[Comment], *, actor: User, reason: str) -> int:
    """Do not show comments, with the reason, which stands where they would; return how many.

    Raises WorkflowError without a reason, PermissionDenied, Comment.DoesNotExist.
    """
    if not reason.strip():
        raise WorkflowError(_("Write the reason: the resident and everybody else reads it."))
    return _look_at(comments, State.HIDDEN, (State.PENDING, State.PUBLISHED), actor, reason.strip()[:200])


def _look_at(
    comments: Iterable[Comment],
    to: Comment.State,
    expected: Sequence[Comment.State],
    actor: User,
    reason: str,
) -> int:
    if not actor.may(Capability.CONSULTATION_MODERATE):
        raise PermissionDenied
    asked = {comment.pk for comment in comments}
    with transaction.atomic():
        rows = Comment.objects.visible_to(actor).filter(
            pk__in=asked, project__community__region__in=actor.region.subtree()
        )
        held = list(rows.order_by("pk").select_for_update(of=("self",)))
        if len(held) != len(asked):
            raise Comment.DoesNotExist
        moved = [comment for comment in held if comment.state in expected]
        Comment.objects.filter(pk__in=[comment.pk for comment in moved]).update(
            state=to, moderated_at=timezone.now(), moderated_by=actor, hidden_reason=reason
        )
        action = Action.PUBLISHED if to == State.PUBLISHED else Action.HIDDEN
        CommentEvent.objects.bulk_create(
            CommentEvent(comment=comment, action=action, actor=actor, note=reason) for comment in moved
        )
        return len(moved)
