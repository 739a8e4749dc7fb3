"""What each unit is worth in the stored unit; how units are spelled is ``records.headers``' business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

# Money is stored in whole 分; both are whole, so that they go with int, Decimal and Fraction alike.
FEN_PER_YUAN = 100
FEN_PER_WAN_YUAN = 10_000 * FEN_PER_YUAN
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
MONEY = Unit(
    "万元",
    {
        "元": Decimal(FEN_PER_YUAN),
        "千元": Decimal(1000 * FEN_PER_YUAN),
        "万元": Decimal(FEN_PER_WAN_YUAN),
        "wan": Decimal(FEN_PER_WAN_YUAN),
        "百万元": Decimal(100 * FEN_PER_WAN_YUAN),
        "亿元": YI * FEN_PER_YUAN,
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
