"""What is reported late, and reports that do not fit together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models import Comment
from dashboards.alerts.registry import Found, Night, alerting, overdue
from dashboards.models import AlertRule
from projects.models import ProgressReport, UnitReturn
from projects.months import month_before, month_end, month_of
from records.rates import percentage

MONTHS = pgettext_lazy("unit of a threshold", "months")
# So many months back progress is looked at.
LOOK_BACK = 12


@alerting(
    "report_late",
    label=_("Monthly return late"),
    unit=MONTHS,
    told=_("not handed in: %(months)s; the oldest was due on %(day)s"),
)
def report_late(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield how many monthly returns of each unit are overdue and not handed in (月报迟报)."""
    owed: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = UnitReturn.objects.live().filter(first_submitted_at=None, round__due_on__lt=night.on)
    for unit, month, due in rows.order_by("round__month").values_list(
        "unit_id", "round__month", "round__due_on"
    ):
        owed[unit].append((month, due))
    for unit, listed in owed.items():
        facts = {
            "months": "、".join(f"{month:%Y-%m}" for month, _due in listed[:6]),
            "day": f"{listed[0][1]:%Y-%m-%d}",
        }
        yield Found(unit=unit, value=Decimal(len(listed)), facts=facts)


@alerting(
    "site_behind",
    label=_("Works on site behind their plan for months running"),
    unit=MONTHS,
    told=_("for %(months)s months running below the plan; in %(month)s %(progress)s%%, planned %(due)s%%"),
    params={"points": _("points below the plan that count")},
)
def site_behind(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield for how many months running a site's progress lay below its plan (形象进度连续两月低于计划).

    The plan runs evenly from the planned start to the planned completion.
    """
    points = Decimal(int(rule.params.get("points", 10)))
    months = [month_before(night.on)]
    while len(months) < LOOK_BACK:
        months.append(month_before(months[-1]))
    for site, by_month in _months_told(night, months).items():
        running = 0
        for month in months:
            if month not in by_month or by_month[month][1] - by_month[month][0] < points:
                break
            running += 1
        if running:
            progress, due = by_month[months[0]]
            facts = {
                "months": running,
                "month": f"{months[0]:%Y-%m}",
                "progress": f"{progress.normalize():f}",
                "due": str(due),
            }
            yield Found(
                unit=site.unit,
                value=Decimal(running),
                facts=facts,
                project=site.project,
                plan_year=site.plan_year,
                projects=(site.project,),
            )


class _Site(NamedTuple):
    project: int
    unit: int
    plan_year: int


def _months_told(night: Night, months: list[date]) -> dict[_Site, dict[date, tuple[Decimal, Decimal]]]:
    """Return of each site under way the progress reported and the one planned, in per cent, by month."""
    sites = night.entered.under_way_on(night.on)
    reports = ProgressReport.objects.live().filter(
        month__in=months,
        progress_percent__isnull=False,
        project__in=sites.values("pk"),
        project__planned_start_on__isnull=False,
        project__planned_completion_on__gt=F("project__planned_start_on"),
    )
    told: dict[_Site, dict[date, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for pk, unit, year, month, progress, start, end in reports.order_by().values_list(
        "project_id",
        "unit_id",
        "project__plan_year",
        "month",
        "progress_percent",
        "project__planned_start_on",
        "project__planned_completion_on",
    ):
        due = planned_progress(start, end, month_end(month))
        if due is not None:
            told[_Site(pk, unit, year)][month_of(month)] = (progress, due)
    return told


def planned_progress(start: date, end: date, on: date) -> Decimal | None:
    """Return how far works should be at the end of a day when they run evenly, in per cent; None: no days."""
    whole = (end - start).days
    passed = min(max((on - start).days, 0), whole)
    return percentage(passed, whole)


@alerting(
    "invested_ahead",
    label=_("Investment ahead of the works"),
    unit=pgettext_lazy("unit of a threshold", "points"),
    told=_("invested %(invested)s%% of the plan, works %(progress)s%%: check the vouchers"),
)
def invested_ahead(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield by how many points the invested share of a site runs ahead of its physical progress."""
    sites = night.entered.under_way_on(night.on).filter(
        progress_percent__isnull=False, invested_fen__gt=0, planned_investment_fen__gt=0
    )
    for site in sites.order_by():
        progress, invested, planned = site.progress_percent, site.invested_fen, site.planned_investment_fen
        if progress is None or not invested or not planned:
            continue
        share = percentage(invested, planned)
        if share is not None and share > progress:
            yield Found(
                unit=site.unit_id,
                value=share - progress,
                facts={"invested": str(share), "progress": f"{progress.normalize():f}"},
                project=site.pk,
                plan_year=site.plan_year,
                projects=(site.pk,),
            )


@alerting(
    "answers_late",
    label=_("Residents' comments without an answer"),
    unit=pgettext_lazy("unit of a threshold", "days"),
    told=_("comments of %(count)s communities wait, the oldest for %(longest)s days"),
)
def answers_late(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield since how many days the oldest comment of residents waits for its answer."""
    rows = (
        Comment.objects.filter(
            state__in=Comment.OWED,
            consultation__is_removed=False,
            project__in=night.entered.values("pk"),
        )
        .exclude(dispositions__is_current=True)
        .order_by()
        .values_list("project__unit_id", "project__plan_year", "project_id", "made_at")
    )
    yield from overdue(
        rule,
        (
            (unit, year, project, (night.on - timezone.localdate(made)).days)
            for unit, year, project, made in rows
        ),
    )
