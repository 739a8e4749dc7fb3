"""One attempt at a job, as its handler sees it: progress, fence, and the end."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models.functions import Now

from jobs.models import Job

logger = logging.getLogger(__name__)

# Seconds between two writes of progress, and how long such a write may wait for a lock.
PROGRESS_SECONDS = 1.0
LOCK_SECONDS = 2


class Fenced(Exception):
    """This attempt no longer owns its job: another one took over, or somebody cancelled it.

    A handler lets it pass; its transaction rolls back and nothing it did remains.
    """


class JobFailed(Exception):
    """The work cannot be done, and trying again would not help: the job fails at once.

    ``text`` is an English message id that says what is wrong and how to mend it (mark it with
    ``gettext_noop``); ``params`` fill its %-placeholders when it is shown.
    """

    def __init__(self, code: str, text: str, **params: str | int) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
        self.params = params


class Progress(NamedTuple):
    """How far an attempt has come; ``total`` 0 means that nobody knows."""

    done: int = 0
    total: int = 0
    label: str = ""


class JobRun:
    """One attempt at a job.

    The handler's duties: write inside ``transaction.atomic()``, and in that transaction, last, call
    ``finish(result)`` (or ``fence()`` when more work follows).  Both check that the attempt still owns the
    job and hold the row until the commit, so a worker that froze and thawed cannot write.  With ``finish``
    the end of the job is committed together with its effect, and not even a kill between the two can make
    the effect happen twice.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.job_id = job.pk
        self.attempt = job.attempt
        self.payload: dict[str, Any] = job.payload
        self._progress = Progress()
        self._written = Progress()
        self._written_at = 0.0
        self._lost = threading.Event()
        self._finishing = False
        self.has_heart = False

    def progress(self, done: int, total: int, label: str = "") -> None:
        """Say how far the work is; cheap enough to be called for every row.

        ``label`` is an English message id without placeholders.  It is kept from call to call until another
        is given.  Raises Fenced when the attempt has lost its job, so that long work stops early.
        """
        total = max(total, 0)
        done = min(max(done, 0), total) if total else max(done, 0)
        self._progress = Progress(done, total, label or self._progress.label)
        if self._lost.is_set() and not self._finishing:
            raise Fenced(self.job_id, self.attempt)
        # Without a heart (inside a caller's transaction) nobody else writes it.
        if not self.has_heart and time.monotonic() - self._written_at >= PROGRESS_SECONDS:
            self.beat()

    def fence(self) -> None:
        """Make sure, inside the handler's own transaction, that this attempt still owns the job.

        Call it as late as possible before the commit: from here on the row is locked, and a lock taken early
        keeps the progress from being shown.  Raises Fenced.
        """
        self._conditional_update(heartbeat_at=Now())

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """End the job as done in the handler's own transaction, together with its effect; raises Fenced."""
        self._finishing = True
        self._conditional_update(**self.ending(Job.State.DONE, result or {}))

    def ending(self, state: Job.State, result: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that end the job in a state, with the last progress reported."""
        return {
            "state": state,
            "result": result,
            "finished_at": Now(),
            **self._progress_fields(self._progress),
        }

    def beat(self) -> bool:
        """Write heartbeat and progress; False when the attempt no longer owns the job."""
        progress = self._progress
        owned = Job.objects.attempt_of(self.job_id, self.attempt).update(
            heartbeat_at=Now(), **self._progress_fields(progress)
        )
        self._written, self._written_at = progress, time.monotonic()
        if not owned:
            self._lost.set()
        return bool(owned)

    @property
    def has_news(self) -> bool:
        """Tell whether progress was reported that is not yet written."""
        return self._progress != self._written

    @staticmethod
    def _progress_fields(progress: Progress) -> dict[str, Any]:
        return {
            "progress_done": progress.done,
            "progress_total": progress.total,
            "progress_label": progress.label[:200],
        }

    def _conditional_update(self, **fields: Any) -> None:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "Fence and finish belong inside the transaction that writes: outside they protect nothing."
            )
        if not Job.objects.attempt_of(self.job_id, self.attempt).update(**fields):
            self._lost.set()
            raise Fenced(self.job_id, self.attempt)


class Heart:
    """Beats for a running attempt from a thread of its own, with its own database connection.

    A handler's transaction may hold the row (or, on SQLite, the whole database) for a while; then a beat is
    late and the next one tries again.  Inside a caller's transaction there is no thread: another connection
    could not see the row.
    """

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"heart-of-job-{run.job_id}", daemon=True)

    def __enter__(self) -> Self:
        if not connection.in_atomic_block:
            self._run.has_heart = True
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._run.has_heart:
            self._thread.join(timeout=5 * LOCK_SECONDS)
            self._run.has_heart = False

    def _live(self) -> None:
        last = time.monotonic()
        try:
            while not self._stop.wait(PROGRESS_SECONDS):
                if self._run.has_news or time.monotonic() - last >= settings.JOBS_HEARTBEAT_SECONDS:
                    last = time.monotonic()
                    if not self._beat():
                        return
        finally:
            connection.close()

    def _beat(self) -> bool:
        try:
            if connection.connection is None:
                self._wait_little_for_locks()
            return self._run.beat()
        except (DatabaseError, InterfaceError) as error:
            logger.debug("The heartbeat of job %s is late: %s", self._run.job_id, error)
            connection.close()
            return True

    @staticmethod
    def _wait_little_for_locks() -> None:
        # The end of the attempt waits for this thread, so it must not hang in a lock.
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            else:
                cursor.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")
