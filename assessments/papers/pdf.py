"""A report as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from records.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the report as PDF; raises MissingGlyphs when a font cannot be found."""
    return typeset(TEMPLATE, document)
