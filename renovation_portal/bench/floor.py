"""The floor: how fast the same file gets into a bare table, with no check, no history and no question."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from python_calamine import CalamineWorkbook

from renovation_portal.bench.meter import Stopwatch
from renovation_portal.bench.sheet import HEADINGS

TABLE = "bench_floor"


def bulk_load(path: Path, watch: Stopwatch) -> dict[str, Any]:
    """Read a workbook and load its columns by the database's own fastest way; return the rows loaded."""
    names = [f"c{index}" for index in range(len(HEADINGS))]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} ({', '.join(f'{name} text' for name in names)})")
    watch.lap("make the table")
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = iter(sheet.iter_rows())
    next(rows)
    load = _copy if connection.vendor == "postgresql" else _executemany
    load(rows)
    watch.lap("read and load")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")
        loaded = int(cursor.fetchone()[0])
        cursor.execute(f"DROP TABLE {TABLE}")
    return {"rows": loaded}


def _executemany(rows: Iterator[Any]) -> None:
    places = ", ".join("?" * len(HEADINGS))
    connection.ensure_connection()
    raw: Any = connection.connection
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(f"INSERT INTO {TABLE} VALUES ({places})", rows)
    raw.execute("COMMIT")


def _copy(rows: Iterator[Any]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    with connection.cursor() as cursor:
        raw: Any = cursor.cursor
        raw.copy_expert(f"COPY {TABLE} FROM STDIN WITH (FORMAT csv)", text)
