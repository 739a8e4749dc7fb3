"""Chance that is the same on every machine: whole numbers only, seeded by words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


class Draw:
    """A stream of numbers that depends on its seed words and on nothing else (SplitMix64).

    Python promises the same ``random.random()`` for ever, but not the same ``choice`` or ``shuffle``; these
    are our own, so that a new Python never moves a row of the demonstration.
    """

    def __init__(self, *seed: object) -> None:
        digest = hashlib.sha256("\x1f".join(str(word) for word in seed).encode()).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + self._next() % (high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices; repeat a choice to make it likelier."""
        return choices[self.between(0, len(choices) - 1)]

    def weighted(self, weights: Sequence[int]) -> int:
        """Return a position, each as likely as its weight."""
        left = self.between(1, sum(weights))
        for position, weight in enumerate(weights):
            left -= weight
            if left <= 0:
                return position
        raise AssertionError("unreachable")  # left never exceeds the sum of the weights

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.between(0, last)
            order[last], order[other] = order[other], order[last]
        return order

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return some of the items, in the order they came."""
        chosen = sorted(self.shuffled(range(len(items)))[:count])
        return [items[position] for position in chosen]
