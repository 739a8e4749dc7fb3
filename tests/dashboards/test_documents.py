"""The files of a bulletin: the same text and numbers everywhere, glyphs in the PDF, nothing half written."""

from __future__ import annotations

import io
import os
import re
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pylopdf_fonts_zh_cn
import pytest
from django.conf import settings
from docx import Document

from dashboards.documents import files, pdf, render_all, sheet, word
from records import typesetting
from tools import bulletin_template

HOSTILE = "=cmd|'/C calc'!A0 <b>{{ 7*7 }}</b> {% now %} #let x = 1 $x$ & \\ “引号”"


def row(name: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "planned": 1945,
        "started": 313,
        "rate": "16.1",
        "planned_households": 273859,
        "started_households": 42714,
        "household_rate": "15.6",
        **more,
    }


@pytest.fixture
def document() -> dict[str, Any]:
    """Give a document as ``composing`` makes it, in Chinese."""
    return {
        "issuer": "吉林省城市管理工作联席会议办公室",
        "number": "第 3 期",
        "dated": "2020年7月8日",
        "draft": "草稿，未签发",
        "title": "关于2020年6月全省城镇老旧小区改造进展情况的通报",
        "to": "各市（州）、县（市）老旧小区改造工作领导小组：",
        "blocks": [
            {
                "kind": "p",
                "runs": [{"t": "累计开工 "}, {"t": "313", "m": "started", "r": "220000"}, {"t": " 个。"}],
            },
            {"kind": "h", "runs": [{"t": "一、开工进展较快的市县"}]},
            {"kind": "p", "runs": [{"t": HOSTILE}]},
        ],
        "tables": [
            {
                "by": "prefecture",
                "caption": "附表1：各市（州）开工情况（截至6月30日）",
                "rows": [row("延边州", "222400"), row("白山市", "220600", rate="—")],
                "total": row("合计", "220000"),
            },
            {
                "by": "unit",
                "caption": "附表2：各市县开工情况（截至6月30日）",
                "rows": [row("珲春市", "222404")] * 47,
                "total": row("合计", "220000"),
            },
        ],
        "labels": {
            "region": "地区",
            "communities": "小区",
            "communities_unit": "个",
            "households": "居民户",
            "households_unit": "户",
            "planned": "计划",
            "started": "开工",
            "rate": "开工率",
        },
        "note": "开工率 = 开工数 ÷ 年度计划数。",
        "region": "220000",
        "plan_year": 2020,
        "on": "2020-06-30",
        "snapshot": "2020-20200630-8ad6be91",
    }


# ---------------------------------------------------------------- PDF


def streams(content: bytes) -> bytes:
    """Return the text of a PDF with its compressed streams unpacked."""
    parts = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(found.group(1)))
        except zlib.error:
            continue
    return b"\n".join(parts)


