"""Marking errors in somebody's own .xlsx file: colours, notes, a column of messages, a summary at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from ledgers.reader import column_letter
from ledgers.reader.template import STAMP_SHEET
from ledgers.workbooks import notes as cell_notes
from ledgers.workbooks.packaging import RELATIONS, SHEET_TYPE, Parts
from ledgers.workbooks.sheetpatch import SheetPatch, Wanted
from ledgers.workbooks.splicing import Edits, Element, NotPatchable, escaped, parse, with_attribute
from ledgers.workbooks.styles import EMPTY_STYLES, Styles

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclass(frozen=True)
class Link:
    """A cell of the summary that leads to a cell of the data."""

    text: str
    sheet: str
    place: str


SummaryCell = str | int | Link


@dataclass
class Summary:
    """The sheet at the end: its name, its lines and the widths of its columns."""

    name: str
    lines: Sequence[Sequence[SummaryCell]]
    widths: Sequence[int]
    # The sheet of an earlier round that this one takes the place of.
    replaces: str | None = None


@dataclass
class Marks:
    """Everything that is to be marked in one sheet."""

    sheet: str
    wanted: Wanted
    notes: Sequence[tuple[cell_notes.Place, str]]
    summary: Summary
    stamp: Mapping[str, str] = field(default_factory=dict)


def patch(data: bytes, marks: Marks, target: IO[bytes]) -> None:
    """Write a workbook with its marks; raises NotPatchable for a file of unusual make."""
    parts = Parts(data)
    book = _Book(parts)
    part = book.part_of(marks.sheet)
    styles = Styles(parts.read(book.styles_part()))
    sheet = SheetPatch(parts.read(part), marks.wanted, styles)
    drawing = parts.target_of(part, sheet.drawing) if sheet.drawing else None
    parts.put(part, sheet.made(_add_notes(parts, part, drawing, marks.notes)))
    book.add_sheet(marks.summary.name, summary_xml(marks.summary, styles), replaces=marks.summary.replaces)
    if marks.stamp:
        stamp = Summary(STAMP_SHEET, list(marks.stamp.items()), ())
        book.add_sheet(STAMP_SHEET, summary_xml(stamp, styles), hidden=True)
    parts.put(book.styles_part(), styles.made())
    book.open_at(marks.sheet)
    parts.write(target)


def _add_notes(
    parts: Parts, sheet: str, drawing: str | None, notes: Sequence[tuple[cell_notes.Place, str]]
) -> str | None:
    """Put the notes into the sheet's parts; return the id of the drawing where it is a new one."""
    texts = parts.related(sheet, "comments")
    if texts is None and not notes:
        return None
    if texts is None:
        texts = parts.free_name("xl/comments%d.xml")
        parts.put(texts, cell_notes.EMPTY_TEXTS)
        parts.declare(texts, COMMENTS_TYPE)
        parts.relate(sheet, "comments", texts)
    made, gone, fresh = cell_notes.with_notes(parts.read(texts), notes)
    parts.put(texts, made)
    relation = None
    if drawing is None:
        drawing = parts.free_name("xl/drawings/vmlDrawing%d.vml")
        parts.put(drawing, cell_notes.EMPTY_DRAWING)
        parts.declare_extension("vml", DRAWING_TYPE)
        relation = parts.relate(sheet, "vmlDrawing", drawing)
    parts.put(drawing, cell_notes.with_shapes(parts.read(drawing), gone, fresh))
    return relation


