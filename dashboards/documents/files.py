"""Keeping the files of a bulletin: whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = "bulletins"


class FileDamaged(Exception):
    """A stored file is gone or is not what was written."""


def store(name: str, contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Write the files of one revision and return what the row must remember of them.

    Each file is written beside its place, flushed to the disk and renamed; the caller writes the row last.  A
    crash on the way leaves files that no row names, never a row with half a file.
    """
    folder = Path(FOLDER) / f"{name}-{secrets.token_hex(6)}"
    root = Path(settings.MEDIA_ROOT) / folder
    root.mkdir(parents=True)
    kept = {}
    for suffix, content in contents.items():
        fresh, place = root / f"{suffix}.part", root / f"bulletin.{suffix}"
        with fresh.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(place)
        kept[suffix] = {
            "path": (folder / place.name).as_posix(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
        }
    return kept


def read(kept: Mapping[str, Any]) -> bytes:
    """Return a stored file; raises FileDamaged when it is gone or was changed."""
    try:
        content = (Path(settings.MEDIA_ROOT) / str(kept["path"])).read_bytes()
    except FileNotFoundError:
        raise FileDamaged(kept["path"]) from None
    if hashlib.sha256(content).hexdigest() != kept["sha256"]:
        raise FileDamaged(kept["path"])
    return content
