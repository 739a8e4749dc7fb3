"""From the province's figures of a plan year down to each reporting unit's.

What ``units.csv`` fixes stays fixed; the rest is shared out near the province's averages, within the bands of
published ledgers, so that no unit looks impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from records.shares import by_largest_remainder
from renovation_portal.demo import facts
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.facts import EARLY_YEAR, PER_SQUARE_METRE, Figures, UnitLine, YearLine
from renovation_portal.demo.spread import spread

# Bounds of a unit's averages, a little inside those of a single community.
HOUSEHOLDS_PER_BUILDING = (47, 56)
AREA_PER_HOUSEHOLD = (66, 100)
AREA_PER_BUILDING = (3000, 4590)
# A group of one unit is smaller and may stray further.
GROUP_HOUSEHOLDS_PER_BUILDING = (30, 56)
GROUP_AREA_PER_HOUSEHOLD = (64, 130)
GROUP_AREA_PER_BUILDING = (1700, 4620)


@dataclass(frozen=True)
class Group:
    """The communities of one unit in one plan year that are still to be made up, and what they add up to."""

    year: int
    origin: str
    unit: str
    is_early: bool
    figures: Figures


@dataclass(frozen=True)
class _Open:
    """A unit's line less the communities known by name."""

    line: UnitLine | None
    named: Figures
    named_early: Figures

    def pin(self, name: str) -> int | None:
        """Return what is left of a fixed figure, or None where the unit's line leaves it open."""
        fixed = getattr(self.line, name, None)
        return None if fixed is None else fixed - int(getattr(self.named, name))


def groups(line: YearLine) -> list[Group]:
    """Return the groups of one line of the years' table, unit by unit."""
    draw = Draw("shares", line.year, line.origin)
    units = sorted(facts.street_lines())
    opens = [_open(line, unit) for unit in units]
    total = line.figures
    for known in opens:
        total = total - known.named
    communities = _communities(draw, line, total.communities, units, opens)
    households = _households(draw, total.households, communities, opens)
    buildings = _buildings(draw, total.buildings, communities, households, opens)
    areas = _areas(draw, total.area, households, buildings, opens)
    found: list[Group] = []
    for unit, known, *sums in zip(units, opens, communities, buildings, households, areas, strict=True):
        for is_early, figures in _halves(known, Figures(*sums)):
            if figures.communities:
                found.append(Group(line.year, line.origin, unit, is_early, figures))
    return found


def _open(line: YearLine, unit: str) -> _Open:
    if line.origin != "planned":
        return _Open(None, Figures(), Figures())
    here = [place for place in facts.places() if (place.year, place.unit) == (line.year, unit)]
    named = sum((place.figures for place in here), Figures())
    early = sum((place.figures for place in here if place.is_early), Figures())
    return _Open(facts.unit_lines().get((line.year, unit)), named, early)


def _divide(
    total: int, weights: Sequence[int], lows: Sequence[int], highs: Sequence[int], pins: Sequence[int | None]
) -> list[int]:
    free = [weight if pin is None else 0 for weight, pin in zip(weights, pins, strict=True)]
    wishes = by_largest_remainder(total - sum(pin or 0 for pin in pins), free)
    return spread(
        total,
        [wish if pin is None else pin for wish, pin in zip(wishes, pins, strict=True)],
        [low if pin is None else pin for low, pin in zip(lows, pins, strict=True)],
        [high if pin is None else pin for high, pin in zip(highs, pins, strict=True)],
    )


def _communities(
    draw: Draw, line: YearLine, total: int, units: Sequence[str], opens: Sequence[_Open]
) -> list[int]:
    # The one year with a figure for every unit tells how big they are in the others.
    sizes = [facts.unit_lines()[EARLY_YEAR, unit].communities or 0 for unit in units]
    weights = [size * draw.between(80, 125) for size in sizes]
    # Every unit has a plan; what was added beyond it came from a few.
    least = 1 if line.origin == "planned" else 0
    lows = [max(0, least - known.named.communities) for known in opens]
    return _divide(total, weights, lows, [total] * len(units), [known.pin("communities") for known in opens])


