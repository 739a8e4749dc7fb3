"""Text tables: encodings, delimiters, quotation marks, comment lines, published tables."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.excel_corpus.cases import HEADINGS, ROWS, TITLE, case, delimited
from tests.excel_corpus.writers import Sheet, workbook

TABLE: list[list[object]] = [[TITLE], HEADINGS, *ROWS]
PUBLISHED = Path(__file__).parent / "published"


@case("same_utf8.csv")
def _() -> bytes:
    return delimited(TABLE).encode()


@case("same_utf8_mark.csv")
def _() -> bytes:
    return delimited(TABLE).encode("utf-8-sig")


@case("same_gbk.csv")
def _() -> bytes:
    return delimited(TABLE).encode("gbk")


@case("same_gb18030.csv")
def _() -> bytes:
    return delimited(TABLE, newline="\n").encode("gb18030")


@case("same.tsv")
def _() -> bytes:
    return delimited(TABLE, delimiter="\t").encode()


@case("same_unicode_text.txt")
def _() -> bytes:
    return delimited(TABLE, delimiter="\t").encode("utf-16")


@case("same_semicolons.csv")
def _() -> bytes:
    return ("sep=;\r\n" + delimited(TABLE, delimiter=";")).encode()


@case("rare_signs_gb18030.csv")
def _() -> bytes:
    """Signs that GBK does not have: 㑇 and 𠮷 take four bytes in GB18030."""
    return delimited([["小区名称", "户数"], ["㑇里小区", 12], ["𠮷祥小区", 30]]).encode("gb18030")


@case("two_levels_by_blanks.csv")
def _() -> bytes:
    """What is left of merged headings in a text file."""
    rows = [
        ["序号", "省份", "小区数", "", "居民户", "", "备注"],
        ["", "", "计划", "开工", "计划", "开工", ""],
        ["1", "吉林", "1142", "1159", "196600", "198800", ""],
        ["2", "辽宁", "1200", "1200", "305000", "305000", "全部开工"],
    ]
    return delimited(rows).encode()


@case("quoted_lines.csv")
def _() -> bytes:
    rows: list[list[object]] = [
        ["小区名称", "备注", "户数"],
        ["甲小区", "第一行\n第二行,有逗号", 1],
        [],
        ["乙小区", '说"好"', 2],
    ]
    return delimited(rows).encode("utf-8-sig")


@case("uneven_quotes.csv")
def _() -> bytes:
    return '小区名称,户数\n"甲"小区,100\n乙"小区,200\n'.encode()


@case("one_column.csv")
def _() -> bytes:
    return "小区名称\n甲小区\n乙小区\n".encode()


@case("whole_regions_as_places.csv")
def _() -> bytes:
    """A table about places: 全国 stands in many rows, and none of them adds up the others."""
    rows: list[list[object]] = [
        ["名称", "实施进度", "户数"],
        ["全国", "开工", 1],
        ["甲小区", "开工", 2],
        ["全国", "完工", 3],
    ]
    return delimited(rows).encode()


@case("own_export.csv")
def _() -> bytes:
    """The portal's own CSV: apostrophes that kept texts from being formulas come off again."""
    rows: list[list[object]] = [
        ["_key", "_version", "小区名称", "户数", "备注"],
        ["P-000001", 3, "'=1+1小区", -5, "'@某人"],
        ["P-000002", 1, "'甲'小区", 200, "'－说明"],
    ]
    return delimited(rows).encode("utf-8-sig")


@case("foreign_apostrophes.csv")
def _() -> bytes:
    return delimited([["小区名称", "备注"], ["甲小区", "'=1+1"], ["乙小区", "'123"]]).encode()


def _published(name: str) -> None:
    """Register a published table as it stands, as GBK text, and as a workbook with its comment lines."""
    path = PUBLISHED / f"{name}.csv"

    @case(f"published_{name}.csv")
    def _() -> bytes:
        return path.read_bytes()

    @case(f"published_{name}_gbk.csv")
    def _() -> bytes:
        return path.read_text(encoding="utf-8").encode("gb18030")

    @case(f"published_{name}.xlsx")
    def _() -> bytes:
        return workbook([Sheet(typed_rows(path.read_text(encoding="utf-8")), name="公布数据")])


def typed_rows(text: str) -> list[list[object]]:
    """Return a CSV's cells as a spreadsheet takes them: figures as numbers, comment lines in one cell."""
    rows: list[list[object]] = []
    for line in text.splitlines():
        if line.startswith("#"):
            rows.append([line])
        else:
            rows.append([_typed(cell) for cell in next(csv.reader([line]))])
    return rows


def _typed(cell: str) -> object:
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell or None


for _name in sorted(path.stem for path in PUBLISHED.glob("*.csv")):
    _published(_name)
