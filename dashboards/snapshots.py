"""Freezing the numbers of a month end, and reading and comparing what was frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Max, Value, When
from django.utils import timezone

from accounts import audit
from accounts.models import Region
from dashboards.figures import Amounts, Figures, Measure, Row
from dashboards.models import Snapshot
from dashboards.places import Places, all_projects
from dashboards.rollups import BLANK, By, Cents, by_region, progress, state_on
from projects.months import month_end, previous_month_end

if TYPE_CHECKING:
    from accounts.models import User

# Progress of a plan year is reported until the end of the next year.
YEARS_REPORTED = 2
# What is frozen: figures, and the rows they are made of.
Content: TypeAlias = tuple[Any, list[Any]]


class NotOver(Exception):
    """The day has not ended: its numbers can still change."""


class Member(NamedTuple):
    """One project as it counted in a snapshot, in the order it is stored."""

    pk: int
    version: int
    unit: str
    origin: str
    state: str
    households: int | None
    buildings: int | None
    area_cents: int | None
    blank: int
    simulated: int

    @property
    def amounts(self) -> Amounts:
        """Return how much the project is."""
        return Amounts(1, self.households or 0, self.buildings or 0, self.area_cents or 0)

    def counts_as(self, measure: str) -> bool:
        """Tell whether a measure counts this project."""
        match Measure(measure):
            case Measure.LISTED:
                return True
            case Measure.PLANNED | Measure.ADDED:
                return self.origin == measure
            case Measure.STARTED:
                return self.state in {Measure.UNDER_WAY, Measure.COMPLETED}
            case Measure.INCOMPLETE:
                return bool(self.blank)
            case Measure.SIMULATED:
                return bool(self.simulated)
        return self.state == measure


# ---------------------------------------------------------------- freezing


def province() -> Region:
    """Return the region whose month ends are frozen."""
    return Region.objects.get(code=settings.PORTAL_PROVINCE)


def last_month_end(today: date | None = None) -> date:
    """Return the last day of the last month that is over (Asia/Shanghai)."""
    return previous_month_end(today or timezone.localdate())


def freeze(
    *, region: Region, plan_year: int, on: date, by: User | None = None, again: bool = False
) -> tuple[Snapshot, bool]:
    """Freeze the progress of a plan year at the end of a day; return the snapshot and whether it is new.

    Whoever comes second gets the first one's snapshot; ``again`` freezes a further edition for a correction.
    Raises NotOver for today and later.
    """
    kind = Snapshot.Kind.PROGRESS if is_month_end(on) else Snapshot.Kind.DAY

    def read() -> Content:
        places = Places.within(region)
        members = _read_members(places, plan_year, on)
        return _figures(places, members), [list(member) for member in members]

    return keep(kind, read, region=region, plan_year=plan_year, on=on, by=by, again=again)


@transaction.atomic
def keep(
    kind: str,
    read: Callable[[], Content],
    *,
    region: Region,
    plan_year: int,
    on: date,
    by: User | None = None,
    again: bool = False,
) -> tuple[Snapshot, bool]:
    """Freeze what a function reads, once for each kind, plan year and day (or ``again``); raises NotOver."""
    if on >= timezone.localdate():
        raise NotOver(f"{on:%Y-%m-%d}")
    # One freezer at a time: the second finds what the first has frozen.
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    frozen = Snapshot.objects.filter(kind=kind, region=region, plan_year=plan_year, on=on)
    known = frozen.light().filter(edition=1).first()
    if known is not None and not again:
        return known, False
    last = frozen.aggregate(last=Max("edition"))["last"] or 0
    figures, members = read()
    snapshot = Snapshot(
        kind=kind,
        region=region,
        plan_year=plan_year,
        on=on,
        edition=last + 1,
        figures=figures,
        members=members,
        frozen_by=by,
    )
    snapshot.sha256 = snapshot.content_hash()
    snapshot.save(force_insert=True)
    audit.record(
        audit.Kind.SNAPSHOT_FREEZE, actor=by, snapshot=snapshot.pk, plan_year=plan_year, on=f"{on:%Y-%m-%d}"
    )
    return snapshot, True


def freeze_month(on: date, *, plan_year: int | None = None, by: User | None = None) -> list[Snapshot]:
    """Freeze a month end of a plan year, or of every one reported then; return the snapshots that are new.

    Months missed before it are frozen too: those since the plan year's last snapshot, when beat or the worker
    was away.  Months before the first snapshot are left alone, because nobody was waiting for them.
    """
    region = province()
    made = []
    for year in [plan_year] if plan_year else plan_years_reported(region, on):
        for day in _due(region, year, on):
            snapshot, is_new = freeze(region=region, plan_year=year, on=day, by=by)
            if is_new:
                made.append(snapshot)
    return made


def plan_years_reported(region: Region, on: date) -> list[int]:
    """Return the plan years with projects whose progress is still reported in the month of a day."""
    years = range(on.year - YEARS_REPORTED + 1, on.year + 1)
    listed = all_projects(region).of_year(*years).order_by("plan_year")
    return list(listed.values_list("plan_year", flat=True).distinct())


def all_started_by(region: Region, plan_year: int, on: date) -> bool:
    """Tell whether a plan year's task had been started in full by the end of a day."""
    (row,) = progress(all_projects(region), Places.within(region), years=[plan_year], on=on)
    return row.figures.all_started


