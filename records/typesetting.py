"""PDF by Typst with the packaged Noto fonts: needs no font, office program or network on the machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst


class MissingGlyphs(RuntimeError):
    """The fonts are not where they should be: a PDF with empty boxes must not leave the house."""


@cache
def fonts() -> typst.Fonts:
    """Return the packaged fonts; raises MissingGlyphs when they are not there."""
    folder = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    missing = {"Noto Serif SC", "Noto Sans SC"} - set(found.families())
    if missing:
        raise MissingGlyphs(", ".join(sorted(missing)))
    return found


def typeset(template: Path, document: Mapping[str, Any]) -> bytes:
    """Return a document laid out by a Typst template as PDF; raises MissingGlyphs when a font is not found.

    The text reaches Typst as data (input "document", JSON), never as markup: nothing in it can be a command.
    """
    compiler = typst.Compiler(
        template.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(document, ensure_ascii=False, default=str)},
    )
    made, warnings = compiler.compile_with_warnings(format="pdf")
    troubles = [warning.message for warning in warnings if "font" in warning.message]
    if troubles or not isinstance(made, bytes):
        raise MissingGlyphs("; ".join(troubles))
    return made
