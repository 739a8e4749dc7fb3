"""Rates: part of a whole in per cent, rounded in one place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


def percentage(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Return part ÷ whole in per cent, rounded half up to one decimal; None when there is no whole.

    Differences are taken between rounded rates, so that readers who subtract the printed numbers find the
    printed difference.
    """
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(TENTH, rounding=ROUND_HALF_UP)
