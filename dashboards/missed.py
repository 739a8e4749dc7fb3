"""After an outage: the reports between the last one the timetable made and the latest that is due.

A report was due only for plan years that the portal listed then.  It is made after the fact where the day's
snapshots exist or can still be frozen honestly.  Progress is dated, so a past day can be read as long as what
is not dated (the list of the plan and its figures) is still what it was; month ends are frozen late in any
case, as ``snapshots.freeze_month`` does for the course of the year.  What money and alerts were on a past day
nobody kept: only snapshots that exist are used.  The rest is noted as missed, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit
from dashboards import bulletins, snapshots, timing
from dashboards.models import Bulletin, MissedReport, Snapshot
from dashboards.periods import FUNDS, WEEK, Period
from jobs.models import Job
from projects.day_words import full_day
from projects.models import Project

if TYPE_CHECKING:
    from accounts.models import Region, User

Reason = MissedReport.Reason
Note: TypeAlias = Callable[[int, int, str], None]
# Two years of months, or five months of weeks: who comes back after longer wants today's numbers, and one run
# of the worker has time for so many reports of two plan years.
MOST_BACK = 24
# So many of the latest finished jobs are asked for the last period: a few plan years, and those of a walk.
JOBS_READ = 50
LABEL = gettext_noop("Reports of an outage are made after the fact.")
# The kind of job that makes a report, by whomever asked for.
REPORT_JOB = "dashboards.make_bulletin"


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of a gap: so many reports made, and so many noted as missed."""

    made: int = 0
    missed: int = 0


def gap(latest: Period) -> list[Period]:
    """Return the periods between the last one the timetable reported on and the latest due, in their order.

    Without a former report there is none: nobody was waiting.
    """
    last = _last_reported(latest)
    found: list[Period] = []
    period = Period.ending(latest.kind, latest.before)
    # A week that was moved to another weekday begins within the last one: it is no gap.
    while last is not None and period.start > last:
        found.insert(0, period)
        period = Period.ending(latest.kind, period.before)
    return found


def _last_reported(latest: Period) -> date | None:
    """Return the last day of the last period before one that the timetable itself reported on."""
    jobs = Job.objects.filter(
        kind=REPORT_JOB, created_by=None, state=Job.State.DONE, payload__kind=latest.kind
    ).order_by("-pk")
    ends = (
        date.fromisoformat(payload["end"]) for payload in jobs.values_list("payload", flat=True)[:JOBS_READ]
    )
    return max((end for end in ends if end < latest.end), default=None)


def walk(latest: Period, *, note: Note) -> Walked:
    """Make the reports of the gap before a period in their order, each in a transaction of its own.

    Begun anew it goes on where it stopped.  Whatever cannot be made is noted with its reason.
    """
    periods = gap(latest)
    older, periods = periods[:-MOST_BACK], periods[-MOST_BACK:]
    if older:
        _note(Period(latest.kind, older[0].start, older[-1].end), older[-1].end.year, Reason.TOO_OLD)
    made = missed = 0
    for done, period in enumerate(periods):
        note(done, len(periods), LABEL)
        for plan_year in timing.plan_years_due(period):
            if not counted_on(plan_year, period.end):
                continue
            reason = _make(period, plan_year)
            if reason is None:
                made += 1
            else:
                missed += 1
    return Walked(made, missed + bool(older))


@transaction.atomic
def _make(period: Period, plan_year: int) -> Reason | None:
    """Make one report after the fact; return why it is missed, None when there is one."""
    region = snapshots.province()
    if Bulletin.objects.filter(
        kind=period.kind, region=region, plan_year=plan_year, period_end=period.end, corrects=None
    ).exists():
        return None
    known = MissedReport.objects.filter(kind=period.kind, plan_year=plan_year, period_end=period.end).first()
    if known is not None:
        return Reason(known.reason)
    kept = _kept(region, plan_year, period)
    if not isinstance(kept, bulletins.Frozen):
        return _note(period, plan_year, kept)
    bulletins.make_for(period, plan_year=plan_year, kept=kept, remark=_remark(kept, period))
    return None


def _kept(region: Region, plan_year: int, period: Period) -> bulletins.Frozen | Reason:
    """Return the snapshots of a period as they exist or can still be frozen; else why there are none."""
    now = _progress(region, plan_year, period.end)
    if now is None:
        return Reason.PLAN_CHANGED
    before = _progress(region, plan_year, period.before)
    if period.kind == WEEK:
        return bulletins.Frozen(now, before)
    money = _existing(Snapshot.Kind.MONEY, region, plan_year, period.end)
    if period.kind == FUNDS:
        if money is None:
            return Reason.MONEY_NOT_KEPT
        matters = None
    else:
        matters = _existing(Snapshot.Kind.MATTERS, region, plan_year, period.end)
    money_before = _existing(Snapshot.Kind.MONEY, region, plan_year, period.before) if money else None
    return bulletins.Frozen(now, before, money, money_before, matters)


