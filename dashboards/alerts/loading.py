"""Loading the alert rules that come with the portal."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

from dashboards.models import AlertRule

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "data" / "alert_rules.csv"


def load_alert_rules(path: Path = DEFAULT_FILE) -> int:
    """Add the rules that are not there yet and return how many; edited ones stay as they are."""
    added = 0
    with path.open(encoding="utf-8", newline="") as lines:
        for position, row in enumerate(csv.DictReader(lines), start=1):
            _rule, created = AlertRule.objects.get_or_create(
                code=row["code"],
                defaults={
                    "yellow": Decimal(row["yellow"]) if row["yellow"] else None,
                    "red": Decimal(row["red"]) if row["red"] else None,
                    "params": json.loads(row["params"]) if row["params"] else {},
                    "source": row["source"],
                    "position": position,
                },
            )
            added += created
    return added
