"""A bulletin's document as files: one JSON in, the same text and numbers out, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboards.documents import pdf, sheet, word

Document = Mapping[str, Any]


# How each kind of file is made.
FORMATS: dict[str, Callable[[Document], bytes]] = {
    "docx": word.render,
    "pdf": pdf.render,
    "xlsx": sheet.render,
}


def render_all(document: Document) -> dict[str, bytes]:
    """Return the document in every format."""
    return {name: render(document) for name, render in FORMATS.items()}
