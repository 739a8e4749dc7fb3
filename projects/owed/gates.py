"""What an officer's own projects still lack before they may move on, as far as it is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.roles import Capability
from projects.gating import Transition, Unmet, examine
from projects.models import Project
from projects.owed.reporting import item
from projects.workflow import next_transition

SOON = timedelta(days=30)
# So many projects are examined, and so many items listed; a line leads to all others.
MOST_EXAMINED = 400
MOST_LISTED = 12


def gates(user: User) -> list[dict[str, Any]]:
    """Return the unmet items of the user's projects that are overdue or due within thirty days."""
    if not user.may(Capability.STAGE_MOVE) or user.region.level in {
        Region.Level.PROVINCE,
        Region.Level.PREFECTURE,
    }:
        return []
    until = timezone.localdate() + SOON
    rows = Project.objects.editable_by(user).filter(standing=Project.Standing.ACTIVE, is_history=False)
    by_step: dict[Transition, list[Project]] = defaultdict(list)
    for project in rows.select_related("community__region", "unit")[:MOST_EXAMINED]:
        step = next_transition(project)
        if step is not None:
            by_step[step].append(project)
    found = []
    for step, projects in by_step.items():
        names = {project.pk: project for project in projects}
        for pk, report in examine(projects, step).items():
            pressing = [unmet for unmet in report.unmet if unmet.due is not None and unmet.due <= until]
            found += [(unmet, names[pk]) for unmet in _at_one_place(pressing)]
    found.sort(key=lambda pair: (pair[0].due, pair[1].pk))
    items = [
        item(
            project.get_stage_display(),
            f"{project.community.name} · {unmet.what}",
            unmet.url or reverse("projects:project", args=[project.pk]),
            unmet.action or _("Go there"),
            unmet.due,
            _("due %(day)s") % {"day": unmet.due},
            project.community.name,
        )
        for unmet, project in found[:MOST_LISTED]
    ]
    if len(found) > MOST_LISTED:
        rest = _("%(count)d more things are missing before projects may move on") % {
            "count": len(found) - MOST_LISTED
        }
        due = found[MOST_LISTED][0].due
        items.append(item(_("Gates"), rest, reverse("projects:try_all"), _("See all"), due))
    return items


def _at_one_place(unmet: Iterable[Unmet]) -> list[Unmet]:
    """Join what is due on one day and mended on one page, such as the signatures of a sheet."""
    places: dict[tuple[str, date | None], list[Unmet]] = defaultdict(list)
    for one in unmet:
        places[one.url, one.due].append(one)
    return [replace(same[0], what="；".join(one.what for one in same)) for same in places.values()]
