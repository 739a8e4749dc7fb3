"""What is known about the province: the tables of ``demo/data``, read into typed rows.

Areas are whole hundredths of a ㎡ and money whole 分 here, so that every sum is exact.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from records.units import FEN_PER_WAN_YUAN

DATA = Path(__file__).resolve().parent / "data"
PER_SQUARE_METRE = 100
# The two cities whose officers have demonstration accounts: their rows are shown most closely.
PRACTISED_UNITS = frozenset({"222401", "222403"})
# Communities of the plan of 2020 that had started by this day are a group with figures of their own.
EARLY_UNTIL = date(2020, 6, 30)
EARLY_YEAR = 2020


@dataclass(frozen=True)
class Figures:
    """How much: communities, buildings, households and floor area (in 0.01 ㎡)."""

    communities: int = 0
    buildings: int = 0
    households: int = 0
    area: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.communities + other.communities,
            self.buildings + other.buildings,
            self.households + other.households,
            self.area + other.area,
        )

    def __sub__(self, other: Figures) -> Figures:
        return Figures(
            self.communities - other.communities,
            self.buildings - other.buildings,
            self.households - other.households,
            self.area - other.area,
        )


@dataclass(frozen=True)
class YearLine:
    """The province's figures of one plan year: the plan's task, or what was added beyond it."""

    year: int
    origin: str
    figures: Figures
    issued_on: date | None
    document_no: str
    basis: str


@dataclass(frozen=True)
class UnitLine:
    """What is fixed about one reporting unit in one plan year; None is left to the generator."""

    year: int
    unit: str
    communities: int | None
    households: int | None
    buildings: int | None
    area: int | None
    early_communities: int | None
    early_households: int | None
    basis: str


@dataclass(frozen=True)
class Place:
    """A community that stands in the demonstration by name: from a publication or from a drawn page."""

    year: int | None
    unit: str
    region: str
    street: str
    name: str
    built_from: int | None
    built_evidence: str
    management: str
    buildings: int | None
    households: int | None
    area: int | None
    area_is_unknown: bool
    investment_fen: int | None
    subsidy_fen: int | None
    planned_start_on: date | None
    planned_completion_on: date | None
    started_on: date | None
    completed_on: date | None
    stays_open: bool
    progress: int | None
    is_simulated: bool
    remark: str

    @property
    def figures(self) -> Figures:
        """Return what the community adds to the sums; what is unknown adds nothing."""
        return Figures(1, self.buildings or 0, self.households or 0, self.area or 0)

    @property
    def is_early(self) -> bool:
        """Tell whether it belongs to the group that had started by the middle of 2020."""
        return self.year == EARLY_YEAR and self.started_on is not None and self.started_on <= EARLY_UNTIL


@dataclass(frozen=True)
class CurvePoint:
    """How many projects of a plan year had started or were completed at the end of a day."""

    day: date
    total: int


@dataclass(frozen=True)
class StreetLine:
    """The streets or towns of one district or county; ``weight`` is its share of the unit's communities."""

    unit: str
    region: str
    weight: int
    streets: tuple[str, ...]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _number(text: str) -> int | None:
    return int(text) if text else None


def _hundredths(text: str) -> int | None:
    return int(Decimal(text) * PER_SQUARE_METRE) if text else None


def _fen(wan_yuan: str) -> int | None:
    return int(Decimal(wan_yuan) * FEN_PER_WAN_YUAN) if wan_yuan else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def years() -> tuple[YearLine, ...]:
    """Return the province's figures by plan year."""
    return tuple(
        YearLine(
            year=int(row["year"]),
            origin=row["origin"],
            figures=Figures(
                int(row["communities"]),
                int(row["buildings"]),
                int(row["households"]),
                _hundredths(row["area_m2"]) or 0,
            ),
            issued_on=_day(row["issued_on"]),
            document_no=row["document_no"],
            basis=row["basis"],
        )
        for row in _rows("years.csv")
    )


@cache
def unit_lines() -> dict[tuple[int, str], UnitLine]:
    """Return what is fixed about units, by plan year and unit code."""
    lines = [
        UnitLine(
            year=int(row["year"]),
            unit=row["unit"],
            communities=_number(row["communities"]),
            households=_number(row["households"]),
            buildings=_number(row["buildings"]),
            area=_hundredths(row["area_m2"]),
            early_communities=_number(row["early_communities"]),
            early_households=_number(row["early_households"]),
            basis=row["basis"],
        )
        for row in _rows("units.csv")
    ]
    return {(line.year, line.unit): line for line in lines}


@cache
def places() -> tuple[Place, ...]:
    """Return the communities known by name."""
    return tuple(_place(row) for row in _rows("places.csv"))


def _place(row: dict[str, str]) -> Place:
    unknown, stays_open = row["area_m2"] == "unknown", row["completed_on"] == "open"
    return Place(
        year=_number(row["year"]),
        unit=row["unit"],
        region=row["region"],
        street=row["street"],
        name=row["name"],
        built_from=_number(row["built_from"]),
        built_evidence=row["built_evidence"],
        management=row["management"],
        buildings=_number(row["buildings"]),
        households=_number(row["households"]),
        area=None if unknown else _hundredths(row["area_m2"]),
        area_is_unknown=unknown,
        investment_fen=_fen(row["investment_wan"]),
        subsidy_fen=_fen(row["subsidy_wan"]),
        planned_start_on=_day(row["planned_start_on"]),
        planned_completion_on=_day(row["planned_completion_on"]),
        started_on=_day(row["started_on"]),
        completed_on=None if stays_open else _day(row["completed_on"]),
        stays_open=stays_open,
        progress=_number(row["progress"]),
        is_simulated=row["simulated"] == "yes",
        remark=row["remark"],
    )


@cache
def curve(year: int, origin: str, event: str) -> tuple[CurvePoint, ...]:
    """Return the points of one curve in the order of their days."""
    wanted = {"year": str(year), "origin": origin, "event": event}
    return tuple(
        CurvePoint(date.fromisoformat(row["day"]), int(row["total"]))
        for row in _rows("curves.csv")
        if row.items() >= wanted.items()
    )


@cache
def street_lines() -> dict[str, tuple[StreetLine, ...]]:
    """Return the districts of each unit with their streets; a county is its own district."""
    found: dict[str, list[StreetLine]] = {}
    for row in _rows("streets.csv"):
        line = StreetLine(row["unit"], row["region"], int(row["weight"]), tuple(row["streets"].split()))
        found.setdefault(line.unit, []).append(line)
    return {unit: tuple(lines) for unit, lines in found.items()}


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Return the words that names, addresses and works are made of, by kind."""
    return {row["kind"]: tuple(row["words"].split()) for row in _rows("words.csv")}
