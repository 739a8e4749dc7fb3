"""What the rows of an ad-hoc table can be: the rows of a ledger, or one row a reporting unit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, User
from ledgers.models import Dispatch
from ledgers.registry import LEDGERS, Ledger
from records.columns import CellWidget, Column, Context, NumberWidget
from records.marks import Mark
from records.rows import chunks
from records.units import BUILDINGS, HOUSEHOLDS, MONEY, PERCENT, PIECES, Unit

UNITS = "units"
# Ledgers whose rows can be asked about.  The register of households is not: nobody is asked about homes.
LEDGERS_OFFERED = (
    "projects",
    "communities",
    "buildings",
    "plans",
    "plan-items",
    "milestones",
    "contracts",
    "acceptances",
    "defects",
    "arrangements",
    "funds",
    "visits",
)
# As many rows as one workbook takes back.
MOST_ROWS = 20_000

COUNT = NumberWidget()
RATE = NumberWidget(places=1, kind="decimal")
MONEY_CELL = NumberWidget(kind="money", shown_places=2)
# How a number of a unit is shown, by its kind: widget, unit of measure, whether it adds up.
UNIT_KINDS: Mapping[str, tuple[CellWidget, Unit, str]] = {
    "communities": (COUNT, PIECES, "sum"),
    "households": (COUNT, HOUSEHOLDS, "sum"),
    "buildings": (COUNT, BUILDINGS, "sum"),
    "rate": (RATE, PERCENT, "none"),
    "money": (MONEY_CELL, MONEY, "sum"),
}
OPERATORS = {
    "is": gettext_lazy("is"),
    "contains": gettext_lazy("contains"),
    "blank": gettext_lazy("is blank"),
    "filled": gettext_lazy("is filled in"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What one row is about."""

    pk: int
    unit: int
    label: str
    is_simulated: bool = False


def choices() -> list[tuple[str, str]]:
    """Return what the rows can be, for a form."""
    ledgers = [(slug, str(LEDGERS[slug].title)) for slug in LEDGERS_OFFERED]
    return [(UNITS, _("One row a reporting unit")), *ledgers]


def title_of(source: str) -> str:
    """Return the name of a source."""
    return dict(choices()).get(source, source)


def ledger_of(source: str) -> Ledger | None:
    """Return the ledger the rows come from; None where a row is a unit."""
    return None if source == UNITS else LEDGERS[source]


def by_year(source: str) -> bool:
    """Tell whether the rows are those of one plan year."""
    ledger = ledger_of(source)
    return ledger is None or ledger.by_year


def fields(source: str) -> dict[str, Column]:
    """Return the fields that can be shown filled, by key: columns of the ledger, or rollups of a unit."""
    ledger = ledger_of(source)
    if ledger is None:
        return {key: _of_unit(key, label, kind) for key, label, kind in _unit_facts().offered()}
    # The first column is the row's own name.
    return {column.key: column for column in ledger.resource.columns()[1:]}


def name_of_rows(source: str) -> str | Promise:
    """Return the heading above what the rows are about."""
    ledger = ledger_of(source)
    return gettext_lazy("Reporting unit") if ledger is None else ledger.resource.columns()[0].header


def _of_unit(key: str, label: Any, kind: str) -> Column:
    cell, unit, total = UNIT_KINDS[kind]
    column = Column(None, label, cell, group="shown", unit=unit, total=total, readonly=True)
    column.key = key
    return column


def _unit_facts() -> Any:
    """Return who knows the numbers of units: ``offered()`` and ``of(units, year, on)`` (see settings)."""
    return import_module(settings.UNIT_FACTS)


def units_of(dispatch: Dispatch) -> list[Region]:
    """Return the units that are asked: the chosen ones, or all of the region."""
    chosen = list(dispatch.units.order_by("path"))
    return chosen or list(dispatch.region.subtree().units().order_by("path"))


