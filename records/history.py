"""Former states of rows, written and read set by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.requests import whole_number
from records.marks import Mark
from records.models import ChangeSet, VersionedRecord
from records.rows import Row, shape_of

# simple_history's letters for what happened to a row.
CREATED, CHANGED, REMOVED = "+", "~", "-"


def copy_to_history(model: type[VersionedRecord], change_set: ChangeSet) -> int:
    """Copy every row a change set wrote into the history table by one statement; return how many.

    A first version is a creation, a removed row its removal, the rest are changes.
    """
    history: type[models.Model] = model.history.model
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    target, source = quote(history._meta.db_table), quote(model._meta.db_table)
    statement = (
        f"INSERT INTO {target} ({columns}, "
        "history_date, history_change_reason, history_type, history_user_id) "
        f"SELECT {columns}, %s, %s, CASE WHEN version = 1 THEN '+' WHEN is_removed THEN '-' ELSE '~' END, %s "
        f"FROM {source} WHERE change_set_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                _stamp(change_set.created_at),
                change_set.reason[:100] or None,
                change_set.actor_id,
                change_set.pk,
            ],
        )
        return int(cursor.rowcount)


def _stamp(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def rows_at(model: type[VersionedRecord], versions: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Row]:
    """Return former rows by (primary key, version): what an editor saw who has that version on screen."""
    shape = shape_of(model)
    wanted = set(versions)
    found: dict[tuple[int, int], Row] = {}
    pks = sorted({pk for pk, _version in wanted})
    for start in range(0, len(pks), 2000):
        states = _history(model).filter(id__in=pks[start : start + 2000])
        for values in states.values_list(*shape.attnames).iterator(chunk_size=2000):
            row = shape.row(values)
            if (row["id"], row["version"]) in wanted:
                found[row["id"], row["version"]] = row
    return found


def _history(model: type[VersionedRecord]) -> models.QuerySet[Any]:
    states: models.QuerySet[Any] = model.history.model.objects.all()
    return states


@dataclass(frozen=True, slots=True)
class RowChange:
    """One act of writing a row: the version it made, when, and every attribute it changed (old, new)."""

    change_set: int
    version: int
    at: datetime
    is_first: bool
    cells: Mapping[str, tuple[Any, Any]]


def row_history(model: type[VersionedRecord], pk: int, attname: str = "") -> list[RowChange]:
    """Return the life of a row, newest first; of one attribute where it is named (one query).

    The first state sets every attribute; afterwards an attribute changed when its value or its mark did.
    """
    shape = shape_of(model)
    states = _history(model).filter(id=pk).order_by("version", "history_id")
    changes: list[RowChange] = []
    before: Row | None = None
    for *values, at in states.values_list(*shape.attnames, "history_date"):
        row = shape.row(values)
        cells = _changed(before, row, [attname] if attname else sorted(shape.content))
        if cells or not attname:
            changes.append(RowChange(row["change_set_id"], row["version"], at, before is None, cells))
        before = row
    return changes[::-1]


def _changed(before: Row | None, row: Row, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    if before is None:
        return {name: (None, row[name]) for name in names}
    return {name: (before[name], row[name]) for name in names if not _same(before[name], row[name])}


def _same(one: Any, other: Any) -> bool:
    # A mark is text too: 不适用 must differ from the words that name it.
    return bool(one == other) and isinstance(one, Mark) == isinstance(other, Mark)


def change_sets(changes: Iterable[RowChange]) -> dict[int, ChangeSet]:
    """Return what surrounds each change (who, source, reason) by its key; one query."""
    return ChangeSet.objects.select_related("actor").in_bulk({change.change_set for change in changes})


@dataclass(frozen=True, slots=True)
class CellChange:
    """One step in the life of a cell."""

    at: datetime
    by: str
    source: str
    reason: str
    old: Any
    new: Any
    version: int


def cell_history(model: type[VersionedRecord], pk: int, attname: str) -> list[CellChange]:
    """Return when, by whom and why one cell changed, newest first."""
    changes = row_history(model, pk, attname)
    sets = change_sets(changes)
    return [_step(change, sets[change.change_set], attname) for change in changes]


def _step(change: RowChange, surroundings: ChangeSet, attname: str) -> CellChange:
    old, new = change.cells[attname]
    return CellChange(
        at=surroundings.created_at,
        by=surroundings.actor.display_name if surroundings.actor else "",
        source=surroundings.get_source_display(),
        reason=surroundings.reason,
        old=old,
        new=new,
        version=change.version,
    )


def last_writer(model: type[VersionedRecord], pk: int, attname: str) -> CellChange | None:
    """Return who last changed a cell, or None for a row without history."""
    return next(iter(cell_history(model, pk, attname)), None)


# ---------------------------------------------------------------- before and after a freezing


@dataclass(frozen=True, slots=True)
class Frozen:
    """When a number was frozen, and the version of the row that it counted, where that is known."""

    at: datetime
    version: int | None = None

    def precedes(self, change: RowChange) -> bool:
        """Tell whether a change came after the freezing; the version decides where it is known."""
        return change.version > self.version if self.version is not None else change.at > self.at


def frozen_query(at: datetime, version: int | None = None) -> str:
    """Return what leads from a frozen number to the changes of a row of its: query and place on the page."""
    counted = "" if version is None else f"&version={version}"
    return f"?frozen_at={at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}{counted}#changes"


# What the column of versions can hold.
MOST_VERSIONS = 2**31


def read_frozen(query: Mapping[str, str]) -> Frozen | None:
    """Read what ``frozen_query`` wrote; None where nothing of it is there; raises ValueError for nonsense.

    A moment needs its time zone, lies after 1999 and not in the future; a version is a positive number.
    """
    moment, counted = query.get("frozen_at", ""), query.get("version", "")
    if not moment:
        return None
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None or at.year < 2000 or at > timezone.now():
        raise ValueError(moment)
    version = whole_number(counted)
    if counted and (not version or version >= MOST_VERSIONS):
        raise ValueError(counted)
    return Frozen(at, version)
