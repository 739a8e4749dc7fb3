"""Three-way merge of one row, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed to different values since they last agreed."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging one edit into a row comes to."""

    changed: dict[str, Any]
    conflicts: tuple[Conflict, ...]
    merged: bool


def merge(*, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Merge an edit into the present row.

    ``base`` is the row the editor saw, ``mine`` the fields the editor sends, ``theirs`` the row as it is now.
    A field sent unchanged is no edit; a field that only the editor changed is taken; one that both changed to
    the same value is settled; one that both changed differently is a conflict.  ``merged`` tells that the row
    moved on meanwhile and the edit still fits.
    """
    changed: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for field, value in mine.items():
        now = theirs.get(field)
        if value == now and type(value) is type(now):
            continue
        before = base.get(field)
        if value == before and type(value) is type(before):
            continue
        if before == now and type(before) is type(now):
            changed[field] = value
        else:
            conflicts.append(Conflict(field, before, value, now))
    moved_on = base is not theirs and any(
        base.get(name) != value for name, value in theirs.items() if name != "version"
    )
    return Merge(changed, tuple(conflicts), moved_on and bool(changed) and not conflicts)
