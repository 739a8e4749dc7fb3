"""Tables of any shape at the end of a Word file, in the fonts and lines of the template's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEADING, TABLE = "仿宋", "黑体", "宋体"
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
# The width of the text on the upright page (GB/T 9704: 156 mm), and of one that lies on its side.
UPRIGHT, LYING = 156, 225
# From so many columns on a table lies on its side.
WIDE = 9


def sign(document: Any, content: Mapping[str, Any]) -> None:
    """Write note, office and day below a text without tables of the template's own."""
    _write(document.add_paragraph(), content["note"], TABLE, 10, line=16)
    _write(document.add_paragraph(), "")
    _write(document.add_paragraph(), content["issuer"], align=RIGHT)
    _write(document.add_paragraph(), content["dated"], align=RIGHT)


def append(document: Any, table: Mapping[str, Any]) -> None:
    """Write a table (as ``annexes.printed`` gives it) on a page of its own."""
    width = _page_for(document, len(table["widths"]))
    caption = document.add_paragraph()
    _write(caption, table["caption"], HEADING, 12, line=24)
    caption.paragraph_format.keep_with_next = True
    lines = [*table["rows"], *([table["total"]] if table["total"] else [])]
    depth = len(table["heads"])
    grid = document.add_table(rows=depth + len(lines), cols=len(table["widths"]))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    unit = width / sum(table["widths"])
    # python-docx finds a cell anew at every access: rows are read once.
    rows = [list(row.cells) for row in grid.rows]
    for cells in rows:
        for cell, share in zip(cells, table["widths"], strict=True):
            cell.width = Mm(share * unit)
    _heads(rows, grid, table["heads"])
    for cells, values in zip(rows[depth:], lines, strict=True):
        for cell, value, is_right in zip(cells, values, table["right"], strict=True):
            _write(cell.paragraphs[0], value, TABLE, 10.5, align=RIGHT if is_right else LEFT, line=18)
            _line(cell, "bottom", 2)
    for cell in rows[0]:
        _line(cell, "top", 8)
    for cell in [*rows[depth - 1], *rows[-1]]:
        _line(cell, "bottom", 8)
    if table["note"]:
        _write(document.add_paragraph(), table["note"], TABLE, 10, line=16)


def _page_for(document: Any, columns: int) -> int:
    """Begin a page for a table of so many columns; return the width of its text in mm."""
    section = document.sections[-1]
    lies = section.orientation == WD_ORIENT.LANDSCAPE
    if (columns >= WIDE) == lies:
        broken = document.add_paragraph()
        _write(broken, "", size=1, line=2)
        broken.paragraph_format.page_break_before = True
        return LYING if lies else UPRIGHT
    section = document.add_section()
    section.page_width, section.page_height = section.page_height, section.page_width
    section.orientation = WD_ORIENT.PORTRAIT if lies else WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = Mm(27 if lies else 36)
    return UPRIGHT if lies else LYING


def _heads(rows: list[list[Any]], grid: Any, heads: list[list[dict[str, Any]]]) -> None:
    taken: set[tuple[int, int]] = set()
    for top, cells in enumerate(heads):
        left = 0
        for cell in cells:
            while (top, left) in taken:
                left += 1
            bottom, right = top + cell["rows"] - 1, left + cell["cols"] - 1
            taken |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            merged = rows[top][left].merge(rows[bottom][right])
            _write(merged.paragraphs[0], cell["text"], TABLE, 10.5, align=CENTRE, line=18)
        properties = grid.rows[top]._tr.get_or_add_trPr()
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        properties.append(repeated)


def _write(paragraph: Any, text: str, font: str = BODY, size: float = 16, **options: Any) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    shape = paragraph.paragraph_format
    shape.alignment = options.get("align")
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(options.get("line", 28))


def _line(cell: Any, side: str, size: int) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    known = borders.find(qn(f"w:{side}"))
    if known is not None:
        borders.remove(known)
    line = OxmlElement(f"w:{side}")
    for name, value in {"val": "single", "sz": str(size), "space": "1", "color": "000000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
