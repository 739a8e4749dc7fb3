"""Names and addresses as they sound in the province; none is taken from a list of real communities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communities.models.community import community_key
from renovation_portal.demo import facts
from renovation_portal.demo.draw import Draw

# Out of a hundred communities so many are called after a word, an employer, or their house number.
_KINDS = (("stem", 66), ("employer", 22), ("number", 12))
_TRIES = 12


@dataclass(frozen=True)
class Naming:
    """What a community is called and where it lies; ``employer`` is whose homes they were, if anybody's."""

    name: str
    employer: str
    region: str
    street: str
    neighbourhood: str
    address: str


class Namer:
    """Names the communities of one unit, each name once, whichever year it is renovated in.

    ``series`` makes another row of names for the same unit, ``taken`` are keys of names that are given away.
    """

    def __init__(self, unit: str, *series: object, taken: Iterable[str] = ()) -> None:
        self._draw = Draw("naming", unit, *series)
        self._lines = facts.street_lines()[unit]
        self._words = facts.words()
        self._taken = {community_key(place.name) for place in facts.places() if place.unit == unit}
        self._taken.update(taken)

    def next(self) -> Naming:
        """Return the next community's name and address."""
        draw = self._draw
        line = self._lines[draw.weighted([line.weight for line in self._lines])]
        street = draw.pick(line.streets)
        road, number = draw.pick(self._words["road"]), draw.between(3, 980)
        name, employer = self._fresh_name(road, number)
        # The same few neighbourhoods of a street come again and again.
        hood = Draw("neighbourhood", line.region, street, draw.between(1, 4)).pick(self._words["stem"])
        return Naming(name, employer, line.region, street, f"{hood}社区", f"{road}{number}号")

    def _fresh_name(self, road: str, number: int) -> tuple[str, str]:
        for _ in range(_TRIES):
            name, employer = self._name(road, number)
            if community_key(name) not in self._taken:
                break
        else:
            name, employer = f"{road}{number}号院", ""
            while community_key(name) in self._taken:
                number += 1
                name = f"{road}{number}号院"
        self._taken.add(community_key(name))
        return name, employer

    def _name(self, road: str, number: int) -> tuple[str, str]:
        draw, words = self._draw, self._words
        kind = _KINDS[draw.weighted([weight for _kind, weight in _KINDS])][0]
        if kind == "stem":
            return draw.pick(words["stem"]) + draw.pick(words["suffix"]), ""
        if kind == "employer":
            employer = draw.pick(words["organisation"])
            return employer + draw.pick(words["estate"]), employer
        return f"{road}{number}号院", ""
