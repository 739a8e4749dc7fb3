"""Build the Word template of the sheet for the notice board (consultations/sheet/sheet.docx).

Run it after changing the layout here, and commit the file: ``python -m tools.consultation_sheet_template``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Mm

from tools.bulletin_template import BODY, CENTRE, HEADING, LEFT, RIGHT, TABLE, TITLE, write

TARGET = Path(__file__).resolve().parent.parent / "consultations" / "sheet" / "sheet.docx"
COLUMNS = (("number", 11), ("voice", 22), ("text", 46), ("outcome", 22), ("answer", 46), ("changed", 27))


def _cell(cell: Any, content: str, align: Any = LEFT) -> None:
    write(cell.paragraphs[0], content, TABLE, 10.5, align=align, line=16)


def _tag(document: Any, tag: str) -> None:
    write(document.add_paragraph(), tag, size=10, line=14)


def _comments(document: Any) -> None:
    """Write the table of comments: a header, and one row for each."""
    grid = document.add_table(rows=4, cols=len(COLUMNS))
    grid.style = "Table Grid"
    grid.autofit = False
    for index, (name, width) in enumerate(COLUMNS):
        for row in grid.rows:
            row.cells[index].width = Mm(width)
        _cell(grid.rows[0].cells[index], f"{{{{ heads[{index}] }}}}", CENTRE)
        _cell(grid.rows[2].cells[index], f"{{{{ row.{name} }}}}")
    _cell(grid.rows[1].cells[0], "{%tr for row in rows %}")
    _cell(grid.rows[3].cells[0], "{%tr endfor %}")


def build(target: Path) -> None:
    """Write the template."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(22)
    page.left_margin = page.right_margin = Mm(18)
    document.core_properties.author = document.core_properties.comments = ""
    write(document.add_paragraph(), "{{ title }}", TITLE, 20, align=CENTRE, line=34)
    for name in ("lead", "display", "nothing"):
        _tag(document, f"{{%p if {name} %}}")
        write(document.add_paragraph(), f"{{{{ {name} }}}}", BODY, 14, indent=2, line=24)
        _tag(document, "{%p endif %}")
    _tag(document, "{%p if rows %}")
    _comments(document)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if changes %}")
    write(document.add_paragraph(), "{{ changes_title }}", HEADING, 14, line=28)
    _tag(document, "{%p for change in changes %}")
    behind = "{% if change.behind %}（{{ heads[0] }} {{ change.behind }}）{% endif %}"
    write(document.add_paragraph(), "{{ change.clause }}" + behind, HEADING, 12, line=22)
    for name, struck in (("old", True), ("new", False)):
        _tag(document, f"{{%p if change.{name} %}}")
        paragraph = document.add_paragraph()
        write(paragraph, f"{{{{ change.{name} }}}}", BODY, 12, line=22)
        paragraph.runs[0].font.strike, paragraph.runs[0].font.underline = struck, not struck
        _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if votes %}")
    write(document.add_paragraph(), "{{ votes_title }}", HEADING, 14, line=28)
    _tag(document, "{%p for vote in votes %}")
    write(
        document.add_paragraph(),
        "{{ vote.matter }}：{{ vote.outcome }}。{{ vote.figures }}",
        BODY,
        12,
        line=22,
    )
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")
    write(document.add_paragraph(), "{{ foot }}", BODY, 12, line=22)
    write(document.add_paragraph(), "{{ issuer }}", BODY, 14, align=RIGHT, line=26)
    write(document.add_paragraph(), "{{ dated }}", BODY, 14, align=RIGHT, line=26)
    document.save(str(target))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
