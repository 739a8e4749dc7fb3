"""Loading the models of post-management that come with the portal; edited ones stay as they are."""

from __future__ import annotations

import csv
from pathlib import Path

from accounts.models import Region
from projects.models import CareModel
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "care_models.csv"


def load_care_models(path: Path = DEFAULT_FILE) -> int:
    """Add the models whose code nobody has used yet, where their region is known; return how many."""
    known = set(CareModel._base_manager.values_list("code", flat=True))
    regions = dict(Region.objects.values_list("code", "pk"))
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] not in known and row["region"] in regions]
    fresh = [
        {
            "code": row["code"],
            "name": row["name"],
            "city": row["city"],
            "description": row["description"],
            "region_id": regions[row["region"]],
        }
        for row in rows
    ]
    if fresh:
        apply_many(
            CareModel,
            actor=None,
            source=ChangeSet.Source.LOAD,
            changes=[Change(values=row) for row in fresh],
            mode=Mode.ALL_OR_NOTHING,
        )
    return len(fresh)
