"""Ranking of units by start rate, and who is named in a bulletin as fast, slow, finished or idle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures import Base, Row

# The ministry's bulletins name five to seven fast regions and three to six slow ones.
FAST = 6
SLOW = 5


def ranked(rows: Sequence[Row], base: str = Base.COMMUNITIES) -> list[tuple[int | None, Row]]:
    """Return the rows with their place, best first; units without a plan follow without a place.

    Equal start rates share a place; among them those that have completed more come first, and then the order
    of the regions decides, so that the ranking is the same every time.
    """
    planned = [row for row in rows if row.figures.planned.on(base)]
    best_first = sorted(
        planned,
        key=lambda row: (row.figures.start_ratio(base), row.figures.completion_ratio(base)),
        reverse=True,
    )
    places: list[tuple[int | None, Row]] = []
    for position, row in enumerate(best_first, start=1):
        ratio = row.figures.start_ratio(base)
        is_tie = bool(places) and places[-1][1].figures.start_ratio(base) == ratio
        places.append((places[-1][0] if is_tie else position, row))
    return places + [(None, row) for row in rows if not row.figures.planned.on(base)]


@dataclass(frozen=True)
class Named:
    """The units a bulletin names, each list in the order it is printed."""

    fast: tuple[Row, ...]
    slow: tuple[Row, ...]
    finished: tuple[Row, ...]
    idle: tuple[Row, ...]


def named(rows: Sequence[Row]) -> Named:
    """Choose whom a bulletin names; nobody is named both fast and slow.

    Between nothing and everything started, the better half (six at most) is fast and the rest (five at most)
    slow, the slowest first.
    """
    placed = [row for place, row in ranked(rows) if place is not None]
    finished = tuple(row for row in placed if row.figures.all_started)
    idle = tuple(row for row in placed if not row.figures.started.communities)
    between = [row for row in placed if row.figures.started.communities and not row.figures.all_started]
    fast = between[: min(FAST, (len(between) + 1) // 2)]
    slow = between[len(fast) :][::-1][:SLOW]
    return Named(tuple(fast), tuple(slow), finished, idle)
