"""Files made to hurt: quick to make, and gigabytes or minutes to whoever opened them unchecked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.excel_corpus.cases_refused import book_stream, record
from tests.excel_corpus.writers import Sheet, compound, workbook, workbook_parts, zipped

Maker = Callable[[], bytes]
TABLE: list[list[object]] = [["小区名称", "户数"], ["甲小区", 100]]
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="urn:m"><sheetData>'
HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>小区名称</t></is></c><c r="B1"><v>1</v></c></row>'
TAIL = "</sheetData></worksheet>"


def with_sheet(body: str | bytes, **extra: str | bytes) -> bytes:
    """Return a packed workbook whose sheet has the given XML."""
    return zipped({**workbook_parts([Sheet(TABLE)]), SHEET: body, **extra}, packed=True)


def with_cells(cells: str) -> bytes:
    """Return a workbook with these rows below a heading."""
    return with_sheet(f"{HEAD}{HEADING}{cells}{TAIL}")


def unpacks_to_500_megabytes() -> bytes:
    """Return half a megabyte of zeros' worth of XML."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    checksum = size = 0
    packed = io.BytesIO()
    block = b" " * 1_000_000
    for piece in [HEAD.encode(), *[block] * 500, TAIL.encode()]:
        packed.write(packer.compress(piece))
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
    packed.write(packer.flush())
    return _with_packed_sheet(packed.getvalue(), size, checksum)


def lies_about_its_size() -> bytes:
    """Return 60 MB of rows behind a directory that says 2 kB."""
    body = (HEAD + HEADING + " " * 60_000_000 + TAIL).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush()
    return _with_packed_sheet(packed, 2_000, zlib.crc32(body))


def _with_packed_sheet(packed: bytes, size: int, checksum: int) -> bytes:
    """Return a workbook whose sheet is this deflated stream under any size and checksum."""
    parts = {name: body for name, body in workbook_parts([Sheet(TABLE)]).items() if name != SHEET}
    buffer = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        offset = archive.start_dir
        entry = zipfile.ZipInfo(SHEET)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.header_offset, entry.compress_size, entry.file_size, entry.CRC = (
            offset,
            len(packed),
            size,
            checksum,
        )
        stream = archive.fp
        assert stream is not None
        stream.seek(offset)
        stream.write(entry.FileHeader() + packed)
        archive.start_dir = stream.tell()
        archive.filelist.append(entry)
        archive.NameToInfo[SHEET] = entry
        archive._didModify = True  # type: ignore[attr-defined]
    return buffer.getvalue()


def many_entries() -> bytes:
    return workbook([Sheet(TABLE)], extra={f"xl/media/{i}.bin": b"" for i in range(2_001)})


def long_directory() -> bytes:
    return workbook([Sheet(TABLE)], extra={f"xl/{'n' * 30_000}{i}.bin": b"" for i in range(30)})


def million_rows() -> bytes:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>小区</t></is></c><c r="B{0}"><v>100</v></c></row>'
    rows = "".join(row.format(number) for number in range(2, 1_000_002))
    return with_cells(rows)


def far_cell() -> bytes:
    return with_cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_cell_in_a_near_row() -> bytes:
    return with_cells('<row r="2"><c r="A1048576"><v>1</v></c></row>')


def far_cell_in_odd_xml() -> bytes:
    return with_cells("<row r = '2'><x:c r = 'XFD1048576' xmlns:x='urn:m'><x:v>1</x:v></x:c></row>")


def far_cell_behind_the_end() -> bytes:
    """The end of the data inside a quoted attribute: a reader by patterns and one by rules would differ."""
    return with_sheet(f'{HEAD}{HEADING}<x a="{TAIL}"/><c r="XFD9"><v>1</v></c>{TAIL}')


def wide_by_counting() -> bytes:
    """Cells without places: 16,384 in one row, then a million rows that say nothing."""
    return with_cells(
        "<row>" + "<c><v>1</v></c>" * 16_384 + "</row>" + "<row/>" * 1_000_000 + "<row><c><v>1</v></c></row>"
    )


