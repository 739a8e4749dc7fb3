"""From a unit's figures down to each community's, and from a community's down to its buildings'.

Nearly every community lies within the bands of the portal's checks.  A few are meant not to: what awaits
confirmation in a demonstration should be a real doubt (a hall of one-room homes, a house of twelve families,
a year after 2000), and one county's published averages allow nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from records.shares import by_largest_remainder
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.facts import PER_SQUARE_METRE, PRACTISED_UNITS, Figures
from renovation_portal.demo.shares import Group
from renovation_portal.demo.spread import spread

# Small communities are many, large ones few: shares of the buildings of a group.
_BUILDING_SHARES = (2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 10, 14, 20, 30)
_MOST_BUILDINGS = 34
# Just inside the bands of the checks: 20–57 households and 1,600–4,700 ㎡ a building, 63–135 ㎡ a household.
_HOUSEHOLDS_TENTHS = (240, 569)
_AREA_PER_BUILDING = (1650, 4630, 4699)
_AREA_PER_HOUSEHOLD_TENTHS = (632, 658, 1340)
# One small community in so many is odd, and only in groups with room to make up for it.
_ODD_EVERY, _ODD_EVERY_PRACTISED = 100, 12
_ODD_NEEDS_COMMUNITIES = 12
_ODD_BUILDINGS_SHARE = 25
_ROOMY_HOUSEHOLDS_TENTHS, _ROOMY_AREA = 545, 4450
# Tall houses, where a unit's averages exceed the bands.
_TALL_HOUSEHOLDS, _TALL_AREA = 105, 9800


class Oddity(StrEnum):
    """In what way a community is meant to be doubtful."""

    NONE = ""
    CRAMPED = "cramped"
    SPARSE = "sparse"
    LATE = "late"
    TALL = "tall"


_ODDITIES = (Oddity.LATE, Oddity.CRAMPED, Oddity.LATE, Oddity.SPARSE)


@dataclass(frozen=True)
class Size:
    """How big one community is (area in 0.01 ㎡) and in what way it is odd."""

    buildings: int
    households: int
    area: int
    oddity: Oddity = Oddity.NONE


def communities(group: Group) -> list[Size]:
    """Return the sizes of a group's communities; they add up to the group's figures."""
    draw = Draw("sizes", group.year, group.origin, group.unit, group.is_early)
    figures = group.figures
    buildings = _buildings(draw, figures)
    oddities = _oddities(draw, group, buildings)
    households = _households(draw, figures.households, buildings, oddities)
    areas = _areas(draw, figures.area, buildings, households, oddities)
    return [Size(*each) for each in zip(buildings, households, areas, oddities, strict=True)]


def _buildings(draw: Draw, figures: Figures) -> list[int]:
    weights = [draw.pick(_BUILDING_SHARES) * draw.between(80, 120) for _ in range(figures.communities)]
    wishes = by_largest_remainder(figures.buildings, weights)
    most = max(_MOST_BUILDINGS, -(-figures.buildings // figures.communities))
    return spread(figures.buildings, wishes, [1] * len(wishes), [most] * len(wishes))


def _oddities(draw: Draw, group: Group, buildings: Sequence[int]) -> list[Oddity]:
    figures = group.figures
    found = [Oddity.NONE] * figures.communities
    if figures.communities < _ODD_NEEDS_COMMUNITIES:
        return found
    every = _ODD_EVERY_PRACTISED if group.unit in PRACTISED_UNITS else _ODD_EVERY
    # What an odd community lacks the others must hold: those near their bounds have no room for it.
    has_room = (
        figures.households * 10 <= _ROOMY_HOUSEHOLDS_TENTHS * figures.buildings
        and figures.area <= _ROOMY_AREA * PER_SQUARE_METRE * figures.buildings
    )
    left = figures.buildings // _ODD_BUILDINGS_SHARE
    for at, count in enumerate(buildings):
        if count <= min(2, left) and draw.between(1, every) == 1:
            found[at] = draw.pick(_ODDITIES) if has_room else Oddity.LATE
            left -= count
    return found


def _households(draw: Draw, total: int, buildings: Sequence[int], oddities: list[Oddity]) -> list[int]:
    low, high = _HOUSEHOLDS_TENTHS
    lows = [low * count // 10 for count in buildings]
    highs = [high * count // 10 for count in buildings]
    wishes = []
    for at, count in enumerate(buildings):
        # The fewer houses, the further from the average.
        rate = draw.between(380, 560) if count <= 2 else draw.between(500, 560)
        wishes.append(rate * count // 10)
        if oddities[at] is Oddity.SPARSE:
            lows[at] = highs[at] = draw.between(14, 18) * count
    _raise_until(total, highs, _TALL_HOUSEHOLDS, buildings, oddities)
    return spread(total, wishes, lows, highs)


def _raise_until(
    total: int, highs: list[int], tall: int, buildings: Sequence[int], oddities: list[Oddity]
) -> None:
    """Let small communities have tall houses until their bounds leave room (2 %) for the total."""
    for at, count in enumerate(buildings):
        if sum(highs) * 100 >= total * (102 if Oddity.TALL in oddities else 100):
            return
        if count == 1 and oddities[at] is Oddity.NONE:
            oddities[at] = Oddity.TALL
            highs[at] = tall


def _areas(
    draw: Draw, total: int, buildings: Sequence[int], households: Sequence[int], oddities: Sequence[Oddity]
) -> list[int]:
    average = total // sum(households)
    wishes, lows, highs = [], [], []
    for houses, homes, oddity in zip(buildings, households, oddities, strict=True):
        low, high = _area_bounds(draw, houses, homes, oddity)
        if oddity is Oddity.CRAMPED:
            low = high = homes * draw.between(56 * PER_SQUARE_METRE, 61 * PER_SQUARE_METRE)
        lows.append(low)
        highs.append(high)
        wishes.append(homes * average * draw.between(90, 110) // 100)
    return spread(total, wishes, lows, highs)


def _area_bounds(draw: Draw, houses: int, homes: int, oddity: Oddity) -> tuple[int, int]:
    least_per_house, *most_per_house = _AREA_PER_BUILDING
    *least_per_home, most_per_home = _AREA_PER_HOUSEHOLD_TENTHS
    # The bounds waver: where many communities reach one they must not all look the same.
    per_house = _TALL_AREA if oddity is Oddity.TALL else draw.between(*most_per_house)
    low = max(draw.between(*least_per_home) * homes // 10, least_per_house * houses)
    high = min(most_per_home * homes // 10, per_house * houses)
    odd_hundredths = draw.between(0, PER_SQUARE_METRE)
    return low * PER_SQUARE_METRE + odd_hundredths, max(low, high) * PER_SQUARE_METRE + odd_hundredths


@dataclass(frozen=True)
class House:
    """One building of a community (area in 0.01 ㎡)."""

    entrances: int
    households: int
    area: int


def houses(draw: Draw, size: Size, entrances: int) -> list[House]:
    """Return the buildings of a community; they add up to its households, area and entrances."""
    count = size.buildings
    weights = [draw.between(80, 120) for _ in range(count)]
    homes = _near_average(size.households, weights)
    doors = _near_average(entrances, homes)
    space = [size.area * each * draw.between(97, 103) for each in homes]
    areas = by_largest_remainder(size.area, space)
    return [House(*each) for each in zip(doors, homes, areas, strict=True)]


def _near_average(total: int, weights: Sequence[int]) -> list[int]:
    wishes = by_largest_remainder(total, weights)
    return spread(total, wishes, [1] * len(wishes), [total] * len(wishes))
