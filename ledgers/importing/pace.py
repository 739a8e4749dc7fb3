"""Room to work for the moments when a whole workbook is in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector still: it would search hundreds of thousands of live cells, again and again.

    Reference counting goes on freeing what is no longer used; measured, a fifth of the time is saved.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
