"""Entering made-up rows through the one write path: nobody's act, checked like any other, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from records.models import ChangeSet, VersionedRecord
from records.planning import Change
from records.services import Mode, apply_many


def enter(model: type[VersionedRecord], rows: Iterable[Mapping[str, Any]], *, label: str = "") -> list[int]:
    """Write new rows; return their keys in the same order.  Raises NothingWritten when one breaks a check."""
    return _write(model, [Change(values=row) for row in rows], label)


def amend(model: type[VersionedRecord], rows: Mapping[int, Mapping[str, Any]], *, label: str = "") -> None:
    """Change rows by their keys.  Raises NothingWritten when one breaks a check."""
    _write(model, [Change(values=row, pk=pk) for pk, row in rows.items()], label)


def is_entered(label: str) -> bool:
    """Tell whether rows have been written under a label."""
    return ChangeSet.objects.filter(source=ChangeSet.Source.LOAD, label=label).exists()


def _write(model: type[VersionedRecord], changes: Sequence[Change], label: str) -> list[int]:
    if not changes:
        return []
    outcomes = apply_many(
        model,
        actor=None,
        source=ChangeSet.Source.LOAD,
        changes=changes,
        mode=Mode.ALL_OR_NOTHING,
        label=label,
    )
    return [found.row["id"] for found in outcomes]
