"""Which fields of projects and plans are closed, to whom and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from projects.models import AnnualPlan
from records.locks import Lock, lock

# What an issued plan fixes: the province changes it by adjustment, the unit does not.
PLAN_FIELDS = ("plan_year", "origin", "planned_buildings", "planned_households", "planned_area", "is_removed")
TARGETS = (
    "unit_id",
    "year",
    "state",
    "issued_on",
    "document_no",
    "target_projects",
    "target_communities",
    "target_buildings",
    "target_households",
    "target_area",
    "is_removed",
)


@lock("projects.project", fields=PLAN_FIELDS)
def issued_plan(rows: Sequence[dict[str, Any]], user: User) -> Iterator[tuple[int, Lock]]:
    """The planned figures of an issued annual plan are closed to the units."""
    if user.may(Capability.PLAN_ISSUE):
        return
    units = {row.get("unit_id") for row in rows} - {None}
    issued = {
        (unit, year): document
        for unit, year, document in AnnualPlan.objects.live()
        .filter(unit__in=units, state=AnnualPlan.State.ISSUED)
        .values_list("unit_id", "year", "document_no")
    }
    for position, row in enumerate(rows):
        key = (row.get("unit_id"), row.get("plan_year"))
        if row.get("id") and key in issued:
            reason = _("The plan has been issued (%(document)s); the province changes it.") % {
                "document": issued[key] or "—"
            }
            for field in PLAN_FIELDS:
                yield position, Lock(field, reason)


@lock("projects.annualplan", fields=TARGETS)
def targets(rows: Sequence[dict[str, Any]], user: User) -> Iterator[tuple[int, Lock]]:
    """Targets are issued by the province; units read them and may remark on them."""
    if user.may(Capability.PLAN_ISSUE):
        return
    reason = _("Targets are issued by the province.")
    for position, _row in enumerate(rows):
        for field in TARGETS:
            yield position, Lock(field, reason)
