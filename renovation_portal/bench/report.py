"""What was measured, printed as tables; beside every aim whether it was met."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MET, MISSED = "✓", "✕"


@dataclass(frozen=True, slots=True)
class Aim:
    """One number that was aimed at: what, how much it is, how much it should be, whether that is met."""

    what: str
    measured: str
    aim: str
    met: bool


@dataclass
class Section:
    """One measured part: a table of facts and its aims."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> Iterable[str]:
        """Yield the section as lines of text."""
        yield self.title
        yield from table([self.columns, *self.rows])
        yield ""
        yield from table([[MET if aim.met else MISSED, aim.what, aim.measured, aim.aim] for aim in self.aims])
        for note in self.notes:
            yield f"  {note}"


def table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Yield rows of cells as aligned lines: words to the left, numbers to the right."""
    count = max((len(row) for row in rows), default=0)
    widths = [max(_width(row[at]) for row in rows if at < len(row)) for at in range(count)]
    for row in rows:
        cells = [_set(cell, width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join(cells)}".rstrip()


def _set(cell: str, width: int) -> str:
    room = " " * (width - _width(cell))
    return room + cell if cell[:1].isdigit() else cell + room


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def seconds(value: float) -> str:
    """Return seconds with two decimals."""
    return f"{value:.2f}"


def milliseconds(value: float) -> str:
    """Return seconds as milliseconds with one decimal."""
    return f"{value * 1000:.1f}"


def at_least(what: str, measured: float, aim: float, unit: str = "") -> Aim:
    """Return an aim that more is better for."""
    return Aim(what, f"{_short(measured)}{unit}", f"aim ≥ {_short(aim)}{unit}", measured >= aim)


def at_most(what: str, measured: float, aim: float, unit: str = "") -> Aim:
    """Return an aim that less is better for."""
    return Aim(what, f"{_short(measured)}{unit}", f"aim ≤ {_short(aim)}{unit}", measured <= aim)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
