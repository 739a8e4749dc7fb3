"""Words that push (催办): somebody above asks a unit for something that is owed, at most once a day."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Region, User
from accounts.roles import Capability
from projects import notices
from projects.models import Project, Urge


def urge(
    *,
    actor: User,
    region: Region,
    code: str,
    text: str,
    url: str,
    due_on: date | None = None,
    project: Project | None = None,
) -> Urge:
    """Ask the users of a region for something; a second word about it on the same day is the first one.

    Raises PermissionDenied for who does not review the region.
    """
    if not actor.may(Capability.RETURN_REVIEW) or not actor.region.contains(region):
        raise PermissionDenied(Capability.RETURN_REVIEW)
    with transaction.atomic():
        # The region stays locked, so that two clicks at once are one word.
        Region.objects.select_for_update(no_key=True).get(pk=region.pk)
        today = Urge.objects.filter(
            region=region, project=project, code=code, sent_at__date=timezone.localdate(), settled_at=None
        )
        known = today.first()
        if known is not None:
            return known
        made = Urge.objects.create(
            region=region,
            project=project,
            code=code,
            text=text[:300],
            url=url[:300],
            due_on=due_on,
            sent_by=actor,
        )
        transaction.on_commit(lambda: notices.urged(made), robust=True)
    return made


def settle(*, region: Region, code: str, project: Project | None = None) -> int:
    """Close the words about something that is done now; return how many."""
    words = Urge.objects.filter(region=region, code=code, project=project, settled_at=None)
    return words.update(settled_at=timezone.now())
