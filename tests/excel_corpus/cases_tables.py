"""Workbooks as officials send them: titles, levels of headings, merged cells, totals, notes, templates."""

from __future__ import annotations

import io
from collections.abc import Callable

import xlwt

from tests.excel_corpus.cases import HEADINGS, ROWS, TITLE, case
from tests.excel_corpus.writers import Sheet, with_wide_directory, workbook

TABLE: list[list[object]] = [[TITLE], HEADINGS, *ROWS]


def xls(fill: Callable[[xlwt.Workbook], None], *, date1904: bool = False) -> bytes:
    """Return an .xls workbook whose first sheet a function has filled."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = date1904
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write(sheet: xlwt.Worksheet, rows: list[list[object]]) -> None:
    """Write rows into an .xls sheet."""
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)


@case("same_excel.xlsx")
def _() -> bytes:
    return workbook([Sheet(TABLE, name="计划表", dimension="A1:G5")])


@case("same_wps.xlsx")
def _() -> bytes:
    return workbook([Sheet(TABLE, name="计划表", inline=True)], absolute=True)


@case("same_java.xlsx")
def _() -> bytes:
    return with_wide_directory(workbook([Sheet(TABLE, name="计划表", inline=True)]))


@case("same_utf16_properties.xlsx")
def _() -> bytes:
    """Properties in another encoding harm nobody: they are not read."""
    properties = '<?xml version="1.0" encoding="UTF-16"?><item/>'.encode("utf-16")
    return workbook([Sheet(TABLE, name="计划表")], extra={"customXml/item1.xml": properties})


@case("same.xls")
def _() -> bytes:
    return xls(lambda book: write(book.add_sheet("计划表"), TABLE))


@case("same.et")
def _() -> bytes:
    return xls(lambda book: write(book.add_sheet("计划表"), TABLE))


@case("same_prefixed_names.xlsx")
def _() -> bytes:
    """Some libraries write every element with a prefix, and cells without their places."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(
        "<x:row>"
        + "".join(
            "<x:c/>"
            if value is None
            else f"<x:c><x:v>{value}</x:v></x:c>"
            if isinstance(value, int | float)
            else f"<x:c t='inlineStr'><x:is><x:t>{value}</x:t></x:is></x:c>"
            for value in row
        )
        + "</x:row>"
        for row in TABLE
    )
    data = f"<!-- by a library --><x:sheetData>{rows}</x:sheetData>"
    body = f"<x:worksheet xmlns:x='{main}'>{data}</x:worksheet>"
    return workbook([Sheet([], name="计划表", xml=body)])


@case("two_levels_merged.xlsx")
def _() -> bytes:
    """The ministry's form of May 2022: vertical and horizontal merges, a line of units, a total below."""
    rows: list[list[object]] = [
        ["2022年全国城镇老旧小区改造进展情况"],
        ["（截至2022年4月末）"],
        ["序号", "省份", "新开工改造小区数（个）", None, None, "涉及居民户数（万户）", None, None],
        [None, None, "计划任务数", "开工数", "开工率", "计划任务数", "开工数", "开工率"],
        [1, "吉林", 1142, 1159, "101.5%", 19.66, 19.88, "101.1%"],
        [2, "辽宁", 1200, 1200, "全部开工", 30.5, 30.5, "全部开工"],
        ["合计", None, 2342, 2359, "100.7%", 50.16, 50.38, "100.4%"],
    ]
    merged = ["A1:H1", "A2:H2", "A3:A4", "B3:B4", "C3:E3", "F3:H3", "A7:B7"]
    return workbook([Sheet(rows, name="进展", merged=merged)])


@case("three_levels_merged.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["小区名称", "改造规模", None, None, None, "备注"],
        [None, "居民户", None, "建筑面积（㎡）", None, None],
        [None, "计划", "完成", "计划", "完成", None],
        ["州府家园小区", 880, 800, 89100, 81000, None],
        ["站前小区", 1650, 0, 120500.5, 0, "年内开工"],
    ]
    return workbook([Sheet(rows, merged=["A1:A3", "B1:E1", "B2:C2", "D2:E2", "F1:F3"])])


@case("two_levels.xls")
def _() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("进展")
        sheet.write_merge(0, 1, 0, 0, "小区名称")
        sheet.write_merge(0, 0, 1, 2, "居民户（户）")
        sheet.write(1, 1, "计划")
        sheet.write(1, 2, "完成")
        sheet.write_merge(2, 3, 0, 0, "州府家园小区")
        write_at = [(2, 1, 880), (2, 2, 800), (3, 1, 20), (3, 2, 10)]
        for row, column, value in write_at:
            sheet.write(row, column, value)

    return xls(fill)


