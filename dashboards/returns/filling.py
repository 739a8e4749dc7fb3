"""Filling a return: the numbers of its cells and rows, and the form with them in it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from dashboards.models import ReturnDefinition
from dashboards.returns.facts import Facts
from dashboards.returns.layouts import BOX, named_cells, read_layout
from dashboards.returns.measures import MEASURES, UNITS, Place
from dashboards.selection import Selection
from funding import totals
from projects.columns import ProjectLedger
from records.columns import sum_columns

Value = str | int | Decimal | date | None

# What a row of an area can say besides numbers: its running number, its place's name and code.
WORDS = ("number", "name", "code")
PROJECT = "project."
BY = ("unit", "project")
WHOLE, PLAIN = "#,##0", "0"
OPERATORS = ("==", "<=", ">=")


class MappingWrong(Exception):
    """A mapping names what is not there; the text says what."""


@dataclass(frozen=True, slots=True)
class Area:
    """The rows of an area, and the line that adds them up."""

    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] | None = None
    # Which columns (from 0) hold years: a year is a name made of digits, without thousands.
    years: frozenset[int] = frozenset()

    def column(self, number: int) -> Value:
        """Return what a column (from 1) of numbers adds up to."""
        values = (row[number - 1] for row in self.rows)
        return sum((value for value in values if isinstance(value, int | Decimal)), 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """The number of a cell: what it is, in which unit, and where its rows are."""

    value: Value
    label: str
    url: str = ""


@dataclass(slots=True)
class Values:
    """All numbers of a filled return."""

    cells: dict[str, Cell] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)


def prove(mapping: Any) -> None:
    """Check that a mapping names measures, units and columns there are; raises MappingWrong."""
    if not isinstance(mapping, dict) or not set(mapping) <= {"cells", "rows", "checks"}:
        raise MappingWrong(_("The mapping has cells, rows and checks, and nothing else."))
    for name, item in _dict(mapping.get("cells")).items():
        _prove_measure(name, item)
    for name, area in _dict(mapping.get("rows")).items():
        columns = area.get("columns") if isinstance(area, dict) else None
        if not isinstance(columns, list) or not columns or area.get("by") not in BY:
            raise MappingWrong(_("%(name)s: rows are by unit or project and have columns.") % {"name": name})
        for item in columns:
            _prove_column(name, item, area["by"])
    for check in mapping.get("checks", []):
        sides = [check.get(side) for side in ("left", "right")] if isinstance(check, dict) else []
        if not sides or check.get("op") not in OPERATORS or not all(isinstance(side, str) for side in sides):
            raise MappingWrong(_("A check has a left side, one of == <= >=, and a right side."))


def _prove_column(name: str, item: Any, by: str) -> None:
    measure = item.get("measure", "") if isinstance(item, dict) else ""
    if measure in WORDS:
        return
    if by == "project":
        if not measure.startswith(PROJECT) or measure.removeprefix(PROJECT) not in ProjectLedger.fields:
            raise MappingWrong(_unknown(name, measure))
        return
    _prove_measure(name, item)


def _dict(found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise MappingWrong(_("The mapping has cells, rows and checks, and nothing else."))
    return found


def _unknown(name: str, measure: str) -> str:
    return _("%(name)s: there is no measure «%(measure)s».") % {"name": name, "measure": measure}


def _prove_measure(name: str, item: Any) -> None:
    measure = item.get("measure", "") if isinstance(item, dict) else ""
    if measure not in MEASURES:
        raise MappingWrong(_unknown(name, str(measure)))
    if item.get("unit", "") not in {"", *UNITS[MEASURES[measure].kind]}:
        raise MappingWrong(
            _("%(name)s: «%(measure)s» is not told in «%(unit)s».")
            % {"name": name, "measure": measure, "unit": item["unit"]}
        )


def values_of(definition: ReturnDefinition, facts: Facts) -> Values:
    """Return the numbers of a return for a place, plan year and day."""
    mapping = definition.mapping
    found = Values()
    for name, item in mapping.get("cells", {}).items():
        measure = MEASURES[item["measure"]]
        found.cells[name] = Cell(
            measure.in_unit(facts.whole, item.get("unit", "")),
            str(measure.label),
            _url(item["measure"], facts),
        )
    for name, area in mapping.get("rows", {}).items():
        made = _by_project(area, facts) if area["by"] == "project" else _by_unit(area, facts)
        found.areas[name] = made
    return found


def _url(measure: str, facts: Facts) -> str:
    """Return where the rows behind a number are."""
    if rows := MEASURES[measure].rows:
        return Selection(facts.region, (facts.year,), facts.on, live=True).rows_url(rows)
    if measure.startswith("money."):
        name = measure.removeprefix("money.")
        with suppress(NoReverseMatch):
            return totals.rows_url(facts.region, years=[facts.year], on=facts.on, measure=name)
    return ""


def _by_unit(area: Mapping[str, Any], facts: Facts) -> Area:
    def line(number: int | None, place: Place, name: str) -> list[Value]:
        words: dict[str, Value] = {"number": number, "name": name, "code": place.code}
        return [
            words[item["measure"]]
            if item["measure"] in WORDS
            else MEASURES[item["measure"]].in_unit(place, item.get("unit", ""))
            for item in area["columns"]
        ]

    rows = [line(number, place, place.name) for number, place in enumerate(facts.units, start=1)]
    return Area(rows, line(None, facts.whole, _("Total")) if area.get("total") else None)


def _by_project(area: Mapping[str, Any], facts: Facts) -> Area:
    keys = [item["measure"].removeprefix(PROJECT) for item in area["columns"] if item["measure"] not in WORDS]
    columns = [ProjectLedger.column(key) for key in keys]
    planned_only = bool(area.get("planned_only"))
    cells = facts.project_cells(columns, planned_only=planned_only)

    def line(words: Mapping[str, Value], values: Sequence[Value]) -> list[Value]:
        told = iter(values)
        return [
            words[item["measure"]] if item["measure"] in WORDS else next(told) for item in area["columns"]
        ]

    rows = [line({"number": number, "name": "", "code": ""}, told) for number, told in enumerate(cells, 1)]
    kinds = [item["measure"].removeprefix(PROJECT) for item in area["columns"]]
    years = frozenset(
        place
        for place, key in enumerate(kinds)
        if key not in WORDS and ProjectLedger.column(key).cell.kind == "year"
    )
    if not area.get("total"):
        return Area(rows, years=years)
    counted = facts.counted_rows(planned_only=planned_only)
    sums = sum_columns(columns, counted)
    told = [
        column.typed(sums[column.key], facts.context) if column.key in sums else None for column in columns
    ]
    if told and told[0] is None:
        told[0] = _("Total")
    return Area(rows, line({"number": None, "name": _("Total"), "code": ""}, told), years)


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form: the workbook, which cells were filled with what, and what does not fit."""

    book: Any
    filled: Mapping[tuple[str, str], Cell]
    absent: Sequence[str]
    unmapped: Sequence[str]

    def content(self) -> bytes:
        """Return the workbook as a file."""
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def form_of(definition: ReturnDefinition, values: Values, facts: Facts) -> Form:
    """Return the original form with the numbers in it; raises LayoutRefused where the form is none."""
    book = read_layout(bytes(definition.layout))
    names = named_cells(book)
    info = {
        "INFO_PLACE": _("Reported by: %(place)s") % {"place": facts.region.name}
        + (_(" (simulated data)") if facts.is_simulated else ""),
        "INFO_YEAR": _("Plan year %(year)d") % {"year": facts.year},
        "INFO_DAY": _("As of %(day)s") % {"day": facts.on.isoformat()},
    }
    filled: dict[tuple[str, str], Cell] = {}
    for name, text in info.items():
        if name in names:
            _put(book, names[name], text)
    for name, cell in values.cells.items():
        if name in names:
            _put(book, names[name], cell.value)
            filled[names[name]] = cell
    for name, area in values.areas.items():
        if name in names:
            _put_area(book, names[name], area)
    known = {*values.cells, *values.areas}
    return Form(
        book,
        filled,
        absent=sorted(known - set(names)),
        unmapped=sorted(set(names) - known - set(info)),
    )


