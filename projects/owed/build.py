"""What is owed on the sites: defects to mend or verify, acceptances that wait, offices over their limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability
from projects import schedule
from projects.models import Acceptance, Defect, Milestone
from projects.owed.reporting import item

# A defect stands in the list so many days before it is due; so many rows of one kind.
SOON = timedelta(days=7)
MOST = 10


def defects(user: User) -> list[dict[str, Any]]:
    """Return, by plan year, the defects due within a week and those another person has to verify."""
    if not _works_on_site(user):
        return []
    return [*_to_mend(user), *_to_verify(user)]


def _to_mend(user: User) -> Iterator[dict[str, Any]]:
    until = timezone.localdate() + SOON
    rows = Defect.objects.editable_by(user).filter(state=Defect.State.OPEN, due_on__lte=until)
    grouped = rows.values("project__plan_year").annotate(count=Count("pk"), due=Min("due_on"))
    for row in grouped.order_by("project__plan_year"):
        count = row["count"]
        text = ngettext("%(count)d defect to be mended", "%(count)d defects to be mended", count)
        url = reverse("projects:defects") + f"?year={row['project__plan_year']}&state=open"
        yield item(_("Defects"), text % {"count": count}, url, _("See the defects"), row["due"])


def _to_verify(user: User) -> Iterator[dict[str, Any]]:
    rows = Defect.objects.editable_by(user).filter(state=Defect.State.MENDED).exclude(mended_by=user)
    grouped = rows.values("project__plan_year").annotate(count=Count("pk"))
    for row in grouped.order_by("project__plan_year"):
        count = row["count"]
        text = ngettext("%(count)d defect to be verified", "%(count)d defects to be verified", count)
        url = reverse("projects:defects") + f"?year={row['project__plan_year']}&state=mended"
        yield item(_("Defects"), text % {"count": count}, url, _("Verify"), None)


def acceptances(user: User) -> list[dict[str, Any]]:
    """Return the joint acceptances that are under way: signatures are missing, or it can be passed.

    Whoever moves projects reads the same, signature by signature, among the conditions of the next stage.
    """
    if not _works_on_site(user) or user.may(Capability.STAGE_MOVE):
        return []
    rows = Acceptance.objects.editable_by(user).filter(result=Acceptance.Result.PENDING)
    listed = rows.select_related("project__community").order_by("held_on", "pk")[:MOST]
    return [
        item(
            _("Joint acceptance"),
            _("%(community)s: the acceptance is under way") % {"community": row.project.community.name},
            reverse("projects:acceptance", args=[row.project_id]),
            _("Enter signatures"),
            row.held_on,
        )
        for row in listed
    ]


def approvals(user: User) -> list[dict[str, Any]]:
    """Return how many submissions an office has not answered within its time limit."""
    if not _works_on_site(user):
        return []
    rows = Milestone.objects.editable_by(user).filter(submitted_on__isnull=False, actual_on=None)
    waiting = schedule.waiting_answers(rows.select_related("project__unit").order_by(), timezone.localdate())
    late = [answer for answer in waiting if answer.left < 0]
    if not late:
        return []
    text = ngettext(
        "%(count)d approval is over its time limit",
        "%(count)d approvals are over their time limit",
        len(late),
    ) % {"count": len(late)}
    year = late[0].milestone.project.plan_year
    url = reverse("projects:approvals") + f"?year={year}"
    return [item(_("Time limits"), text, url, _("See the approvals"), late[0].due)]


def _works_on_site(user: User) -> bool:
    above = {Region.Level.PROVINCE, Region.Level.PREFECTURE}
    return user.may(Capability.LEDGER_EDIT) and user.region.level not in above