def _due(region: Region, plan_year: int, on: date) -> list[date]:
    last = (
        Snapshot.objects.month_ends()
        .filter(region=region, plan_year=plan_year, on__lt=on)
        .order_by("-on")
        .values_list("on", flat=True)
        .first()
    )
    days = [on]
    while last is not None and (day := previous_month_end(days[0])) > last:
        days.insert(0, day)
    return days


def _read_members(places: Places, plan_year: int, on: date) -> list[Member]:
    codes = {unit.pk: unit.code for unit in places.units}
    rows = (
        all_projects(places.region)
        .of_year(plan_year)
        .order_by("unit__path", "pk")
        .annotate(
            state=state_on(on), cents=Cents("planned_area"), blank=Case(When(BLANK, then=Value(1)), default=0)
        )
        .values_list(
            "pk",
            "version",
            "unit_id",
            "origin",
            "state",
            "planned_households",
            "planned_buildings",
            "cents",
            "blank",
            "is_simulated",
        )
    )
    return [Member(row[0], row[1], codes[row[2]], *row[3:9], int(row[9])) for row in rows]


def _figures(places: Places, members: Iterable[Member]) -> list[dict[str, Any]]:
    by_code = sums_by_unit(members)
    above = places.prefecture_of
    return [
        {
            "code": unit.code,
            "name": unit.label,
            "parent": above[unit.pk].code if unit.pk in above else "",
            "parent_name": above[unit.pk].label if unit.pk in above else "",
            "figures": by_code[unit.code].as_json(),
        }
        for unit in places.units
    ]