def characters(plain: bytes) -> set[str]:
    """Return the characters that the embedded fonts map their glyphs to (ToUnicode)."""
    found: set[str] = set()
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", plain, re.DOTALL):
        for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", block):
            found |= set(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return found


def test_the_pdf_carries_the_glyphs_of_its_text(document: dict[str, Any]) -> None:
    made = pdf.render(document)
    assert made.startswith(b"%PDF-")
    plain = streams(made)
    embedded = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+(Noto\w+SC)-Regular", plain))
    assert embedded == {b"NotoSerifSC", b"NotoSansSC"}
    descriptors = re.findall(rb"/Type\s*/FontDescriptor", plain)
    assert len(descriptors) == len(embedded) == plain.count(b"/FontFile3")
    wanted = set(document["title"] + document["issuer"] + "延边州珲春市合计开工率1,945") - {" "}
    assert wanted <= characters(plain)


def test_a_pdf_without_its_fonts_is_not_made(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typesetting.fonts.cache_clear()
    monkeypatch.setattr(pylopdf_fonts_zh_cn, "serif_path", lambda: tmp_path / "gone.otf")
    try:
        with pytest.raises(typesetting.MissingGlyphs):
            pdf.render(document)
    finally:
        typesetting.fonts.cache_clear()


# ---------------------------------------------------------------- Word


def test_word_has_the_text_the_tables_and_no_leftover_of_the_template(document: dict[str, Any]) -> None:
    made = Document(io.BytesIO(word.render(document)))
    lines = [paragraph.text for paragraph in made.paragraphs]
    assert document["title"] in lines
    assert "累计开工 313 个。" in lines
    assert HOSTILE in lines
    assert "【草稿，未签发】" in lines
    assert not [line for line in lines if line != HOSTILE and ("{{" in line or "{%" in line)]
    first, second = made.tables
    assert [cell.text for cell in first.rows[2].cells] == [
        *("延边州", "1,945", "313", "16.1"),
        *("273,859", "42,714", "15.6"),
    ]
    assert first.rows[-1].cells[0].text == "合计"
    assert len(second.rows) == 2 + 47 + 1


def test_an_issued_document_has_no_draft_mark(document: dict[str, Any]) -> None:
    document["draft"] = ""
    made = Document(io.BytesIO(word.render(document)))
    assert not [paragraph for paragraph in made.paragraphs if "【" in paragraph.text]


def test_the_committed_template_is_what_its_script_builds(tmp_path: Path) -> None:
    fresh = tmp_path / "bulletin.docx"
    bulletin_template.build(fresh)
    texts = [[p.text for p in Document(str(path)).paragraphs] for path in (fresh, word.TEMPLATE)]
    xml = [Document(str(path)).element.xml for path in (fresh, word.TEMPLATE)]
    assert texts[0] == texts[1]
    assert xml[0] == xml[1]


# ---------------------------------------------------------------- xlsx


def test_xlsx_has_real_numbers_and_no_formula(document: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet.render(document)))
    assert book.sheetnames == ["第 3 期", "附表1", "附表2"]
    text = [cell.value for (cell,) in book["第 3 期"].iter_rows(max_col=1)]
    assert document["title"] in text
    assert HOSTILE in text
    line = [cell.value for cell in book["附表1"][4]]
    assert line == ["延边州", 1945, 313, 16.1, 273859, 42714, 15.6]
    assert [cell.value for cell in book["附表1"][5]][3] == "—"
    kinds = {cell.data_type for sheet_ in book for line_ in sheet_.iter_rows() for cell in line_}
    assert "f" not in kinds


def test_all_formats_come_from_one_document(document: dict[str, Any]) -> None:
    made = render_all(document)
    assert set(made) == {"docx", "pdf", "xlsx"}
    assert made["docx"][:2] == made["xlsx"][:2] == b"PK"


# ---------------------------------------------------------------- keeping them


def test_files_are_kept_whole_and_checked_when_read() -> None:
    kept = files.store("2020-06", {"pdf": b"%PDF-1", "docx": b"PK"})
    assert files.read(kept["pdf"]) == b"%PDF-1"
    place = Path(settings.MEDIA_ROOT) / kept["pdf"]["path"]
    assert sorted(path.name for path in place.parent.iterdir()) == ["bulletin.docx", "bulletin.pdf"]

    place.write_bytes(b"%PDF-2")
    with pytest.raises(files.FileDamaged):
        files.read(kept["pdf"])
    place.unlink()
    with pytest.raises(files.FileDamaged):
        files.read(kept["pdf"])


def test_a_crash_while_writing_leaves_no_file_by_its_final_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        files.store("crash", {"pdf": b"%PDF"})
    folders = [path for path in (Path(settings.MEDIA_ROOT) / files.FOLDER).iterdir() if "crash" in path.name]
    assert [folder.name.startswith(files.UNFINISHED) for folder in folders] == [True]
    monkeypatch.undo()
    files.store("crash", {"pdf": b"%PDF"})
    folders = [path for path in (Path(settings.MEDIA_ROOT) / files.FOLDER).iterdir() if "crash" in path.name]
    assert [folder.name.startswith(files.UNFINISHED) for folder in folders] == [False]
