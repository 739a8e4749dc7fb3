"""The test databases: migrated once for all workers, and kept until a migration changes.

All migrations take most of a minute of processor time.  The first process that needs a database migrates its
own and leaves an empty copy; the others, and later runs, begin with that copy, and Django migrates it too.
The copy is named for the bytes of all migrations, so a change of one makes a new copy.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import setup_databases, teardown_databases

KEPT = Path(settings.BASE_DIR) / "var" / "tests"
# Databases of a server, and files, that hold copies.
PREFIX = "portal_migrated_"
# What a migration takes from our own modules: the default of a column.
_OUR_IMPORTS = re.compile(
    r"^(?:import|from) ((?:accounts|records|jobs|communities|projects|consultations|funding|assessments"
    r"|ledgers|dashboards)[\w.]*)",
    re.MULTILINE,
)


@contextmanager
def prepared(verbosity: int) -> Iterator[None]:
    """Give this process its test database, with all migrations and without rows; drop it afterwards."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        name = PREFIX + fingerprint()
        started = _start_from(name)
        made = setup_databases(verbosity, interactive=False, keepdb=started)
        if not started:
            _keep(name)
    yield
    teardown_databases(made, verbosity)


def fingerprint() -> str:
    """Return what the migrated schema depends on: all migrations, Django, Python's and the server's kind."""
    told = hashlib.sha256(f"{django.VERSION} {sys.version_info} {connection.vendor}".encode())
    migrations = MigrationLoader(None).disk_migrations
    for key in sorted(migrations):
        source = Path(sys.modules[migrations[key].__module__].__file__ or "").read_text(encoding="utf-8")
        told.update(f"{key}\n{source}".encode())
        for module in _OUR_IMPORTS.findall(source):
            found = find_spec(module)
            if found is not None and found.origin:
                told.update(Path(found.origin).read_bytes())
    return told.hexdigest()[:16]


def _test_name() -> str:
    """Return how the test database will be called, before it is made."""
    name: str = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    return name


def _quoted(name: str) -> str:
    quoted: str = connection.ops.quote_name(name)
    return quoted


def _start_from(name: str) -> bool:
    """Put a copy in the place of the test database; return whether there is one."""
    if connection.vendor == "sqlite":
        kept = KEPT / f"{name}.sqlite3"
        if kept.exists():
            shutil.copy(kept, _test_name())
        return kept.exists()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            return False
        cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(_test_name())}")
        cursor.execute(f"CREATE DATABASE {_quoted(_test_name())} TEMPLATE {_quoted(name)}")
    return True


def _keep(name: str) -> None:
    """Copy the test database, which is empty still, and forget copies of former migrations."""
    connection.close()
    made: str = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        for former in KEPT.glob(f"{PREFIX}*"):
            former.unlink()
        # Never half a copy, even when this process is killed.
        shutil.copy(made, KEPT / "half")
        (KEPT / "half").rename(KEPT / f"{name}.sqlite3")
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        for (former,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE {_quoted(former)}")
        cursor.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(made)}")
