"""The sheet as PDF, ready to be hung up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from records.typesetting import typeset

TEMPLATE = Path(__file__).with_name("sheet.typ")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the sheet as PDF; raises MissingGlyphs when a font cannot be found."""
    return typeset(TEMPLATE, document)
