"""Loading the returns that come with the portal: forms drawn from lists, mappings that are data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.models import ReturnDefinition
from dashboards.returns.filling import prove
from dashboards.returns.layouts import drawn, name_of

FOLDER = Path(__file__).resolve().parent.parent / "data" / "returns"


def load_returns(folder: Path = FOLDER) -> int:
    """Add the returns that are not there yet and return how many; later revisions of staff stay in force."""
    added = 0
    for path in sorted(folder.glob("*.json")):
        spec = json.loads(path.read_text(encoding="utf-8"))
        if ReturnDefinition.objects.filter(code=spec["code"], year=spec["year"]).exists():
            continue
        mapping = mapping_of(spec)
        prove(mapping)
        ReturnDefinition(
            code=spec["code"],
            name=spec["name"],
            year=spec["year"],
            source=spec["source"],
            position=spec["position"],
            mapping=mapping,
            layout=drawn(spec),
        ).save()
        added += 1
    return added


def mapping_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping of a packaged return: cells from its lines, or one area of rows."""
    mapping: dict[str, Any] = {"cells": {}, "rows": {}, "checks": spec.get("checks", [])}
    for line in spec.get("lines", ()):
        for position, measure in enumerate(line["measures"]):
            item = {"measure": measure}
            if unit := line.get("unit_of", line.get("unit", "")):
                item["unit"] = unit
            if measure.startswith("effect."):
                item.pop("unit", None)
            mapping["cells"][name_of(line["code"], position)] = item
    if "rows" in spec:
        mapping["rows"]["DETAIL_ROWS"] = spec["rows"]
    return mapping
