"""``make run`` from nothing, and once more; too slow for the suite, so CI runs this file by its name."""

import faulthandler
import os
import resource
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.timetable import Daily
from renovation_portal.timetable import TIMETABLE

ROOT = Path(__file__).resolve().parents[2]
#: What a developer's shell or the tests' settings may have set, and a newcomer's has not.
FOREIGN = ("PORTAL_", "DJANGO_", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "HOST")

#: A proxy of the machine knows nothing of its own address.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A newcomer's environment, with a folder and a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
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


def processes_of(folder: str) -> dict[int, str]:
    """Return the processes that work on this portal's folder, by number, with their command lines."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"PORTAL_VAR={folder}\0" in (entry / "environ").read_text(errors="replace"):
                command = (entry / "cmdline").read_text(errors="replace").replace("\0", " ")
                found[int(entry.name)] = command
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue  # it ended meanwhile, or belongs to somebody else
    return found


def status_of(address: str) -> int:
    """Return the status a page answers with, redirections followed."""
    try:
        with DIRECT.open(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def processor_seconds() -> float:
    """Return what everything this process started, and has since ended, took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


#: Both starts fit into so many minutes; and so many seconds after the wait a test hangs.
QUIET_MINUTES, HANGS_AFTER = 3, 600


def wait_for_quiet_minutes() -> None:
    """Wait until no entry of the timetable falls due for a while: its job's time is no start's.

    The longest wait is seven minutes, over the entries of the full hour; it is no hanging, so the clock that
    ends hanging tests begins anew after it.
    """
    faulthandler.cancel_dump_traceback_later()
    busy = {int(entry.when.minute) for entry in TIMETABLE if isinstance(entry.when, Daily)}
    while True:
        now = datetime.now(tz=UTC)
        if busy.isdisjoint((now.minute + ahead) % 60 for ahead in range(QUIET_MINUTES + 1)):
            break
        time.sleep(1)
    faulthandler.dump_traceback_later(HANGS_AFTER, exit=True, file=2)


def test_the_portal_starts_from_nothing_stops_without_a_trace_and_starts_quickly_again(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The second start finds everything in place: 15 seconds at most, on a machine left to itself.

    Counted as processor time, start to stop, so that a busy machine does not make it fail.
    """
    address = f"http://127.0.0.1:{environment['PORT']}"
    wait_for_quiet_minutes()
    for start in (1, 2):
        before = processor_seconds()
        with portal(environment, tmp_path / "output", within=600):
            assert [status_of(address + path) for path in ("/healthz", "/")] == [200, 200]
            # Ready is more than up: worker and timetable have given a sign of life by then.
            limit = time.monotonic() + 120
            while status_of(address + "/readyz") != 200:
                assert time.monotonic() < limit
                time.sleep(0.5)
            assert len(processes_of(environment["PORTAL_VAR"])) >= 5
            began = time.monotonic()
        assert time.monotonic() - began < 11
        assert processes_of(environment["PORTAL_VAR"]) == {}
        assert f"running at {address}/" in (tmp_path / "output").read_text()
        assert start == 1 or processor_seconds() - before < 15


def test_one_fallen_process_stops_the_portal_and_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """Here the worker, killed from outside."""
    with portal(environment, tmp_path / "output", within=600) as process:
        running = processes_of(environment["PORTAL_VAR"])
        # The lowest number is the worker itself, the others are its helpers.
        os.kill(min(pid for pid, command in running.items() if " worker " in command), signal.SIGKILL)
        assert process.wait(timeout=15) != 0
    assert "worker was ended by SIGKILL" in (tmp_path / "output").read_text()
    assert processes_of(environment["PORTAL_VAR"]) == {}
