"""Doing several things at the same moment, for the tests of what happens then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections, connection


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run acts at once, each on a connection of its own; return what each answered or raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures: list[Future[Any]] = [pool.submit(run, act) for act in acts]
    close_old_connections()
    return [future.exception() or future.result() for future in futures]
