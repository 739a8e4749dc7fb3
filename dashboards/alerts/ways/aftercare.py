"""What auditors look at after completion: management, maintenance funds, visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.alerts.registry import Found, Night, alerting, overdue
from dashboards.alerts.ways.sites import DAYS, aged
from dashboards.models import AlertRule
from projects.models import MaintenanceFund, ManagementArrangement, UpkeepVisit


@alerting(
    "no_management",
    label=_("Completed without management"),
    unit=DAYS,
    told=_("%(count)s completed communities have no management, the longest for %(longest)s days"),
)
def no_management(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the projects that were completed and for which nobody manages (未引入物业)."""
    managed = ManagementArrangement.objects.live().filter(project=OuterRef("pk")).exclude(mode="")
    done = night.entered.completed_by(night.on).exclude(Exists(managed)).order_by()
    yield from overdue(rule, aged(done.values_list("unit_id", "plan_year", "pk", "completed_on"), night.on))


@alerting(
    "no_maintenance_fund",
    label=_("Completed without a maintenance fund"),
    unit=DAYS,
    told=_("%(count)s completed communities have no maintenance fund, the longest for %(longest)s days"),
)
def no_maintenance_fund(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the projects that were completed and have no maintenance fund (未建维修资金)."""
    funded = MaintenanceFund.objects.live().filter(project=OuterRef("pk"), established_on__lte=night.on)
    done = night.entered.completed_by(night.on).exclude(Exists(funded)).order_by()
    yield from overdue(rule, aged(done.values_list("unit_id", "plan_year", "pk", "completed_on"), night.on))


@alerting(
    "management_lapsed",
    label=_("Management has lapsed after the works"),
    unit=pgettext_lazy("unit of a threshold", "communities"),
    told=_("at the last visit %(count)s communities were no longer managed"),
)
def management_lapsed(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield how many communities were no longer managed at their last visit (回头看)."""
    visits = UpkeepVisit.objects.live().filter(
        visited_on__lte=night.on, is_managed__isnull=False, project__in=night.entered.values("pk")
    )
    last: dict[int, tuple[int, int, bool]] = {}
    for pk, unit, year, managed in visits.order_by("visited_on", "pk").values_list(
        "project_id", "unit_id", "project__plan_year", "is_managed"
    ):
        last[pk] = (unit, year, bool(managed))
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for pk, (unit, year, managed) in last.items():
        if not managed:
            groups[unit, year].append(pk)
    for (unit, year), listed in groups.items():
        yield Found(
            unit=unit,
            value=Decimal(len(listed)),
            facts={"count": len(listed)},
            plan_year=year,
            projects=tuple(listed),
        )
