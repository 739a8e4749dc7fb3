"""The workbook that is measured: a community ledger as a county sends it, 25 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import xlsxwriter

Cell: TypeAlias = str | int | float

# The last three are no columns of the ledger: a running number, and two that the unit answered to leave out.
HEADINGS = (
    "小区名称",
    "市县",
    "街道",
    "社区",
    "地址",
    "建成年份",
    "建成年份止",
    "建成年份依据",
    "楼栋数(栋)",
    "单元数(个)",
    "户数(户)",
    "建筑面积(㎡)",
    "占地面积(㎡)",
    "2000年后建筑面积(㎡)",
    "产权性质",
    "原产权单位",
    "物业",
    "维修资金",
    "别名",
    "经度",
    "纬度",
    "备注",
    "序号",
    "联系人",
    "联系电话",
)
LEFT_OUT = {"联系人": {"column": ""}, "联系电话": {"column": ""}}
# Every second column of a row, less those that say which community it is.
CHANGED = ("社区", "地址", "建成年份止", "楼栋数(栋)", "单元数(个)", "户数(户)", "建筑面积(㎡)") + (
    "占地面积(㎡)",
    "原产权单位",
    "别名",
    "备注",
)


def cells(number: int, unit: str, changed: bool) -> list[Cell]:
    """Return one community's row; ``changed`` a later state of it, other in half of the ledger's columns."""
    more = 1 if changed else 0
    buildings = 3 + number % 20 + more
    households = buildings * 38 + number % 7
    # One in a hundred has a digit too many, which is a doubt and no error.
    area = round(households * (825 if number % 100 == 99 else 82.5) + (number % 100) / 100, 2)
    return [
        f"第{number}小区",
        unit,
        f"{number % 12 + 1}号街道",
        f"{(number + more) % 50 + 1}社区",
        f"建设路{number + more}号",
        1980 + number % 15,
        1996 + number % 3 + more,
        # By its code: the Chinese labels are known only where the translations have been compiled.
        "acceptance",
        buildings,
        buildings * 3,
        # One in fifty is typed as text, with thousands or in full width.
        f"{households:,}" if number % 50 == 0 else households,
        area,
        round(area * 1.3, 2),
        0,
        ("房改房", "集资房", "商品房")[number % 3],
        f"第{(number + more) % 90 + 1}机械厂",
        ("专业物业", "自管", "弃管")[number % 3],
        ("有", "无")[number % 2],
        f"{number + more}号大院",
        round(125 + (number % 9000) / 1e3, 6),
        round(42 + (number % 7000) / 1e3, 6),
        f"第{number % 30 + more}批摸底",
        number + 1,
        f"联系人{number % 400}",
        f"0433-{2000000 + number}",
    ]


def rows(count: int, units: Sequence[str], *, changed: bool = False) -> Iterator[list[Cell]]:
    """Yield the rows of the ledger, the units in turn."""
    for number in range(count):
        yield cells(number, units[number % len(units)], changed)


def write_workbook(path: Path, count: int, units: Sequence[str], *, changed: bool = False) -> None:
    """Write the ledger as .xlsx."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("小区台账")
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(rows(count, units, changed=changed), start=1):
            sheet.write_row(number, 0, row)
