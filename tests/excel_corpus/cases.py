"""The register of corpus files, and the table that most of them carry."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from ledgers.reader import HeaderVocabulary

Maker = Callable[[], bytes]
CASES: dict[str, Maker] = {}

# The headings and aliases of a ledger like the portal's own, so that known and unknown columns both occur.
VOCABULARY = HeaderVocabulary(
    word
    for line in (
        "序号 县市区 县(市、区) 城市 省份 街道 所在街道及社区 小区名称 名称 小区 改造小区 小区数 楼栋数",
        "楼宇栋数 户数 居民户数 建筑面积 计划投资 建成年份 开工日期 备注 实施进度 改造内容 标段 开工率",
        "涉及居民户数 新开工改造小区数 计划任务数 开工数 county name community communities buildings",
        "households area post2000_area built province city units investment plan_year note source section",
        "seq plan_communities started_communities plan_households started_households start_rate district",
        "projects",
    )
    for word in line.split()
)

TITLE = "延吉市2020年老旧小区改造计划表"
HEADINGS: list[object] = [
    "序号",
    "小区名称",
    "街道",
    "楼栋数（栋）",
    "户数（户）",
    "建筑面积（万㎡）",
    "备注",
]
ROWS: list[list[object]] = [
    [1, "州府家园小区", "河南街道", 16, 880, 8.91, "2021年5月开工"],
    [2, "操兵巷1、18号", "新兴街道", 3, 144, 1.2, None],
    [3, "王家冲小区(20—29栋、43栋)", "北山街道", 11, 560, 4.75, "含2000年以后楼栋"],
]


def case(filename: str) -> Callable[[Maker], Maker]:
    """Register a function as the maker of a corpus file."""

    def register(maker: Maker) -> Maker:
        if filename in CASES:
            raise ValueError(f"{filename} is made twice")
        CASES[filename] = maker
        return maker

    return register


def delimited(rows: Sequence[Sequence[object]], delimiter: str = ",", newline: str = "\r\n") -> str:
    """Return rows as delimited text, None as nothing."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline)
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    return buffer.getvalue()
