"""What a bulletin says beside progress, frozen like it: money, and alerts with rectification.

A snapshot of money holds the sums of each unit and of each source (``figures``) and the allotments and events
they are made of (``members``: what, id, version, unit, measure, 分, source, project).  A snapshot of matters
holds the open alerts and the defects of each unit, and of defects and alerts the ids and versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils import translation

from accounts.models import Region
from dashboards import snapshots
from dashboards.alerts import reading
from dashboards.models import Snapshot
from dashboards.places import Places
from funding import totals
from funding.models import Allotment, MoneyEvent, Source
from funding.totals import Money
from projects.models import Defect

if TYPE_CHECKING:
    from accounts.models import User


# ---------------------------------------------------------------- money


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """The money of one unit, prefecture or source."""

    key: str
    name: str
    money: Money
    parent: str = ""


class MoneyMember(NamedTuple):
    """One allotment or event as it counted in a snapshot of money, in the order it is stored."""

    what: str
    pk: int
    version: int
    unit: str
    measure: str
    amount_fen: int
    source: str
    project: int | None

    def counts_as(self, measure: str) -> bool:
        """Tell whether a sum contains it."""
        if measure == totals.Measure.HANDED_DOWN:
            return self.measure in {totals.Measure.ALLOTTED, "promised"}
        if measure == totals.Measure.ISSUED:
            return self.measure in {totals.Measure.ISSUED, "promised"}
        return self.measure == measure


def has_money(region: Region, plan_year: int, on: date) -> bool:
    """Tell whether any money of a plan year is planned, handed down, arrived or paid at the end of a day."""
    whole = totals.of(region, years=[plan_year], on=on)[None]
    return any((whole.planned_fen, whole.handed_down_fen, whole.arrived_fen, whole.paid_fen))


def freeze_money(
    *, region: Region, plan_year: int, on: date, by: User | None = None, again: bool = False
) -> Snapshot | None:
    """Freeze the money of a plan year at the end of a day; None when there is none; raises NotOver."""

    def read() -> snapshots.Content:
        places = Places.within(region)
        return _money_figures(places, plan_year, on), [
            list(one) for one in _money_members(places, plan_year, on)
        ]

    frozen = Snapshot.objects.filter(kind=Snapshot.Kind.MONEY, region=region, plan_year=plan_year, on=on)
    if not again and not has_money(region, plan_year, on):
        return frozen.filter(edition=1).first()
    made, _new = snapshots.keep(
        Snapshot.Kind.MONEY, read, region=region, plan_year=plan_year, on=on, by=by, again=again
    )
    return made


def _money_figures(places: Places, plan_year: int, on: date) -> dict[str, Any]:
    by_unit = totals.of(places.region, years=[plan_year], on=on, by="unit")
    by_source = totals.of(places.region, years=[plan_year], on=on, by="source")
    above = places.prefecture_of
    sources = Source.objects.filter(pk__in=by_source).order_by("pk")
    return {
        "units": [
            {
                "code": unit.code,
                "name": unit.label,
                "parent": above[unit.pk].code if unit.pk in above else "",
                "parent_name": above[unit.pk].label if unit.pk in above else "",
                "money": by_unit.get(unit.pk, Money()).as_json(),
            }
            for unit in places.units
        ],
        "sources": [
            {"code": f"{source.pk}", "name": str(source), "money": by_source[source.pk].as_json()}
            for source in sources
        ],
    }


def _money_members(places: Places, plan_year: int, on: date) -> Iterable[MoneyMember]:
    """Yield the rows that the sums of ``totals.of`` add up, by its own conditions."""
    codes = {unit.pk: unit.code for unit in places.units}
    scope = totals.Scope.of_region(places.region, [plan_year])
    events = MoneyEvent._base_manager.filter(totals.happened(scope, on), unit__in=codes).order_by("pk")
    happened: Iterable[Any] = events.values_list(
        "pk",
        "version",
        "unit_id",
        "step",
        "amount_fen",
        "source__name",
        "project_id",
        "source__by_batch",
    )
    for pk, version, unit, step, amount, source, project, by_batch in happened:
        measure = "promised" if step == totals.Step.ISSUED and not by_batch else str(step)
        yield MoneyMember("event", pk, version, codes[unit], measure, amount, source, project)
    handed = totals.handed_to_units(scope, on) | totals.handed_to_projects(scope, on)
    allotments = Allotment._base_manager.filter(handed, unit__in=codes).order_by("pk")
    parts: Iterable[Any] = allotments.values_list(
        "pk", "version", "unit_id", "amount_fen", "batch__source__name", "project_id"
    )
    for pk, version, unit, amount, source, project in parts:
        part = totals.Measure.ALLOTTED if project is None else totals.Measure.ISSUED
        yield MoneyMember("allotment", pk, version, codes[unit], part.value, amount, source, project)


def money_units(snapshot: Snapshot) -> list[MoneyRow]:
    """Return the money of each unit, named as it was then."""
    return [
        MoneyRow(row["code"], row["name"], Money.from_json(row["money"]), row["parent"])
        for row in snapshot.figures["units"]
    ]


def money_prefectures(snapshot: Snapshot) -> list[MoneyRow]:
    """Return the money of each prefecture, added up from its units."""
    sums: dict[str, MoneyRow] = {}
    for row in snapshot.figures["units"]:
        money = Money.from_json(row["money"])
        known = sums.get(row["parent"])
        sums[row["parent"]] = MoneyRow(
            row["parent"], row["parent_name"], money + known.money if known else money
        )
    return list(sums.values())


def money_sources(snapshot: Snapshot) -> list[MoneyRow]:
    """Return the money of each source."""
    return [
        MoneyRow(row["code"], row["name"], Money.from_json(row["money"]))
        for row in snapshot.figures["sources"]
    ]


def money_of(snapshot: Snapshot | None) -> Money | None:
    """Return the money of the whole region; None without a snapshot."""
    return totals.total(row.money for row in money_units(snapshot)) if snapshot is not None else None


def money_members(snapshot: Snapshot) -> list[MoneyMember]:
    """Return the allotments and events of a snapshot of money."""
    return [MoneyMember(*values) for values in snapshot.members]


# ---------------------------------------------------------------- alerts and rectification


@dataclass(frozen=True, slots=True)
class DefectRow:
    """The defects of one unit's projects at the end of a day."""

    key: str
    name: str
    found: int
    mended: int
    overdue: int

    @property
    def open(self) -> int:
        """Return those whose mending nobody has verified."""
        return self.found - self.mended


