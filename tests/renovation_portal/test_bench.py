"""Measuring the portal: prints what was aimed at, in a database of its own, and leaves nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from renovation_portal.bench.meter import BenchError, Clock, Stopwatch, in_process

LINES = (
    r"Workbook: 200 rows × 25 columns into the community ledger",
    r"new +read the file",
    r"new +check, compare with the ledger",
    r"new +load the plan, save with history",
    r"changed +whole",
    r"floor +calamine \+ bulk load",
    r"stock +django-import-export, 200 rows",
    r"[✓✕] +new rows, from file to history +[\d,.]+ rows/s +aim ≥ 5,000 rows/s",
    r"[✓✕] +against stock import-export +[\d,.]+ × +aim ≥ 10 ×",
    r"✓ +memory of any stage +[\d,.]+ MB +aim ≤ 300 MB",
    r"Grid: 50 rows",
    r"[✓✕] +rows of projects +[\d,.]+ ms +aim ≤ 300 ms",
    r"✓ +save a cell of communities +\d+ queries +aim ≤ 12 queries",
    r"Dashboards: 5,5\d\d projects",
    r"Dashboards: 11,\d\d\d projects",
    r"✓ +queries of any page +\d+ +aim ≤ 15",
    r"[✓✕] +any page against its own SQL +[\d,.]+ × +aim ≤ 2 ×",
    r"Assessment: 60 units",
    r"[✓✕] +facts, scores and rows of all units +[\d,.]+ s +aim ≤ 10 s",
    r"✓ +recomputed byte for byte +60 +aim ≥ 60",
    r"Residents: 47 arrivals a second for 3 s",
    r"✓ +comments acknowledged and lost +0 +aim ≤ 0",
    r"✓ +answers that are faults, or none +0 +aim ≤ 0",
    r"Residents: 112 arrivals a second",
)


def bench(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "tmp").mkdir(exist_ok=True)
    own = {"PORTAL_ENV": "embedded", "PORTAL_VAR": str(tmp_path / "var"), "TMPDIR": str(tmp_path / "tmp")}
    return subprocess.run(
        [sys.executable, "manage.py", "bench", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "renovation_portal.settings", **own, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def databases() -> set[str]:
    """Return the databases of the server; SQLite has files instead."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'portal_bench%'")
        return {str(name) for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_a_small_measurement_prints_its_aims_and_leaves_nothing(tmp_path: Path) -> None:
    done = bench(
        tmp_path,
        "--rows",
        "200",
        "--grid-rows",
        "50",
        "--projects",
        "11000",
        "--events",
        "50000",
        "--seconds",
        "3",
        "--units",
        "60",
    )
    assert done.returncode == 0, done.stderr
    missing = [line for line in LINES if not re.search(line, done.stdout)]
    assert missing == [], done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {path.name for path in (tmp_path / "var").iterdir()} <= {"secret_key"}
    assert databases() == set()


def test_work_in_a_process_of_its_own_tells_what_it_took() -> None:
    def work(watch: Stopwatch) -> dict[str, int]:
        held = bytearray(60_000_000)
        held[::4096] = b"x" * len(held[::4096])
        watch.lap("hold")
        return {"held": len(held)}

    run = in_process(work, Clock(60))
    assert run.answer == {"held": 60_000_000}
    assert [lap.name for lap in run.laps] == ["hold"]
    assert run.peak > 60


def test_work_that_fails_or_takes_too_long_is_no_measurement(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(_watch: Stopwatch) -> dict[str, int]:
        raise ValueError("spilt")

    def sleep(_watch: Stopwatch) -> dict[str, int]:
        time.sleep(30)
        return {}

    with pytest.raises(BenchError, match="failed"):
        in_process(fail, Clock(60))
    assert "ValueError: spilt" in capfd.readouterr().err
    with pytest.raises(BenchError, match="longer"):
        in_process(sleep, Clock(0))


def test_production_is_not_measured(tmp_path: Path) -> None:
    done = bench(
        tmp_path,
        PORTAL_ENV="production",
        SECRET_KEY="k" * 60,
        ALLOWED_HOSTS="portal.example",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert done.returncode != 0
    assert "not in production" in done.stderr
