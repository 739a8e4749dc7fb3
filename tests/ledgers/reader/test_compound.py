"""Compound files: streams large and small, and the plain container the workbook library is given."""

from __future__ import annotations

import io
import struct

import pytest
import xlwt
from python_calamine import CalamineWorkbook

from ledgers.reader import FileRefused
from ledgers.reader.cfb import CompoundFile, wrap
from tests.excel_corpus.writers import compound


@pytest.mark.parametrize("size", [4_096, 5_000, 70_000, 2_000_000])
def test_a_stream_comes_out_as_it_went_in(size: int) -> None:
    stream = bytes(i % 251 for i in range(size))
    assert CompoundFile(compound({"Other": b"x" * 9_000, "Workbook": stream})).stream("Workbook") == stream


@pytest.mark.parametrize("size", [1, 4_095, 4_096, 4_097, 3_000_000, 6_000_000])
def test_a_wrapped_stream_is_read_back_whole(size: int) -> None:
    stream = b"\x09" * size
    unwrapped = CompoundFile(wrap("Workbook", stream)).stream("Workbook")
    assert unwrapped[:size] == stream
    assert not unwrapped[size:].strip(b"\0")


def test_a_small_stream_lies_in_the_mini_stream() -> None:
    """Laid out by hand: a sector each for the table, the directory, the mini table, the mini stream."""
    content = b"small stream" * 10
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = struct.pack(
        "<8s16x5H6x9I109I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 2, 1, end, 0),
        *(0, *[free] * 108),
    )
    table = struct.pack("<128I", 0xFFFFFFFD, end, end, end, *[free] * 124)
    root = struct.pack("<64sHBB3I36xIQ", "Root Entry".encode("utf-16-le"), 22, 5, 1, free, free, 1, 3, 128)
    name = "Small".encode("utf-16-le")
    entry = struct.pack("<64sHBB3I36xIQ", name, len(name) + 2, 2, 1, free, free, free, 0, len(content))
    directory = (root + entry).ljust(512, b"\0")
    mini_table = struct.pack("<128I", 1, end, *[free] * 126)
    file = header + table + directory + mini_table + content.ljust(512, b"\0")
    assert CompoundFile(file).stream("Small") == content


def test_the_library_opens_a_wrapped_workbook_of_any_size() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for row in range(3_000):
        for column in range(10):
            sheet.write(row, column, f"第{row}行第{column}列的文字")
    buffer = io.BytesIO()
    book.save(buffer)
    wrapped = wrap("Workbook", CompoundFile(buffer.getvalue()).stream("Workbook"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(wrapped)).get_sheet_by_index(0).to_python()
    assert rows[-1][-1] == "第2999行第9列的文字"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(30, id="size of sectors"),
        pytest.param(32, id="size of mini sectors"),
        pytest.param(48, id="directory"),
        pytest.param(68, id="list of tables"),
        pytest.param(76, id="table"),
    ],
)
def test_a_broken_header_is_refused(place: int) -> None:
    file = bytearray(compound({"Workbook": b"x" * 9_000}))
    file[place : place + 4] = b"\x77\x66\x55\x44"
    with pytest.raises(FileRefused):
        CompoundFile(bytes(file))
