"""What somebody still owes in alerts and bulletins, and their own region's figures for the first page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from accounts.roles import Capability
from dashboards import missed
from dashboards.alerts.reading import label_of, words_of
from dashboards.figures import Measure
from dashboards.models import Alert, Bulletin
from dashboards.places import Places
from dashboards.rollups import progress
from dashboards.selection import Selection, current_year, projects_seen_by, years_in
from records.models import Limit

# So many alerts are named one by one; the rest are a click away.
MOST = 8
EXPLAIN_DAYS = "alert_explain_days"


def owed(user: User) -> list[dict[str, Any]]:
    """Return what waits for the user: alerts to be explained or looked at, reports to be issued or missed."""
    return [*_alerts_to_explain(user), *_alerts_explained(user), *_bulletins(user), *_missed(user)]


def _alerts_to_explain(user: User) -> Iterator[dict[str, Any]]:
    """Alerts of the user's unit that nobody has explained, red ones first."""
    if not user.may(Capability.ALERT_EXPLAIN) or user.region.parent_id is None:
        return
    rows = Alert.objects.editable_by(user).unexplained().select_related("rule", "unit", "project__community")
    listed = list(rows.order_by("level", "since", "pk")[: MOST + 1])
    if not listed:
        return
    days = Limit.objects.filter(code=EXPLAIN_DAYS).values_list("high", flat=True).first()
    for alert in listed[:MOST]:
        place = alert.project.community.name if alert.project else ""
        due = alert.level_since + timedelta(days=int(days or 0)) if days is not None else None
        yield {
            "due": due,
            "due_note": _("explain by %(day)s") % {"day": due} if due else "",
            "kind": _("Red alert") if alert.level == Alert.Level.RED else _("Yellow alert"),
            "text": f"{place or label_of(alert.rule)}：{words_of(alert.rule, alert.facts)}",
            "url": alert.get_absolute_url(),
            "action": _("Explain"),
            "place": place,
        }
    if len(listed) > MOST:
        url = reverse("dashboards:alerts") + "?state=unexplained"
        yield _undated(_("Alerts"), _("More alerts wait to be explained"), url, _("See them all"))


def _alerts_explained(user: User) -> Iterator[dict[str, Any]]:
    """How many alerts were explained and still stand: staff look whether they can be closed."""
    if not user.may(Capability.ALERT_MANAGE):
        return
    count = Alert.objects.visible_to(user).open().exclude(explained_at=None).count()
    if count:
        text = ngettext(
            "%(count)d alert was explained and still stands",
            "%(count)d alerts were explained and still stand",
            count,
        ) % {"count": count}
        yield _undated(
            _("Alerts"), text, reverse("dashboards:alerts") + "?state=explained", _("Look at them")
        )


def _undated(kind: str, text: str, url: str, action: str) -> dict[str, Any]:
    return {"due": None, "due_note": "", "kind": kind, "text": text, "url": url, "action": action}


def _bulletins(user: User) -> list[dict[str, Any]]:
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


def _missed(user: User) -> Iterator[dict[str, Any]]:
    """Reports that nobody makes any more, as long as nobody has acknowledged them."""
    if not user.may(Capability.TIMETABLE_EDIT):
        return
    count = sum(row.acknowledged_by_id is None for row in missed.listed())
    if count:
        text = ngettext(
            "%(count)d report was missed during an outage: acknowledge it",
            "%(count)d reports were missed during an outage: acknowledge them",
            count,
        ) % {"count": count}
        yield _undated(_("Bulletin"), text, reverse("dashboards:timetable") + "#missed", _("Look at them"))


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
