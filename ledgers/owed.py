"""What somebody still owes in the ledgers, and where to do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability
from ledgers.models import CellDraft, Dispatch, DispatchUnit, ImportBatch
from ledgers.registry import LEDGERS, find_ledger
from projects.models import AnnualPlan, Project
from records.checks import Severity
from records.planning import review

Item = dict[str, Any]

# Above so many rows a person no longer owes single cells; the health check of the data is for that.
MOST_REVIEWED = 500


def owed(user: User) -> list[Item]:
    """Return what the user owes: rows dicts of components/todo_list.html, dated ones first."""
    if not any(user.may(ledger.resource.edit_capability()) for ledger in LEDGERS.values()):
        return []
    items = [*_imports(user), *_drafts(user), *_dispatches(user)]
    if user.may(Capability.LEDGER_EDIT):
        items += [*_plans(user), *_progress(user), *_doubts(user)]
    return sorted(items, key=lambda item: (item["due"] is None, item["due"]))


def _item(kind: str, text: str, url: str, action: str) -> Item:
    return {"due": None, "due_note": "", "kind": kind, "text": text, "url": url, "action": action}


def _imports(user: User) -> Iterator[Item]:
    """Files the user has uploaded and not yet saved."""
    if not user.may(Capability.LEDGER_IMPORT):
        return
    waiting = {
        ImportBatch.State.MAPPING: _("headings to be mapped"),
        ImportBatch.State.PLANNED: _("checked, not saved yet"),
    }
    for batch in ImportBatch.objects.editable_by(user).filter(uploaded_by=user, state__in=waiting)[:10]:
        url = reverse("ledgers:batch", args=[batch.pk])
        state = waiting[ImportBatch.State(batch.state)]
        yield _item(_("Import"), f"{batch.file_name} · {batch.ledger_title}：{state}", url, _("Go on"))


def _drafts(user: User) -> Iterator[Item]:
    """Cells the user typed that no rule let through."""
    counted = (
        CellDraft.objects.filter(user=user).values("ledger").annotate(cells=Count("pk")).order_by("ledger")
    )
    for group in counted:
        ledger = find_ledger(group["ledger"])
        if ledger is None:
            continue
        text = ngettext(
            "%(ledger)s: %(count)d cell could not be accepted; what you typed is kept",
            "%(ledger)s: %(count)d cells could not be accepted; what you typed is kept",
            group["cells"],
        ) % {"ledger": ledger.title, "count": group["cells"]}
        url = reverse("ledgers:grid", args=[group["ledger"]]) + "?problems=1"
        yield _item(_("To mend"), text, url, _("Mend"))


def _dispatches(user: User) -> Iterator[Item]:
    """Ad-hoc tables that the user's unit has not handed in."""
    if not user.may(Capability.RETURN_SUBMIT):
        return
    waiting = DispatchUnit.objects.filter(unit=user.region, dispatch__state=Dispatch.State.OPEN)
    waiting = waiting.exclude(state=DispatchUnit.State.SUBMITTED).select_related("dispatch")
    for part in waiting.order_by("dispatch__due_at")[:10]:
        due = timezone.localtime(part.dispatch.due_at)
        text = part.dispatch.title
        if part.state == DispatchUnit.State.RETURNED:
            text += f"：{part.return_reason}"
        item = _item(
            _("Ad-hoc table"), text, reverse("ledgers:dispatch", args=[part.dispatch_id]), _("Fill in")
        )
        yield item | {"due": due.date(), "due_note": _("until %(time)s") % {"time": f"{due:%H:%M}"}}


def _plans(user: User) -> Iterator[Item]:
    """Plans being drawn up for the user's units."""
    drafts = AnnualPlan.objects.editable_by(user).filter(state=AnnualPlan.State.DRAFT).select_related("unit")
    for plan in drafts.order_by("year", "unit__path")[:5]:
        listed = Project.objects.live().filter(unit=plan.unit, plan_year=plan.year).count()
        text = ngettext(
            "%(unit)s: the plan is being drawn up, %(count)d community listed",
            "%(unit)s: the plan is being drawn up, %(count)d communities listed",
            listed,
        ) % {"unit": plan.unit.label, "count": listed}
        url = reverse("ledgers:grid", args=["projects"]) + f"?year={plan.year}&unit={plan.unit.code}"
        yield _item(_("Plan of %(year)d") % {"year": plan.year}, text, url, _("Enter"))


def _progress(user: User) -> Iterator[Item]:
    """Projects under way whose physical progress nobody has entered."""
    if user.region.level in {Region.Level.PROVINCE, Region.Level.PREFECTURE}:
        return
    open_projects = Project.objects.editable_by(user).under_way_on(timezone.localdate())
    blank = open_projects.filter(progress_percent=None).values_list("plan_year", flat=True).order_by()
    for year, count in sorted(Counter(blank).items()):
        text = ngettext(
            "%(count)d community under way has no physical progress",
            "%(count)d communities under way have no physical progress",
            count,
        ) % {"count": count}
        url = reverse("ledgers:grid", args=["projects"]) + f"?year={year}"
        yield _item(_("Progress of %(year)d") % {"year": year}, text, url, _("Enter"))


def _doubts(user: User) -> Iterator[Item]:
    """Rows with findings that nobody has mended or confirmed."""
    if user.region.level in {Region.Level.PROVINCE, Region.Level.PREFECTURE}:
        return
    for slug in ("communities", "projects"):
        ledger = LEDGERS[slug]
        manager: Any = ledger.resource.model._default_manager
        rows = ledger.resource.read_rows(manager.editable_by(user)[: MOST_REVIEWED + 1])
        if len(rows) > MOST_REVIEWED:
            continue
        reviewed = zip(rows, review(ledger.resource.model, rows), strict=True)
        open_rows = [
            row
            for row, findings in reviewed
            if any(found.severity is Severity.SOFT and not found.confirmed for found in findings)
        ]
        by_year = Counter(row.get("plan_year") for row in open_rows)
        for year, count in sorted(by_year.items(), key=lambda pair: pair[0] or 0):
            text = ngettext(
                "%(ledger)s: %(count)d row has doubtful figures; mend them or confirm with the reason",
                "%(ledger)s: %(count)d rows have doubtful figures; mend them or confirm with the reason",
                count,
            ) % {"ledger": ledger.title, "count": count}
            query = "?problems=1" + (f"&year={year}" if year else "")
            yield _item(_("To confirm"), text, reverse("ledgers:grid", args=[slug]) + query, _("Check"))
