"""The sheet for the notice board: what residents said, what became of it, what changed in the plan.

One JSON feeds the page, the Word file and the PDF, so that all say the same.  It holds what the public may
know: who speaks is a building; what is not shown is told with its reason, not with its words.
"""

from __future__ import annotations

from collections.abc import Callable

from consultations.sheet import pdf, word
from consultations.sheet.content import Sheet, content

__all__ = ["FORMATS", "Sheet", "content"]


# How each kind of file is made.
FORMATS: dict[str, Callable[[Sheet], bytes]] = {
    "docx": word.render,
    "pdf": pdf.render,
}
