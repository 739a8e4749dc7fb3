"""What auditors look at on sites: defects left, materials not looked at, acceptance not held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.alerts.registry import Found, Night, alerting, overdue
from dashboards.models import AlertRule
from projects.models import Acceptance, Defect, Inspection

DAYS = pgettext_lazy("unit of a threshold", "days")
Row = tuple[int, int, int, date | None]


def aged(rows: Iterable[Row], on: date) -> Iterator[tuple[int, int, int, int]]:
    """Return rows of (unit, plan year, project, day) with the days passed since."""
    return ((unit, year, pk, (on - day).days) for unit, year, pk, day in rows if day is not None)


@alerting(
    "defects_overdue",
    label=_("Defects not mended by their day"),
    unit=DAYS,
    told=_("defects of %(count)s communities are overdue, the longest by %(longest)s days"),
)
def defects_overdue(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the defects whose day has passed and that nobody has verified as mended."""
    rows = Defect.objects.live().filter(
        state=Defect.State.OPEN, due_on__lt=night.on, project__in=night.entered.values("pk")
    )
    values = rows.order_by().values_list("unit_id", "project__plan_year", "project_id", "due_on")
    yield from overdue(rule, aged(values, night.on))


@alerting(
    "materials_not_inspected",
    label=_("No inspection of materials"),
    unit=DAYS,
    told=_(
        "%(count)s communities under way without an inspection of materials, the longest %(longest)s days"
    ),
)
def materials_not_inspected(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the sites where no inspection of materials has been recorded since the start."""
    looked = Inspection.objects.live().filter(
        project=OuterRef("pk"), kind=Inspection.Kind.MATERIAL, held_on__lte=night.on
    )
    sites = night.entered.under_way_on(night.on).exclude(Exists(looked)).order_by()
    yield from overdue(rule, aged(sites.values_list("unit_id", "plan_year", "pk", "started_on"), night.on))


@alerting(
    "acceptance_missing",
    label=_("Completed without joint acceptance"),
    unit=DAYS,
    told=_("%(count)s completed communities have not passed, the longest for %(longest)s days"),
)
def acceptance_missing(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the projects that were completed and have not passed their joint acceptance (综合验收不到位)."""
    passed = Acceptance.objects.live().filter(
        project=OuterRef("pk"), result=Acceptance.Result.PASSED, passed_on__lte=night.on
    )
    done = night.entered.completed_by(night.on).exclude(Exists(passed)).order_by()
    yield from overdue(rule, aged(done.values_list("unit_id", "plan_year", "pk", "completed_on"), night.on))
