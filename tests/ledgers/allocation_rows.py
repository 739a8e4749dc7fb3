"""Coefficients that are hard to carry through a workbook."""

from __future__ import annotations

from decimal import Decimal

from assessments.models import FiscalFactor
from tests.ledgers import rows


def hard_factors() -> list[int]:
    """Write coefficients to the last place, with remarks that spreadsheets like to run."""
    values = [
        ("222401", 2020, "1.0000", "=1+1"),
        ("222404", 2020, "0.9999", ""),
        ("222403", 2020, "2.5000", "-3"),
        ("220100", 2020, "0.2000", "1-2"),
    ]
    listed = [
        {
            "unit_id": rows.region(code),
            "year": year,
            "coefficient": Decimal(value),
            "document_no": f"吉财〔{year}〕1号",
            "remark": remark,
        }
        for code, year, value, remark in values
    ]
    return rows.write(None, FiscalFactor, listed)


MAKERS = {"fiscal-factors": hard_factors}
