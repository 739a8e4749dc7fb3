"""Xlsx of a bulletin: its text on the first sheet, each table with real numbers on one of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts import spreadsheets
from dashboards.documents.annexes import heads
from dashboards.documents.lines import blocks_of

COUNTS = ("planned", "started"), ("planned_households", "started_households")
RATES = ("rate", "household_rate")


def render(document: Mapping[str, Any]) -> bytes:
    """Return the document as a workbook."""

    def fill(workbook: Any) -> None:
        workbook.set_properties({"title": document["title"], "author": document["issuer"]})
        styles = _styles(workbook)
        _text(workbook.add_worksheet(document["number"] or None), document, styles)
        for table in document["tables"]:
            _table(workbook.add_worksheet(_name(table)), table, document, styles)
        for table in document.get("annexes", ()):
            _annex(workbook.add_worksheet(_name(table)), table, styles)

    return spreadsheets.build(fill)


def _name(table: Mapping[str, Any]) -> str:
    """Return the name of a sheet: 31 characters at most, and none of these."""
    caption: str = table["caption"].split(":")[0].split("：")[0][:31]
    return caption.translate(dict.fromkeys(map(ord, "[]:*?/\\")))


def _styles(workbook: Any) -> dict[str, Any]:
    cell = {"border": 1, "border_color": "#CFD5DB", "font_size": 10.5}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "vcenter"}),
        "heading": workbook.add_format({"bold": True, "text_wrap": True}),
        "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "note": workbook.add_format({"font_color": "#5C6874", "font_size": 9, "text_wrap": True}),
        "head": workbook.add_format({**cell, "bold": True, "align": "center", "valign": "vcenter"}),
        "name": workbook.add_format(cell),
        "count": workbook.add_format({**cell, "num_format": "#,##0"}),
        "rate": workbook.add_format({**cell, "num_format": "0.0", "align": "right"}),
        "amount": workbook.add_format({**cell, "num_format": "#,##0.00"}),
        "long": workbook.add_format({**cell, "text_wrap": True, "valign": "top"}),
        "total_amount": workbook.add_format({**cell, "bold": True, "num_format": "#,##0.00"}),
        "total_name": workbook.add_format({**cell, "bold": True}),
        "total_count": workbook.add_format({**cell, "bold": True, "num_format": "#,##0"}),
        "total_rate": workbook.add_format({**cell, "bold": True, "num_format": "0.0", "align": "right"}),
    }


def _text(sheet: Any, document: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 96)
    lines = [("note", document["draft"])] if document["draft"] else []
    lines += [
        ("text", document["issuer"]),
        ("text", f"{document['number']}  {document['dated']}"),
        ("title", document["title"]),
        ("text", document["to"]),
    ]
    lines += [("heading" if block["kind"] == "h" else "text", block["text"]) for block in blocks_of(document)]
    lines += [("text", document["issuer"]), ("text", document["dated"]), ("note", document["note"])]
    for row, (style, text) in enumerate(lines):
        spreadsheets.write(sheet, row, 0, text, styles[style])


def _table(
    sheet: Any, table: Mapping[str, Any], document: Mapping[str, Any], styles: Mapping[str, Any]
) -> None:
    labels = document["labels"]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 6, 12)
    sheet.merge_range(0, 0, 0, 6, table["caption"], styles["title"])
    sheet.merge_range(1, 0, 2, 0, labels["region"], styles["head"])
    for start, name in ((1, "communities"), (4, "households")):
        group = f"{labels[name]} ({labels[f'{name}_unit']})"
        sheet.merge_range(1, start, 1, start + 2, group, styles["head"])
        for offset, label in enumerate((labels["planned"], labels["started"], f"{labels['rate']} %")):
            spreadsheets.write(sheet, 2, start + offset, label, styles["head"])
    for index, row in enumerate(table["rows"], start=3):
        _line(sheet, index, row, styles, "")
    foot = 3 + len(table["rows"])
    _line(sheet, foot, table["total"], styles, "total_")
    sheet.merge_range(foot + 1, 0, foot + 1, 6, document["note"], styles["note"])
    sheet.set_row(foot + 1, 28)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(1, 2)


def _line(sheet: Any, index: int, row: Mapping[str, Any], styles: Mapping[str, Any], kind: str) -> None:
    spreadsheets.write(sheet, index, 0, row["name"], styles[f"{kind}name"])
    for group, (counts, rate) in enumerate(zip(COUNTS, RATES, strict=True)):
        for offset, name in enumerate(counts):
            spreadsheets.write(sheet, index, 1 + 3 * group + offset, row[name], styles[f"{kind}count"])
        value = row[rate]
        printed = value if value == "—" else Decimal(value)
        spreadsheets.write(sheet, index, 3 + 3 * group, printed, styles[f"{kind}rate"])


def _annex(sheet: Any, table: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    columns = table["columns"]
    last = len(columns) - 1
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(column["width"] * 1.2, 8))
    if last:
        sheet.merge_range(0, 0, 0, last, "", styles["title"])
    spreadsheets.write(sheet, 0, 0, table["caption"], styles["title"])
    first = _annex_heads(sheet, columns, styles)
    for offset, row in enumerate(table["rows"]):
        _annex_line(sheet, first + offset, row, columns, styles, "")
    foot = first + len(table["rows"])
    if table["total"]:
        _annex_line(sheet, foot, table["total"], columns, styles, "total_")
        foot += 1
    if table["note"]:
        spreadsheets.write(sheet, foot, 0, table["note"], styles["note"])
    sheet.freeze_panes(first, 0)
    sheet.repeat_rows(1, first - 1)


def _annex_heads(sheet: Any, columns: Sequence[Mapping[str, Any]], styles: Mapping[str, Any]) -> int:
    """Write the header rows below the caption; return the first row of the body."""
    taken: set[tuple[int, int]] = set()
    rows = heads(columns)
    for top, cells in enumerate(rows, start=1):
        left = 0
        for cell in cells:
            while (top, left) in taken:
                left += 1
            bottom, right = top + cell["rows"] - 1, left + cell["cols"] - 1
            taken |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            if (bottom, right) != (top, left):
                sheet.merge_range(top, left, bottom, right, "", styles["head"])
            spreadsheets.write(sheet, top, left, cell["text"], styles["head"])
    return 1 + len(rows)


def _annex_line(
    sheet: Any,
    index: int,
    row: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, Any]],
    styles: Mapping[str, Any],
    prefix: str,
) -> None:
    kinds = {"text": "name", "long": "long", "count": "count", "amount": "amount", "rate": "rate"}
    for column, (cell, described) in enumerate(zip(row, columns, strict=True)):
        kind = kinds[described["kind"]]
        if kind == "long" and prefix:
            kind = "name"
        value = cell.get("v")
        number = Decimal(value) if isinstance(value, str) else value
        spreadsheets.write(
            sheet, index, column, cell["t"] if number is None else number, styles[prefix + kind]
        )
