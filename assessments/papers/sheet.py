"""A report's tables as a workbook: numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts import spreadsheets


def render(document: Mapping[str, Any]) -> bytes:
    """Return one sheet for each table, the sentences and the source on the first."""

    def fill(workbook: Any) -> None:
        frame = {"border": 1, "border_color": "#CFD5DB", "text_wrap": True, "valign": "top"}
        styles = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "head": workbook.add_format({**frame, "bold": True, "bg_color": "#F0F2F4"}),
            "cell": workbook.add_format(frame),
            "note": workbook.add_format({"font_size": 9, "font_color": "#5C6874"}),
        }
        for place, table in enumerate(document["tables"]):
            _sheet(workbook, styles, document, table, first=place == 0)

    return spreadsheets.build(fill)


def _sheet(
    workbook: Any,
    styles: Mapping[str, Any],
    document: Mapping[str, Any],
    table: Mapping[str, Any],
    *,
    first: bool,
) -> None:
    sheet = workbook.add_worksheet(table["name"][:31])
    spreadsheets.write(sheet, 0, 0, document["title"] if first else table["caption"], styles["title"])
    at = 1
    for text in document["paragraphs"] if first else ():
        spreadsheets.write(sheet, at, 0, text)
        at += 1
    spreadsheets.write_row(sheet, at, table["heads"], [styles["head"]] * len(table["heads"]))
    sheet.freeze_panes(at + 1, 1)
    for row in table["rows"]:
        at += 1
        values = [_value(text, is_right) for text, is_right in zip(row, table["right"], strict=True)]
        spreadsheets.write_row(sheet, at, values, [styles["cell"]] * len(values))
    spreadsheets.write(sheet, at + 2, 0, document["foot"], styles["note"])
    for column, width in enumerate(table["widths"]):
        sheet.set_column(column, column, max(8, width * 6))
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _value(text: str, is_right: bool) -> spreadsheets.Value:
    """Return a number of a right column as a number; signs and words stay as they are printed."""
    if not is_right:
        return text
    try:
        return Decimal(text.replace(",", "").replace("−", "-").removeprefix("+"))
    except InvalidOperation:
        return text
