"""Utilities pay for their own: where an item of theirs is planned, so is their share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Department
from funding.balances import parts
from funding.checks.chain import MONEY
from funding.models import Contribution, MoneyEvent, Source
from projects.models import PlanItem, PlanVersion
from records.checks import Finding, RowView, Severity, set_check

Step = MoneyEvent.Step
# How many items a sentence names.
NAMED = 4


@set_check(MONEY, "utility_share", Severity.SOFT, fields=("project_id", "source_id", "step"))
def utilities_pay_their_share(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project that plans items of utilities plans their share of the money too (专营单位出资责任).

    Told on the first planned event of the project, so that it is told and confirmed once.
    """
    planned: dict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if row.get("step") == Step.PLANNED and row.get("project_id") and not row.get("is_removed"):
            planned[row["project_id"]].append(position)
    if not planned:
        return
    items = _items_of_utilities(planned)
    if not items:
        return
    firsts = _firsts(rows, planned)
    shared = _with_share(items) | _planned_here(rows, planned)
    for project, names in items.items():
        if project in shared or project not in firsts:
            continue
        listed = "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
        text = _("Items of utilities are planned (%(items)s), but no share of theirs.") % {"items": listed}
        mend = _("Plan the utilities' share, or confirm why there is none.")
        yield firsts[project], Finding("source_id", text, mend)


def _firsts(rows: Sequence[RowView], planned: dict[int, list[int]]) -> dict[int, int]:
    """Return by project the row that is its first planned event, where it is among these rows."""
    first: dict[int, int] = {}
    for part in parts(planned):
        stored = MoneyEvent.objects.live().filter(project__in=part, step=Step.PLANNED).order_by("-pk")
        first.update((project, pk) for pk, project in stored.values_list("pk", "project_id"))
    found: dict[int, int] = {}
    for project, positions in planned.items():
        if project not in first:
            found[project] = positions[0]
        for position in positions:
            if rows[position].get("id") == first.get(project, 0):
                found[project] = position
    return found


def _items_of_utilities(projects: Any) -> dict[int, list[str]]:
    """Return the items of utilities' departments in the final plans of projects."""
    utility = Q(department__kind=Department.Kind.UTILITY) | Q(
        department=None, item__department__kind=Department.Kind.UTILITY
    )
    found: dict[int, list[str]] = defaultdict(list)
    for part in parts(projects):
        rows = PlanItem.objects.live().filter(
            utility,
            project__in=part,
            plan_version__state=PlanVersion.State.FINAL,
            plan_version__is_removed=False,
        )
        for project, name in rows.order_by("item__position").values_list("project_id", "item__name"):
            if name not in found[project]:
                found[project].append(name)
    return found


def _with_share(projects: Any) -> set[int]:
    """Return the projects for which a utility's share is planned or agreed already."""
    found: set[int] = set()
    for part in parts(projects):
        events = MoneyEvent.objects.live().filter(
            project__in=part, step=Step.PLANNED, source__channel=Source.Channel.UTILITY
        )
        found |= set(events.values_list("project_id", flat=True).order_by())
        agreed = Contribution.objects.live().filter(project__in=part, payer=Contribution.Payer.UTILITY)
        found |= set(agreed.values_list("project_id", flat=True).order_by())
    return found


def _planned_here(rows: Sequence[RowView], planned: dict[int, list[int]]) -> set[int]:
    """Return the projects whose utility share these very rows plan."""
    of_rows = {position for positions in planned.values() for position in positions}
    sources = {rows[position]["source_id"] for position in of_rows if rows[position].get("source_id")}
    utilities = Source.objects.filter(pk__in=sources, channel=Source.Channel.UTILITY)
    known = set(utilities.values_list("pk", flat=True))
    return {
        project
        for project, positions in planned.items()
        if any(rows[position].get("source_id") in known for position in positions)
    }
