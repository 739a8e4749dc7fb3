"""The allocation rules that come with the portal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from assessments.allocation_json import rule_from_json
from assessments.models import AllocationRule

PACKAGED = Path(__file__).parent / "data" / "allocation_rules.json"


def load_allocation_rules() -> int:
    """Add the packaged rules that are not there yet; return how many.  Revised ones stay as they are."""
    known = set(AllocationRule.objects.values_list("code", flat=True))
    missing = [
        entry for entry in json.loads(PACKAGED.read_text(encoding="utf-8")) if entry["code"] not in known
    ]
    for entry in missing:
        if entry["mode"] == AllocationRule.Mode.FACTORS:
            rule_from_json(entry["parameters"])
    AllocationRule.objects.bulk_create(
        AllocationRule(**{**entry, "effective_from": date.fromisoformat(entry["effective_from"])})
        for entry in missing
    )
    return len(missing)
