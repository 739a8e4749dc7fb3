"""Keeping the files of a bulletin: whole or not at all."""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = "bulletins"
# What the name of a folder begins with as long as not all of its files are whole.
UNFINISHED = ".unfinished-"


class FileDamaged(Exception):
    """A stored file is gone or is not what was written."""


def store(name: str, contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Write the files of one revision and return what the row must remember of them.

    All are written into a folder that is not in its place yet and flushed to the disk; then the folder is
    renamed, and the caller writes the row last.  A kill on the way leaves an unfinished folder, which the
    next writing of the same name clears away, never half a file in its place.  Callers write
    one name at a time.
    """
    folder = Path(FOLDER) / f"{name}-{secrets.token_hex(6)}"
    root = Path(settings.MEDIA_ROOT) / folder
    fresh = root.with_name(f"{UNFINISHED}{root.name}")
    _clear(root.parent, name)
    fresh.mkdir(parents=True)
    kept = {}
    for suffix, content in contents.items():
        place = fresh / f"bulletin.{suffix}"
        with place.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        kept[suffix] = {
            "path": (folder / place.name).as_posix(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
        }
    fresh.rename(root)
    return kept


def _clear(folder: Path, name: str) -> None:
    """Remove what a killed writer of the same name has left unfinished."""
    for left in folder.glob(f"{glob.escape(UNFINISHED + name)}-*"):
        shutil.rmtree(left, ignore_errors=True)


def read(kept: Mapping[str, Any]) -> bytes:
    """Return a stored file; raises FileDamaged when it is gone or was changed."""
    try:
        content = (Path(settings.MEDIA_ROOT) / str(kept["path"])).read_bytes()
    except FileNotFoundError:
        raise FileDamaged(kept["path"]) from None
    if hashlib.sha256(content).hexdigest() != kept["sha256"]:
        raise FileDamaged(kept["path"])
    return content
