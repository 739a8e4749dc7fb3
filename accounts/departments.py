"""The departments and utilities that come with the portal; a province changes them, the loader only adds."""

from __future__ import annotations

import csv
from pathlib import Path

from accounts.models import Department

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "departments.csv"


def load_departments(path: Path = DEFAULT_FILE) -> int:
    """Add the departments whose codes are not there yet, and return how many."""
    added = 0
    with path.open(encoding="utf-8", newline="") as lines:
        for position, row in enumerate(csv.DictReader(lines), start=1):
            _department, created = Department.objects.get_or_create(
                code=row["code"],
                defaults={
                    "name": row["name"],
                    "name_en": row["name_en"],
                    "kind": row["kind"],
                    "position": 10 * position,
                },
            )
            added += created
    return added
