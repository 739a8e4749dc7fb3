"""A bulletin as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.documents.lines import blocks_of, printed_annexes, printed_tables
from records.typesetting import typeset

TEMPLATE = Path(__file__).with_name("bulletin.typ")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the document as PDF; raises MissingGlyphs when a font cannot be found."""
    data = {
        **document,
        "blocks": blocks_of(document),
        "tables": printed_tables(document),
        "annexes": printed_annexes(document),
    }
    return typeset(TEMPLATE, data)
