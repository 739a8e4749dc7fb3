"""The whole demonstration as rows, before anything is written."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.marks import Value
from renovation_portal.demo import facts, shares, sizes, timing
from renovation_portal.demo.facts import UnitLine, YearLine
from renovation_portal.demo.naming import Namer
from renovation_portal.demo.sites import Site, Sketch, Values, place_sketch, site


@dataclass(frozen=True)
class Plan:
    """An annual plan of one unit, as values of a ledger row; ``unit`` is the unit's code."""

    unit: str
    values: Values


@dataclass(frozen=True)
class Province:
    """Every community with its project and its buildings, and every plan."""

    sites: tuple[Site, ...]
    plans: tuple[Plan, ...]

    def digest(self) -> str:
        """Return a digest of all rows: two provinces with the same digest are the same."""
        rows = [repr(row) for row in (*self.sites, *self.plans)]
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def make_province() -> Province:
    """Return the demonstration; it depends on nothing but the tables of ``demo/data``."""
    namers = {unit: Namer(unit) for unit in sorted(facts.street_lines())}
    sites = [site(place_sketch(place), None) for place in facts.places() if place.year is None]
    for line in facts.years():
        sketches = _sketches(line, namers)
        dates = timing.timetable(line.year, line.origin, [sketch.start for sketch in sketches])
        sites += [site(sketch, days) for sketch, days in zip(sketches, dates, strict=True)]
    # Rows get their codes in this order; communities without a year come last.
    sites.sort(key=lambda row: (row.unit, row.year or 9999, row.origin != "planned"))
    return Province(tuple(sites), tuple(_plans(sites)))


def _sketches(line: YearLine, namers: dict[str, Namer]) -> list[Sketch]:
    named = [place for place in facts.places() if place.year == line.year and line.origin == "planned"]
    found = [place_sketch(place) for place in named]
    for group in shares.groups(line):
        namer = namers[group.unit]
        found += [
            Sketch(line.year, line.origin, group.unit, namer.next(), size, group.is_early)
            for size in sizes.communities(group)
        ]
    return found


def _plans(sites: Iterable[Site]) -> Iterable[Plan]:
    planned: dict[tuple[int, str], list[Values]] = defaultdict(list)
    for row in sites:
        if row.year is not None and row.project is not None and row.origin == "planned":
            planned[row.year, row.unit].append(row.project)
    lines = {line.year: line for line in facts.years() if line.origin == "planned"}
    for (year, unit), projects in sorted(planned.items()):
        yield Plan(unit, _issued(lines[year], facts.unit_lines().get((year, unit)), projects))
    for line in facts.unit_lines().values():
        if line.year not in lines:
            yield Plan(line.unit, _draft(line))


def _issued(line: YearLine, unit_line: UnitLine | None, projects: Sequence[Values]) -> Values:
    """Return a plan whose targets are the sums of its projects; what is unknown adds nothing."""
    return {
        "year": line.year,
        "state": "issued",
        "issued_on": line.issued_on,
        "document_no": line.document_no,
        "target_projects": len(projects),
        "target_communities": len(projects),
        "target_buildings": _whole(projects, "planned_buildings"),
        "target_households": _whole(projects, "planned_households"),
        "target_area": sum((_decimal(row["planned_area"]) for row in projects), Decimal("0.00")),
        "remark": (unit_line and unit_line.basis) or f"全省{line.basis}；各市县数为模拟",
        "is_simulated": True,
    }


def _draft(line: UnitLine) -> Values:
    return {"year": line.year, "state": "draft", "remark": line.basis, "is_simulated": True}


def _whole(projects: Sequence[Values], name: str) -> int:
    return sum(value for value in (row[name] for row in projects) if isinstance(value, int))


def _decimal(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