class _Book:
    """The workbook part: which sheets there are and which one is open."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.part = parts.related("", "officeDocument") or "xl/workbook.xml"
        self.folder = self.part.rpartition("/")[0]

    def _sheets(self) -> tuple[bytes, Element, list[Element]]:
        data = self.parts.read(self.part)
        found = parse(data, lambda name, depth, _attributes: (name, depth) in {("sheets", 1), ("sheet", 2)})
        listed = next((element for element in found if element.name == "sheets"), None)
        if listed is None:
            raise NotPatchable("sheets")
        return data, listed, [element for element in found if element.name == "sheet"]

    def part_of(self, sheet: str) -> str:
        """Return the part that holds a sheet."""
        _data, _listed, sheets = self._sheets()
        for element in sheets:
            if element.attributes.get("name") == sheet:
                return self._target(element)
        raise NotPatchable(sheet)

    def _target(self, sheet: Element) -> str:
        wanted = next(value for key, value in sheet.attributes.items() if key.endswith(":id"))
        found = self.parts.target_of(self.part, wanted)
        if found is None:
            raise NotPatchable(wanted)
        return found

    def styles_part(self) -> str:
        """Return the part of cell formats, which is made where there is none."""
        found = self.parts.related(self.part, "styles")
        if found is None:
            found = self.parts.free_name(f"{self.folder}/styles%d.xml")
            self.parts.put(found, EMPTY_STYLES)
            self.parts.declare(found, STYLES_TYPE)
            self.parts.relate(self.part, "styles", found)
        return found

    def add_sheet(
        self, name: str, content: bytes, *, hidden: bool = False, replaces: str | None = None
    ) -> None:
        """Add a sheet at the end, or put its content in the place of an earlier one."""
        if replaces is not None:
            self.parts.put(self.part_of(replaces), content)
            return
        part = self.parts.free_name(f"{self.folder}/worksheets/sheet%d.xml")
        self.parts.put(part, content)
        self.parts.declare(part, SHEET_TYPE)
        relation = self.parts.relate(self.part, "worksheet", part)
        data, listed, sheets = self._sheets()
        number = max(int(element.attributes.get("sheetId", "0")) for element in sheets) + 1
        state = ' state="veryHidden"' if hidden else ""
        edits = Edits(data)
        edits.append_inside(
            listed,
            f'<{listed.prefix}sheet xmlns:r="{RELATIONS}" name="{escaped(name)}" sheetId="{number}"{state}'
            f' r:id="{relation}"/>'.encode(),
        )
        self.parts.put(self.part, edits.made())

    def open_at(self, name: str) -> None:
        """Let the workbook open with a sheet in front, and no other one selected with it."""
        data, _listed, sheets = self._sheets()
        position = next(i for i, element in enumerate(sheets) if element.attributes.get("name") == name)
        edits = Edits(data)
        for view in parse(data, lambda tag, _depth, _attributes: tag == "workbookView"):
            tag = data[view.start : view.inner]
            if view.attributes.get("activeTab", "0") == str(position):
                return
            edits.replace(view.start, view.inner, with_attribute(tag, "activeTab", str(position)))
        self.parts.put(self.part, edits.made())
        for number, element in enumerate(sheets):
            self._select(self._target(element), number == position)

    def _select(self, part: str, selected: bool) -> None:
        data = self.parts.read(part)
        edits = Edits(data)
        for view in parse(data, lambda tag, _depth, _attributes: tag == "sheetView"):
            tag = data[view.start : view.inner]
            edits.replace(
                view.start, view.inner, with_attribute(tag, "tabSelected", "1" if selected else None)
            )
        self.parts.put(part, edits.made())


def summary_xml(summary: Summary, styles: Styles) -> bytes:
    """Return a plain worksheet of texts, numbers and links inside the workbook; the first line is bold."""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(summary.widths, start=1)
    )
    rows: list[str] = []
    links: list[str] = []
    for number, line in enumerate(summary.lines, start=1):
        cells = []
        for index, value in enumerate(line):
            place = f"{column_letter(index)}{number}"
            style = styles.written("link") if isinstance(value, Link) else 0
            if isinstance(value, Link):
                links.append(_link(place, value))
            cells.append(_cell(place, value, style or (styles.written("bold") if number == 1 else 0)))
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    listed = f"<cols>{columns}</cols>" if columns else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">{listed}'
        f"<sheetData>{''.join(rows)}</sheetData>{linked}</worksheet>"
    ).encode()


def _link(place: str, link: Link) -> str:
    sheet = link.sheet.replace("'", "''")
    location = escaped(f"'{sheet}'!{link.place}")
    return f'<hyperlink ref="{place}" location="{location}" display="{escaped(link.text)}"/>'


def _cell(place: str, value: SummaryCell, style: int) -> str:
    if isinstance(value, int):
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
    text = escaped(value.text if isinstance(value, Link) else value)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
