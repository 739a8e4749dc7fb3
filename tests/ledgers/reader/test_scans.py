"""The two passes over a sheet agree, and no cell lies farther than they say, whatever befell the file."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineError, CalamineWorkbook

from ledgers.reader import LIMITS, FileRefused, read_file
from ledgers.reader.facts import SheetFacts
from ledgers.reader.package import Package
from ledgers.reader.sheetxml import _CarefulScan, _FastScan, scan_sheet
from tests.excel_corpus.build import FILES
from tests.excel_corpus.cases import CASES, VOCABULARY
from tests.excel_corpus.writers import zipped

PART = "xl/worksheets/sheet1.xml"
# Other programs' spelling, which only the careful pass reads.
ODD = {"same_prefixed_names.xlsx"}
BOOKS = sorted(
    name for name in CASES if name.endswith(".xlsx") and not name.startswith("refused") and name not in ODD
)
ALL = sorted(CASES)
SPLINTERS = [
    b"<",
    b">",
    b'"',
    b"<!--",
    b"<v>",
    b"</c>",
    b"</sheetData>",
    b"<sheetData>",
    b"&#65;",
    b"-99999999999",
    b"\xff",
    b'<c r="ZZ99"><v>1</v></c>',
    b'<c r="A%d" s="1"/>' % 1_048_576,
    b'<c r="HA3" t="str"><v></v></c>',
    b'<c r="HA3"><f>1</f><v></v></c>',
    b'<c  r="HA3"><v>1</v></c>',
    b"<c r='XFD3'><v>1</v></c>",
    b'<x:c r="XFD3"><x:v>1</x:v></x:c>',
    b"<row><c><v>1</v></c></row>",
    b'<row r="1048576"><c><v>1</v></c></row>',
    b'<row r="90000" hidden="1">',
]


@pytest.mark.parametrize("filename", BOOKS)
def test_both_passes_find_the_same_facts(filename: str) -> None:
    package = Package((FILES / filename).read_bytes(), LIMITS)
    fast = _FastScan(LIMITS).run(package.stream(PART))
    careful = _CarefulScan(LIMITS).run(package.stream(PART))
    assert _facts(fast) == _facts(careful)
    assert (fast.last_row, fast.last_column) >= (careful.last_row, careful.last_column)


def _facts(facts: SheetFacts) -> dict[str, Any]:
    """Return all but how far the cells reach, where blank cells may or may not count."""
    found = asdict(facts)
    # The careful pass also knows hidden rows that hold nothing.
    found["hidden_rows"] = sorted(row for row in found["hidden_rows"] if row <= facts.last_row and row != 6)
    del found["last_row"], found["last_column"]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    outcomes = set()
    for _ in range(60):
        filename = chance.choice(ALL)
        content = bytearray((FILES / filename).read_bytes())
        for _ in range(chance.randint(1, 5)):
            _damage(content, chance)
        path = tmp_path / filename
        path.write_bytes(content)
        try:
            read_file(path, filename, header_words=VOCABULARY)
            outcomes.add("read")
        except FileRefused as refused:
            outcomes.add(refused.code)
    assert len(outcomes) > 3


@pytest.mark.parametrize("seed", range(8))
def test_the_library_never_sees_a_cell_beyond_what_the_pass_has_seen(seed: int) -> None:
    """The library reserves memory up to the farthest cell it finds, in whatever it takes for XML."""
    chance = random.Random(1_000 + seed)
    compared = 0
    for _ in range(120):
        parts = _parts(chance.choice(BOOKS))
        sheet = bytearray(parts[PART])
        for _ in range(chance.randint(1, 3)):
            place = max(
                sheet.find(chance.choice([b"<c ", b"<row", b"</row"]), chance.randrange(len(sheet))), 0
            )
            sheet[place:place] = chance.choice(SPLINTERS)
        data = zipped({**parts, PART: bytes(sheet)})
        try:
            facts = scan_sheet(Package(data, LIMITS), PART, LIMITS)
            end = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).end
        except (FileRefused, CalamineError):
            continue
        compared += 1
        if end is not None:
            assert end[0] < facts.last_row
            assert end[1] <= facts.last_column
    assert compared > 5


def _parts(filename: str) -> dict[str, bytes]:
    with zipfile.ZipFile(FILES / filename) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _damage(content: bytearray, chance: random.Random) -> None:
    if not content:
        return
    place = chance.randrange(len(content))
    match chance.randrange(3):
        case 0:
            content[place] = chance.randrange(256)
        case 1:
            del content[place : place + chance.randint(1, 20)]
        case _:
            content[place:place] = chance.choice(SPLINTERS)