def subjects(dispatch: Dispatch, user: User) -> list[Subject]:
    """Return what the rows will be about, unit by unit; at most one more than can be asked."""
    units = units_of(dispatch)
    ledger = ledger_of(dispatch.source)
    if ledger is None:
        return [Subject(unit.pk, unit.pk, unit.label) for unit in units]
    resource = ledger.resource
    rows = resource.rows_for(user, year=dispatch.year)
    context = Context(user=user, year=dispatch.year)
    holds = _conditions(dispatch, context)
    found: list[Subject] = []
    for part in chunks(resource.iterate_rows(rows), 5000):
        owners = _units_above(resource.model.regions_of(part), units)
        for row, owner in zip(part, owners, strict=True):
            if owner is not None and holds(row):
                first = resource.columns()[0]
                label = first.text(row.get(first.name), context)[:200]
                found.append(Subject(row["id"], owner, label, bool(row.get("is_simulated"))))
        if len(found) > MOST_ROWS:
            break
    order = {unit.pk: number for number, unit in enumerate(units)}
    return sorted(found, key=lambda subject: (order[subject.unit], subject.label, subject.pk))


def _units_above(regions: Sequence[int | None], units: Collection[Region]) -> list[int | None]:
    """Return the unit each region lies in, or None where it is none of these; one query."""
    known = {unit.code: unit.pk for unit in units}
    above: dict[int, int | None] = {}
    for pk, path in Region.objects.filter(pk__in={pk for pk in regions if pk is not None}).values_list(
        "pk", "path"
    ):
        above[pk] = next((known[code] for code in path.split("/") if code in known), None)
    return [above.get(region) if region is not None else None for region in regions]


def _conditions(dispatch: Dispatch, context: Context) -> Callable[[Mapping[str, Any]], bool]:
    columns = fields(dispatch.source)
    asked = [item for item in dispatch.conditions if item["column"] in columns]

    def holds(row: Mapping[str, Any]) -> bool:
        return all(
            _holds(columns[item["column"]].text(row.get(columns[item["column"]].name), context), item)
            for item in asked
        )

    return holds


def _holds(text: str, condition: Mapping[str, str]) -> bool:
    wanted = condition.get("text", "")
    match condition["operator"]:
        case "blank":
            return text == ""
        case "filled":
            return text != ""
        case "contains":
            return wanted in text
        case _:
            return text == wanted


def facts(dispatch: Dispatch, rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the shown fields of rows as they stand, by subject: a number is never typed twice.

    A record that has moved to another unit since shows nothing to the one that was asked about it.
    """
    ledger = ledger_of(dispatch.source)
    if not dispatch.shown or not rows:
        return {}
    if ledger is None:
        return _facts_of_units(dispatch, {row["unit_id"] for row in rows}, timezone.localdate())
    resource = ledger.resource
    manager: Any = resource.model._default_manager
    asked = {row["subject_id"]: row["unit_id"] for row in rows}
    columns = {key: column for key, column in fields(dispatch.source).items() if key in dispatch.shown}
    units = list(Region.objects.filter(pk__in=set(asked.values())))
    found: dict[int, dict[str, Any]] = {}
    pks = sorted(asked)
    for start in range(0, len(pks), 5000):
        known = resource.read_rows(manager.all().live().filter(pk__in=pks[start : start + 5000]))
        owners = _units_above(resource.model.regions_of(known), units)
        for row, owner in zip(known, owners, strict=True):
            if owner == asked[row["id"]]:
                found[row["id"]] = {key: row.get(column.name) for key, column in columns.items()}
    return found


def _facts_of_units(dispatch: Dispatch, units: Collection[int], on: date) -> dict[int, dict[str, Any]]:
    regions = list(Region.objects.filter(pk__in=units).order_by("path"))
    known: dict[int, dict[str, Any]] = _unit_facts().of(
        regions, year=dispatch.year or on.year, on=on, keys=tuple(dispatch.shown)
    )
    return known


def packed(value: Any) -> Any:
    """Return a value as JSON keeps it; ``unpacked`` gives the same value back."""
    if isinstance(value, Mark):
        return {"mark": value.value}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if value is None or isinstance(value, str | bool | int):
        return value
    return {"number": str(value)}


def unpacked(value: Any) -> Any:
    """Return what ``packed`` was given."""
    if not isinstance(value, dict):
        return value
    [(kind, text)] = value.items()
    readers: dict[str, Callable[[str], Any]] = {
        "mark": Mark,
        "day": date.fromisoformat,
        "number": Decimal,
    }
    return readers[kind](text)
