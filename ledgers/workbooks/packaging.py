"""A workbook file as its parts: some changed, some added, all others carried over as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable
from typing import IO

from ledgers.workbooks.splicing import Edits, Element, NotPatchable, escaped, parse

CONTENT_TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
EMPTY_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{PACKAGE_RELATIONS}">'
    "</Relationships>"
).encode()
FAST = 3


class Parts:
    """The parts of a workbook by name, whatever case and slashes the file writes them in."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {_plain(info.filename): info.filename for info in self._archive.infolist()}
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        """Tell whether there is a part of that name."""
        return _plain(name) in self._names or name in self._added

    def read(self, name: str) -> bytes:
        """Return a part as it is now."""
        key = _plain(name)
        if name in self._added:
            return self._added[name]
        if key not in self._names:
            raise NotPatchable(name)
        return self._changed.get(key) or self._archive.read(self._names[key])

    def put(self, name: str, data: bytes) -> None:
        """Change a part or add it."""
        if _plain(name) in self._names:
            self._changed[_plain(name)] = data
        else:
            self._added[name] = data

    def free_name(self, pattern: str) -> str:
        """Return a name that no part has: ``pattern`` holds %d."""
        number = 1
        while self.has(pattern % number):
            number += 1
        return pattern % number

    def declare(self, name: str, content_type: str) -> None:
        """List an added part among the content types."""
        entry = f'PartName="/{escaped(name)}" ContentType="{content_type}"'
        self._list(CONTENT_TYPES, lambda prefix: f"<{prefix}Override {entry}/>")

    def declare_extension(self, extension: str, content_type: str) -> None:
        """List what files of an extension are, where nothing is said about it yet."""
        known = parse(self.read(CONTENT_TYPES), lambda name, _depth, _attributes: name == "Default")
        if any(element.attributes.get("Extension", "").lower() == extension for element in known):
            return
        entry = f'Extension="{extension}" ContentType="{content_type}"'
        data = self.read(CONTENT_TYPES)
        root = _root(data)
        edits = Edits(data)
        # Defaults stand before overrides.
        edits.insert(root.inner, f"<{root.prefix}Default {entry}/>".encode())
        self.put(CONTENT_TYPES, edits.made())

    def related(self, name: str, kind: str) -> str | None:
        """Return the part that a part refers to by a kind of relation, or None."""
        for element in self._relations(name):
            if element.attributes.get("Type", "").endswith(f"/{kind}"):
                return _resolved(name, element.attributes.get("Target", ""))
        return None

    def target_of(self, name: str, relation: str) -> str | None:
        """Return the part that a part refers to by the id of a relation, or None."""
        for element in self._relations(name):
            if element.attributes.get("Id") == relation:
                return _resolved(name, element.attributes.get("Target", ""))
        return None

    def relate(self, name: str, kind: str, target: str) -> str:
        """Let a part refer to another one; return the id of the relation."""
        taken = {element.attributes.get("Id") for element in self._relations(name)}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        part = _relations_of(name)
        if not self.has(part):
            self.put(part, EMPTY_RELATIONS)
        entry = f'Id="rId{number}" Type="{RELATIONS}/{kind}" Target="/{escaped(target)}"'
        self._list(part, lambda prefix: f"<{prefix}Relationship {entry}/>")
        return f"rId{number}"

    def _relations(self, name: str) -> list[Element]:
        part = _relations_of(name)
        if not self.has(part):
            return []
        return parse(self.read(part), lambda tag, _depth, _attributes: tag == "Relationship")

    def _list(self, name: str, entry: Callable[[str], str]) -> None:
        data = self.read(name)
        root = _root(data)
        edits = Edits(data)
        edits.append_inside(root, entry(root.prefix).encode())
        self.put(name, edits.made())

    def write(self, target: IO[bytes]) -> None:
        """Write the file with its changes."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
            for key, filename in self._names.items():
                archive.writestr(filename, self._changed.get(key) or self._archive.read(filename))
            for name, data in self._added.items():
                archive.writestr(name, data)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def _root(data: bytes) -> Element:
    return parse(data, lambda _name, depth, _attributes: depth == 0)[0]


def _relations_of(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _resolved(name: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
