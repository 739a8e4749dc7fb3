"""Loading the limits that come with the portal."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from records.models import Limit

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "limits.csv"


def load_limits_file(path: Path = DEFAULT_FILE) -> int:
    """Add the limits that are not there yet and return how many; edited ones stay as they are."""
    added = 0
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            _limit, created = Limit.objects.get_or_create(
                code=row["code"],
                defaults={
                    "label": row["label"],
                    "low": Decimal(row["low"]) if row["low"] else None,
                    "high": Decimal(row["high"]) if row["high"] else None,
                    "unit": row["unit"],
                    "source": row["source"],
                },
            )
            added += created
    return added
