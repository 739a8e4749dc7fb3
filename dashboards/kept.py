"""What a frozen day kept beside progress: its money and its open alerts, read for the region of a page.

Every month's report freezes them; a day that nobody reported on has its progress alone, and whoever shows
more of it shows the ledgers as they stand and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings

from dashboards import sections
from dashboards.alerts.reading import ORDER, Level, OpenAlert, open_for
from dashboards.models import Bulletin, Snapshot
from dashboards.places import Places
from dashboards.sections import MoneyMember
from funding.models import Source
from funding.totals import FIELDS, Money, total

if TYPE_CHECKING:
    from dashboards.board import Board

Kind = Snapshot.Kind


@dataclass(frozen=True)
class KeptMoney:
    """The money of plan years as it was frozen on a day."""

    snapshots: tuple[Snapshot, ...]
    places: Places

    @cached_property
    def by_unit(self) -> dict[int, Money]:
        """Return the money of each unit of the region that has any, by primary key."""
        units = {unit.code: unit.pk for unit in self.places.units}
        sums: dict[int, Money] = defaultdict(Money)
        for snapshot in self.snapshots:
            for row in sections.money_units(snapshot):
                if row.key in units:
                    sums[units[row.key]] += row.money
        return {unit: money for unit, money in sums.items() if money != Money()}

    @property
    def whole(self) -> Money:
        """Return the money of the region: the sum of its units."""
        return total(self.by_unit.values())

    @cached_property
    def by_source(self) -> dict[str, Money]:
        """Return the money of each source by its name, added up from the rows that were frozen."""
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for member in self.members:
            sums[member.source][f"{member.measure}_fen"] += member.amount_fen
            if member.measure == "promised":
                sums[member.source]["issued_fen"] += member.amount_fen
        return {
            source: Money(**{name: found[name] for name in FIELDS if name in found})
            for source, found in sums.items()
        }

    @property
    def by_year(self) -> dict[int, Money]:
        """Return the money of each plan year."""
        units = {unit.code for unit in self.places.units}
        return {
            one.plan_year: total(row.money for row in sections.money_units(one) if row.key in units)
            for one in self.snapshots
        }

    @property
    def by_channel(self) -> dict[str, Money]:
        """Return the money of each channel: that of its sources (one query beside that of the rows)."""
        names = {int(row.key): row.name for one in self.snapshots for row in sections.money_sources(one)}
        channels = Source._base_manager.filter(pk__in=names).values_list("pk", "channel")
        of_source = {names[pk]: channel for pk, channel in channels}
        sums: dict[str, Money] = defaultdict(Money)
        for source, money in self.by_source.items():
            sums[of_source[source]] += money
        return dict(sums)

    @cached_property
    def members(self) -> list[MoneyMember]:
        """Return the allotments and events of the region's units."""
        units = {unit.code for unit in self.places.units}
        # The lists are long, and only here they are read.
        pks = [snapshot.pk for snapshot in self.snapshots]
        lists = Snapshot.objects.filter(pk__in=pks).order_by("plan_year").values_list("members", flat=True)
        members = (MoneyMember(*values) for stored in lists for values in stored)
        return [member for member in members if member.unit in units]

    def behind(self, measure: str, source: str = "") -> list[MoneyMember]:
        """Return the rows a sum contains, of one source if one is named."""
        return [
            member
            for member in self.members
            if member.counts_as(measure) and (not source or member.source == source)
        ]


def money_of(board: Board) -> KeptMoney | None:
    """Return the money that the day of a page kept; None unless it kept that of every plan year shown."""
    found = _kept(board, Kind.MONEY)
    return KeptMoney(found, board.places) if found else None


def alerts_of(board: Board) -> list[OpenAlert] | None:
    """Return the alerts that the day of a page kept, worst first; None unless it kept them for every year."""
    found = _kept(board, Kind.MATTERS)
    if not found:
        return None
    places = board.places
    regions = {place.code: place for place in (*places.units, *places.prefectures, places.region)}
    alerts = {
        row["pk"]: OpenAlert(
            pk=row["pk"],
            rule=row["rule"],
            label=row["label"],
            level=row["level"],
            since=date.fromisoformat(row["since"]),
            unit=regions[row["unit"]],
            project=row["project"],
            plan_year=None,
            words=row["words"],
            is_explained=row["explained"],
        )
        for snapshot in found
        for row in sections.alerts_of(snapshot)
        if row["unit"] in regions
    }
    return sorted(alerts.values(), key=lambda row: (ORDER[Level(row.level)], row.rule, row.unit.path, row.pk))


def matters_of(board: Board) -> tuple[Snapshot, ...]:
    """Return the snapshots that hold the alerts of a page; none unless its day kept them for every year."""
    return _kept(board, Kind.MATTERS)


def alerts_shown(board: Board) -> tuple[list[OpenAlert], bool]:
    """Return the open alerts of a page, and whether they are those its day kept; else they are looked up."""
    kept = alerts_of(board)
    if kept is not None:
        return kept, True
    selection = board.selection
    year = selection.years[0] if len(selection.years) == 1 else None
    return open_for(selection.region, selection.on, year=year), False


def marks(snapshots: Iterable[Snapshot]) -> Sequence[str]:
    """Return the names by which snapshots are cited."""
    return [snapshot.mark for snapshot in snapshots]


def _kept(board: Board, kind: str) -> tuple[Snapshot, ...]:
    """Return the snapshots of a kind that belong to the frozen numbers of a page, one for each plan year.

    A day that was frozen again for a correction shows what the corrected report was made from.
    """
    if board.frozen is None:
        return ()
    snapshots = Snapshot.objects.filter(kind=kind).order_by("plan_year", "edition")
    if kind == Kind.MONEY:
        snapshots = snapshots.light()
    if board.selection.edition == 1:
        found = snapshots.filter(
            region__code=settings.PORTAL_PROVINCE,
            plan_year__in=board.selection.years,
            on=board.selection.on,
            edition=1,
        )
    else:
        field = "money" if kind == Kind.MONEY else "matters"
        reports = Bulletin.objects.filter(snapshot__in=[one.pk for one in board.frozen.snapshots])
        found = snapshots.filter(pk__in=reports.exclude(**{field: None}).values(field))
    by_year = {one.plan_year: one for one in found}
    return tuple(by_year.values()) if set(by_year) == set(board.selection.years) else ()
