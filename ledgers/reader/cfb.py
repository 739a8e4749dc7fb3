"""Compound files: the container of .xls workbooks, and of .xlsx workbooks that are locked by a password.

Reads names and streams with every chain bounded, and wraps a checked stream into a container of plain shape,
so that the workbook library never follows an allocation table that a stranger wrote.
"""

from __future__ import annotations

import struct

from ledgers.reader import refusals

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER_SIZE = 512
FIRST_RESERVED = 0xFFFFFFFA
FAT_SECTOR = 0xFFFFFFFD
END_OF_CHAIN = 0xFFFFFFFE
FREE = 0xFFFFFFFF
ENTRY_SIZE = 128
MINI_SECTOR = 64
MINI_LIMIT = 4096
WRAP_SECTOR = 4096
STREAM, ROOT = 2, 5


class CompoundFile:
    """The directory of a compound file: ``entries`` maps each name to its (first sector, size)."""

    def __init__(self, data: bytes) -> None:
        if len(data) < HEADER_SIZE or not data.startswith(SIGNATURE):
            raise refusals.damaged()
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise refusals.damaged()
        self.sector_size = 1 << shift
        self.sector_count = max((len(data) - 1) // self.sector_size, 1)
        directory_start, mini_fat_start = struct.unpack_from("<I8xI", data, 48)
        self.fat = self._load_fat()
        self.entries: dict[str, tuple[int, int]] = {}
        self._root = (END_OF_CHAIN, 0)
        self._load_directory(self._chain(directory_start))
        mini_fat = self._chain(mini_fat_start) if mini_fat_start < FIRST_RESERVED else b""
        self.mini_fat = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream; refuse a file that does not hold all of them."""
        start, size = self.entries[name]
        content = self._chain(start) if size >= MINI_LIMIT else self._mini_chain(start)
        if len(content) < size:
            raise refusals.damaged()
        return content[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector_size
        sector = self.data[start : start + self.sector_size]
        if not sector:
            raise refusals.damaged()
        # The last sector of a file is sometimes cut short; its missing rest is not used.
        return sector.ljust(self.sector_size, b"\0")

    def _load_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self.data, 76))
        following = struct.unpack_from("<I", self.data, 68)[0]
        while following < FIRST_RESERVED:
            if len(numbers) > self.sector_count:
                raise refusals.damaged()
            *more, following = struct.unpack(f"<{self.sector_size // 4}I", self._sector(following))
            numbers += more
        table = b"".join(self._sector(number) for number in numbers if number < FIRST_RESERVED)
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _chain(self, number: int) -> bytes:
        sectors: list[bytes] = []
        while number != END_OF_CHAIN:
            if number >= len(self.fat) or len(sectors) > self.sector_count:
                raise refusals.damaged()
            sectors.append(self._sector(number))
            number = self.fat[number]
        return b"".join(sectors)

    def _mini_chain(self, number: int) -> bytes:
        content = self._chain(self._root[0]) if self._root[0] < FIRST_RESERVED else b""
        pieces: list[bytes] = []
        while number != END_OF_CHAIN:
            if number >= len(self.mini_fat) or len(pieces) > len(self.mini_fat):
                raise refusals.damaged()
            pieces.append(content[number * MINI_SECTOR : (number + 1) * MINI_SECTOR])
            number = self.mini_fat[number]
        return b"".join(pieces)

    def _load_directory(self, directory: bytes) -> None:
        for offset in range(0, len(directory) - ENTRY_SIZE + 1, ENTRY_SIZE):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            if not kind or not 2 <= length <= 64:
                continue
            name = directory[offset : offset + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", directory, offset + 116)
            if kind == ROOT:
                self._root = (start, size)
            self.entries.setdefault(name, (start, size))


def wrap(name: str, stream: bytes) -> bytes:
    """Return a compound file of plain shape that holds one stream."""
    stream = stream.ljust(MINI_LIMIT, b"\0")
    data_count = -(-len(stream) // WRAP_SECTOR)
    per_sector = WRAP_SECTOR // 4
    # The table describes itself, the directory and the data.
    fat_count = -(-(data_count + 2) // (per_sector - 1))
    chain = [*range(fat_count + 2, fat_count + 1 + data_count), END_OF_CHAIN]
    fat = [FAT_SECTOR] * fat_count + [END_OF_CHAIN, *chain]
    fat += [FREE] * (fat_count * per_sector - len(fat))
    places = [*range(fat_count), *[FREE] * (109 - fat_count)]
    header = struct.pack(
        "<8s16x5H6x9I109I",
        *(SIGNATURE, 0x3E, 4, 0xFFFE, 12, 6),
        *(1, fat_count, fat_count, 0, MINI_LIMIT, END_OF_CHAIN, 0, END_OF_CHAIN, 0),
        *places,
    )
    # No mini stream; the library takes a root without any first sector for an empty file.
    directory = _entry("Root Entry", ROOT, 1, 0, 0)
    directory += _entry(name, STREAM, FREE, fat_count + 1, len(stream))
    return b"".join(
        (
            header.ljust(WRAP_SECTOR, b"\0"),
            struct.pack(f"<{len(fat)}I", *fat),
            directory.ljust(WRAP_SECTOR, b"\0"),
            stream.ljust(data_count * WRAP_SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack("<64sHBB3I36xIQ", encoded, len(encoded) + 2, kind, 1, FREE, FREE, child, start, size)
