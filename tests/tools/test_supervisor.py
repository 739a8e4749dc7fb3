"""Processes that start together and of which none outlives the others; all with real processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.supervisor import Service, ServiceFellError, StopRequestedError, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; time.sleep(600)"
#: Starts a child of its own, writes both process numbers to a file, and ignores the polite request to stop.
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""


def python(name: str, program: str, *arguments: str, log: Path | None = None, grace: float = 5) -> Service:
    """Describe a service that is a small Python program."""
    return Service(name, [sys.executable, "-c", program, *arguments], log, grace)


def lives(pid: int) -> bool:
    """Say whether a process runs; one that ended and was not yet collected by its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something becomes true."""
    limit = time.monotonic() + seconds
    while not true() and time.monotonic() < limit:
        time.sleep(0.05)
    return true()


def pids_in(file: Path) -> list[int]:
    """Return the process numbers a program wrote."""
    assert eventually(lambda: file.exists() and file.read_text() != "")
    return [int(number) for number in file.read_text().split()]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor that leaves nothing behind; the test runner keeps its own signals."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    made = Supervisor(os.environ, tmp_path)
    try:
        yield made
    finally:
        made.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def running_pids(supervisor: Supervisor) -> list[int]:
    """Return the processes the supervisor keeps."""
    return [running.process.pid for running in supervisor._running]


def test_when_one_falls_its_last_words_are_told_and_the_others_stop(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    """Nobody works on a portal of which half is gone."""
    supervisor.start(python("broker", SLEEP, log=tmp_path / "broker.log"))
    supervisor.start(
        python("worker", "print('no such table'); raise SystemExit(3)", log=tmp_path / "worker.log")
    )
    pids = running_pids(supervisor)

    with pytest.raises(ServiceFellError) as fallen:
        supervisor.watch()
    supervisor.stop()

    assert str(fallen.value).startswith("worker ended with code 3. The end of")
    assert "    no such table" in str(fallen.value)
    assert [pid for pid in pids if lives(pid)] == []


def test_a_killed_service_is_told_by_its_signal(supervisor: Supervisor, tmp_path: Path) -> None:
    """The out-of-memory killer leaves no other trace."""
    supervisor.start(python("web", SLEEP))
    os.kill(running_pids(supervisor)[0], signal.SIGKILL)
    with pytest.raises(ServiceFellError, match=r"^web was ended by SIGKILL\.$"):
        supervisor.watch()


def test_a_stubborn_service_and_what_it_started_are_killed_after_its_grace(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    """No orphans, and a stop that ends."""
    supervisor.start(python("worker", STUBBORN, str(tmp_path / "pids"), grace=0.5))
    pids = pids_in(tmp_path / "pids")
    assert [lives(pid) for pid in pids] == [True, True]

    began = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - began < 5
    assert eventually(lambda: not any(lives(pid) for pid in pids))


def test_what_was_started_first_stops_last(supervisor: Supervisor, tmp_path: Path) -> None:
    """The worker can still hand its task back to the broker."""
    order = tmp_path / "order"
    program = textwrap.dedent("""
        import pathlib, signal, sys, time
        def stop(*_):
            with open(sys.argv[1], "a") as order:
                order.write(sys.argv[2] + "\\n")
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
        time.sleep(600)
    """)
    for name in ("broker", "worker"):
        supervisor.start(python(name, program, str(order), name))
    assert eventually(lambda: all(Path(f"{order}{name}").exists() for name in ("broker", "worker")))

    supervisor.stop()

    assert order.read_text().split() == ["worker", "broker"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_the_watch(supervisor: Supervisor, number: signal.Signals) -> None:
    """Ctrl-C, a service manager and a closed terminal all mean the same."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    supervisor.listen()
    supervisor.start(python("web", SLEEP))
    os.kill(os.getpid(), number)
    with pytest.raises(StopRequestedError):
        supervisor.wait_until(lambda: False, timeout=10, what="The signal")


def test_a_portal_under_nohup_outlives_its_terminal(supervisor: Supervisor) -> None:
    """A hang-up that was already ignored stays ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervisor.listen()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_a_preparation_that_fails_stops_the_start(supervisor: Supervisor) -> None:
    """And one that succeeds is no longer watched."""
    supervisor.run_once(python("Preparing", "pass"))
    assert running_pids(supervisor) == []
    with pytest.raises(ServiceFellError, match=r"^Preparing ended with code 1\.$"):
        supervisor.run_once(python("Preparing", "raise SystemExit(1)"))


def test_a_service_that_falls_during_the_preparation_is_told(supervisor: Supervisor) -> None:
    """The broker is what the preparation may lean on."""
    supervisor.start(python("broker", "raise SystemExit(1)"))
    with pytest.raises(ServiceFellError, match=r"^broker ended with code 1\.$"):
        supervisor.run_once(python("Preparing", SLEEP))


def test_waiting_ends_with_a_reason(supervisor: Supervisor) -> None:
    """What never answers is named."""
    supervisor.start(python("web", SLEEP))
    with pytest.raises(ServiceFellError, match=r"^The web server did not answer within 0 seconds\.$"):
        supervisor.wait_until(lambda: False, timeout=0.2, what="The web server")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_nothing_outlives_a_supervisor_that_is_killed_outright(tmp_path: Path) -> None:
    """``kill -9`` on the supervisor leaves no orphan that holds the port."""
    program = textwrap.dedent("""
        import os, pathlib, sys
        from tools.supervisor import Service, Supervisor
        supervisor = Supervisor(os.environ, pathlib.Path.cwd())
        supervisor.start(Service("web", [sys.executable, "-c", sys.argv[2], sys.argv[1]]))
        supervisor.watch()
    """)
    child = f"import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); {SLEEP}"
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "pid"), child], cwd=ROOT)
    (pid,) = pids_in(tmp_path / "pid")

    process.kill()
    process.wait()

    assert eventually(lambda: not lives(pid))


def test_a_service_heeds_the_stop_signal_its_starter_ignores(supervisor: Supervisor) -> None:
    """What a shell ignores is inherited by everything it starts, and would make every stop a slow one."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    supervisor.start(python("web", SLEEP))
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 4