def sums_by_unit(members: Iterable[Member]) -> dict[str, Figures]:
    """Return the figures of each unit (by code), added up from the projects."""
    groups: dict[tuple[str, str, str, int, int], Amounts] = defaultdict(Amounts)
    for member in members:
        key = (member.unit, member.origin, member.state, member.blank, member.simulated)
        groups[key] += member.amounts
    sums: dict[str, Figures] = defaultdict(Figures)
    for (unit, origin, state, blank, simulated), amounts in groups.items():
        part = replace(Figures(), **{origin: amounts, state: amounts})
        count = Amounts(communities=amounts.communities)
        sums[unit] += replace(
            part, incomplete=count if blank else Amounts(), simulated=count if simulated else Amounts()
        )
    return sums


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class Frozen:
    """The snapshots of one or several plan years on one day, read as one set of numbers."""

    snapshots: tuple[Snapshot, ...]
    # Those of other plan years that were frozen on the same day.
    beside: tuple[Snapshot, ...] = ()

    @classmethod
    def find(cls, years: Sequence[int], on: date, edition: int = 1) -> Self | None:
        """Return the frozen numbers of plan years on a day; None unless every year was frozen."""
        of_day = Snapshot.objects.light().progress(edition)
        listed = of_day.filter(region__code=settings.PORTAL_PROVINCE, on=on).order_by("plan_year")
        found: list[Snapshot] = []
        beside: list[Snapshot] = []
        for one in listed:
            (found if one.plan_year in years else beside).append(one)
        return cls(tuple(found), tuple(beside)) if len(found) == len(set(years)) and found else None

    @property
    def of_every_year(self) -> Frozen:
        """Return the numbers of all plan years that were frozen on the day."""
        return Frozen((*self.snapshots, *self.beside))

    def rows(self, places: Places, by: By | None = None) -> tuple[Row, ...]:
        """Return what ``rollups.progress`` returns, from what was frozen."""
        units = {unit.code: unit.pk for unit in places.units}
        if by == "year":
            return tuple(
                Row(str(one.plan_year), str(one.plan_year), sum(_by_unit(one, units).values(), Figures()))
                for one in self.snapshots
            )
        sums: dict[int, Figures] = defaultdict(Figures)
        for one in self.snapshots:
            for unit, figures in _by_unit(one, units).items():
                sums[unit] += figures
        if by is None:
            return (Row(places.region.code, places.region.label, sum(sums.values(), Figures())),)
        return by_region(places, sums, by)

    def members(self, places: Places, measure: str) -> list[Member]:
        """Return the projects a measure counted in a region."""
        units = {unit.code for unit in places.units}
        pks = [one.pk for one in self.snapshots]
        lists = Snapshot.objects.filter(pk__in=pks).order_by("plan_year").values_list("members", flat=True)
        members = (Member(*values) for stored in lists for values in stored)
        return [member for member in members if member.unit in units and member.counts_as(measure)]


def _by_unit(snapshot: Snapshot, units: dict[str, int]) -> dict[int, Figures]:
    return {
        units[row["code"]]: Figures.from_json(row["figures"])
        for row in snapshot.figures
        if row["code"] in units
    }


def members_of(snapshot: Snapshot) -> dict[int, Member]:
    """Return the projects of a snapshot by primary key."""
    return {values[0]: Member(*values) for values in snapshot.members}


def frozen_days(years: Sequence[int]) -> list[date]:
    """Return the month ends on which every one of the plan years was frozen, latest first."""
    days: dict[date, set[int]] = defaultdict(set)
    found = Snapshot.objects.month_ends().filter(region__code=settings.PORTAL_PROVINCE, plan_year__in=years)
    for on, plan_year in found.values_list("on", "plan_year"):
        days[on].add(plan_year)
    return sorted((on for on, frozen in days.items() if frozen == set(years)), reverse=True)


def frozen_course(years: Sequence[int], places: Places) -> dict[date, Figures]:
    """Return the frozen figures of a region at every month end at which all of the plan years were frozen."""
    codes = {unit.code for unit in places.units}
    course: dict[date, Figures] = defaultdict(Figures)
    counted: dict[date, set[int]] = defaultdict(set)
    found = Snapshot.objects.month_ends().filter(region__code=settings.PORTAL_PROVINCE, plan_year__in=years)
    for on, plan_year, units in found.values_list("on", "plan_year", "figures"):
        counted[on].add(plan_year)
        for row in units:
            if row["code"] in codes:
                course[on] += Figures.from_json(row["figures"])
    return {on: figures for on, figures in course.items() if counted[on] == set(years)}


def is_month_end(on: date) -> bool:
    """Tell whether a day is the last of its month."""
    return on == month_end(on)
