"""The form of a return: a workbook with named cells, as its office issues it, or drawn from a list."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

# A form is one page or a few; what unpacks to more is none.
MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000
# The only formulas a form may bring along: sums of its own cells.
SUM = re.compile(
    r"=SUM\([A-Z]{1,3}[0-9]{1,6}(:[A-Z]{1,3}[0-9]{1,6})?(,[A-Z]{1,3}[0-9]{1,6}(:[A-Z]{1,3}[0-9]{1,6})?)*\)"
)
_LINE = Side(style="thin", color="808080")
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
HEAD = PatternFill("solid", fgColor="E7F0F8")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


class LayoutRefused(Exception):
    """The workbook cannot be a form; the text says why."""


def read_layout(content: bytes) -> Any:
    """Return the workbook of a form; raises LayoutRefused for what is none or could run something."""
    if len(content) > MOST_BYTES:
        raise LayoutRefused(_("The form is larger than 2 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.namelist()
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise LayoutRefused(_("The form is larger than 2 MB."))
        if any("vbaProject" in name or "externalLink" in name for name in names):
            raise LayoutRefused(_("The form has macros or links to other workbooks."))
        book = load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as problem:
        raise LayoutRefused(_("This is no .xlsx workbook.")) from problem
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and not SUM.fullmatch(str(cell.value).replace("$", "")):
                    raise LayoutRefused(
                        _("Cell %(cell)s has a formula; only sums may stand in a form.")
                        % {"cell": cell.coordinate}
                    )
    return book


def named_cells(book: Any) -> dict[str, tuple[str, str]]:
    """Return the named single cells of a form: name → (sheet, address)."""
    found: dict[str, tuple[str, str]] = {}
    for name, defined in book.defined_names.items():
        try:
            targets = list(defined.destinations)
        except (ValueError, TypeError):
            continue
        if len(targets) == 1:
            sheet, address = targets[0]
            plain = address.replace("$", "")
            if sheet in book.sheetnames and re.fullmatch(r"[A-Z]{1,3}[0-9]{1,7}", plain):
                found[name] = (sheet, plain)
    return found


def drawn(spec: Mapping[str, Any]) -> bytes:
    """Return the form of a packaged definition: a title, a head, lines with codes or an area of rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = spec["name"][:31]
    heads: Sequence[str] = spec["heads"]
    width = len(heads)
    sheet.append([spec["name"]])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=14), CENTRE
    _info(book, sheet, width)
    for column, text in enumerate(heads, start=1):
        cell = sheet.cell(3, column, text)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), HEAD, BOX, CENTRE
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(text) + 4)
    if "lines" in spec:
        sheet.column_dimensions["A"].width = 38
        for number, line in enumerate(spec["lines"], start=4):
            _line(book, sheet, number, line)
    else:
        for column in range(1, width + 1):
            sheet.cell(4, column).border = BOX
        _name(book, "DETAIL_ROWS", sheet.title, "A4")
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:3"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _info(book: Any, sheet: Any, width: int) -> None:
    """Draw the line with the place, the plan year and the day."""
    sheet["A2"] = ""
    _name(book, "INFO_PLACE", sheet.title, "A2")
    middle = sheet.cell(2, max(2, (width + 1) // 2))
    _name(book, "INFO_YEAR", sheet.title, middle.coordinate)
    if width > 2:
        _name(book, "INFO_DAY", sheet.title, sheet.cell(2, width).coordinate)


def _line(book: Any, sheet: Any, number: int, line: Mapping[str, Any]) -> None:
    texts = [line["label"], line["code"], line.get("unit", "")]
    for column, text in enumerate(texts, start=1):
        sheet.cell(number, column, text).border = BOX
    for position, _measure in enumerate(line["measures"]):
        cell = sheet.cell(number, len(texts) + 1 + position)
        cell.border = BOX
        _name(book, name_of(line["code"], position), sheet.title, cell.coordinate)


def name_of(code: str, position: int) -> str:
    """Return the name of the cell of a code: the first column bears the code, the others its number too."""
    return code if position == 0 else f"{code}_{position + 1}"


def _name(book: Any, name: str, sheet: str, address: str) -> None:
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", address).groups()  # type: ignore[union-attr]
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet}'!${letters}${digits}")
