"""Money in words: 分 as people of this trade read them."""

from __future__ import annotations

from decimal import Decimal

from records.units import FEN_PER_WAN_YUAN


def wan_yuan(fen: int) -> str:
    """Return 分 as 万元, exact, with two decimals at least: 924517000 → 924.517, 2000000 → 2.00."""
    whole, _point, places = f"{Decimal(fen) / FEN_PER_WAN_YUAN:,.6f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"
