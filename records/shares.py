"""Dividing a whole number so that the parts add up to it exactly, without a float anywhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

# A weight: whole numbers and exact fractions; never a float.
Weight = int | Fraction


class CannotShareError(ValueError):
    """The total cannot be shared so: nobody has a weight, or the bounds leave no room for it."""


def by_largest_remainder(
    total: int, weights: Sequence[Weight], keys: Sequence[str] | None = None
) -> list[int]:
    """Return whole parts of ``total`` in proportion to the weights, in the order of the weights.

    Each part is its exact share rounded down, and what is left goes one by one to the largest remainders.
    Equal remainders go to the smaller key (the code of a unit, compared as text); with keys the result does
    not depend on the order in which the weights come.  Without keys the first wins.  A part never falls when
    its own weight alone grows.

    Raise CannotShareError when there is something to share and no weight, or a weight is negative.
    """
    whole_weights = as_integers(weights)
    if any(weight < 0 for weight in whole_weights):
        raise CannotShareError("a weight is negative")
    if keys is not None and len(set(keys)) != len(whole_weights):
        raise CannotShareError("each weight needs a key of its own")
    whole = sum(whole_weights)
    if whole == 0:
        if total:
            raise CannotShareError(f"{total} cannot be shared by nobody")
        return [0] * len(whole_weights)
    divided = [divmod(total * weight, whole) for weight in whole_weights]
    parts = [part for part, _rest in divided]
    ties: Sequence[str] | range = range(len(parts)) if keys is None else keys
    ranked = sorted(range(len(parts)), key=lambda at: (-divided[at][1], ties[at]))
    for at in ranked[: total - sum(parts)]:
        parts[at] += 1
    return parts


def as_integers(weights: Sequence[Weight]) -> list[int]:
    """Return whole numbers in the same proportion as the weights."""
    shared = lcm(*(weight.denominator for weight in weights)) if weights else 1
    return [int(weight * shared) for weight in weights]


def within_bounds(
    total: int, weights: Sequence[Weight], lows: Sequence[int], highs: Sequence[int | None]
) -> list[Fraction]:
    """Return exact parts of ``total`` in proportion to the weights, each lifted to its floor or cut to its
    ceiling.

    There is one level L, and each part is L × weight, but not below its floor nor above its ceiling (None:
    no ceiling): what the floors take and the ceilings leave is borne by all others in proportion.  A part
    without a weight gets its floor.

    Raise CannotShareError when the floors exceed the total, or the ceilings do not let it all go out.
    """
    if any(high is not None and low > high for low, high in zip(lows, highs, strict=True)):
        raise CannotShareError("a floor is above its ceiling")
    if sum(lows) > total:
        raise CannotShareError(f"the floors add up to {sum(lows)}, more than {total}")
    amounts = as_integers(weights)
    parts = list(zip(amounts, lows, highs, strict=True))
    level = _level(total, parts)
    return [_at(level, part) for part in parts]


_Part = tuple[int, int, int | None]


def _at(level: Fraction, part: _Part) -> Fraction:
    weight, low, high = part
    if not weight:
        return Fraction(low)
    held = max(level * weight, Fraction(low))
    return held if high is None else min(held, Fraction(high))


def _level(total: int, parts: Sequence[_Part]) -> Fraction:
    """Return the level at which the parts add up to the total; the sum grows with it, in straight pieces."""
    marks = {Fraction(0)}
    for weight, low, high in parts:
        if weight:
            marks.add(Fraction(low, weight))
            if high is not None:
                marks.add(Fraction(high, weight))
    turns = sorted(marks)

    def filled(level: Fraction) -> Fraction:
        return sum((_at(level, part) for part in parts), Fraction(0))

    at = bisect_left(turns, Fraction(total), key=filled)
    if at < len(turns) and filled(turns[at]) == total:
        return turns[at]
    below = turns[at - 1]
    # Between two turns those grow that are past their floor and short of their ceiling.
    growing = sum(
        weight
        for weight, low, high in parts
        if weight and below * weight >= low and (high is None or below * weight < high)
    )
    if not growing:
        raise CannotShareError(f"the ceilings let out {filled(turns[-1])}, less than {total}")
    return below + (total - filled(below)) / growing
