"""A database and a folder for one measurement, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import override_settings


@contextmanager
def scratch_database() -> Iterator[Path]:
    """Make a database beside the portal's own, with reference data, and yield a folder for files.

    On SQLite it is a file in that folder; on PostgreSQL the account of DATABASE_URL must be allowed to create
    databases.  Both are removed on the way out, whatever happened.
    """
    own, tests = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    kept = tests["NAME"]
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made:
        folder = Path(made)
        with override_settings(MEDIA_ROOT=folder / "media"):
            name = f"portal_bench_{os.getpid()}"
            tests["NAME"] = str(folder / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
            try:
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                call_command("load_reference", verbosity=0)
                yield folder
            finally:
                connections.close_all()
                if connection.settings_dict["NAME"] == tests["NAME"]:
                    connection.creation.destroy_test_db(str(own), verbosity=0)
                tests["NAME"] = kept


def empty(*tables: str) -> None:
    """Delete every row of tables that belong together, in this order."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def refresh_statistics() -> None:
    """Let PostgreSQL count its rows now, as its autovacuum soon would; SQLite plans without being told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
