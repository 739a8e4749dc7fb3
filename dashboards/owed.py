"""What somebody still owes in the bulletins, and the figures of their own region for the first page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.roles import Capability
from dashboards.figures import Measure
from dashboards.models import Bulletin
from dashboards.places import Places
from dashboards.rollups import progress
from dashboards.selection import Selection, current_year, projects_seen_by, years_in


def owed(user: User) -> list[dict[str, Any]]:
    """Return the bulletins that wait for the user: drafts to be edited or issued."""
    if not user.may(Capability.BULLETIN_ISSUE):
        return []
    drafts = Bulletin.objects.visible_to(user).drafts().defer("moves")
    return [
        {
            "due": None,
            "due_note": "",
            "kind": _("Bulletin"),
            "text": _("%(title)s: a draft, not issued") % {"title": bulletin.title},
            "url": reverse("dashboards:bulletin", args=[bulletin.pk]),
            "action": _("Check and issue"),
        }
        for bulletin in drafts[:5]
    ]


def summary(user: User) -> dict[str, Any] | None:
    """Return the headline figures of the user's region in the plan year under way, or None."""
    if not user.may(Capability.DASHBOARD_VIEW):
        return None
    region = user.view_region
    projects = projects_seen_by(user, region)
    years = years_in(projects)
    if not years:
        return None
    today = timezone.localdate()
    selection = Selection(region=region, years=(current_year(region, years),), on=today)
    [row] = progress(projects, Places.within(region), years=selection.years, on=today)
    figures = row.figures
    states = (
        (Measure.PREPARING, "preparing"),
        (Measure.READY, "ready"),
        (Measure.UNDER_WAY, "in_progress"),
        (Measure.COMPLETED, "completed"),
    )
    items: list[dict[str, Any]] = [
        {
            "label": Measure.PLANNED.label,
            "value": figures.planned.communities,
            "unit": pgettext("unit after a number", "communities"),
            "url": selection.rows_url(Measure.PLANNED),
            "note": _("%(households)s households") % {"households": f"{figures.planned.households:,}"},
        }
    ]
    items += [
        {
            "label": measure.label,
            "status": sign,
            "value": figures.of(measure).communities,
            "unit": pgettext("unit after a number", "communities"),
            "url": selection.rows_url(measure),
            "note": _("%(households)s households") % {"households": f"{figures.of(measure).households:,}"},
        }
        for measure, sign in states
    ]
    return {
        "title": _("%(region)s, plan year %(year)d") % {"region": region.label, "year": selection.years[0]},
        "note": _("as of today"),
        "url": selection.page_url(),
        "label": _("Open the dashboard"),
        "items": items,
    }
