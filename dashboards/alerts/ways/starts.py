"""Starts behind the time passed, month after month, or none at all: a proposal of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.alerts.registry import Found, Night, alerting
from dashboards.figures import Base, Figures, time_progress
from dashboards.models import AlertRule
from projects.months import previous_month_end

POINTS = pgettext_lazy("unit of a threshold", "points")


def _behind(figures: Figures, year: int, on: date) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return start rate, time passed and the points behind; None without a plan or when all has begun."""
    rate = figures.start_rate(Base.COMMUNITIES)
    if rate is None or figures.all_started:
        return None
    due = time_progress(year, on)
    return rate, due, due - rate


@alerting(
    "start_behind",
    label=_("Start rate behind the time passed"),
    unit=POINTS,
    told=_("%(started)s of %(planned)s communities started, %(rate)s%%; time passed %(due)s%%"),
)
def start_behind(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield by how many points the start rate of each unit lags behind the time passed (按小区)."""
    for year in night.years:
        for row in night.progress(year, night.on):
            found = _behind(row.figures, year, night.on)
            if found is not None:
                rate, due, gap = found
                facts = {
                    "started": row.figures.started.communities,
                    "planned": row.figures.planned.communities,
                    "rate": str(rate),
                    "due": str(due),
                }
                yield Found(unit=night.unit_of[row.key], value=gap, facts=facts, plan_year=year)


@alerting(
    "start_behind_months",
    label=_("Starts behind for months running"),
    unit=pgettext_lazy("unit of a threshold", "months"),
    told=_(
        "for %(months)s month ends running at least %(points)s points behind; at the last one %(rate)s%%,"
        " time passed %(due)s%%"
    ),
    params={"points": _("points behind that count")},
)
def start_behind_months(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield for how many month ends running, up to the last one, each unit lagged behind."""
    points = Decimal(int(rule.params.get("points", 10)))
    most = int(max(value for value in (rule.yellow, rule.red) if value is not None)) + 3
    for year in night.years:
        running: dict[str, int] = {}
        first: dict[str, dict[str, str]] = {}
        ended: set[str] = set()
        day = previous_month_end(night.on)
        for _month in range(most):
            if day.year < year:
                break
            for row in night.progress(year, day):
                found = _behind(row.figures, year, day)
                if row.key in ended or found is None or found[2] < points:
                    ended.add(row.key)
                    continue
                running[row.key] = running.get(row.key, 0) + 1
                first.setdefault(row.key, {"rate": str(found[0]), "due": str(found[1])})
            day = previous_month_end(day)
        for code, months in running.items():
            facts = {"months": months, "points": str(points), **first[code]}
            yield Found(unit=night.unit_of[code], value=Decimal(months), facts=facts, plan_year=year)


@alerting(
    "nothing_started",
    label=_("Nothing started"),
    unit=pgettext_lazy("unit of a threshold", "per cent of the year"),
    told=_("none of %(planned)s communities started; time passed %(due)s%%"),
)
def nothing_started(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the units with a plan where nothing has started, with how much of the year has passed."""
    for year in night.years:
        due = time_progress(year, night.on)
        for row in night.progress(year, night.on):
            figures = row.figures
            if figures.planned.communities and not figures.started.communities:
                facts = {"planned": figures.planned.communities, "due": str(due)}
                yield Found(unit=night.unit_of[row.key], value=due, facts=facts, plan_year=year)
