"""``make run`` from nothing, and once more: not part of the suite, which it would slow down; CI runs it by name."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: What a developer's shell or the tests' settings may have set, and a newcomer's has not.
UNKNOWN_TO_NEWCOMERS = (
    "PORTAL_",
    "DJANGO_",
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "HOST",
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A newcomer's environment, with a folder and a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(UNKNOWN_TO_NEWCOMERS)
    }
    return {**inherited, "PORT": str(port), "PORTAL_VAR": str(tmp_path / "var")}


@contextmanager
def portal(environment: dict[str, str], log: Path, *, within: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``make run`` until it prints its address, which must happen within so many seconds."""
    with log.open("wb") as output:
        process = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        limit = time.monotonic() + within
        while "Stop it with Ctrl-C" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < limit, f"not up within {within} seconds: {log.read_text()}"
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)


def left_running(folder: str) -> list[str]:
    """Return the command lines of the processes that still work on this portal's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if (
                entry.name.isdecimal()
                and f"PORTAL_VAR={folder}\0".encode() in (entry / "environ").read_bytes()
            ):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue  # it ended meanwhile, or belongs to somebody else
    return found


def test_the_portal_starts_from_nothing_stops_without_a_trace_and_starts_quickly_again(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The second start finds everything in place: 15 seconds at most."""
    address = f"http://127.0.0.1:{environment['PORT']}"
    for within in (600.0, 15.0):
        with portal(environment, tmp_path / "output", within=within):
            for path in ("/healthz", "/readyz", "/"):
                with urllib.request.urlopen(address + path, timeout=20) as answer:
                    assert answer.status == 200
            assert len(left_running(environment["PORTAL_VAR"])) >= 5
            began = time.monotonic()
        assert time.monotonic() - began < 11
        assert left_running(environment["PORTAL_VAR"]) == []
        assert f"running at {address}/" in (tmp_path / "output").read_text()


def test_one_fallen_process_stops_the_portal_and_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """Here the worker, killed from outside."""
    with portal(environment, tmp_path / "output", within=600) as process:
        worker = next(
            entry
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal()
            and b"renovation_portal\0worker" in (entry / "cmdline").read_bytes()
            and f"PORTAL_VAR={environment['PORTAL_VAR']}\0".encode() in (entry / "environ").read_bytes()
        )
        os.kill(int(worker.name), signal.SIGKILL)
        assert process.wait(timeout=15) != 0
    assert "worker was ended by SIGKILL" in (tmp_path / "output").read_text()
    assert left_running(environment["PORTAL_VAR"]) == []
