"""Workbooks with cells of every kind: formulas, errors, hidden rows and sheets, dates, signs, numbers."""

from __future__ import annotations

from datetime import date

import xlwt

from tests.excel_corpus.cases import case
from tests.excel_corpus.cases_tables import write, xls
from tests.excel_corpus.writers import Day, Error, Formula, Raw, Sheet, workbook


@case("formulas.xlsx")
def _() -> bytes:
    """Results stored; never stored; an empty text as result; one formula shared by two cells."""
    shared = Raw('<c r="D3"><f t="shared" ref="D3:D4" si="0">B3*2</f><v>400</v></c>')
    follower = Raw('<c r="D4"><f t="shared" si="0"/><v>600</v></c>')
    rows: list[list[object]] = [
        ["小区名称", "户数", "建筑面积（㎡）", "居民户数", "备注"],
        ["甲小区", 100, Formula("B2*80", 8000), 200, Formula('IF(B2>0,"","缺")', "")],
        ["乙小区", 200, Formula("B3*80"), shared, Formula('"第"&1', "第1")],
        ["丙小区", 300, Formula("B4*80.1", 24030.000000000004), follower, None],
        ["合计", Formula("SUM(B2:B4)", 600), Formula("SUM(C2:C4)", 32030), 1200, None],
    ]
    return workbook([Sheet(rows)])


@case("formulas_prefilled_below.xlsx")
def _() -> bytes:
    """Formulas drawn down over rows that nobody filled: blank rows, not communities."""
    rows: list[list[object]] = [["小区名称", "户数", "备注"], ["甲小区", 100, "有"]]
    rows += [[None, None, Formula(f'IF(A{i}="","","有")', "")] for i in range(3, 30)]
    return workbook([Sheet(rows)])


@case("formulas.xls")
def _() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("计划")
        write(sheet, [["小区名称", "户数", "建筑面积（㎡）"], ["甲小区", 100], ["乙小区", 200, 16000]])
        sheet.write(1, 2, xlwt.Formula("B2*80"))

    return xls(fill)


@case("error_values.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["小区名称", "户数", "建筑面积", "备注"],
        ["甲小区", Error("#REF!", "Sheet9!B2"), 8000, None],
        ["乙小区", 200, Error("#DIV/0!", "C2/0"), 'he wrote t="e" here'],
        [Error("#N/A"), Error("#NAME?"), Error("#VALUE!"), None],
    ]
    return workbook([Sheet(rows)])


@case("error_values.xls")
def _() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("计划")
        write(sheet, [["小区名称", "户数"], ["甲小区"], ["乙小区", 200]])
        sheet.row(1).set_cell_error(1, "#REF!")

    return xls(fill)


@case("hidden_rows_and_columns.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["小区名称", "户数", "旧编号", "备注"],
        ["甲小区", 100, "k1", None],
        ["乙小区", 200, "k2", "隐藏"],
        ["丙小区", 300, "k3", None],
        ["丁小区", 400, "k4", "行高为零"],
        [None, None, None, None],
    ]
    column = '<col min="3" max="3" width="9" hidden="1" customWidth="1"/>'
    sheet = Sheet(
        rows,
        hidden_rows=[3, 6],
        columns=column + '<col min="9" max="16384" hidden="1"/>',
        row_attributes={5: ' ht="0" customHeight="1"'},
        tail='<autoFilter ref="A1:D5"/>',
    )
    return workbook([sheet])


@case("hidden_rows_and_columns.xls")
def _() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("计划")
        write(sheet, [["小区名称", "户数", "旧编号"], ["甲小区", 100, "k1"], ["乙小区", 200, "k2"]])
        sheet.row(2).hidden = True
        sheet.col(2).hidden = True

    return xls(fill)


@case("hidden_and_empty_sheets_first.xlsx")
def _() -> bytes:
    """A very hidden sheet, a hidden one, an empty one: the first visible sheet with values is read."""
    return workbook(
        [
            Sheet([["小区名称", "户数"], ["旧小区", 1]], name="底稿", state="veryHidden"),
            Sheet([["小区名称", "户数"], ["旧小区", 2]], name="去年", state="hidden"),
            Sheet([], name="Sheet1"),
            Sheet([["小区名称", "户数"], ["甲小区", 100]], name="今年"),
            Sheet([["小区名称", "户数"], ["乙小区", 200]], name="明年"),
        ]
    )


@case("dates.xlsx")
def _() -> bytes:
    """True dates, a serial without format, texts; the impossible ones are left to the column to refuse."""
    values: list[object] = [
        Day(43921),
        Day(43921.75),
        43921,
        "2020.3.31",
        "2020年3月31日",
        "20200331",
        20200331,
        "3/31/20",
        "2020-02-30",
        Day(60),
        Day(35),
        Day(0.5),
        "1899-12-31",
        Day(-5),
    ]
    rows: list[list[object]] = [["小区名称", "开工日期"]]
    rows += [[f"第{i}小区", value] for i, value in enumerate(values, start=1)]
    return workbook([Sheet(rows)])


@case("dates_1904.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [["小区名称", "开工日期"], ["甲小区", Day(42459)], ["乙小区", 42459]]
    return workbook([Sheet(rows)], date1904=True)


@case("dates_1904.xls")
def _() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("计划")
        write(sheet, [["小区名称", "开工日期"], ["甲小区"]])
        sheet.write(1, 1, date(2020, 3, 31), xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    return xls(fill, date1904=True)


@case("signs_of_all_widths.xlsx")
def _() -> bytes:
    """Full-width digits, all kinds of spaces, look-alikes: kept as typed, the columns fold them."""
    rows: list[list[object]] = [
        ["小　区\n名　称 ＊", "户　数\u200b", "建筑面积【㎡】", "备注\u00a0"],
        ["　长春市\u00a0小区 ", "１２３．４５", "１，９４５", "\u3000\u00a0"],
        ["臺北里\u200b小区", "l23", "O", "'123"],
        ["甲小区\t", "  ", "－5", "'=1+1"],
    ]
    return workbook([Sheet(rows)])


@case("numbers_as_text.xlsx")
def _() -> bytes:
    rows: list[list[object]] = [
        ["小区名称", "户数", "建筑面积", "备注"],
        ["007", "1,945", "1.2万", "约300"],
        [13844331234, "12%", 51847.909999999996, True],
        ["1E5", 1e21, 0.1, 123456789012345678],
        ["甲小区", -0.5, 1e-7, 2.0],
    ]
    return workbook([Sheet(rows)])