def _progress(region: Region, plan_year: int, on: date) -> Snapshot | None:
    known = Snapshot.objects.light().at(region, [plan_year], on).first()
    if known is not None:
        return known
    if snapshots.is_month_end(on):
        # Whether the entry that freezes months came first or comes later, the numbers are the same.
        snapshots.freeze_month(on, plan_year=plan_year)
    elif not plan_is_as_on(plan_year, on):
        return None
    return snapshots.freeze(region=region, plan_year=plan_year, on=on)[0]


def _existing(kind: str, region: Region, plan_year: int, on: date) -> Snapshot | None:
    rows = Snapshot.objects.filter(kind=kind, region=region, plan_year=plan_year, on=on, edition=1)
    return rows.light().first()


# What is counted of a project without a date of its own; if none of it changed, the dates tell any past day.
_UNDATED = ("unit_id", "origin", "planned_households", "planned_buildings", "planned_area", "is_simulated")
_LISTING = ("plan_year", "library", "standing", "is_removed")


def plan_is_as_on(plan_year: int, on: date) -> bool:
    """Tell from the history whether the list of a plan year and its figures are what they were on a day.

    Dates of work may have been entered since: they say themselves which day they are about.
    """
    touched = _states(plan_year).filter(history_date__gte=_end_of(on)).values("id")
    former = _states(plan_year).filter(history_date__lt=_end_of(on), id__in=touched)
    rows = Project._base_manager.filter(pk__in=touched).order_by("pk")
    return _counted(former, plan_year) == _counted(rows, plan_year)


def counted_on(plan_year: int, on: date) -> bool:
    """Tell from the history whether any project of a plan year was counted at the end of a day."""
    return bool(_counted(_states(plan_year).filter(history_date__lt=_end_of(on)), plan_year))


def _states(plan_year: int) -> Any:
    """Return the former states of every project that ever stood in a plan year, the last one last."""
    states = Project.history.model.objects.order_by("id", "history_id")
    return states.filter(id__in=states.order_by().filter(plan_year=plan_year).values("id"))


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time.min, timezone.get_default_timezone())


def _counted(rows: Any, plan_year: int) -> dict[int, tuple[Any, ...]]:
    """Return what each project counts as in a plan year by its last row; the others are absent."""
    found: dict[int, tuple[Any, ...]] = {}
    values: Iterable[tuple[Any, ...]] = rows.values_list("id", *_LISTING, *_UNDATED).iterator(chunk_size=2000)
    for pk, year, library, standing, is_removed, *counted in values:
        is_listed = library == Project.Library.ISSUED and standing != Project.Standing.WITHDRAWN
        if year == plan_year and is_listed and not is_removed:
            found[pk] = tuple(counted)
        else:
            found.pop(pk, None)
    return found


def _remark(kept: bulletins.Frozen, period: Period) -> str:
    """Return the sentence a report made after the fact begins with; people change it like the rest."""
    with translation.override(settings.LANGUAGE_CODE):
        words = _("This report was made after the fact, from numbers frozen on %(day)s.") % {
            "day": full_day(timezone.localtime(kept.now.frozen_at).date())
        }
        if period.kind not in {WEEK, FUNDS} and (kept.money is None or kept.matters is None):
            words += _(" What was not kept of that day (money, alerts, rectification) is left out.")
    return words


def _note(period: Period, plan_year: int, reason: Reason) -> Reason:
    row = MissedReport(
        kind=period.kind,
        plan_year=plan_year,
        period_start=period.start,
        period_end=period.end,
        reason=reason,
    )
    # Two runs at once: the second finds it noted.
    MissedReport.objects.bulk_create([row], ignore_conflicts=True)
    return reason


# ---------------------------------------------------------------- reading and acknowledging


def listed(most: int = 2 * MOST_BACK) -> list[MissedReport]:
    """Return what is missed, not acknowledged first; a report that somebody made since is missed no more."""
    rows = list(MissedReport.objects.select_related("acknowledged_by"))
    if not rows:
        return []
    reports = Bulletin.objects.filter(corrects=None, period_end__in={row.period_end for row in rows})
    made = set(reports.values_list("kind", "plan_year", "period_end"))
    return [row for row in rows if (row.kind, row.plan_year, row.period_end) not in made][:most]


@transaction.atomic
def acknowledge(row: MissedReport, *, by: User) -> bool:
    """Note that somebody knows of a missed report; False when somebody did before."""
    done = MissedReport.objects.filter(pk=row.pk, acknowledged_by=None).update(
        acknowledged_by=by, acknowledged_at=timezone.now()
    )
    if done:
        audit.record(
            audit.Kind.BULLETIN_EDIT, actor=by, missed=row.pk, report=row.kind, plan_year=row.plan_year
        )
    return bool(done)
