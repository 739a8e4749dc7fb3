"""Build the Word template of the papers of a vote (consultations/vote_paper.docx).

Run it after changing the layout here, and commit the file: ``python -m tools.vote_paper_template``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Mm

from tools.bulletin_template import BODY, CENTRE, HEADING, RIGHT, TABLE, TITLE, write

TARGET = Path(__file__).resolve().parent.parent / "consultations" / "vote_paper.docx"


def tag(document: Any, text: str) -> None:
    """Write a paragraph that steers the template and leaves nothing behind."""
    write(document.add_paragraph(), text, size=10, line=14)


def table(document: Any) -> None:
    """Write the table of labels and values of a section."""
    lines = document.add_table(rows=3, cols=2)
    lines.style = "Table Grid"
    lines.autofit = False
    for row, cells in enumerate(
        (
            ("{%tr for row in section.rows %}", ""),
            ("{{ row[0] }}", "{{ row[1] }}"),
            ("{%tr endfor %}", ""),
        )
    ):
        for column, (text, width) in enumerate(zip(cells, (62, 94), strict=True)):
            cell = lines.cell(row, column)
            cell.width = Mm(width)
            write(cell.paragraphs[0], text, TABLE, 12, line=20)


def build() -> Any:
    """Return the template."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(30), Mm(26)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    write(document.add_paragraph(), "{{ title }}", TITLE, 20, align=CENTRE, line=34)
    tag(document, "{%p if number %}")
    write(document.add_paragraph(), "{{ number }}", BODY, 14, align=CENTRE)
    tag(document, "{%p endif %}")
    tag(document, "{%p for section in sections %}")
    write(document.add_paragraph(), "{{ section.heading }}", HEADING, 14, line=30)
    tag(document, "{%p if section.rows %}")
    table(document)
    tag(document, "{%p endif %}")
    tag(document, "{%p for sentence in section.texts if sentence %}")
    write(document.add_paragraph(), "{{ sentence }}", BODY, 14, indent=2, line=26)
    tag(document, "{%p endfor %}")
    tag(document, "{%p endfor %}")
    tag(document, "{%p if conclusion %}")
    write(document.add_paragraph(), "{{ conclusion }}", BODY, 14, indent=2, line=26)
    tag(document, "{%p endif %}")
    tag(document, "{%p for label in signatures %}")
    write(document.add_paragraph(), "{{ label }}：____________________", BODY, 14, line=32)
    tag(document, "{%p endfor %}")
    write(document.add_paragraph(), "", line=20)
    write(document.add_paragraph(), "{{ signed }}", BODY, 14, align=RIGHT)
    write(document.add_paragraph(), "{{ dated }}", BODY, 14, align=RIGHT)
    return document


def main() -> int:
    """Write the template."""
    build().save(str(TARGET))
    return 0


if __name__ == "__main__":
    sys.exit(main())
