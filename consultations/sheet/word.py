"""The sheet as a Word file: what the office goes on working with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

# Built by tools/consultation_sheet_template.py.
TEMPLATE = Path(__file__).with_name("sheet.docx")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the sheet as a Word file; every text is escaped."""
    template = DocxTemplate(str(TEMPLATE))
    template.render(dict(document), autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()
