"""The zip file of a modern workbook, read so that nothing in it can hurt.

Sizes are judged from the zip directory before anything is unpacked, and enforced again while unpacking,
because a directory can lie. Two readings of one file (ours and the workbook library's) must never differ, so
what could be read in two ways (a second directory, bytes before or after, doubled names) is refused.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from ledgers.reader import refusals
from ledgers.reader.document import Limits

END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
LOCATOR = struct.Struct("<4sLQL")
WIDE_END_OF_DIRECTORY = struct.Struct("<4sQ2H2L4Q")
NO_VALUE = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
LOCAL_HEADER_SIZE = 30
ENCRYPTED_FLAG = 0x1
# Small files of blank formatted cells pack well; a ratio is only telling where there is much to unpack.
RATIO_COUNTS_FROM = 10_000_000
# Average room of one entry's record in the directory, names included.
DIRECTORY_BYTES_PER_ENTRY = 400
CHUNK = 262_144
XML_NAMES = (".xml", ".rels", ".vml")
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")
PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
# Properties are not read, so they may have any encoding: the words are looked for in two-byte text as well.
UNREAD = ("docprops/", "customxml/")
DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")
FORBIDDEN = tuple(word.encode() for word in DECLARATIONS)
FORBIDDEN_WIDE = tuple(word.encode("utf-16-le")[:-1] for word in DECLARATIONS)
LONGEST_FORBIDDEN = max(map(len, FORBIDDEN_WIDE))

Attributes = list[tuple[str, str]]


class Package:
    """A zip file held in memory, its directory checked. ``data`` is what the workbook library may read."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self._guarded: set[str] = set()
        self._check_directory()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError) as error:
            raise refusals.damaged() from error
        self._entries = {_plain_name(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries) or any("&" in name for name in self._entries):
            raise refusals.damaged()
        self._check_sizes(entries)

    @property
    def names(self) -> Iterable[str]:
        """The parts' names, in lower case and with forward slashes."""
        return self._entries.keys()

    def has(self, name: str) -> bool:
        """Tell whether there is a part of that name."""
        return _plain_name(name) in self._entries

    def stream(self, name: str) -> Iterator[bytes]:
        """Unpack a part piece by piece; refuse it when larger than declared, or when it declares types."""
        entry = self._entries.get(_plain_name(name))
        if entry is None:
            raise refusals.damaged(name)
        plain = _plain_name(name)
        self._guarded.add(plain)
        unread = plain.startswith(UNREAD)
        forbidden = FORBIDDEN + FORBIDDEN_WIDE if unread else FORBIDDEN
        tail = b""
        for number, chunk in enumerate(self._inflate(entry)):
            if number == 0 and not unread:
                _check_encoding(chunk)
            seen = tail + chunk if tail else chunk
            if any(word in seen for word in forbidden):
                raise refusals.declarations()
            tail = chunk[-LONGEST_FORBIDDEN:]
            yield chunk

    def elements(self, name: str, wanted: set[str]) -> list[tuple[str, Attributes]]:
        """Return the wanted elements of a part, by local name, with their attributes' local names."""
        found: list[tuple[str, Attributes]] = []

        def start(tag: str, attributes: list[str]) -> None:
            local = tag.rpartition(":")[2]
            if local in wanted:
                names = [key.rpartition(":")[2] for key in attributes[::2]]
                found.append((local, list(zip(names, attributes[1::2], strict=True))))

        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler = start
        try:
            for chunk in self.stream(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise refusals.damaged(name) from error
        return found

    def check_remaining_xml(self) -> None:
        """Unpack and check every XML part that nobody has read yet."""
        for name in self._entries:
            if name.endswith(XML_NAMES) and name not in self._guarded:
                for _chunk in self.stream(name):
                    pass

    def _check_directory(self) -> None:
        """Refuse a zip file whose directory is not exactly at its end, or far too long."""
        end = len(self.data) - END_OF_DIRECTORY.size
        if end < 0:
            raise refusals.damaged()
        signature, disk, first_disk, here, count, length, offset, comment = END_OF_DIRECTORY.unpack(
            self.data[end:]
        )
        if signature != b"PK\x05\x06" or disk or first_disk or here != count or comment:
            raise refusals.damaged()
        if self.data[end - LOCATOR.size : end].startswith(b"PK\x06\x07"):
            end, wide = self._wide_directory(end - LOCATOR.size)
            for value, wide_value, none in zip((count, length, offset), wide, NO_VALUE, strict=True):
                if value not in (wide_value, none):
                    raise refusals.damaged()
            count, length, offset = wide
        if offset + length != end:
            raise refusals.damaged()
        limit = self.limits.max_entries
        if count > limit or length > limit * DIRECTORY_BYTES_PER_ENTRY:
            raise refusals.unpacks_too_large()

    def _wide_directory(self, locator: int) -> tuple[int, tuple[int, int, int]]:
        """Return begin and (count, length, offset) of the 64-bit end record, which Java programs write."""
        begin = locator - WIDE_END_OF_DIRECTORY.size
        _signature, disk, place, disks = LOCATOR.unpack(self.data[locator : locator + LOCATOR.size])
        if begin < 0 or place != begin or disk or disks > 1:
            raise refusals.damaged()
        signature, size, _made, _needed, disk, first_disk, here, *values = WIDE_END_OF_DIRECTORY.unpack(
            self.data[begin:locator]
        )
        if signature != b"PK\x06\x06" or size != WIDE_END_OF_DIRECTORY.size - 12:
            raise refusals.damaged()
        if disk or first_disk or here != values[0]:
            raise refusals.damaged()
        return begin, (values[0], values[1], values[2])

    def _check_sizes(self, entries: list[zipfile.ZipInfo]) -> None:
        limits = self.limits
        if len(entries) > limits.max_entries:
            raise refusals.unpacks_too_large()
        for entry in entries:
            if entry.flag_bits & ENCRYPTED_FLAG:
                raise refusals.encrypted()
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise refusals.damaged()
            if _too_dense(entry.file_size, entry.compress_size, limits.max_ratio):
                raise refusals.unpacks_too_large()
        total = sum(entry.file_size for entry in entries)
        if _too_dense(total, len(self.data), limits.max_ratio):
            raise refusals.unpacks_too_large()
        largest = max(entries, key=lambda entry: entry.file_size, default=None)
        if largest and (largest.file_size > limits.max_entry_bytes or total > limits.max_unpacked_bytes):
            if self._is_long_sheet(largest):
                raise refusals.too_many_rows(limits)
            raise refusals.unpacks_too_large()

    def _is_long_sheet(self, entry: zipfile.ZipInfo) -> bool:
        """Tell whether an oversized part is a sheet with too many rows: that reason is the clearer one."""
        if "worksheets/" not in _plain_name(entry.filename):
            return False
        rows = unpacked = 0
        for chunk in self._inflate(entry):
            rows += chunk.count(b"<row ")
            unpacked += len(chunk)
            if rows > self.limits.max_rows or unpacked > self.limits.max_entry_bytes:
                break
        return rows > self.limits.max_rows

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Unpack one entry, trusting neither its declared size nor its checksum."""
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            pieces: Iterator[bytes] = (bytes(packed[i : i + CHUNK]) for i in range(0, len(packed), CHUNK))
        else:
            pieces = _deflated(packed)
        size = checksum = 0
        for piece in pieces:
            size += len(piece)
            if size > entry.file_size:
                raise refusals.unpacks_too_large()
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != entry.file_size or checksum != entry.CRC:
            raise refusals.damaged()

    def _packed(self, entry: zipfile.ZipInfo) -> memoryview:
        header = self.data[entry.header_offset : entry.header_offset + LOCAL_HEADER_SIZE]
        if len(header) < LOCAL_HEADER_SIZE or header[:4] != b"PK\x03\x04":
            raise refusals.damaged()
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start = entry.header_offset + LOCAL_HEADER_SIZE + name_length + extra_length
        packed = memoryview(self.data)[start : start + entry.compress_size]
        if len(packed) != entry.compress_size:
            raise refusals.damaged()
        return packed


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lower().lstrip("/")


def _too_dense(unpacked: int, packed: int, ratio: int) -> bool:
    return unpacked > RATIO_COUNTS_FROM and unpacked > ratio * max(packed, 1)


def _deflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = b""
    position = 0
    try:
        while not inflater.eof:
            if not waiting:
                waiting = packed[position : position + CHUNK]
                position += CHUNK
            exhausted = not waiting
            piece = inflater.decompress(waiting, CHUNK)
            waiting = inflater.unconsumed_tail
            if piece:
                yield piece
            elif exhausted:
                raise refusals.damaged()
    except zlib.error as error:
        raise refusals.damaged() from error


def _check_encoding(start: bytes) -> None:
    """Refuse XML that is not plain UTF-8: other encodings could hide from one reader what another sees."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:64]:
        raise refusals.damaged()
    declared = ENCODING.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    if declared and declared.group(1).lower() not in PLAIN_ENCODINGS:
        raise refusals.damaged()