def _households(draw: Draw, total: int, communities: Sequence[int], opens: Sequence[_Open]) -> list[int]:
    weights = [count * draw.between(85, 118) for count in communities]
    lows, highs = [count * 50 for count in communities], [count * 900 for count in communities]
    return _divide(total, weights, lows, highs, [known.pin("households") for known in opens])


def _buildings(
    draw: Draw, total: int, communities: Sequence[int], households: Sequence[int], opens: Sequence[_Open]
) -> list[int]:
    weights = [count * draw.between(970, 1030) for count in households]
    lows = []
    for known, count, homes in zip(opens, communities, households, strict=True):
        halves = [figures for _early, figures in _counts(known, count, homes)]
        lows.append(sum(_least_buildings(half) for half in halves))
    slowest = HOUSEHOLDS_PER_BUILDING[0]
    highs = [max(low, homes // slowest) for low, homes in zip(lows, households, strict=True)]
    return _divide(total, weights, lows, highs, [known.pin("buildings") for known in opens])


def _least_buildings(figures: Figures) -> int:
    most = HOUSEHOLDS_PER_BUILDING[1]
    return max(figures.communities, -(-figures.households // most))


def _areas(
    draw: Draw, total: int, households: Sequence[int], buildings: Sequence[int], opens: Sequence[_Open]
) -> list[int]:
    weights = [count * draw.between(94, 106) for count in households]
    bounds = [
        _area_bounds(homes, houses, AREA_PER_HOUSEHOLD, AREA_PER_BUILDING)
        for homes, houses in zip(households, buildings, strict=True)
    ]
    pins = [known.pin("area") for known in opens]
    return _divide(total, weights, [low for low, _high in bounds], [high for _low, high in bounds], pins)


def _area_bounds(
    households: int, buildings: int, per_household: tuple[int, int], per_building: tuple[int, int]
) -> tuple[int, int]:
    low = max(per_household[0] * households, per_building[0] * buildings)
    high = min(per_household[1] * households, per_building[1] * buildings)
    return low * PER_SQUARE_METRE, high * PER_SQUARE_METRE


def _counts(known: _Open, communities: int, households: int) -> list[tuple[bool, Figures]]:
    """Return communities and households of the early group, where there is one, and of the rest."""
    if known.line is None or known.line.early_communities is None or known.line.early_households is None:
        return [(False, Figures(communities, 0, households))]
    early = Figures(
        known.line.early_communities - known.named_early.communities,
        0,
        known.line.early_households - known.named_early.households,
    )
    return [(True, early), (False, Figures(communities, 0, households) - early)]


def _halves(known: _Open, whole: Figures) -> list[tuple[bool, Figures]]:
    counts = _counts(known, whole.communities, whole.households)
    if len(counts) == 1:
        return [(False, whole)]
    homes = [figures.households for _early, figures in counts]
    lows = [_least_buildings(figures) for _early, figures in counts]
    slowest = GROUP_HOUSEHOLDS_PER_BUILDING[0]
    highs = [max(low, count // slowest) for low, count in zip(lows, homes, strict=True)]
    buildings = spread(whole.buildings, by_largest_remainder(whole.buildings, homes), lows, highs)
    bounds = [
        _area_bounds(count, houses, GROUP_AREA_PER_HOUSEHOLD, GROUP_AREA_PER_BUILDING)
        for count, houses in zip(homes, buildings, strict=True)
    ]
    areas = spread(
        whole.area,
        by_largest_remainder(whole.area, homes),
        [low for low, _high in bounds],
        [high for _low, high in bounds],
    )
    return [
        (is_early, Figures(figures.communities, houses, figures.households, area))
        for (is_early, figures), houses, area in zip(counts, buildings, areas, strict=True)
    ]