@case("unit_merged_over_41_rows.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [["县市区", "小区名称", "户数"]]
    rows += [["延吉市" if i == 0 else None, f"第{i + 1}小区", 100 + i] for i in range(41)]
    return workbook([Sheet(rows, merged=["A2:A42"])])


@case("figures_merged.xlsx")
def _() -> bytes:
    """A sum for three communities in one cell, and a figure over two columns: neither may be shared out."""
    rows: list[list[object]] = [
        ["小区名称", "户数", "计划投资（万元）", "备注"],
        ["甲小区", 100, 900, None],
        ["乙小区", 200, None, None],
        ["丙小区", 300, None, None],
        ["丁小区", 400, None, "投资待定"],
    ]
    return workbook([Sheet(rows, merged=["C2:C4", "B5:C5"])])


@case("headings_drifted.xlsx")
def _() -> bytes:
    """Blank rows first, the table not in column A, columns moved, unknown, doubled and without a heading."""
    rows: list[list[object]] = [
        [],
        [],
        [None, None, "户数(户)", "小区名称", "领导批示", "户数", None, "建筑面积_wan_m2"],
        [None, None, 100, "甲小区", "同意", 101, "无题", 1.5],
        [],
        [None, None, 200, "乙小区", None, 201, None, 2.5],
        [None, None, None, None, None, None, None, None],
    ]
    return workbook([Sheet(rows)])


@case("titles_units_notes.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["附件2"],
        ["延边州2020年城镇老旧小区改造计划汇总表"],
        ["填报单位：延边州住建局", None, None, "单位：户、万元"],
        ["序号", "小区名称", "户数", "计划投资"],
        ["甲", "乙", 1, 2],
        [1, "甲小区", 100, 900],
        [2, "乙小区", 200, 1800.5],
        ["合 计", None, 300, 2700.5],
        [],
        ["注：1.户数以房产登记为准；2.投资为估算。"],
        ["单位负责人：王某", "填表人：李某", "联系电话：0433-1234567", "2020年12月1日"],
    ]
    return workbook([Sheet(rows, merged=["A1:D1", "A2:D2", "A8:B8", "A10:D10"])])


@case("totals_above_and_pages.xlsx")
def _() -> bytes:
    """Totals above their rows (其中), page totals, and the headings printed again on every page."""
    heading: list[object] = ["城市", "县(市、区)", "小区数(个)", "户数(户)"]
    rows: list[list[object]] = [
        ["山东省2023年老旧小区改造计划"],
        heading,
        ["全省", None, 527, 100700],
        ["济南市", "全市小计", 525, 99891],
        [None, "其中:1.历下区", 226, 56525],
        [None, "2.市中区", 299, 43366],
        ["本页小计", None, 525, 99891],
        ["山东省2023年老旧小区改造计划"],
        heading,
        ["青岛市", "全市小计", 2, 809],
        [None, "市南区", 2, 809],
    ]
    return workbook([Sheet(rows, merged=["A1:D1", "A8:D8"])])


@case("sections.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["序号", "小区名称", "户数", "备注"],
        ["一、延吉市"],
        [1, "甲小区", 100, None],
        ["敦化市所属"],
        [2, "乙小区", 200, None],
        [None, "丙小区", None, None],
        ["本表由州住建局根据各县市上报数据汇总整理，如有出入以各县市为准。"],
    ]
    return workbook([Sheet(rows, merged=["A4:D4"])])


@case("no_known_word.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["2021年度目标任务", None, "制表：李某"],
        ["指标名称", "全年任务目标(个)", "实际完成(个)"],
        ["管网改造", 35, 35],
        ["楼道照明", 12, 9],
    ]
    return workbook([Sheet(rows)])


@case("heading_only.xlsx")
def _() -> bytes:
    return workbook([Sheet([HEADINGS])])


@case("template_moved_behind_summary.xlsx")
def _() -> bytes:
    """An error workbook: our stamp names the sheet with the table, wherever it stands."""
    stamp: list[list[object]] = [["sheet", "计划台账"], ["ledger", "projects"], ["year", 2020], [None, 1]]
    table: list[list[object]] = [
        ["小区名称", "户数", "_key", "_version", "错误信息"],
        ["甲小区", 100, "P-000001", 3, None],
        ["乙小区", "许多", "P-000002", 1, "B3：不是数字"],
    ]
    return workbook(
        [
            Sheet([["规则", "数量"], ["不是数字", 1]], name="汇总"),
            Sheet(table, name="计划台账", columns='<col min="3" max="4" width="0" hidden="1"/>'),
            Sheet(stamp, name="_template", state="veryHidden"),
        ]
    )


@case("template_sheet_renamed.xlsx")
def _() -> bytes:
    return workbook(
        [
            Sheet([["填写说明"], ["一、", "每行一个小区"]], name="说明"),
            Sheet([["户数", "_key", "小区名称"], [100, "P-000001", "甲小区"]], name="我的台账"),
            Sheet([["sheet", "计划台账"]], name="_template", state="hidden"),
        ]
    )


@case("without_values_of_merged_blanks.xlsx")
def _() -> bytes:
    """Blank merged cells below the table, and a value far below after many blank rows."""
    rows: list[list[object]] = [["小区名称", "户数"], ["甲小区", 100], [], [], ["乙小区", 200], [], []]
    return workbook([Sheet(rows, merged=["A6:A7", "B3:B4"])])
