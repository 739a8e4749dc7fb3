"""The uploaded file comes back with its errors marked, otherwise as it was, and can be uploaded as it is."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent, User
from ledgers.grid import GridScope
from ledgers.importing import batches
from ledgers.importing.plan import ImportPlan
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from ledgers.workbooks.errorbook import error_workbook
from ledgers.workbooks.styles import GROUNDS
from ledgers.workbooks.template import template
from records.services import Mode
from tests.conftest import ClientFor
from tests.ledgers.rows import hard_communities

pytestmark = pytest.mark.django_db

TABLE = """延吉市老旧小区台账
单位：万㎡
序号,小区名称,所在街道,建成时间,栋数,户数,建筑面积,物业
1,铁南小区,北山街道,1995年,14,三百六,5.18,自管
2,建安小区,北山街道,1895,6,212,2.12,不管
3,小营小区,河南街道,１９９５,13,648,"0.0036",专业
4,小营小区,河南街道,１９９５,13,648,"0.0036",专业
合计,,,,33,"1,498",12.66,
"""


def uploaded(user: User, content: bytes, name: str, ledger: str = "communities") -> ImportBatch:
    batch = batches.upload(
        user=user,
        ledger=LEDGERS[ledger],
        region=user.region,
        year=2020 if LEDGERS[ledger].by_year else None,
        file=SimpleUploadedFile(name, content),
    )
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.state, batch.refusal, batch.mapping)
    return batch


def marked(batch: ImportBatch) -> bytes:
    target = io.BytesIO()
    error_workbook(batch, target)
    return target.getvalue()


def promised(plan: ImportPlan) -> dict[str, Any]:
    """Return a plan as it can be compared with another one."""
    return {
        "rows": [
            (row.number, row.status, row.label, row.pk, row.values, row.problems, row.doubts, row.conflicts)
            for row in plan.rows
        ],
        "left_out": plan.left_out,
        "totals": plan.totals,
        "remarks": plan.remarks,
        "missing": plan.missing,
    }


def grounds(sheet: Any) -> dict[str, str]:
    """Return the cells of a sheet that bear one of our colours."""
    kinds = {colour: kind for kind, colour in GROUNDS.items()}
    return {
        cell.coordinate: kinds[cell.fill.fgColor.rgb]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in kinds
    }


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def own_workbook() -> bytes:
    """Return a table as an office keeps it: title, colours, formulas, a chart, comments, rules."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("2020年台账")
        bold = book.add_format({"bold": True, "font_color": "#1A5FB4", "border": 2, "num_format": "0.00"})
        day = book.add_format({"num_format": "yyyy-m-d"})
        sheet.merge_range("A1:H1", "延吉市老旧小区台账", bold)
        heads = ["序号", "小区名称", "街道", "建成年份", "栋数", "户数", "建筑面积（㎡）", "备注"]
        sheet.write_row("A2", heads, bold)
        names = ["铁南小区", "建安小区", "小营小区", "园月小区", "白山小区", "丹英小区"]
        for number, name in enumerate(names, start=1):
            row = number + 1
            sheet.write_row(row, 0, [number, name, "北山街道", 1990 + number, number])
            sheet.write_number(row, 5, number * 48, bold)
            sheet.write_formula(row, 6, f"=F{row + 1}*71.5", bold, number * 48 * 71.5)
        sheet.write_string("F4", "三百六", bold)
        sheet.write_string("D6", "八九年", bold)
        sheet.write_number("F7", -3)
        sheet.write_datetime("H3", datetime(2020, 5, 4), day)
        sheet.write_row("A9", ["合计", "", "", "", 21])
        sheet.write_formula("F9", "=SUM(F3:F8)", bold, 645)
        sheet.write_comment("F4", "办公室：请核实", {"author": "办公室"})
        sheet.write_comment("B3", "老小区", {"author": "办公室"})
        sheet.conditional_format("F3:F8", {"type": "cell", "criteria": ">", "value": 999, "format": bold})
        sheet.data_validation("C3:C50", {"validate": "list", "source": ["北山街道", "河南街道"]})
        sheet.autofilter("A2:H8")
        sheet.freeze_panes(2, 2)
        sheet.set_header("&L&P")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='2020年台账'!$F$3:$F$8"})
        sheet.insert_chart("J2", chart)
        other = book.add_worksheet("说明's")
        other.write("A1", "本表由住建局填写")
        other.activate()
    return target.getvalue()


def test_a_text_file_comes_back_as_a_workbook_with_every_cell_in_its_place(yanji: User) -> None:
    batch = uploaded(yanji, TABLE.encode("gb18030"), "台账.csv")
    content = marked(batch)
    book = opened(content)
    sheet = book["台账"]
    assert book.active.title == "台账"
    assert grounds(sheet) == {
        "I3": "wrong",
        **dict.fromkeys(["F4", "I4"], "wrong"),
        **dict.fromkeys(["D5", "H5", "I5"], "wrong"),
        **dict.fromkeys(["B6", "I6", "B7", "I7"], "wrong"),
    }
    assert sheet["I3"].value == "Errors found"
    assert "360" in sheet["I4"].value
    assert sheet["F4"].comment.text.startswith("F4")
    cells = [[cell.value for cell in row[:8]] for row in sheet.iter_rows()]
    assert cells[3] == ["1", "铁南小区", "北山街道", "1995年", "14", "三百六", "5.18", "自管"]
    assert cells[0][0] == "延吉市老旧小区台账"
    again = uploaded(yanji, content, "台账 错误.xlsx")
    assert promised(batches.plan_of(again)) == promised(batches.plan_of(batch))


