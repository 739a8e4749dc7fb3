"""For a worker of the stack: every file takes so long to reach the disk that it can be killed meanwhile."""

import os
import time
from typing import Any

_flush = os.fsync


def _slowly(descriptor: Any) -> None:
    time.sleep(1.5)
    _flush(descriptor)


os.fsync = _slowly  # type: ignore[assignment]
