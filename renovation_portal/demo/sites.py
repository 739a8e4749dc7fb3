"""One community of the demonstration with its project and its buildings, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communities.models import Building
from projects.models import Project
from records.marks import Mark, Value
from renovation_portal.demo import facts, sizes
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.facts import Place
from renovation_portal.demo.naming import Naming
from renovation_portal.demo.sizes import Oddity, Size
from renovation_portal.demo.timing import Dates, Start

# In these plan years the practised units have their buildings listed one by one.
LISTED_YEARS = frozenset({2020, 2021})
# Amounts are planned to a tenth of a 万元.
_ROUND_FEN = 100_000
_YUAN_PER_SQUARE_METRE = (220, 430)
_SUBSIDY_PERMILLE = (300, 360)
_SPENT_PERMILLE = (955, 1000)

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Site:
    """A community and what belongs to it, as values of ledger rows; ``region`` is a region's code."""

    unit: str
    region: str
    year: int | None
    origin: str
    community: Values
    project: Values | None = None
    buildings: tuple[Values, ...] = ()


@dataclass(frozen=True)
class Sketch:
    """A community that has a size and a name, and not yet its dates."""

    year: int
    origin: str
    unit: str
    naming: Naming
    size: Size
    is_early: bool = False
    place: Place | None = None

    @property
    def start(self) -> Start:
        """Return what the timetable must respect."""
        if self.place is None:
            return Start(is_early=self.is_early)
        place = self.place
        return Start(self.is_early, place.started_on, place.completed_on, place.stays_open)

    @property
    def is_simulated(self) -> bool:
        """Tell whether the row is made up rather than published."""
        return self.place is None or self.place.is_simulated


def place_sketch(place: Place) -> Sketch:
    """Return the sketch of a community known by name; the address of a drawn one is made up."""
    address, hood = "", ""
    if place.is_simulated:
        draw = Draw("address", place.unit, place.name)
        words = facts.words()
        address = f"{draw.pick(words['road'])}{draw.between(3, 890)}号"
        hood = f"{draw.pick(words['stem'])}社区"
    return Sketch(
        year=place.year or 0,
        origin="planned",
        unit=place.unit,
        naming=Naming(place.name, "", place.region, place.street, hood, address),
        size=Size(place.buildings or 0, place.households or 0, place.area or 0),
        is_early=place.is_early,
        place=place,
    )


def site(sketch: Sketch, dates: Dates | None) -> Site:
    """Return the finished rows of a community; without dates it has no project."""
    draw = Draw("site", sketch.year, sketch.unit, sketch.naming.name)
    place = sketch.place
    community = (
        _simulated_community(sketch, draw)
        if place is None or place.is_simulated
        else _published_community(place, sketch)
    )
    listed = sketch.unit in facts.PRACTISED_UNITS and sketch.year in LISTED_YEARS
    return Site(
        unit=sketch.unit,
        region=sketch.naming.region,
        year=sketch.year or None,
        origin=sketch.origin,
        community=community,
        project=None if dates is None else _project(sketch, dates, draw),
        buildings=_buildings(sketch, community, draw) if listed else (),
    )


def square_metres(hundredths: int) -> Decimal:
    """Return an area in ㎡ with its two places."""
    return Decimal(hundredths).scaleb(-2)


def _measures(sketch: Sketch) -> dict[str, Value]:
    size, place = sketch.size, sketch.place
    unknown = place is not None and place.area_is_unknown
    return {
        "building_count": size.buildings or None,
        "household_count": size.households or None,
        "floor_area": Mark.UNKNOWN if unknown else square_metres(size.area) if size.area else None,
    }


def _published_community(place: Place, sketch: Sketch) -> Values:
    """Return what has been published and nothing besides."""
    return {
        "name": place.name,
        "street": place.street,
        "built_from": place.built_from,
        "built_evidence": place.built_evidence,
        **_measures(sketch),
        "remark": place.remark,
        "is_simulated": False,
    }


