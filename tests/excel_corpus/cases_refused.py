"""Files that are not read: each is refused with a reason and a way out."""

from __future__ import annotations

import struct
from functools import partial

from tests.excel_corpus.cases import HEADINGS, ROWS, case, delimited
from tests.excel_corpus.cases_tables import write, xls
from tests.excel_corpus.writers import (
    Sheet,
    compound,
    with_wide_directory,
    workbook,
    workbook_parts,
    zipped,
)

TABLE: list[list[object]] = [HEADINGS, *ROWS]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PAGE = "<html><head><meta charset='utf-8'></head><body><table><td>小区名称</td></table></body></html>"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def plain_workbook() -> bytes:
    return workbook([Sheet(TABLE)])


def plain_xls() -> bytes:
    return xls(lambda book: write(book.add_sheet("计划"), TABLE))


def with_declaration(part: str) -> bytes:
    """Return a workbook with a document type declaration in one part."""
    parts = {
        **workbook_parts([Sheet(TABLE)]),
        "docProps/core.xml": '<?xml version="1.0"?>\n<coreProperties xmlns="urn:x"/>',
    }
    start, mark, rest = parts[part].partition("?>")
    return zipped({**parts, part: f"{start}{mark}{DOCTYPE}{rest}"})


for _part, _name in (
    ("xl/worksheets/sheet1.xml", "sheet"),
    ("xl/workbook.xml", "workbook"),
    ("xl/sharedStrings.xml", "texts"),
    ("docProps/core.xml", "properties"),
):
    case(f"refused_declaration_in_{_name}.xlsx")(partial(with_declaration, _part))

for _extension in ("csv", "tsv", "xls", "xlsx", "xlsm", "ods"):
    case(f"refused_picture.{_extension}")(lambda: PNG)


@case("refused_declaration_in_utf16_properties.xlsx")
def _() -> bytes:
    properties = f'<?xml version="1.0" encoding="UTF-16"?>{DOCTYPE}<item/>'.encode("utf-16-be")
    return workbook([Sheet(TABLE)], extra={"customXml/item1.xml": b"\xfe\xff" + properties})


@case("refused_two_directories.xlsx")
def _() -> bytes:
    """A 64-bit end record that tells of another directory than the end itself."""
    data = bytearray(with_wide_directory(plain_workbook()))
    place = len(data) - 22 - 20 - 56 + 48
    data[place] ^= 1
    return bytes(data)


@case("refused_empty.xlsx")
def _() -> bytes:
    return b""


@case("refused_new_format_named.xls")
def _() -> bytes:
    return plain_workbook()


@case("refused_old_format_named.xlsx")
def _() -> bytes:
    return plain_xls()


@case("refused_text_named.xlsx")
def _() -> bytes:
    return delimited(TABLE).encode()


@case("refused_web_page.xls")
def _() -> bytes:
    return PAGE.encode()


@case("refused_pdf.xlsx")
def _() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@case("refused_word_document.xlsx")
def _() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<R/>", "word/document.xml": "<d/>"})


@case("refused_archive.xlsx")
def _() -> bytes:
    return zipped({"小区.csv": delimited(TABLE)})


@case("refused_open_document.ods")
def _() -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": "<office/>"})


@case("refused_page.html")
def _() -> bytes:
    return PAGE.encode()


