"""Word by docxtpl: the file officials go on working with, in the fonts of official documents."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from dashboards.documents import word_tables
from dashboards.documents.lines import blocks_of, printed_annexes, printed_tables

# Built by tools/bulletin_template.py.
TEMPLATE = Path(__file__).with_name("bulletin.docx")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the document as a Word file."""
    template = DocxTemplate(str(TEMPLATE))
    data = {**document, "blocks": blocks_of(document), "tables": printed_tables(document)}
    template.render(data, autoescape=True)
    if not document["tables"]:
        word_tables.sign(template.docx, document)
    for table in printed_annexes(document):
        word_tables.append(template.docx, table)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()
