"""Run a few long-lived processes as one: they start together and none outlives the others.

Every process gets a session of its own, so that Ctrl-C reaches the supervisor alone and it decides the order
of stopping; what a process has itself started is ended with it.  On Linux the kernel ends the processes when
the supervisor is killed outright.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

#: Seconds between two looks at the processes; a stop is noticed within this time.
LOOK_EVERY = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
#: Beyond this a log is put aside when its process starts; one older log is kept.
LOG_LIMIT_BYTES = 10_000_000


class ServiceFellError(Exception):
    """A process ended by itself, or never became ready; the text tells which, and the end of its log."""


class StopRequestedError(Exception):
    """Somebody asked the supervisor to stop."""


@dataclass(frozen=True)
class Service:
    """One process to keep running.

    ``grace`` is the number of seconds it may take to stop in order before it is killed.  Output goes to
    ``log``, or to the terminal when there is none.
    """

    name: str
    command: Sequence[str]
    log: Path | None = None
    grace: float = 5.0


@dataclass(frozen=True)
class Running:
    """A service and its process."""

    service: Service
    process: subprocess.Popen[bytes]


class Supervisor:
    """Starts services, notices when one falls, and stops them in reverse order of their start."""

    def __init__(self, environment: Mapping[str, str], directory: Path) -> None:
        """Start processes in ``directory`` with ``environment``."""
        self._environment = dict(environment)
        self._directory = directory
        self._running: list[Running] = []
        self._stop_requested = False

    def listen(self) -> None:
        """Turn the usual stop signals into a request to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._request_stop)
        # nohup asks to live on when the terminal closes.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._request_stop)

    def _request_stop(self, number: int, frame: object) -> None:
        self._stop_requested = True

    def start(self, service: Service) -> None:
        """Start a service and keep it among those that are watched."""
        self._running.append(self._spawn(service))

    def run_once(self, service: Service) -> None:
        """Run a process that is meant to end, while watching the others; raise when it fails."""
        once = self._spawn(service)
        self._running.append(once)
        self.wait_until(lambda: once.process.poll() is not None, timeout=None, what=service.name, ends=once)
        self._running.remove(once)
        if once.process.returncode:
            raise ServiceFellError(describe_end(once))

    def wait_until(
        self, ready: Callable[[], bool], *, timeout: float | None, what: str, ends: Running | None = None
    ) -> None:
        """Wait until ``ready`` says yes; raise after ``timeout`` seconds or when a service falls."""
        limit = None if timeout is None else time.monotonic() + timeout
        while not ready():
            self._look(except_for=ends)
            if limit is not None and time.monotonic() > limit:
                raise ServiceFellError(f"{what} did not answer within {timeout:.0f} seconds.")
            time.sleep(LOOK_EVERY)

    def watch(self) -> NoReturn:
        """Wait until somebody asks to stop or a service falls, and raise which of the two it was."""
        while True:
            self._look()
            time.sleep(LOOK_EVERY)

    def _look(self, except_for: Running | None = None) -> None:
        if self._stop_requested:
            raise StopRequestedError
        for running in self._running:
            if running is not except_for and running.process.poll() is not None:
                raise ServiceFellError(describe_end(running))

    def _spawn(self, service: Service) -> Running:
        output = None
        if service.log is not None:
            service.log.parent.mkdir(parents=True, exist_ok=True)
            put_aside(service.log)
            output = service.log.open("ab")
        try:
            process = subprocess.Popen(
                service.command,
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before_command,
            )
        finally:
            if output is not None:
                output.close()
        return Running(service, process)

    def stop(self) -> None:
        """Stop everything: users of a service before the service, in order first and by force at the end."""
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
        if self._running:
            first, *rest = self._running
            # What was started first is what the others lean on (the broker): it goes last.
            stop_together(rest)
            stop_together([first])
        self._running.clear()
        for number, handler in handlers.items():
            signal.signal(number, handler)


def stop_together(group: Sequence[Running]) -> None:
    """Ask processes to stop, wait for the longest grace among them, then kill what is left of them."""
    for running in group:
        if running.process.poll() is None:
            running.process.terminate()
    limit = time.monotonic() + max((running.service.grace for running in group), default=0.0)
    for running in group:
        try:
            running.process.wait(timeout=max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{running.service.name} did not stop in time and is killed.", flush=True)
    for running in group:
        kill_session(running.process.pid)
        running.process.wait()


def kill_session(leader: int) -> None:
    """Kill whatever still runs in the process group of ``leader``."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def before_command() -> None:
    """Set up a child before its command: it heeds stop signals, and stops when its parent dies."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def put_aside(log: Path) -> None:
    """Keep a log from growing for ever."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def describe_end(running: Running) -> str:
    """Tell how a process ended and what it wrote last."""
    code = running.process.returncode
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    text = f"{running.service.name} {how}."
    if running.service.log is None:
        return text
    return f"{text} The end of {running.service.log}:\n{last_lines(running.service.log)}"


def last_lines(log: Path, count: int = 15) -> str:
    """Return the last lines of a log, indented."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return "\n".join(f"    {line}" for line in lines)