def boundless_merges() -> bytes:
    merged = [f"A{2 + i % 5}:XFD{1048570 - i}" for i in range(20_000)]
    rows: list[list[object]] = [["小区名称", "户数"], *([f"第{i}小区", i] for i in range(5_000))]
    return workbook([Sheet(rows, merged=merged)])


def announces_a_billion_texts() -> bytes:
    parts = workbook_parts([Sheet(TABLE)])
    texts = parts["xl/sharedStrings.xml"].replace('uniqueCount="3"', 'uniqueCount="999999999999"')
    assert texts != parts["xl/sharedStrings.xml"]
    return zipped({**parts, "xl/sharedStrings.xml": texts})


def billion_laughs() -> bytes:
    names = [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)]
    declared = f'<!DOCTYPE w [<!ENTITY a0 "ha">{"".join(names)}]>'
    return with_sheet(HEAD.replace("?>", f"?>{declared}") + HEADING.replace("小区名称", "&a9;") + TAIL)


def far_cell_in_old_format() -> bytes:
    number = struct.pack("<HHHd", 65_535, 255, 0, 1.0)
    first = struct.pack("<HHHd", 0, 0, 0, 1.0)
    return compound({"Workbook": book_stream(record(0x0203, first) + record(0x0203, number))})


def reserves_memory_in_old_format() -> bytes:
    return compound({"Workbook": book_stream(dimensions=struct.pack("<IIHHH", 9, 2, 0, 65_535, 0))})


def endless_chain_in_old_format() -> bytes:
    return compound({"Workbook": book_stream().ljust(20_000, b"\0")}, chain_loops=True)


def endless_records_in_old_format() -> bytes:
    """Many sheets that all begin in one region without an end."""
    return compound({"Workbook": book_stream(record(0x0201) * 200_000)[:-4]})


def cell_in_a_blank_sea() -> bytes:
    """Blank lines, fewer than would be refused unread, then one row."""
    return b"name,households\n" + b"\n" * 900_000 + b"a,1\n"


def blank_ocean() -> bytes:
    return b"name,households\n" + b"\n" * 15_000_000 + b"a,1\n"


def endless_quote() -> bytes:
    return b'name,households\n"' + (b"a" * 60 + b"\n") * 300_000


BOMBS: dict[str, tuple[Maker, str, str]] = {
    "unpacks to 500 MB": (unpacks_to_500_megabytes, "x.xlsx", "zip_bomb"),
    "lies about its size": (lies_about_its_size, "x.xlsx", "zip_bomb"),
    "many entries": (many_entries, "x.xlsx", "zip_bomb"),
    "long directory": (long_directory, "x.xlsx", "zip_bomb"),
    "million rows": (million_rows, "x.xlsx", "too_many_rows"),
    "far cell": (far_cell, "x.xlsx", "far_cell"),
    "far cell in a near row": (far_cell_in_a_near_row, "x.xlsx", "far_cell"),
    "far cell in odd XML": (far_cell_in_odd_xml, "x.xlsx", "far_cell"),
    "far cell behind the end": (far_cell_behind_the_end, "x.xlsx", "damaged"),
    "wide by counting": (wide_by_counting, "x.xlsx", "too_many_columns"),
    "boundless merges": (boundless_merges, "x.xlsx", "damaged"),
    "announces a billion texts": (announces_a_billion_texts, "x.xlsx", "damaged"),
    "billion laughs": (billion_laughs, "x.xlsx", "dtd"),
    "far cell, old format": (far_cell_in_old_format, "x.xls", "far_cell"),
    "reserves memory, old format": (reserves_memory_in_old_format, "x.xls", "damaged"),
    "endless chain, old format": (endless_chain_in_old_format, "x.xls", "damaged"),
    "endless records, old format": (endless_records_in_old_format, "x.xls", "damaged"),
    "cell in a blank sea": (cell_in_a_blank_sea, "x.csv", "far_cell"),
    "blank ocean": (blank_ocean, "x.csv", "too_many_rows"),
    "endless quote": (endless_quote, "x.csv", "unclosed_quote"),
}
