"""Run Celery at another time: ``python -m tests.travelling …`` instead of ``python -m celery …``.

The file named by ``TEST_CLOCK`` holds the moment (ISO with its offset) the process lives in; when the file
changes, the clock of the running process jumps there.  Between jumps the clock ticks.  Only Python's clocks
move: the database keeps its own, as it does when a server's clock is wrong.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import time_machine

CLOCK = Path(os.environ.get("TEST_CLOCK", "/nonexistent"))


def follow(traveller: time_machine.Traveller, shown: str) -> None:
    """Move the clock whenever the file says another moment."""
    pause = threading.Event()
    while not pause.wait(0.1):
        now = CLOCK.read_text(encoding="ascii")
        if now != shown:
            shown = now
            traveller.move_to(datetime.fromisoformat(shown), tick=True)


def main() -> None:
    """Begin at the file's moment and hand over to Celery."""
    shown = CLOCK.read_text(encoding="ascii")
    traveller = time_machine.travel(datetime.fromisoformat(shown), tick=True).start()
    threading.Thread(target=follow, args=(traveller, shown), daemon=True).start()
    sys.stdout.write(f"It is {time.strftime('%Y-%m-%d %H:%M')} in {os.environ.get('TZ')}.\n")
    sys.stdout.flush()
    from celery.__main__ import main as celery

    sys.argv[0] = "celery"
    celery()


if __name__ == "__main__":
    main()
