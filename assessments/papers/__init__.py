"""A report as files: one frozen JSON in, the same text and numbers out, whatever the format.

Files are made when they are asked for, from the document that was frozen: there is no file that could be
half written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assessments.papers import pdf, sheet, word

Document = Mapping[str, Any]


# How each kind of file is made.
FORMATS: dict[str, Callable[[Document], bytes]] = {
    "docx": word.render,
    "pdf": pdf.render,
    "xlsx": sheet.render,
}
