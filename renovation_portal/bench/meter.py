"""Stopwatches, and processes whose peak of memory can be told."""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections


class BenchError(Exception):
    """A measurement could not be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Lap:
    """What one stage took, in seconds; ``cpu`` is this process alone, without the database server."""

    name: str
    wall: float
    cpu: float


@dataclass
class Stopwatch:
    """Names the stages of a piece of work as they end."""

    laps: list[Lap] = field(default_factory=list)
    _wall: float = field(default_factory=time.perf_counter)
    _cpu: float = field(default_factory=time.process_time)

    def lap(self, name: str) -> None:
        """End a stage; the next one begins."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.laps.append(Lap(name, wall - self._wall, cpu - self._cpu))
        self._wall, self._cpu = wall, cpu


@dataclass(frozen=True, slots=True)
class Run:
    """What a piece of work answered, its stages, and the most memory its process held (MB)."""

    answer: dict[str, Any]
    laps: list[Lap]
    peak: float

    @property
    def wall(self) -> float:
        """Return the seconds of all stages."""
        return sum(lap.wall for lap in self.laps)

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of all stages."""
        return sum(lap.cpu for lap in self.laps)


Work = Callable[[Stopwatch], dict[str, Any]]


class Clock:
    """The time that is left for all measurements together."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> int:
        """Return the whole seconds that are left, at least one."""
        return max(int(self._end - time.monotonic()), 1)


def in_process(work: Work, clock: Clock) -> Run:
    """Run work in a forked process and return what it answered and took.

    Raises BenchError when it fails or when the clock runs out.
    """
    # A connection cannot be shared with a child; either side opens its own.
    connections.close_all()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _be_child(work, writer, clock.left)
    os.close(writer)
    ended = False
    try:
        with os.fdopen(reader, "rb") as pipe:
            content = pipe.read()
        _pid, status, usage = os.wait4(pid, 0)
        ended = True
    finally:
        if not ended:
            # Interrupted: nothing may go on writing into a database that is about to be destroyed.
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        raise BenchError("The measurement took longer than it may.")
    if status != 0:
        raise BenchError("A measurement failed; its traceback is above.")
    told = json.loads(content)
    return Run(told["answer"], [Lap(*lap) for lap in told["laps"]], usage.ru_maxrss / 1024)


def _be_child(work: Work, writer: int, seconds: int) -> None:
    """Do the work, tell the parent, and end without the parent's own tidying up."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(seconds)
        watch = Stopwatch()
        answer = work(watch)
        told = {"answer": answer, "laps": [(lap.name, lap.wall, lap.cpu) for lap in watch.laps]}
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(json.dumps(told).encode())
        connections.close_all()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def fastest(runs: list[Run]) -> Run:
    """Return the run that took the least: on a shared machine the others waited for somebody else."""
    return min(runs, key=lambda run: run.wall)


def race(times: int, *works: Callable[[], Any]) -> list[Lap]:
    """Return the least seconds of each work, run in turns: what slows one down slows its neighbour too."""
    best: list[list[Lap]] = [[] for _work in works]
    for _time in range(times):
        for laps, work in zip(best, works, strict=True):
            watch = Stopwatch()
            work()
            watch.lap("")
            laps.extend(watch.laps)
    return [Lap("", min(lap.wall for lap in laps), min(lap.cpu for lap in laps)) for laps in best]
