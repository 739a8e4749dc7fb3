"""What each unit is worth in the stored unit; how units are spelled is ``records.headers``' business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

WAN = Decimal(10_000)
YI = Decimal(100_000_000)


@dataclass(frozen=True, slots=True)
class Unit:
    """A quantity's unit: the one shown, and the worth of every unit it may be given in, in stored units."""

    shown: str
    factors: Mapping[str, Decimal]

    def factor(self, unit: str | None) -> Decimal | None:
        """Return the worth of a unit in stored units: of the shown one for None; None for a foreign unit."""
        return self.factors[self.shown] if unit is None else self.factors.get(unit)


def _counted(unit: str, *others: str) -> Unit:
    one = Decimal(1)
    known = {unit: one, f"万{unit}": WAN, "wan": WAN} | dict.fromkeys(others, one)
    return Unit(unit, known)


# Stored in ㎡.
AREA = Unit("㎡", {"㎡": Decimal(1), "万㎡": WAN, "亿㎡": YI, "wan": WAN})
# Stored in 分, shown in 万元.
FEN = Decimal(100)
MONEY = Unit(
    "万元",
    {
        "元": FEN,
        "千元": 1000 * FEN,
        "万元": WAN * FEN,
        "wan": WAN * FEN,
        "百万元": 100 * WAN * FEN,
        "亿元": YI * FEN,
    },
)
# Unit prices: the same money, shown in 元.
YUAN = Unit("元", MONEY.factors)
HOUSEHOLDS = _counted("户", "个", "套")
BUILDINGS = _counted("栋", "个")
ENTRANCES = _counted("个", "单元")
PIECES = _counted("个", "项", "处")
ELEVATORS = _counted("部", "个")
FLOORS = Unit("层", {"层": Decimal(1)})
PERCENT = Unit("%", {"%": Decimal(1)})
