"""Build the Word template of the bulletin (dashboards/documents/bulletin.docx).

Run it after changing the layout here, and commit the file: ``python -m tools.bulletin_template``.  Page and
type follow GB/T 9704 (party and government documents); the fonts are those of Chinese office machines, which
Word finds there by name.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TARGET = Path(__file__).resolve().parent.parent / "dashboards" / "documents" / "bulletin.docx"
TITLE, BODY, HEADING, TABLE = "方正小标宋简体", "仿宋", "黑体", "宋体"
RED = RGBColor(0xB3, 0x14, 0x1C)
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT

COLUMNS = (
    ("name", 34),
    ("planned", 18),
    ("started", 18),
    ("rate", 20),
    ("planned_households", 22),
    ("started_households", 22),
    ("household_rate", 20),
)


def write(paragraph: Any, text: str, font: str = BODY, size: float = 16, **options: Any) -> None:
    """Add a run in a Chinese font; options: colour, align, indent (characters), line (points)."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if "colour" in options:
        run.font.color.rgb = options["colour"]
    shape = paragraph.paragraph_format
    shape.alignment = options.get("align")
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(options.get("line", 28))
    if "indent" in options:
        shape.first_line_indent = Pt(size * options["indent"])


def border(element: Any, side: str, size: int, colour: str = "000000") -> None:
    """Draw a line at a side of a paragraph (pBdr) or a table cell (tcBorders); size in 1/8 pt."""
    line = OxmlElement(f"w:{side}")
    for name, value in {"val": "single", "sz": str(size), "space": "1", "color": colour}.items():
        line.set(qn(f"w:{name}"), value)
    element.append(line)


def head(document: Any) -> None:
    """Write draft mark, issuing office, number and date, title and addressee."""
    write(document.add_paragraph(), "{%p if draft %}", size=10, line=14)
    write(document.add_paragraph(), "【{{ draft }}】", HEADING, 12, line=20)
    write(document.add_paragraph(), "{%p endif %}", size=10, line=14)
    write(document.add_paragraph(), "{{ issuer }}", TITLE, 27, colour=RED, align=CENTRE, line=48)
    line = document.add_paragraph()
    write(line, "{{ number }}\t{{ dated }}", line=30)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), alignment=2)
    properties = line._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    border(borders, "bottom", 18, "B3141C")
    properties.append(borders)
    write(document.add_paragraph(), "")
    write(document.add_paragraph(), "{{ title }}", TITLE, 22, align=CENTRE, line=36)
    write(document.add_paragraph(), "")
    write(document.add_paragraph(), "{{ to }}")


def text(document: Any) -> None:
    """Write the loop over headings and paragraphs."""
    write(document.add_paragraph(), "{%p for block in blocks %}")
    write(document.add_paragraph(), "{%p if block.kind == 'h' %}")
    write(document.add_paragraph(), "{{ block.text }}", HEADING, indent=2)
    write(document.add_paragraph(), "{%p else %}")
    write(document.add_paragraph(), "{{ block.text }}", indent=2)
    write(document.add_paragraph(), "{%p endif %}")
    write(document.add_paragraph(), "{%p endfor %}")


def tables(document: Any) -> None:
    """Write the loop over the tables, the signature behind the first of them.

    Each has two header rows that repeat on every page, one row per region and the total.
    """
    write(document.add_paragraph(), "{%p for table in tables %}", size=10, line=14)
    write(document.add_paragraph(), "{%p if loop.last %}", size=10, line=14)
    broken = document.add_paragraph()
    write(broken, "", size=1, line=2)
    broken.paragraph_format.page_break_before = True
    write(document.add_paragraph(), "{%p endif %}", size=10, line=14)
    write(document.add_paragraph(), "{{ table.caption }}", HEADING, 12, line=24)
    grid = document.add_table(rows=6, cols=len(COLUMNS))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for index, (_name, width) in enumerate(COLUMNS):
        for row in grid.rows:
            row.cells[index].width = Mm(width)
    _header(grid)
    _loop_row(grid.rows[2], "{%tr for row in table.rows %}")
    _values(grid.rows[3], "row")
    _loop_row(grid.rows[4], "{%tr endfor %}")
    _values(grid.rows[5], "table.total")
    for cell in grid.rows[0].cells:
        _line(cell, "top", 8)
    for row in (grid.rows[1], grid.rows[5]):
        for cell in row.cells:
            _line(cell, "bottom", 8)
    write(document.add_paragraph(), "{%p if loop.first %}", size=10, line=14)
    write(document.add_paragraph(), "{{ note }}", TABLE, 10, line=16)
    write(document.add_paragraph(), "")
    write(document.add_paragraph(), "{{ issuer }}", align=RIGHT)
    write(document.add_paragraph(), "{{ dated }}", align=RIGHT)
    write(document.add_paragraph(), "{%p endif %}", size=10, line=14)
    write(document.add_paragraph(), "{%p endfor %}", size=10, line=14)


def _header(grid: Any) -> None:
    first, second = grid.rows[0], grid.rows[1]
    region = first.cells[0].merge(second.cells[0])
    _cell(region, "{{ labels.region }}", CENTRE)
    for start, name in ((1, "communities"), (4, "households")):
        merged = first.cells[start].merge(first.cells[start + 2])
        _cell(merged, f"{{{{ labels.{name} }}}} ({{{{ labels.{name}_unit }}}})", CENTRE)
        for offset, label in enumerate(("planned", "started", "rate")):
            unit = " %" if label == "rate" else ""
            _cell(second.cells[start + offset], f"{{{{ labels.{label} }}}}{unit}", CENTRE)
    for row in (first, second):
        properties = row._tr.get_or_add_trPr()
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        properties.append(repeated)


def _values(row: Any, variable: str) -> None:
    for index, (name, _width) in enumerate(COLUMNS):
        _cell(row.cells[index], f"{{{{ {variable}.{name} }}}}", RIGHT if index else LEFT)
        _line(row.cells[index], "bottom", 2)


def _loop_row(row: Any, tag: str) -> None:
    _cell(row.cells[0], tag, LEFT)


def _cell(cell: Any, content: str, align: Any) -> None:
    write(cell.paragraphs[0], content, TABLE, 10.5, align=align, line=18)


def _line(cell: Any, side: str, size: int) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    border(borders, side, size)


def build(target: Path) -> None:
    """Write the template."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    document.core_properties.author = document.core_properties.comments = ""
    head(document)
    text(document)
    tables(document)
    document.save(str(target))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
