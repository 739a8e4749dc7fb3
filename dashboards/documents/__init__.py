"""A bulletin's document as files: one JSON in, the same text and numbers out, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dashboards.documents import pdf, sheet, word

Document = Mapping[str, Any]


class Format(NamedTuple):
    """A kind of file: how it is made, and what browsers call it."""

    render: Callable[[Document], bytes]
    content_type: str


FORMATS: dict[str, Format] = {
    "docx": Format(word.render, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": Format(pdf.render, "application/pdf"),
    "xlsx": Format(sheet.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def render_all(document: Document) -> dict[str, bytes]:
    """Return the document in every format."""
    return {name: kind.render(document) for name, kind in FORMATS.items()}
