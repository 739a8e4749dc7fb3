"""What is owed in the rounds: returns to fill in and to decide, visits, waivers, words that push."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability
from projects import punctuality
from projects.models import UnitReturn, UpkeepVisit, Urge, Waiver

Item = dict[str, Any]
State = UnitReturn.State
# A visit stands in the list so many days before it is due.
SOON = timedelta(days=30)
# So many rows of one kind; the rest are a click away.
MOST = 10


def item(
    kind: str, text: str, url: str, action: str, due: Any = None, note: str = "", place: str = ""
) -> Item:
    """Return a row of components/todo_list.html; ``place`` is the community it is about."""
    return {
        "due": due,
        "due_note": note,
        "kind": kind,
        "text": text,
        "url": url,
        "action": action,
        "place": place,
    }


def returns(user: User) -> list[Item]:
    """Return the returns the user has to fill in, or to mend because they came back."""
    if not user.may(Capability.RETURN_SUBMIT) or user.region.level == Region.Level.PROVINCE:
        return []
    mine = UnitReturn.objects.editable_by(user).filter(state__in=[State.DRAFT, State.RETURNED])
    found = list(mine.select_related("round", "unit").order_by("round__month")[:MOST])
    months, units = {row.round.month for row in found}, {row.unit_id for row in found}
    due_by, done_by = punctuality.reports_by_unit(months, units)
    items = []
    for row in found:
        month = f"{row.round.month:%Y-%m}"
        done, due = done_by[row.unit_id, row.round.month], due_by[row.unit_id, row.round.month]
        if row.state == State.RETURNED:
            text = _("sent back: %(reason)s") % {"reason": row.return_reason}
        else:
            text = _("%(unit)s: %(done)d of %(due)d communities reported") % {
                "unit": row.unit.label,
                "done": done,
                "due": due,
            }
        kind = _("Return of %(month)s") % {"month": month}
        note = _("due %(day)s") % {"day": row.round.due_on}
        url = reverse("projects:return", args=[row.pk])
        action = _("Mend") if row.state == State.RETURNED else _("Report")
        owed = item(kind, text, url, action, row.round.due_on, note)
        # What the first page says of the running month.
        items.append({**owed, "running": {"month": row.round.month, "done": done, "due": due}})
    return items


def to_decide(user: User) -> list[Item]:
    """Return how many submitted returns wait for the user, by month."""
    if not user.may(Capability.RETURN_REVIEW):
        return []
    waiting = UnitReturn.objects.visible_to(user).in_region(user.region).filter(state=State.SUBMITTED)
    by_month: dict[Any, list[str]] = {}
    rows = waiting.exclude(submitted_by=user).order_by("round__month", "unit__path")
    for month, unit in rows.values_list("round__month", "unit__name"):
        by_month.setdefault(month, []).append(unit)
    items = []
    for month, units in by_month.items():
        count = len(units)
        text = ngettext(
            "%(count)d return waits for your decision: %(units)s",
            "%(count)d returns wait for your decision: %(units)s",
            count,
        ) % {"count": count, "units": "、".join(units[:3]) + ("…" if count > 3 else "")}
        url = reverse("projects:rounds") + f"?month={month:%Y-%m}&state=submitted"
        items.append(item(_("Return of %(month)s") % {"month": f"{month:%Y-%m}"}, text, url, _("Check")))
    return items


def waivers(user: User) -> list[Item]:
    """Return the exceptions the user has to decide about."""
    if not user.may(Capability.WAIVER_DECIDE):
        return []
    asked = Waiver.objects.live().filter(state=Waiver.State.ASKED, region__path__startswith=user.region.path)
    rows = asked.exclude(asked_by=user).select_related("region").order_by("valid_from", "pk")
    return [
        item(
            _("Exception"),
            f"{row.region.label} · {row.reason}",
            reverse("projects:waiver", args=[row.pk]),
            _("Decide"),
            row.valid_from,
            _("asked from %(day)s") % {"day": row.valid_from},
        )
        for row in rows[:MOST]
    ]


def visits(user: User) -> list[Item]:
    """Return the visits after completion that are due in the user's unit."""
    if not user.may(Capability.LEDGER_EDIT) or user.region.level in {
        Region.Level.PROVINCE,
        Region.Level.PREFECTURE,
    }:
        return []
    until = timezone.localdate() + SOON
    due = UpkeepVisit.objects.editable_by(user).filter(visited_on=None, due_on__lte=until)
    rows = due.select_related("project__community").order_by("due_on", "pk")[:MOST]
    return [
        item(
            _("Visit after completion"),
            _("%(community)s: %(months)d months after acceptance")
            % {"community": row.project.community.name, "months": row.months},
            reverse("projects:visit", args=[row.pk]),
            _("Enter the visit"),
            row.due_on,
            _("due %(day)s") % {"day": row.due_on},
            row.project.community.name,
        )
        for row in rows
    ]


def urges(user: User) -> list[Item]:
    """Return the words that pushed the user's unit and are not settled."""
    if not user.may(Capability.LEDGER_EDIT) or user.region.level == Region.Level.PROVINCE:
        return []
    words = Urge.objects.filter(region=user.region, settled_at=None).select_related(
        "sent_by", "project__community"
    )
    return [
        item(
            _("Reminder"),
            _("%(text)s (%(by)s)") % {"text": row.text, "by": row.sent_by},
            reverse("projects:urge", args=[row.pk]),
            _("Go there"),
            row.due_on or timezone.localdate(row.sent_at),
            _("sent %(day)s") % {"day": timezone.localdate(row.sent_at)},
            row.project.community.name if row.project else "",
        )
        for row in words[:MOST]
    ]
