"""Dividing a whole number so that the parts add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence

from records.shares import by_largest_remainder


class CannotSpreadError(ValueError):
    """The bounds of the parts leave no room for the total: the facts contradict each other."""


def spread(total: int, wishes: Sequence[int], lows: Sequence[int], highs: Sequence[int]) -> list[int]:
    """Return whole parts near the wishes, each within its bounds, that add up to ``total``.

    What the wishes miss is shared in proportion to the room each part has left towards its bound; fractions
    go by the largest remainder, the first part winning a tie.  Raise CannotSpreadError when there are no such
    parts.
    """
    if not sum(lows) <= total <= sum(highs) or any(low > high for low, high in zip(lows, highs, strict=True)):
        raise CannotSpreadError(f"{total} does not lie between {sum(lows)} and {sum(highs)}")
    parts = [max(low, min(wish, high)) for wish, low, high in zip(wishes, lows, highs, strict=True)]
    missing = total - sum(parts)
    if missing == 0:
        return parts
    sign = 1 if missing > 0 else -1
    bounds = highs if missing > 0 else lows
    room = [abs(bound - part) for part, bound in zip(parts, bounds, strict=True)]
    moved = by_largest_remainder(abs(missing), room)
    return [part + sign * move for part, move in zip(parts, moved, strict=True)]


def in_proportion(total: int, weights: Sequence[int], low: int, high: int) -> list[int]:
    """Return parts in proportion to the weights, none below ``low`` or above ``high``."""
    wishes = by_largest_remainder(total, weights)
    return spread(total, wishes, [low] * len(weights), [high] * len(weights))
