"""Loading the sources of money that come with the portal; edited ones stay as they are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from accounts.models import Region
from funding.models import Source
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "sources.csv"
_TEXTS = ("code", "name", "channel", "instrument", "subject", "basis")


def load_sources(path: Path = DEFAULT_FILE) -> int:
    """Add the sources whose code nobody has used yet, where their region is known; return how many."""
    known = set(Source._base_manager.values_list("code", flat=True))
    regions = dict(Region.objects.values_list("code", "pk"))
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] not in known and row["region"] in regions]
    if rows:
        apply_many(
            Source,
            actor=None,
            source=ChangeSet.Source.LOAD,
            changes=[Change(values=_values(row, regions[row["region"]])) for row in rows],
            mode=Mode.ALL_OR_NOTHING,
        )
    return len(rows)


def _values(row: dict[str, str], region: int) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _TEXTS},
        "region_id": region,
        "split_days": int(row["split_days"]) if row["split_days"] else None,
        "by_batch": row["by_batch"] == "1",
        "position": int(row["position"]),
    }
