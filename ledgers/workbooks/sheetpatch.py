"""One worksheet part with cells coloured and a column of messages added, everything else as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from ledgers.reader import column_index, column_letter
from ledgers.workbooks.splicing import (
    Edits,
    Element,
    NotPatchable,
    escaped,
    start_tag,
    with_attribute,
)
from ledgers.workbooks.styles import Styles

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MESSAGE_WIDTH = 60
LONGEST_MESSAGE = 4000
# What may follow the reference to the drawing of notes in a worksheet.
AFTER_NOTES = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    }
)


@dataclass
class Wanted:
    """What is to become of a sheet: row → column → ``wrong``, ``doubtful``; row → message (empty: none)."""

    grounds: Mapping[int, Mapping[int, str]]
    messages: Mapping[int, str]
    message_index: int
    heading_row: int
    heading: str
    # Rows below this one are data, whose colours of an earlier round are taken away.
    data_from: int


@dataclass
class SheetPatch:
    """A worksheet part on its way; ``made`` returns it changed."""

    data: bytes
    wanted: Wanted
    styles: Styles
    prefix: str = ""
    edits: Edits = field(init=False)
    _row: int = 0
    _index: int = -1
    _depth: int = 0
    _row_start: int = 0
    _pending: list[int] = field(default_factory=list)
    _replacing: tuple[int, int] | None = None
    _top: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)
    _cell_tag: str = "c"
    _row_tag: str = "row"

    def __post_init__(self) -> None:
        self.edits = Edits(self.data)
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            self._parser.Parse(self.data, True)
        except expat.ExpatError as problem:
            raise NotPatchable(str(problem)) from problem
        if not any(element.name == "sheetData" for element in self._top):
            raise NotPatchable("sheetData")

    @property
    def drawing(self) -> str | None:
        """Return the id of the relation to the drawing that places the notes, where there is one."""
        for element in self._top:
            if element.name == "legacyDrawing":
                return next((value for key, value in element.attributes.items() if key.endswith(":id")), None)
        return None

    def made(self, notes_relation: str | None) -> bytes:
        """Return the changed part; ``notes_relation`` is the id of a new drawing of notes."""
        self._reach(self._top)
        self._widths(self._top)
        if notes_relation is not None:
            self._notes(self._top, notes_relation)
        return self.edits.made()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 4 and tag == self._cell_tag:
            self._start_cell(attributes)
        elif self._depth == 3 and tag == self._row_tag:
            self._start_row(attributes)
        elif self._depth <= 2 or (self._depth == 3 and tag == f"{self.prefix}col"):
            self._start_other(tag, attributes)

    def _start_other(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where the parts of the worksheet lie."""
        prefix, _colon, name = tag.rpartition(":")
        if self._depth == 1:
            self.prefix = f"{prefix}:" if prefix else ""
            self._cell_tag, self._row_tag = f"{self.prefix}c", f"{self.prefix}row"
        at = self._parser.CurrentByteIndex
        match = start_tag(self.data, at)
        element = Element(name, f"{prefix}:" if prefix else "", attributes, self._depth - 1, at, match.end())
        if match.group(1):
            element.tail = element.end = element.inner
        self._top.append(element)
        self._open.append(element)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r") or self._row + 1)
        self._index = -1
        self._row_start = self._parser.CurrentByteIndex
        targets = {*self.wanted.grounds.get(self._row, ())}
        if self._row in self.wanted.messages or self._row == self.wanted.heading_row:
            targets.add(self.wanted.message_index)
        self._pending = sorted(targets)
        # A row that is one empty tag is written anew at its end.
        if targets and "spans" in attributes and not start_tag(self.data, self._row_start).group(1):
            self._retag(self._row_start, "spans", None)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._index = column_index(reference.rstrip("0123456789")) if reference else self._index + 1
        at = self._parser.CurrentByteIndex
        while self._pending and self._pending[0] < self._index:
            if reference is None:
                # Cells that are placed by counting cannot have others put between them.
                raise NotPatchable("cell without reference")
            self.edits.insert(at, self._fresh(self._pending.pop(0)))
        number = int(attributes.get("s", "0"))
        if self._pending and self._pending[0] == self._index:
            index = self._pending.pop(0)
            if index == self.wanted.message_index:
                self._replacing = (at, index)
            else:
                ground = self.wanted.grounds[self._row][index]
                self._retag(at, "s", str(self.styles.coloured_as(number, ground)))
        elif number in self.styles.coloured and self._row >= self.wanted.data_from:
            self._retag(at, "s", str(self.styles.plain(number)))

    def _end(self, tag: str) -> None:
        if self._depth == 4 and self._replacing is not None:
            start, index = self._replacing
            self._replacing = None
            match = start_tag(self.data, start)
            closed = self._parser.CurrentByteIndex
            end = match.end() if match.group(1) else self.data.index(b">", closed) + 1
            self.edits.replace(start, end, self._fresh(index))
        elif self._depth == 3 and self._pending:
            self._end_row(tag)
        if self._open and self._open[-1].depth == self._depth - 1:
            element = self._open.pop()
            if not element.end:
                element.tail = self._parser.CurrentByteIndex
                element.end = self.data.index(b">", element.tail) + 1
        self._depth -= 1

    def _end_row(self, tag: str) -> None:
        fresh = b"".join(self._fresh(index) for index in self._pending)
        self._pending = []
        match = start_tag(self.data, self._row_start)
        if not match.group(1):
            self.edits.insert(self._parser.CurrentByteIndex, fresh)
            return
        opened = with_attribute(match.group(), "spans", None)
        opened = opened[: opened.rindex(b"/")].rstrip() + b">"
        self.edits.replace(match.start(), match.end(), opened + fresh + f"</{tag}>".encode())

    def _retag(self, at: int, name: str, value: str | None) -> None:
        match = start_tag(self.data, at)
        self.edits.replace(at, match.end(), with_attribute(match.group(), name, value))

    def _fresh(self, index: int) -> bytes:
        """Return a cell that was not there, or the message that takes a cell's place."""
        place = f'r="{column_letter(index)}{self._row}"'
        if index != self.wanted.message_index:
            style = self.styles.coloured_as(0, self.wanted.grounds[self._row][index])
            return f'<{self.prefix}c {place} s="{style}"/>'.encode()
        if self._row == self.wanted.heading_row:
            text = self.wanted.heading
        else:
            text = self.wanted.messages[self._row]
        if not text:
            return b""
        style = self.styles.message()
        prefix = self.prefix
        return (
            f'<{prefix}c {place} s="{style}" t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
            f"{escaped(text[:LONGEST_MESSAGE])}</{prefix}t></{prefix}is></{prefix}c>"
        ).encode()

    def _reach(self, top: list[Element]) -> None:
        """Let the sheet say that it reaches as far as the messages."""
        for element in top:
            first, colon, last = element.attributes.get("ref", "").partition(":")
            if element.name != "dimension" or not colon:
                continue
            letters = last.rstrip("0123456789")
            if column_index(letters) < self.wanted.message_index:
                reach = f"{first}:{column_letter(self.wanted.message_index)}{last[len(letters) :]}"
                tag = self.data[element.start : element.inner]
                self.edits.replace(element.start, element.inner, with_attribute(tag, "ref", reach))

    def _widths(self, top: list[Element]) -> None:
        """Make the column of messages wide, unless the file says something about that column already."""
        number = self.wanted.message_index + 1
        for column in (element for element in top if element.name == "col"):
            if int(column.attributes["min"]) <= number <= int(column.attributes["max"]):
                return
        text = f'<{self.prefix}col min="{number}" max="{number}" width="{MESSAGE_WIDTH}" customWidth="1"/>'
        later = [column for column in top if column.name == "col" and int(column.attributes["min"]) > number]
        listed = next((element for element in top if element.name == "cols"), None)
        if listed is None:
            rows = next(element for element in top if element.name == "sheetData")
            self.edits.insert(rows.start, f"<{self.prefix}cols>{text}</{self.prefix}cols>".encode())
        elif later:
            self.edits.insert(later[0].start, text.encode())
        else:
            self.edits.append_inside(listed, text.encode())

    def _notes(self, top: list[Element], relation: str) -> None:
        after = [element for element in top if element.depth == 1 and element.name in AFTER_NOTES]
        at = after[0].start if after else top[0].tail
        text = f'<{self.prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{relation}"/>'
        self.edits.insert(at, text.encode())
