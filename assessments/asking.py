"""Asking for reports: each under a key that holds its period, so that once is enough."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from assessments import reports
from assessments.models import Assessment, AssessmentReport
from jobs.models import Job
from jobs.services import enqueue
from projects.months import previous_month_end

if TYPE_CHECKING:
    from accounts.models import User

REPORT = "assessments.make_report"
Kind = AssessmentReport.Kind


def ask(kind: str, *, year: int, on: date | None = None, unit: str = "", by: User | None = None) -> Job:
    """Ask for a report; however often, there will be one.  A failed run begins anew."""
    day = f"{on:%Y-%m-%d}" if on else ""
    return enqueue(
        kind=REPORT,
        key="/".join(part for part in (kind, unit, str(year), day) if part),
        payload={"kind": kind, "year": year, "on": day, "unit": unit},
        actor=by,
        region=reports.province(),
        again=True,
    )


def ask_for_due(today: date | None = None) -> list[Job]:
    """Ask for what is due: last month's scores, the mid-year check from July on, years that were issued.

    Who makes a month makes those that were missed before it; when the year ended meanwhile, its last month is
    asked for too.
    """
    today = today or timezone.localdate()
    last = previous_month_end(today)
    ended = date(last.year - 1, 12, 31)
    jobs = []
    if reports.last_monthly(ended.year, before=ended):
        jobs.append(ask(Kind.MONTHLY, year=ended.year, on=ended))
    if reports.units_with_plan(last.year):
        jobs.append(ask(Kind.MONTHLY, year=last.year, on=last))
    if (today.month, today.day) > reports.MIDYEAR and reports.units_with_plan(today.year):
        jobs.append(ask(Kind.MIDYEAR, year=today.year))
    for year in _issued_years():
        jobs.append(ask(Kind.PROVINCE, year=year))
    for code, year in _unreported_units():
        jobs.append(ask(Kind.UNIT, year=year, unit=code))
    return jobs


def _issued_years() -> list[int]:
    """Return the years whose every assessment is issued and that have no report yet."""
    years = set(Assessment.objects.issued().order_by().values_list("year", flat=True))
    years -= set(Assessment.objects.exclude(state=Assessment.State.ISSUED).values_list("year", flat=True))
    years -= set(AssessmentReport.objects.filter(kind=Kind.PROVINCE).values_list("year", flat=True))
    return sorted(years)


def _unreported_units() -> list[tuple[str, int]]:
    issued = set(Assessment.objects.issued().order_by().values_list("unit__code", "year"))
    known = AssessmentReport.objects.filter(Q(kind=Kind.UNIT)).order_by()
    return sorted(issued - set(known.values_list("region__code", "year")))