def _put(book: Any, place: tuple[str, str], value: Value) -> None:
    _write(book[place[0]][place[1]], value)


def _write(cell: Any, value: Value, *, is_year: bool = False) -> None:
    """Write a value by its type: a text stays a text, whatever it begins with.

    A cell without a format of its own gets one: thousands for numbers, none for years.
    """
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, int | Decimal) and cell.number_format == "General":
        places = 0 if isinstance(value, int) else -int(value.as_tuple().exponent)
        cell.number_format = PLAIN if is_year else WHOLE + ("." + "0" * places if places > 0 else "")
    elif isinstance(value, date) and cell.number_format == "General":
        cell.number_format = "yyyy-mm-dd"


def _put_area(book: Any, place: tuple[str, str], area: Area) -> None:
    """Write rows downwards from their first cell, each in the look of the first line."""
    sheet = book[place[0]]
    first = sheet[place[1]]
    lines = [*area.rows, *([area.total] if area.total is not None else [])]
    width = len(lines[0]) if lines else 0
    looks = [copy(sheet.cell(first.row, first.column + offset)._style) for offset in range(width)]
    for down, line in enumerate(lines):
        for offset, value in enumerate(line):
            cell = sheet.cell(first.row + down, first.column + offset)
            cell._style = copy(looks[offset])
            if not cell.has_style:
                cell.border = BOX
            _write(cell, value, is_year=offset in area.years)
