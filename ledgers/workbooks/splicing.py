"""Changing a few places of an XML part and leaving every other byte as it was.

Whole-file libraries write back only what they understand: stored results of formulas, pictures and charts
would be lost on the way. A parser says where the elements lie; the changes are put between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

START_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")

UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


class NotPatchable(Exception):
    """The part has a shape that cannot be changed safely."""


@dataclass(slots=True)
class Element:
    """Where an element lies in its part, as byte offsets, and what it is called.

    ``inner`` and ``tail`` are the ends of its start tag and of its content; ``depth`` is 0 for the root.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    depth: int
    start: int
    inner: int = 0
    tail: int = 0
    end: int = 0

    @property
    def is_empty_tag(self) -> bool:
        """Tell whether the element is written as one tag: <a/>."""
        return self.inner == self.end


def parse(data: bytes, wanted: Callable[[str, int, dict[str, str]], bool]) -> list[Element]:
    """Return the wanted elements in the order they begin; ``wanted`` gets local name, depth, attributes."""
    found: list[Element] = []
    open_elements: list[Element | None] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        prefix, _colon, name = tag.rpartition(":")
        element = None
        if wanted(name, len(open_elements), attributes):
            at = parser.CurrentByteIndex
            element = Element(name, f"{prefix}:" if prefix else "", attributes, len(open_elements), at)
            match = start_tag(data, at)
            element.inner = match.end()
            if match.group(1):
                element.tail = element.end = element.inner
            found.append(element)
        open_elements.append(element)

    def end(_tag: str) -> None:
        element = open_elements.pop()
        if element is not None and not element.end:
            element.tail = parser.CurrentByteIndex
            element.end = data.index(b">", element.tail) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise NotPatchable(str(problem)) from problem
    return found


def start_tag(data: bytes, at: int) -> re.Match[bytes]:
    """Return the start tag at an offset; its group 1 is the slash of an empty tag."""
    match = START_TAG.match(data, at)
    if match is None:
        raise NotPatchable("start tag")
    return match


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """Return a start tag with an attribute set, or taken away when the value is None."""
    there = re.compile(rb"\s+" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    bare = there.sub(b"", tag)
    if value is None:
        return bare
    head = re.match(rb"<[^\s/>]+", bare)
    if head is None:
        raise NotPatchable("start tag")
    return bare[: head.end()] + f' {name}="{escaped(value)}"'.encode() + bare[head.end() :]


def escaped(text: str) -> str:
    """Return a text as XML content or attribute; what XML cannot hold is left out."""
    return (
        UNWRITABLE.sub("", text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\n", "&#10;")
    )


@dataclass
class Edits:
    """Changes to one part, collected by place and made at once."""

    data: bytes
    _changes: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    def replace(self, start: int, end: int, text: bytes) -> None:
        """Put other bytes in place of a stretch; stretches may touch but not overlap."""
        self._changes.append((start, end, len(self._changes), text))

    def insert(self, at: int, text: bytes) -> None:
        """Put bytes between two others; several at one place stay in the order they came."""
        self.replace(at, at, text)

    def append_inside(self, element: Element, text: bytes) -> None:
        """Put content at the end of an element, opening it where it is an empty tag."""
        if not element.is_empty_tag:
            self.insert(element.tail, text)
            return
        tag = self.data[element.start : element.inner]
        opened = tag[: tag.rindex(b"/")].rstrip() + b">"
        closing = f"</{element.prefix}{element.name}>".encode()
        self.replace(element.start, element.end, opened + text + closing)

    def made(self) -> bytes:
        """Return the part with its changes."""
        pieces: list[bytes] = []
        at = 0
        for start, end, _order, text in sorted(self._changes):
            if start < at:
                raise NotPatchable("overlap")
            pieces += [self.data[at:start], text]
            at = end
        pieces.append(self.data[at:])
        return b"".join(pieces)
