"""Writers of workbooks that say exactly what a test needs, byte for byte the same on every machine.

They know nothing of the reader under test. Zip entries are stored, not packed, so that a file does not depend
on the compression library, and everything in it can be read with a pager.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FIXED_TIME = (2020, 12, 1, 0, 0, 0)


@dataclass(frozen=True)
class Formula:
    """A formula with the result Excel stored for it; None when nothing was stored."""

    text: str
    result: str | float | None = None


@dataclass(frozen=True)
class Error:
    """A cell that shows an error value, with the formula that made it."""

    value: str
    formula: str = ""


@dataclass(frozen=True)
class Day:
    """A serial number in a cell formatted as a date."""

    serial: float


@dataclass(frozen=True)
class Raw:
    """XML written as it is in place of a cell."""

    xml: str


@dataclass
class Sheet:
    """A worksheet: rows from row 1 on, and what else its XML says."""

    rows: Sequence[Sequence[object]]
    name: str = "Sheet1"
    state: str = ""
    hidden_rows: Sequence[int] = ()
    columns: str = ""
    merged: Sequence[str] = ()
    tail: str = ""
    inline: bool = False
    dimension: str = ""
    xml: str = ""
    row_attributes: Mapping[int, str] = field(default_factory=dict)


def letter(index: int) -> str:
    """Return the letters of a 0-based column."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


class Texts:
    """The workbook's table of shared texts."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))

    def xml(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.places)
        count = len(self.places)
        return f'{XML}<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{items}</sst>'


def cell_xml(reference: str, value: object, texts: Texts, inline: bool) -> str:
    """Return one cell as Excel writes it, or as WPS may (texts in the cell itself)."""
    match value:
        case None:
            return ""
        case Raw():
            return value.xml
        case bool():
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{reference}"><v>{value!r}</v></c>'
        case Day():
            return f'<c r="{reference}" s="1"><v>{value.serial!r}</v></c>'
        case Error():
            formula = f"<f>{escape(value.formula)}</f>" if value.formula else ""
            return f'<c r="{reference}" t="e">{formula}<v>{value.value}</v></c>'
        case Formula():
            kind = ' t="str"' if isinstance(value.result, str) else ""
            result = "<v/>" if value.result is None else f"<v>{escape(str(value.result))}</v>"
            return f'<c r="{reference}"{kind}><f>{escape(value.text)}</f>{result}</c>'
        case str() if inline:
            text = f'<t xml:space="preserve">{escape(value)}</t>'
            return f'<c r="{reference}" t="inlineStr"><is>{text}</is></c>'
        case str():
            return f'<c r="{reference}" t="s"><v>{texts.place(value)}</v></c>'
    raise TypeError(value)


def sheet_xml(sheet: Sheet, texts: Texts) -> str:
    """Return a worksheet part."""
    if sheet.xml:
        return sheet.xml
    lines = []
    for number, row in enumerate(sheet.rows, start=1):
        cells = "".join(
            cell_xml(f"{letter(column)}{number}", value, texts, sheet.inline)
            for column, value in enumerate(row)
        )
        hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
        extra = sheet.row_attributes.get(number, "")
        if cells or hidden or extra:
            lines.append(f'<row r="{number}"{hidden}{extra}>{cells}</row>')
    ranges = "".join(f'<mergeCell ref="{reference}"/>' for reference in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{ranges}</mergeCells>' if ranges else ""
    columns = f"<cols>{sheet.columns}</cols>" if sheet.columns else ""
    dimension = f'<dimension ref="{sheet.dimension}"/>' if sheet.dimension else ""
    return (
        f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{dimension}{columns}'
        f"<sheetData>{''.join(lines)}</sheetData>{merged}{sheet.tail}</worksheet>"
    )


def workbook_parts(
    sheets: Sequence[Sheet], *, date1904: bool = False, absolute: bool = False
) -> dict[str, str]:
    """Return all parts of a workbook; ``absolute`` relations begin with a slash, as WPS writes them."""
    texts = Texts()
    bodies = [sheet_xml(sheet, texts) for sheet in sheets]
    prefix = "/xl/" if absolute else ""
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{i}"'
        + (f' state="{sheet.state}"' if sheet.state else "")
        + f' r:id="rId{i}"/>'
        for i, sheet in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="{prefix}worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{base}.worksheet+xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    system = '<workbookPr date1904="1"/>' if date1904 else ""
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{base}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="{prefix or "xl/"}workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{system}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId91" Type="{RELATIONS}/styles" Target="{prefix}styles.xml"/>'
        f'<Relationship Id="rId92" Type="{RELATIONS}/sharedStrings" Target="{prefix}sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": texts.xml(),
        **{f"xl/worksheets/sheet{i}.xml": body for i, body in enumerate(bodies, start=1)},
    }


def zipped(parts: Mapping[str, str | bytes], *, packed: bool = False) -> bytes:
    """Return the parts as a zip file with fixed times."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = method
            archive.writestr(entry, content)
    return buffer.getvalue()


def with_wide_directory(data: bytes) -> bytes:
    """Return a zip file with the 64-bit end records that Java programs write whether needed or not."""
    end = len(data) - 22
    count, length, offset = struct.unpack_from("<HLL", data, end + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return data[:end] + record + locator + data[end:]


def workbook(
    sheets: Sequence[Sheet],
    *,
    date1904: bool = False,
    absolute: bool = False,
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook file, with extra or replaced parts."""
    return zipped({**workbook_parts(sheets, date1904=date1904, absolute=absolute), **(extra or {})})


def compound(streams: Mapping[str, bytes | None], *, chain_loops: bool = False) -> bytes:
    """Return a compound file of 512-byte sectors; None is a storage, ``chain_loops`` never ends a stream."""
    free, end, is_fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: None if s is None else s.ljust(4096, b"\0") for name, s in streams.items()}
    directory_count = -(-(len(padded) + 1) * 128 // 512)
    sizes = [0 if s is None else -(-len(s) // 512) for s in padded.values()]
    fat_count = 1
    while fat_count * 128 < fat_count + directory_count + sum(sizes):
        fat_count += 1
    fat = [is_fat] * fat_count
    fat += [*range(fat_count + 1, fat_count + directory_count), end]
    entries = [_directory_entry("Root Entry", 5, end, 0, child=1)]
    for (name, stream), size in zip(padded.items(), sizes, strict=True):
        start = len(fat)
        if stream is None:
            entries.append(_directory_entry(name, 1, 0, 0))
        else:
            entries.append(_directory_entry(name, 2, start, len(stream)))
            fat += [*range(start + 1, start + size), start if chain_loops else end]
    fat += [free] * (fat_count * 128 - len(fat))
    header = struct.pack(
        "<8s16x5H6x9I109I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, fat_count, fat_count, 0, 4096, end, 0, end, 0),
        *(*range(fat_count), *[free] * (109 - fat_count)),
    )
    table = struct.pack(f"<{len(fat)}I", *fat)
    directory = b"".join(entries).ljust(directory_count * 512, b"\0")
    body = b"".join(s.ljust(-(-len(s) // 512) * 512, b"\0") for s in padded.values() if s is not None)
    return header + table + directory + body


def _directory_entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    encoded = name.encode("utf-16-le")
    siblings = (0xFFFFFFFF, 0xFFFFFFFF)
    return struct.pack("<64sHBB3I36xIQ", encoded, len(encoded) + 2, kind, 1, *siblings, child, start, size)
