"""The styles part of somebody's workbook: the cell's own look with a coloured ground, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledgers.workbooks.splicing import Edits, Element, NotPatchable, parse, start_tag, with_attribute

# Shades of their own, so that a second round can take the first one's colours away.
GROUNDS = {"wrong": "FFFFC9CE", "doubtful": "FFFFE8B3"}
FONTS = {
    "link": '<{p}font><{p}u/><{p}sz val="11"/><{p}color rgb="FF0B5CAD"/></{p}font>',
    "bold": '<{p}font><{p}b/><{p}sz val="11"/></{p}font>',
}
# What stands first in a list that a sparing program has left out, and the lists that come after it.
FIRST_FONTS = ('<{p}font><{p}sz val="11"/></{p}font>',)
FIRST_FILLS = (
    '<{p}fill><{p}patternFill patternType="none"/></{p}fill>',
    '<{p}fill><{p}patternFill patternType="gray125"/></{p}fill>',
)
AFTER_FONTS = ("fills", "borders", "cellStyleXfs", "cellXfs")
EMPTY_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass
class _Listed:
    """One of the numbered lists of the part: what it has and what is added."""

    name: str
    parent: Element | None
    there: list[Element]
    added: list[bytes] = field(default_factory=list)

    def add(self, text: str | bytes) -> int:
        """Add an entry and return its number."""
        self.added.append(text.encode() if isinstance(text, str) else text)
        return len(self.there) + len(self.added) - 1

    def change(self, edits: Edits, prefix: str, before: int) -> None:
        """Put the list with its additions into the part; one that is not there yet goes to ``before``."""
        added, count = b"".join(self.added), str(len(self.there) + len(self.added))
        if self.parent is None:
            tag = f'{prefix}{self.name} count="{count}"'
            edits.insert(before, f"<{tag}>".encode() + added + f"</{prefix}{self.name}>".encode())
            return
        tag_bytes = edits.data[self.parent.start : self.parent.inner]
        edits.replace(self.parent.start, self.parent.inner, with_attribute(tag_bytes, "count", count))
        edits.insert(self.parent.tail, added)


class Styles:
    """The cell formats of a workbook, to which coloured copies are added."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        names = {"font", "fill", "xf"}
        found = parse(data, lambda name, depth, _attributes: depth == 1 or (depth == 2 and name in names))
        self.formats = _listed(found, "cellXfs", "xf")
        if self.formats.parent is None:
            raise NotPatchable("cellXfs")
        self.prefix = self.formats.parent.prefix
        self.fonts = self._complete(_listed(found, "fonts", "font"), FIRST_FONTS)
        self.fills = self._complete(_listed(found, "fills", "fill"), FIRST_FILLS)
        # Where each list would stand that is not there.
        tops = [element for element in found if element.depth == 1]
        self._places = {
            "fonts": min(element.start for element in tops if element.name in AFTER_FONTS),
            "fills": min(element.start for element in tops if element.name in AFTER_FONTS[1:]),
        }
        self._fill_ids: dict[str, int] = {}
        self._made: dict[tuple[int, str], int] = {}
        self.coloured = self._already_coloured()

    def _complete(self, listed: _Listed, first: Sequence[str]) -> _Listed:
        if not listed.there:
            for text in first:
                listed.add(text.format(p=self.prefix))
        return listed

    def _already_coloured(self) -> frozenset[int]:
        """Return the formats that bear our colours from a round before."""
        ours = set()
        for position, fill in enumerate(self.fills.there):
            for kind, colour in GROUNDS.items():
                if colour.encode() in self.data[fill.start : fill.end]:
                    self._fill_ids[kind] = position
                    ours.add(str(position))
        formats = enumerate(self.formats.there)
        return frozenset(position for position, xf in formats if xf.attributes.get("fillId") in ours)

    def coloured_as(self, number: int, kind: str) -> int:
        """Return the format that is like another but for its ground (``wrong``, ``doubtful``)."""
        return self._copy(number, kind, str(self._fill(kind)))

    def plain(self, number: int) -> int:
        """Return a format like another without any ground."""
        return self._copy(number, "plain", "0")

    def message(self) -> int:
        """Return the format of the column of messages: red, in several lines."""
        p = self.prefix
        if (-1, "message") not in self._made:
            self._made[-1, "message"] = self.formats.add(
                f'<{p}xf numFmtId="49" fontId="0" fillId="{self._fill("wrong")}" borderId="0" xfId="0"'
                ' applyNumberFormat="1" applyFill="1" applyAlignment="1">'
                f'<{p}alignment vertical="top" wrapText="1"/></{p}xf>'
            )
        return self._made[-1, "message"]

    def written(self, kind: str) -> int:
        """Return the format of a text in one of our fonts (``link``, ``bold``)."""
        if (-1, kind) not in self._made:
            p = self.prefix
            font = self.fonts.add(FONTS[kind].format(p=p))
            self._made[-1, kind] = self.formats.add(
                f'<{p}xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
            )
        return self._made[-1, kind]

    def _copy(self, number: int, kind: str, fill: str) -> int:
        if not 0 <= number < len(self.formats.there):
            number = 0
        if (number, kind) not in self._made:
            xf = self.formats.there[number]
            text = self.data[xf.start : xf.end]
            tag = start_tag(text, 0)
            fresh = with_attribute(with_attribute(tag.group(), "fillId", fill), "applyFill", "1")
            self._made[number, kind] = self.formats.add(fresh + text[tag.end() :])
        return self._made[number, kind]

    def _fill(self, kind: str) -> int:
        if kind not in self._fill_ids:
            p = self.prefix
            self._fill_ids[kind] = self.fills.add(
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{GROUNDS[kind]}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            )
        return self._fill_ids[kind]

    def made(self) -> bytes:
        """Return the part with the formats that were asked for."""
        edits = Edits(self.data)
        for listed in (self.fonts, self.fills, self.formats):
            if listed.added:
                listed.change(edits, self.prefix, self._places.get(listed.name, 0))
        return edits.made()


def _listed(found: list[Element], parent: str, child: str) -> _Listed:
    """Return a numbered list of the part."""
    parents = [element for element in found if element.name == parent and element.depth == 1]
    if len(parents) > 1 or any(element.is_empty_tag for element in parents):
        raise NotPatchable(parent)
    inside = [
        element
        for element in found
        if element.name == child and parents and parents[0].inner <= element.start < parents[0].tail
    ]
    if parents and not inside:
        raise NotPatchable(child)
    return _Listed(parent, parents[0] if parents else None, inside)
