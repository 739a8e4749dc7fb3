"""Files of the money ledgers whose amounts are in the unit of their heading, and such whose amounts are not.

Every table is one of real sums in 万元, given in six ways: right in either unit, typed in 万元 under 元,
typed in 元 under 万元, and with every second amount in the other unit.  ``wrong_rows`` says which are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.excel_corpus.cases import delimited
from tests.excel_corpus.writers import Sheet, workbook

FACTOR = 10_000


@dataclass(frozen=True)
class Table:
    """A table of a money ledger: ``{}`` in the headings is the unit, the last column its amounts in 万元."""

    ledger: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


TABLES: Mapping[str, Table] = {
    table.ledger + suffix: table
    for suffix, table in (
        (
            "",
            Table(
                "money-events",
                ("小区名称", "资金来源", "环节", "日期", "凭证号", "金额（{}）"),
                (
                    ("一区", "中央财政补助（保障性安居工程）", "计划", "2026-03-01", "1", "204.00"),
                    ("一区", "市县财政资金", "计划", "2026-03-01", "2", "627.04"),
                    ("一区", "居民直接出资", "计划", "2026-03-01", "3", "16.96"),
                    ("二区", "中央财政补助（保障性安居工程）", "计划", "2026-03-01", "4", "412.5"),
                    ("二区", "市县财政资金", "计划", "2026-03-01", "5", "77.48"),
                ),
            ),
        ),
        (
            "",
            Table(
                "contributions",
                ("小区名称", "资金来源", "出资方", "出资对象", "户数", "应出资额（{}）"),
                (
                    ("一区", "居民直接出资", "居民", "1栋", "36", "2.88"),
                    ("一区", "居民直接出资", "居民", "2栋", "48", "3.84"),
                    ("二区", "原产权单位出资", "原产权单位", "纺织厂", "", "120"),
                    ("二区", "居民直接出资", "居民", "加装电梯", "10", "36"),
                ),
            ),
        ),
        (
            "",
            Table(
                "agreements",
                ("小区名称", "协议编号", "社会资本方", "参与方式", "财政承诺资金（{}）"),
                (
                    ("一区", "XY-1", "某建设公司", "投资补助", "320"),
                    ("二区", "XY-2", "某物业公司", "资本金注入", "45.5"),
                    ("三区", "XY-3", "某能源公司", "投资补助", "96.30"),
                    ("四区", "XY-4", "某能源公司", "资本金注入", "88"),
                ),
            ),
        ),
        (
            "",
            Table(
                "fund-batches",
                ("文号", "资金来源", "分解单位", "下达级次", "预算年度", "金额（{}）"),
                (
                    ("延财〔2026〕1号", "市州补助", "延吉市", "市州级", "2026", "308.16"),
                    ("延财〔2026〕2号", "市州补助", "延吉市", "市州级", "2026", "96.38"),
                    ("延财〔2026〕3号", "中央预算内投资（配套基础设施）", "延吉市", "中央", "2026", "815.0"),
                ),
            ),
        ),
        (
            "",
            Table(
                "allotments",
                ("批次文号", "市县", "小区名称", "分配金额（{}）"),
                (
                    ("吉财综〔2026〕1号", "延吉市", "", "730.54"),
                    ("吉财综〔2026〕1号", "延吉市", "一区", "204.00"),
                    ("吉财综〔2026〕1号", "延吉市", "二区", "412.5"),
                    ("吉财综〔2026〕1号", "延吉市", "三区", "60.04"),
                    ("吉财综〔2026〕1号", "延吉市", "四区", "54"),
                ),
            ),
        ),
    )
}
# How a file goes wrong: the unit its heading names, and by what each amount is multiplied, row by row.
WAYS: Mapping[str, tuple[str, tuple[int, ...], tuple[bool, ...]]] = {
    "right_in_wan": ("万元", (1,), (False,)),
    "right_in_yuan": ("元", (FACTOR,), (False,)),
    "wan_under_yuan": ("元", (1,), (True,)),
    "yuan_under_wan": ("万元", (FACTOR,), (True,)),
    "mixed_under_yuan": ("元", (FACTOR, 1), (False, True)),
    "mixed_under_wan": ("万元", (1, FACTOR), (False, True)),
}
FORMATS = ("xlsx", "csv")
CASES: tuple[tuple[str, str, str], ...] = tuple(
    (name, way, kind) for name in TABLES for way in WAYS for kind in FORMATS
)


def make(name: str, way: str, kind: str) -> bytes:
    """Return a file of the corpus."""
    table, (unit, factors, _wrong) = TABLES[name], WAYS[way]
    headings: list[object] = [heading.format(unit) for heading in table.headings]
    lines: list[Sequence[object]] = [headings]
    for number, row in enumerate(table.rows):
        amount = Decimal(row[-1]) * factors[number % len(factors)]
        shown = f"{amount.normalize():f}"
        lines.append([*row[:-1], shown if kind == "csv" else float(shown)])
    return delimited(lines).encode("utf-8-sig") if kind == "csv" else workbook([Sheet(lines)])


def wrong_rows(name: str, way: str) -> list[bool]:
    """Return of each row of a file whether its amount is in another unit than its heading says."""
    wrong = WAYS[way][2]
    return [wrong[number % len(wrong)] for number in range(len(TABLES[name].rows))]
