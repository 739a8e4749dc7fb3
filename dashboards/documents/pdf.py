"""PDF by Typst with the packaged Noto fonts: needs no font, office program or network on the machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from dashboards.documents.lines import blocks_of, printed_tables

TEMPLATE = Path(__file__).with_name("bulletin.typ")


class MissingGlyphs(RuntimeError):
    """The fonts are not where they should be: a PDF with empty boxes must not leave the house."""


@cache
def _fonts() -> typst.Fonts:
    folder = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    missing = {"Noto Serif SC", "Noto Sans SC"} - set(fonts.families())
    if missing:
        raise MissingGlyphs(", ".join(sorted(missing)))
    return fonts


def render(document: Mapping[str, Any]) -> bytes:
    """Return the document as PDF; raises MissingGlyphs when a font cannot be found.

    The text reaches Typst as data, never as markup, so nothing in it can be a command.
    """
    data = {**document, "blocks": blocks_of(document), "tables": printed_tables(document)}
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
    )
    made, warnings = compiler.compile_with_warnings(format="pdf")
    troubles = [warning.message for warning in warnings if "font" in warning.message]
    if troubles or not isinstance(made, bytes):
        raise MissingGlyphs("; ".join(troubles))
    return made