def test_a_workbook_stays_as_it_was_but_for_the_marks(yanji: User) -> None:
    source = own_workbook()
    batch = uploaded(yanji, source, "台账.xlsx")
    content = marked(batch)
    before, after = parts_of(source), parts_of(content)
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }
    old, new = opened(source), opened(content)
    assert new.sheetnames == ["2020年台账", "说明's", "Error summary", "_template"]
    assert new["_template"].sheet_state == "veryHidden"
    assert new.active.title == "2020年台账"
    for row in old["2020年台账"].iter_rows():
        for cell in row:
            twin = new["2020年台账"][cell.coordinate]
            assert (twin.value, twin.number_format, twin.font.b) == (
                cell.value,
                cell.number_format,
                cell.font.b,
            )
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["2020年台账"]
    assert (values["G3"].value, values["F9"].value) == (3432, 645)
    sheet = new["2020年台账"]
    assert grounds(sheet) == dict.fromkeys(["F4", "I4", "D6", "I6", "F7", "I7", "I2"], "wrong")
    # A note of the office stays; the cell is red and its message stands at the end of the row.
    assert sheet["F4"].comment.text == "办公室：请核实"
    assert sheet["B3"].comment.text == "老小区"
    assert sheet["D6"].comment.text.startswith("D6")
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == "A2:H8"
    assert len(sheet.data_validations.dataValidation) == 1


def test_the_summary_leads_to_the_cells_of_each_rule(yanji: User) -> None:
    book = opened(marked(uploaded(yanji, own_workbook(), "台账.xlsx")))
    sheet = book["Error summary"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(line[0], line[2], line[3]) for line in lines] == [
        ("Rejected", 1, "F4"),
        ("Rejected", 1, "D6"),
        ("Rejected", 1, "F7"),
    ]
    assert sheet["D2"].hyperlink.location == "'2020年台账'!F4"


def test_uploaded_again_as_it_is_the_plan_is_the_same(yanji: User) -> None:
    batch = uploaded(yanji, own_workbook(), "台账.xlsx")
    again = uploaded(yanji, marked(batch), "台账 错误.xlsx")
    assert promised(batches.plan_of(again)) == promised(batches.plan_of(batch))
    assert batches.plan_of(batch).counts()["rejected"] == 3


def test_with_the_red_cells_mended_it_is_green_and_the_next_round_wipes_the_marks(yanji: User) -> None:
    first = opened(marked(uploaded(yanji, own_workbook(), "台账.xlsx")))
    sheet = first["2020年台账"]
    sheet["F4"], sheet["D6"] = 96, 1989
    for row in range(3, 10):
        # The library that mends here forgets what formulas came to; people's programs do not.
        sheet[f"G{row}"] = None
    sheet["F9"] = None
    target = io.BytesIO()
    first.save(target)
    batch = uploaded(yanji, target.getvalue(), "台账 错误.xlsx")
    second = opened(marked(batch))
    assert second.sheetnames == ["2020年台账", "说明's", "Error summary", "_template"]
    sheet = second["2020年台账"]
    assert grounds(sheet) == dict.fromkeys(["F7", "I7", "I2"], "wrong")
    assert (sheet["I4"].value, sheet["I6"].value) == (None, None)
    assert (sheet["D6"].comment, sheet["F7"].comment is not None) == (None, True)
    assert sheet["F4"].comment.text.strip() == "办公室：请核实"
    sheet["F7"] = 240
    target = io.BytesIO()
    second.save(target)
    batch = uploaded(yanji, target.getvalue(), "台账 错误 错误.xlsx")
    assert batches.plan_of(batch).counts() == {
        "new": 6,
        "changed": 0,
        "same": 0,
        "conflict": 0,
        "rejected": 0,
    }
    batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)


def test_a_template_with_errors_comes_back_as_a_template(yanji: User) -> None:
    hard_communities()
    scope = GridScope(LEDGERS["communities"], yanji)
    target = io.BytesIO()
    template(scope, target)
    book = opened(target.getvalue())
    sheet = book.worksheets[0]
    headings = [str(cell.value) for cell in sheet[1]]
    households = headings.index(LEDGERS["communities"].resource.column("household_count").title) + 1
    sheet.cell(3, households).value = "三百六"
    sheet.cell(4, households).value = 12
    target = io.BytesIO()
    book.save(target)
    batch = uploaded(yanji, target.getvalue(), "模板.xlsx")
    counts = batches.plan_of(batch).counts()
    assert (counts["rejected"], counts["changed"]) == (1, 1)
    content = marked(batch)
    again = uploaded(yanji, content, "模板 错误.xlsx")
    assert promised(batches.plan_of(again)) == promised(batches.plan_of(batch))
    mended = opened(content)
    assert mended.sheetnames[-1] == "Error summary"
    assert [sheet.sheet_state for sheet in mended][:4] == ["visible", "visible", "hidden", "veryHidden"]
    assert set(grounds(mended.worksheets[0]).values()) == {"wrong"}
    mended.worksheets[0].cell(3, households).value = 360
    target = io.BytesIO()
    mended.save(target)
    last = batches.plan_of(uploaded(yanji, target.getvalue(), "模板 错误.xlsx"))
    assert last.counts() == {**counts, "changed": 2, "rejected": 0}


def test_only_who_may_import_there_gets_it(yanji: User, dunhua: User, client_for: ClientFor) -> None:
    batch = uploaded(yanji, own_workbook(), "台账.xlsx")
    address = f"/ledgers/imports/{batch.pk}/errors/"
    answer = client_for(yanji).get(address)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert opened(content).sheetnames[2] == "Error summary"
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.EXPORT)
    assert (event.detail["what"], event.detail["rows"]) == ("ledgers.errors", 3)
    assert client_for(dunhua).get(address).status_code == 404
