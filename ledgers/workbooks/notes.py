"""Cell notes of a worksheet: the part with their texts and the old drawing that places them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ledgers.reader import column_letter
from ledgers.workbooks.splicing import Edits, escaped, parse

# Notes of this author are taken away before new ones come.
AUTHOR = "renovation-portal"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Drawing numbers far from those that programs give out themselves.
FIRST_BLOCK = 200
BLOCK = 1024
ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*<")
COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*<")
EMPTY_TEXTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}">'
    "<authors></authors><commentList></commentList></comments>"
).encode()
SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)

Place = tuple[int, int]


def with_notes(texts: bytes, notes: Iterable[tuple[Place, str]]) -> tuple[bytes, set[Place], list[Place]]:
    """Return the part of texts with these notes instead of our former ones.

    Also returns where former ones were taken away, and where notes now are ours. A cell that has somebody
    else's note keeps it. Places are (row number from 1, column from 0).
    """
    edits = Edits(texts)
    found = parse(
        texts, lambda name, _depth, _attributes: name in {"authors", "author", "commentList", "comment"}
    )
    authors = [element for element in found if element.name == "author"]
    names = [texts[element.inner : element.tail].decode() for element in authors]
    ours = {str(position) for position, name in enumerate(names) if name == AUTHOR}
    gone: set[Place] = set()
    taken: set[Place] = set()
    for comment in (element for element in found if element.name == "comment"):
        place = _place(comment.attributes.get("ref", "A1"))
        if comment.attributes.get("authorId") in ours:
            gone.add(place)
            edits.replace(comment.start, comment.end, b"")
        else:
            taken.add(place)
    parent = next(element for element in found if element.name == "authors")
    prefix = parent.prefix
    if not ours:
        edits.append_inside(parent, f"<{prefix}author>{AUTHOR}</{prefix}author>".encode())
    author = min(ours, default=str(len(authors)))
    fresh = [(place, text) for place, text in notes if place not in taken]
    listed = next(element for element in found if element.name == "commentList")
    edits.append_inside(listed, "".join(_text(prefix, author, place, text) for place, text in fresh).encode())
    return edits.made(), gone, [place for place, _text in fresh]


def _place(reference: str) -> Place:
    match = re.match(r"([A-Z]+)(\d+)", reference)
    if match is None:
        return 0, 0
    index = 0
    for letter in match[1]:
        index = index * 26 + ord(letter) - 64
    return int(match[2]), index - 1


def _text(prefix: str, author: str, place: Place, text: str) -> str:
    reference = f"{column_letter(place[1])}{place[0]}"
    p = prefix
    return (
        f'<{p}comment ref="{reference}" authorId="{author}"><{p}text><{p}r>'
        f'<{p}t xml:space="preserve">{escaped(text)}</{p}t></{p}r></{p}text></{p}comment>'
    )


def with_shapes(drawing: bytes, gone: set[Place], fresh: list[Place]) -> bytes:
    """Return the drawing with a box for each new note and without those of our former ones."""
    edits = Edits(drawing)
    found = parse(drawing, lambda name, depth, _attributes: depth == 0 or name in {"shape", "idmap"})
    for shape in (element for element in found if element.name == "shape"):
        row, column = (
            ROW.search(drawing, shape.inner, shape.tail),
            COLUMN.search(drawing, shape.inner, shape.tail),
        )
        if row and column and (int(row[1]) + 1, int(column[1])) in gone:
            edits.replace(shape.start, shape.end, b"")
    blocks = [str(FIRST_BLOCK + number) for number in range(len(fresh) // BLOCK + 1)]
    for idmap in (element for element in found if element.name == "idmap"):
        listed = [number for number in idmap.attributes.get("data", "").split(",") if number not in blocks]
        tag = drawing[idmap.start : idmap.inner]
        data = ",".join(filter(None, [*listed, *blocks]))
        edits.replace(idmap.start, idmap.inner, re.sub(rb'\bdata="[^"]*"', f'data="{data}"'.encode(), tag))
    kind = b"" if b"_x0000_t202" in drawing else SHAPE_TYPE
    boxes = "".join(_shape(number, place) for number, place in enumerate(fresh)).encode()
    edits.append_inside(found[0], kind + boxes)
    return edits.made()


def _shape(number: int, place: Place) -> str:
    row, column = place[0] - 1, place[1]
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 15, {row + 4}, 4"
    return (
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' id="_x0000_s{FIRST_BLOCK * BLOCK + number + 1}" type="#_x0000_t202"'
        ' style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:70pt;z-index:1;'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
