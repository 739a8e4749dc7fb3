"""Names the process that runs a job, so that its death is seen at once where that is possible.

The heartbeat finds every lost worker, but only after minutes.  Most lost workers die on the very machine that
restarts them; there the operating system can be asked.  The name holds what identifies a process beyond doubt
(boot, process namespace, number, start time), so that no reused number and no other container passes for it.
"""

import os
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


@cache
def _machine() -> str:
    """Return this boot and process namespace, or "" where the system does not tell (not Linux)."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return a living process's start time in clock ticks since boot; None when it is gone or a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # proc(5): the fields after the name in parentheses begin with no. 3, the state; no. 22 is the start time.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[19]


def this_process() -> str:
    """Return the name of the calling process; "" where processes cannot be told apart for certain."""
    machine, pid = _machine(), os.getpid()
    return f"{machine}/{pid}/{_started(pid)}" if machine else ""


def is_gone(owner: str) -> bool:
    """Tell whether a process is known to be dead; False when it lives, is stopped, or runs elsewhere."""
    machine, _, process = owner.partition("/")
    if not machine or machine != _machine():
        return False
    pid, _, started = process.partition("/")
    return _started(int(pid)) != started