def _simulated_community(sketch: Sketch, draw: Draw) -> Values:
    naming, size = sketch.naming, sketch.size
    built_from, built_to = _built(sketch, draw)
    values: dict[str, Value] = {
        "name": naming.name,
        "street": naming.street,
        "neighbourhood": naming.neighbourhood,
        "address": naming.address,
        "built_from": built_from,
        "built_to": built_to,
        "built_evidence": _pick(draw, {"acceptance": 52, "archive": 30, "certificate": 14, "estimate": 4}),
        "former_owner": naming.employer,
        "management": _pick(draw, {"professional": 46, "self": 32, "abandoned": 22}),
        "fund_status": _pick(draw, {"none": 58, "partial": 25, "established": 17}),
        "property_kind": "employer" if naming.employer else _ownership(draw),
        "entrance_count": max(size.buildings, size.households // draw.between(11, 17)),
        "site_area": square_metres(size.area * draw.between(58, 92) // 100),
        "post2000_area": square_metres(size.area) if built_from > 2000 else None,
        **_measures(sketch),
        "is_simulated": True,
    }
    if sketch.place is not None:
        values["built_evidence"] = sketch.place.built_evidence
        values["management"] = sketch.place.management
    return values


def _built(sketch: Sketch, draw: Draw) -> tuple[int, int]:
    if sketch.place is not None and sketch.place.built_from is not None:
        return sketch.place.built_from, sketch.place.built_from
    if sketch.size.oddity is Oddity.LATE:
        first = draw.between(2001, 2004)
        return first, min(2005, first + draw.between(0, 1))
    # Large ones took longer to build.
    first = draw.between(1978, 1998)
    return first, min(2000, first + draw.between(0, min(6, sketch.size.buildings // 2)))


def _ownership(draw: Draw) -> str:
    return _pick(draw, {"reformed": 40, "commodity": 28, "pooled": 17, "mixed": 15})


def _pick(draw: Draw, weights: Mapping[str, int]) -> str:
    return list(weights)[draw.weighted(list(weights.values()))]


def _project(sketch: Sketch, dates: Dates, draw: Draw) -> Values:
    measures = _measures(sketch)
    values: dict[str, Value] = {
        "plan_year": sketch.year,
        "origin": sketch.origin,
        "planned_buildings": measures["building_count"],
        "planned_households": measures["household_count"],
        "planned_area": measures["floor_area"],
        "started_on": dates.started_on,
        "completed_on": dates.completed_on,
        "progress_percent": Decimal(100) if dates.completed_on else None,
        # Years from before the portal are entered as history: their stage follows from their dates.
        "is_history": True,
        "library": Project.Library.ISSUED,
        "stage_since": dates.completed_on or dates.ready_on,
        "is_simulated": sketch.is_simulated,
    }
    values |= _planned(sketch, draw) if sketch.place is None else _place_project(sketch.place)
    investment = values["planned_investment_fen"]
    if sketch.is_simulated and isinstance(investment, int):
        values["ready_on"] = dates.ready_on
        values["works"] = "、".join(draw.sample(facts.words()["works"], draw.between(5, 10)))
        values["invested_fen"] = _rounded(investment * draw.between(*_SPENT_PERMILLE) // 1000)
    return values


def _planned(sketch: Sketch, draw: Draw) -> Values:
    # Area in 0.01 ㎡ times 元 a ㎡ is 分.
    investment = _rounded(sketch.size.area * draw.between(*_YUAN_PER_SQUARE_METRE))
    year = sketch.year
    ends = (date(year, 9, 30), date(year, 10, 31), date(year, 11, 15), date(year + 1, 10, 31))
    return {
        "planned_investment_fen": investment,
        "central_subsidy_fen": _rounded(investment * draw.between(*_SUBSIDY_PERMILLE) // 1000),
        "planned_start_on": draw.pick((date(year, 4, 30), date(year, 5, 31), date(year, 6, 30))),
        "planned_completion_on": draw.pick(ends),
    }


def _place_project(place: Place) -> Values:
    values: dict[str, Value] = {
        "planned_investment_fen": place.investment_fen,
        "central_subsidy_fen": place.subsidy_fen,
        "planned_start_on": place.planned_start_on,
        "planned_completion_on": place.planned_completion_on,
        "remark": place.remark,
    }
    if place.progress is not None:
        values["progress_percent"] = Decimal(place.progress)
    return values


def _rounded(fen: int) -> int:
    return (fen + _ROUND_FEN // 2) // _ROUND_FEN * _ROUND_FEN


def _buildings(sketch: Sketch, community: Values, draw: Draw) -> tuple[Values, ...]:
    size = sketch.size
    entrances = community.get("entrance_count")
    if not isinstance(entrances, int):
        entrances = max(size.buildings, size.households // draw.between(11, 17))
    first, last = community.get("built_from"), community.get("built_to")
    floors = draw.pick((5, 6, 6, 6, 7))
    return tuple(
        {
            "number": f"{number}号楼",
            "built_year": draw.between(first, last)
            if isinstance(first, int) and isinstance(last, int)
            else None,
            "structure": Building.Structure.BRICK_CONCRETE.value,
            "floors": floors,
            "entrance_count": house.entrances,
            "household_count": house.households,
            "floor_area": square_metres(house.area),
            "elevator_count": 0,
            "is_simulated": True,
        }
        for number, house in enumerate(sizes.houses(draw, size, entrances), start=1)
    )
