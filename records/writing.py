"""Rows into tables, many at a time.

The ORM's bulk_create spends its time on what rows of one model have in common; here that is worked out once
per batch.  What differs between the databases stays in this file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_values

from records.marks import Mark
from records.models import ChangeSet, VersionedRecord
from records.rows import Row

Adapt = Callable[[Any], Any]


def insert_rows(model: type[VersionedRecord], rows: Sequence[Row], change_set: ChangeSet) -> None:
    """Insert new rows and fill in their primary keys, which the database gives in the order of the rows."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    _run(_insert_statement(model, fields), _tuples(fields, rows), len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE change_set_id = %s AND version = 1 ORDER BY id", [change_set.pk]
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row["id"] = pk


def update_rows(model: type[VersionedRecord], rows: Sequence[Row]) -> None:
    """Write known rows whole, by an upsert on their primary keys."""
    fields = list(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in fields if not field.primary_key]
    settings = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
    statement = f"{_insert_statement(model, fields)} ON CONFLICT (id) DO UPDATE SET {settings}"
    _run(statement, _tuples(fields, rows), len(fields))


def _insert_statement(model: type[VersionedRecord], fields: Sequence[models.Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES %s"


def _run(statement: str, rows: Iterator[tuple[Any, ...]], width: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_values(cursor.cursor, statement, rows, page_size=500)
        else:
            places = ", ".join(["%s"] * width)
            # SQLite takes the rows one by one as they come; the stubs know sequences only.
            source: Any = rows
            cursor.executemany(statement.replace("VALUES %s", f"VALUES ({places})"), source)


def _tuples(fields: Sequence[models.Field[Any, Any]], rows: Sequence[Row]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the database takes them: marks leave their columns empty and stand in ``markers``."""
    plan = [(field.attname, _adapter(field)) for field in fields]
    for row in rows:
        marks = {name: value.value for name, value in row.items() if type(value) is Mark}
        row["markers"] = marks
        yield tuple(
            None
            if name in marks
            else value
            if (value := row[name]) is None or adapt is None
            else adapt(value)
            for name, adapt in plan
        )


def _adapter(field: models.Field[Any, Any]) -> Adapt | None:
    """Return how values of a field become parameters; None where they already are."""
    if isinstance(field, models.JSONField):
        return _json_text
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DecimalField):
        places = field.decimal_places
        return lambda value: f"{value:.{places}f}"
    if isinstance(field, models.DateTimeField):
        # The rows of a batch share their moments.
        return cache(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return str
    return None


def _json_text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else "{}"
