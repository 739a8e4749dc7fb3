"""What the plan costs one household: the answer to 要您家出钱吗."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from consultations.models import CostShare, RollEntry


@dataclass(frozen=True, slots=True)
class Cost:
    """What one thing costs a household; ``fen`` is None where it depends on the flat and that is unknown."""

    share: CostShare
    fen: int | None


@dataclass(frozen=True, slots=True)
class Costs:
    """The answer to 要您家出钱吗."""

    rows: tuple[Cost, ...]
    free: int

    @property
    def total_fen(self) -> int | None:
        """Return what the household pays in all, None while a part of it is unknown."""
        known = [row.fen for row in self.rows if row.fen is not None]
        return sum(known) if len(known) == len(self.rows) else None


def cost_of(share: CostShare, entry: RollEntry | None) -> int | None:
    """Return a household's part in whole 分, half up; None where it depends on what is unknown here."""
    if share.basis == CostShare.Basis.HOUSEHOLD:
        return share.amount_fen
    if share.basis == CostShare.Basis.AREA and entry is not None:
        return int((share.amount_fen * entry.area).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
    return None
