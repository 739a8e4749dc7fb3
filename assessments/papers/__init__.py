"""A report as files: one frozen JSON in, the same text and numbers out, whatever the format.

Files are made when they are asked for, from the document that was frozen: there is no file that could be
half written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from assessments.papers import pdf, sheet, word

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
