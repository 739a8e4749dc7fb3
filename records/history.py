"""Former states of rows, written and read set by set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

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
    shape = shape_of(model)
    states = _history(model).filter(id=pk).order_by("version", "history_id")
    rows = [shape.row(values) for values in states.values_list(*shape.attnames)]
    sets = ChangeSet.objects.select_related("actor").in_bulk({row["change_set_id"] for row in rows})
    steps: list[CellChange] = []
    before: Any = None
    for position, row in enumerate(rows):
        value = row[attname]
        if position == 0 or value != before:
            change = sets[row["change_set_id"]]
            steps.append(
                CellChange(
                    at=change.created_at,
                    by=change.actor.display_name if change.actor else "",
                    source=change.get_source_display(),
                    reason=change.reason,
                    old=before,
                    new=value,
                    version=row["version"],
                )
            )
        before = value
    return steps[::-1]


def last_writer(model: type[VersionedRecord], pk: int, attname: str) -> CellChange | None:
    """Return who last changed a cell, or None for a row without history."""
    return next(iter(cell_history(model, pk, attname)), None)