def freeze_matters(
    *, region: Region, plan_year: int, on: date, by: User | None = None, again: bool = False
) -> Snapshot | None:
    """Freeze open alerts and the state of rectification at the end of a day; None when there is nothing.

    Raises NotOver.
    """
    # What alerts say is frozen in the language of the office.
    with translation.override(settings.LANGUAGE_CODE):
        alerts = [_alert(alert) for alert in reading.open_for(region, on, year=plan_year)]
    defects, members = _defects(Places.within(region), plan_year, on)

    def read() -> snapshots.Content:
        listed = [["alert", alert["pk"], alert["unit"], alert["level"]] for alert in alerts]
        return {"alerts": alerts, "defects": defects}, listed + members

    frozen = Snapshot.objects.filter(kind=Snapshot.Kind.MATTERS, region=region, plan_year=plan_year, on=on)
    if not again and not alerts and not defects:
        return frozen.filter(edition=1).first()
    made, _new = snapshots.keep(
        Snapshot.Kind.MATTERS, read, region=region, plan_year=plan_year, on=on, by=by, again=again
    )
    return made


def _alert(alert: reading.OpenAlert) -> dict[str, Any]:
    return {
        "pk": alert.pk,
        "rule": alert.rule,
        "label": alert.label,
        "level": str(alert.level),
        "since": f"{alert.since:%Y-%m-%d}",
        "unit": alert.unit.code,
        "unit_name": alert.unit.label,
        "project": alert.project,
        "words": alert.words,
        "explained": alert.is_explained,
    }


def _defects(places: Places, plan_year: int, on: date) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    units = {unit.pk: unit for unit in places.units}
    rows = Defect._base_manager.filter(
        is_removed=False,
        project__is_removed=False,
        project__plan_year=plan_year,
        project__unit__in=units,
        found_on__lte=on,
    ).order_by("project__unit__path", "pk")
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    members: list[list[Any]] = []
    for pk, version, unit, due, verified in rows.values_list(
        "pk", "version", "project__unit_id", "due_on", "verified_on"
    ):
        is_mended = verified is not None and verified <= on
        is_overdue = not is_mended and due is not None and due < on
        for place, counts in enumerate((True, is_mended, is_overdue)):
            sums[unit][place] += counts
        state = "mended" if is_mended else "overdue" if is_overdue else "open"
        members.append(["defect", pk, version, units[unit].code, state])
    figures = [
        {
            "code": unit.code,
            "name": unit.label,
            "found": sums[unit.pk][0],
            "mended": sums[unit.pk][1],
            "overdue": sums[unit.pk][2],
        }
        for unit in places.units
        if unit.pk in sums
    ]
    return figures, members


def alerts_of(snapshot: Snapshot | None) -> list[dict[str, Any]]:
    """Return the alerts that were open, worst first."""
    return list(snapshot.figures["alerts"]) if snapshot is not None else []


def defects_of(snapshot: Snapshot | None) -> list[DefectRow]:
    """Return the defects of each unit that has any."""
    if snapshot is None:
        return []
    return [
        DefectRow(row["code"], row["name"], row["found"], row["mended"], row["overdue"])
        for row in snapshot.figures["defects"]
    ]
