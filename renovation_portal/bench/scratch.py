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
def pristine_database() -> Iterator[None]:
    """Make a database with reference data beside the portal's own, which each measurement gets a copy of.

    On SQLite it is a file in a folder of its own; on PostgreSQL the account of DATABASE_URL must be allowed
    to create databases.  It is removed on the way out, whatever happened.
    """
    own, tests = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    kept = tests["NAME"]
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        name = f"portal_bench_{os.getpid()}"
        tests["NAME"] = str(Path(folder) / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
        try:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            call_command("load_reference", verbosity=0)
            yield
        finally:
            connections.close_all()
            if connection.settings_dict["NAME"] == tests["NAME"]:
                connection.creation.destroy_test_db(str(own), verbosity=0)
            tests["NAME"] = kept


@contextmanager
def scratch_database() -> Iterator[Path]:
    """Copy the pristine database for one measurement, and yield a folder for its files; both are removed."""
    pristine = connection.settings_dict["NAME"]
    connections.close_all()
    connection.creation.clone_test_db("scratch", verbosity=0, autoclobber=True)
    connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings("scratch")["NAME"]
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made:
        folder = Path(made)
        with override_settings(MEDIA_ROOT=folder / "media"):
            try:
                yield folder
            finally:
                connections.close_all()
                connection.settings_dict["NAME"] = pristine
                connection.creation.destroy_test_db(suffix="scratch", verbosity=0)


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
