"""The parts of a document as texts, for formats that only print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.documents.annexes import printed


def blocks_of(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return headings and paragraphs as kind and text."""
    return [
        {"kind": block["kind"], "text": "".join(run["t"] for run in block["runs"])}
        for block in document["blocks"]
    ]


def printed_tables(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tables with every number as it is printed; the total is the last row."""
    return [
        {
            "caption": table["caption"],
            "rows": [_printed(row) for row in table["rows"]],
            "total": _printed(table["total"]),
        }
        for table in document["tables"]
    ]


def printed_annexes(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tables of other shapes as texts; documents of former years have none."""
    return [printed(table) for table in document.get("annexes", ())]


def _printed(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{value:,}" if isinstance(value, int) else value for name, value in row.items()}
