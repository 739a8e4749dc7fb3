"""Rows into tables, many at a time.

The ORM's bulk_create spends its time on what rows of one model have in common; here that is worked out once
per batch, column by column.  What differs between the databases stays in this file.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeAlias

from django.db import connection, models
from psycopg2.extras import execute_values

from records.marks import Mark
from records.models import ChangeSet, VersionedRecord
from records.rows import Row

Adapt = Callable[[Any], Any]
Fields: TypeAlias = "Sequence[models.Field[Any, Any]]"

# Rows held as columns at a time.
BATCH = 2000
# Rows of one statement on SQLite, where every statement keeps a journal of its own (measured: 20,000 rows
# changed one by one 5.8 s, by the hundred 2.3 s, by five hundred 2.0 s).
SQLITE_ROWS = 500
# From so many rows on PostgreSQL is sent a stream; below, a statement with its values is sooner there.
STREAM_ROWS = 200
# What has a meaning of its own in PostgreSQL's stream format.
ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
TO_ESCAPE = re.compile(r"[\\\t\n\r]")


def insert_rows(model: type[VersionedRecord], rows: Sequence[Row], change_set: ChangeSet) -> None:
    """Insert new rows and fill in their primary keys, which the database gives in the order of the rows."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    if _streams(rows):
        _stream(model._meta.db_table, fields, rows)
    else:
        _execute(_insert_statement(model, fields), fields, rows)
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
    names = [_quoted(field) for field in fields]
    settings = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name != _quoted(model._meta.pk))
    upsert = f"ON CONFLICT (id) DO UPDATE SET {settings}"
    if not _streams(rows):
        _execute(f"{_insert_statement(model, fields)} {upsert}", fields, rows)
        return
    table, listed = connection.ops.quote_name(model._meta.db_table), ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE fresh_rows ON COMMIT DROP AS TABLE {table} WITH NO DATA")
        _stream("fresh_rows", fields, rows)
        cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM fresh_rows {upsert}")
        cursor.execute("DROP TABLE fresh_rows")


def _quoted(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _insert_statement(model: type[VersionedRecord], fields: Fields) -> str:
    columns = ", ".join(_quoted(field) for field in fields)
    return f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES %s"


def _streams(rows: Sequence[Row]) -> bool:
    return connection.vendor == "postgresql" and len(rows) >= STREAM_ROWS


def _execute(statement: str, fields: Fields, rows: Sequence[Row]) -> None:
    """Run an insert or upsert over rows, many at a time."""
    place = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_values(cursor.cursor, statement, zip(*_columns(fields, rows), strict=True))
        elif "ON CONFLICT" not in statement:
            # Plain inserts need no journal of their own, and one statement is prepared once.
            for part in _parts(rows, BATCH):
                single: Any = zip(*_columns(fields, part), strict=True)
                cursor.executemany(statement.replace("VALUES %s", f"VALUES {place}"), single)
        else:
            most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // len(fields)
            for part in _parts(rows, min(SQLITE_ROWS, most)):
                values = list(chain.from_iterable(zip(*_columns(fields, part), strict=True)))
                places = ", ".join([place] * len(part))
                cursor.execute(statement.replace("VALUES %s", f"VALUES {places}"), values)


def _stream(table: str, fields: Fields, rows: Sequence[Row]) -> None:
    """Send rows to PostgreSQL by COPY, in its text format."""
    columns = ", ".join(_quoted(field) for field in fields)
    statement = f"COPY {connection.ops.quote_name(table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor:
        for part in _parts(rows, BATCH):
            texts = [_texts(values) for values in _columns(fields, part)]
            lines = "\n".join(map("\t".join, zip(*texts, strict=True)))
            cursor.cursor.copy_expert(statement, io.StringIO(lines))


def _texts(values: Sequence[Any]) -> list[str]:
    """Return a column in PostgreSQL's stream format."""
    if TO_ESCAPE.search("".join(value for value in values if type(value) is str)):
        values = [
            TO_ESCAPE.sub(lambda found: ESCAPED[found[0]], value) if type(value) is str else value
            for value in values
        ]
    return [r"\N" if value is None else str(value) for value in values]


def _parts(rows: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _columns(fields: Fields, rows: Sequence[Row]) -> list[list[Any]]:
    """Return rows as columns of parameters: marks leave their columns empty and stand in ``markers``."""
    columns = {field.attname: [row[field.attname] for row in rows] for field in fields}
    marked = [name for name, values in columns.items() if Mark in set(map(type, values))]
    for row in rows:
        row["markers"] = {name: row[name].value for name in marked if type(row[name]) is Mark}
    for name in marked:
        columns[name] = [None if type(value) is Mark else value for value in columns[name]]
    columns["markers"] = [row["markers"] for row in rows]
    for field in fields:
        adapt = _adapter(field)
        if adapt is not None:
            values = columns[field.attname]
            columns[field.attname] = [None if value is None else adapt(value) for value in values]
    return list(columns.values())


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


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else "{}"
