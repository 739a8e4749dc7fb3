"""Pay by performance (绩效付费): how much an agreement pays for a year, by the year's score."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from funding.models import Agreement, PayBand


def band_for(bands: Iterable[PayBand], score: Decimal) -> PayBand | None:
    """Return the highest band a score reaches; a score on the bound reaches it (≥)."""
    reached = [band for band in bands if score >= band.from_score]
    return max(reached, key=lambda band: band.from_score, default=None)


def performance_pay(agreement: Agreement, score: Decimal) -> int | None:
    """Return the year's pay of an agreement in 分, half up; None without a yearly pay or without bands.

    Below the lowest band nothing is paid.  The bands are the agreement's own live rows.
    """
    bands = [band for band in agreement.bands.all() if not band.is_removed]
    if agreement.base_pay_fen is None or not bands:
        return None
    band = band_for(bands, score)
    if band is None:
        return 0
    share = Fraction(band.share_percent) / 100
    return int(agreement.base_pay_fen * share + Fraction(1, 2))