@case("refused_macros.xlsm")
def _() -> bytes:
    return workbook([Sheet(TABLE)], extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@case("refused_macros_renamed.xlsx")
def _() -> bytes:
    return workbook([Sheet(TABLE)], extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@case("refused_macro_type.xlsx")
def _() -> bytes:
    parts = workbook_parts([Sheet(TABLE)])
    types = parts["[Content_Types].xml"].replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return zipped({**parts, "[Content_Types].xml": types})


@case("refused_macros.xls")
def _() -> bytes:
    return compound({"Workbook": book_stream(), "_VBA_PROJECT_CUR": None, "VBA": None})


@case("refused_macro_sheet.xls")
def _() -> bytes:
    return compound({"Workbook": book_stream(sheet_type=1)})


def binary_workbook() -> bytes:
    return zipped({"[Content_Types].xml": "<T/>", "_rels/.rels": "<R/>", "xl/workbook.bin": b"\x83\x01\x00"})


case("refused_binary_workbook.xlsb")(binary_workbook)
case("refused_binary_workbook_renamed.xlsx")(binary_workbook)


@case("refused_password.xlsx")
def _() -> bytes:
    return compound({"EncryptionInfo": b"\x04\x00\x04\x00", "EncryptedPackage": b"\x11" * 5000})


@case("refused_password.xls")
def _() -> bytes:
    return compound({"Workbook": book_stream(password=True)})


@case("refused_other_office_document.xls")
def _() -> bytes:
    return compound({"WordDocument": b"\xec\xa5" * 3000})


@case("refused_cut_off.xlsx")
def _() -> bytes:
    return plain_workbook()[:3000]


@case("refused_cut_off.xls")
def _() -> bytes:
    return plain_xls()[:2000]


@case("refused_doubled_parts.xlsx")
def _() -> bytes:
    return workbook([Sheet(TABLE)], extra={"XL/worksheets/Sheet1.xml": "<worksheet/>"})


@case("refused_bytes_behind.xlsx")
def _() -> bytes:
    return plain_workbook() + b"\0" * 40


@case("refused_utf16_part.xlsx")
def _() -> bytes:
    body = workbook_parts([Sheet(TABLE)])["xl/worksheets/sheet1.xml"].replace("UTF-8", "UTF-16")
    return workbook([Sheet(TABLE)], extra={"xl/worksheets/sheet1.xml": body.encode("utf-16")})


@case("refused_empty_sheets.xlsx")
def _() -> bytes:
    return workbook([Sheet([]), Sheet([], name="Sheet2")])


@case("refused_no_heading.xlsx")
def _() -> bytes:
    return workbook([Sheet([[1, 2], [3, 4]])])


@case("refused_too_wide.xlsx")
def _() -> bytes:
    return workbook([Sheet([HEADINGS, [None] * 200 + ["便条"]])])


@case("refused_lost_signs.csv")
def _() -> bytes:
    return "小区名称,户数\n\ufffd\ufffd小区,100\n".encode()


@case("refused_zero_bytes.csv")
def _() -> bytes:
    return "小区名称,户数\n甲\0小区,100\n".encode()


@case("refused_damaged_utf8.csv")
def _() -> bytes:
    """One byte of UTF-8 lost: as GB18030 it would decode into wrong signs without any error."""
    text = delimited([["小区名称", "备注"], *([["甲小区", "改造内容完整齐全"]] * 6)]).encode()
    return text[:40] + text[41:]


@case("refused_no_known_encoding.csv")
def _() -> bytes:
    return b"name,households\n\xff\xff\xff,1\n"


@case("refused_unclosed_quote.csv")
def _() -> bytes:
    return '小区名称,户数\n甲小区,100\n"乙小区,200\n丙小区,300\n'.encode()


def record(kind: int, *parts: bytes) -> bytes:
    """Return one record of an .xls stream."""
    data = b"".join(parts)
    return struct.pack("<HH", kind, len(data)) + data


def book_stream(
    cells: bytes = b"", *, sheet_type: int = 0, password: bool = False, dimensions: bytes = b""
) -> bytes:
    """Return a minimal .xls stream with one sheet that holds the given records."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    locked = record(0x002F, struct.pack("<HHH", 0, 1, 2)) if password else b""
    end = record(0x000A)
    place = len(begin) + len(locked) + 4 + 6 + 2 + 1 + len(end)
    listed = record(0x0085, struct.pack("<IBB", place, 0, sheet_type), b"\x01\x00S")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += record(0x0200, dimensions) if dimensions else b""
    return begin + locked + listed + end + sheet + cells + end
