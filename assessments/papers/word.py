"""A report as a Word file, in the fonts of official documents."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TITLE, BODY, HEADING, TABLE = "方正小标宋简体", "仿宋", "黑体", "宋体"
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
# GB/T 9704: the text of an A4 page is 156 mm wide.
WIDTH = 156


def render(document: Mapping[str, Any]) -> bytes:
    """Return the report as a Word file."""
    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    made.core_properties.author = made.core_properties.comments = ""
    made.core_properties.title = document["title"]
    _write(made.add_paragraph(), document["title"], TITLE, 22, align=CENTRE, line=34)
    _write(made.add_paragraph(), document["note"], TABLE, 10.5, align=CENTRE, line=22)
    for paragraph in document["paragraphs"]:
        _write(made.add_paragraph(), paragraph, BODY, 16, indent=2)
    for table in document["tables"]:
        _table(made, table)
    _write(made.add_paragraph(), document["foot"], TABLE, 10, line=16)
    for text in (document["issuer"], document["dated"]):
        _write(made.add_paragraph(), text, BODY, 16, align=RIGHT)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _table(made: Any, table: Mapping[str, Any]) -> None:
    caption = made.add_paragraph()
    _write(caption, table["caption"], HEADING, 14, line=28)
    caption.paragraph_format.keep_with_next = True
    grid = made.add_table(rows=len(table["rows"]) + 1, cols=len(table["heads"]))
    grid.style, grid.autofit = "Table Grid", False
    unit = WIDTH / sum(table["widths"])
    for row, values in zip(grid.rows, [table["heads"], *table["rows"]], strict=True):
        # python-docx finds a cell anew at every access: a row is read once.
        for cell, value, share, is_right in zip(
            list(row.cells), values, table["widths"], table["right"], strict=True
        ):
            cell.width = Mm(share * unit)
            _write(cell.paragraphs[0], value, TABLE, 10.5, align=RIGHT if is_right else LEFT, line=16)


def _write(paragraph: Any, text: str, font: str, size: float, **options: Any) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    shape = paragraph.paragraph_format
    shape.alignment = options.get("align")
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(options.get("line", 28))
    if "indent" in options:
        shape.first_line_indent = Pt(size * options["indent"])
