"""An import outlives whatever becomes of worker and broker: its rows are there once, or not at all."""

from __future__ import annotations

import random
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from jobs import services
from jobs.models import Job
from ledgers.importing import batches
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from records.services import Mode
from tests.conftest import ClientFor
from tests.stack import LocalBroker, Process, Stack, wait_for
from tests.trust.test_races import assert_history_is_whole
from tests.trust.world import OWN, community_row, write

pytestmark = pytest.mark.broker
ROWS = 2000
KILLS = 10
SEED = 20201122
State = ImportBatch.State


def table(name: str) -> SimpleUploadedFile:
    """Return a table of so many new communities, 300 households each."""
    lines = "".join(f"{name}第{number}小区,河南街道,300\n" for number in range(ROWS))
    return SimpleUploadedFile(f"{name}.csv", ("小区名称,所在街道,户数\n" + lines).encode())


def upload(user: User, name: str) -> ImportBatch:
    """Upload a table that only the worker reads."""
    batch = batches.upload(
        user=user, ledger=LEDGERS["communities"], region=user.region, year=None, file=table(name)
    )
    assert batches.check(batch) is not None
    return batch


def job_of(batch: ImportBatch) -> Job:
    """Return the job that was asked for last."""
    found = Job.objects.filter(payload={"batch": batch.pk}).order_by("pk").last()
    assert found is not None
    return found


def finished(job: Job) -> Job | None:
    """Sweep, as beat does every 30 seconds, and return the job when it has ended."""
    services.sweep()
    job.refresh_from_db()
    return job if job.is_finished else None


def rows_of(name: str) -> int:
    """Return how many rows of a table are in the ledger."""
    return Community.objects.filter(name__startswith=f"{name}第").count()


class Killer:
    """Kills the worker in the middle of jobs, at moments of a chance that can be repeated."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.chance = random.Random(SEED)
        self.worker: Process = stack.start_worker()
        self.kills: list[str] = []

    def run(self, job: Job, takes: float) -> Job:
        """Let a job that takes about so many seconds end, after two kills if they are quick enough for it."""
        for attempt in (1, 2):
            if not self._is_at_work(job, attempt):
                break
            time.sleep(self.chance.uniform(0, takes))
            self.worker.kill()
            job.refresh_from_db()
            if job.state == Job.State.RUNNING:
                self.kills.append(f"{job.kind}, attempt {attempt}")
            self.worker = self.stack.start_worker()
        return wait_for("the job has ended", lambda: finished(job), seconds=60)

    @staticmethod
    def _is_at_work(job: Job, attempt: int) -> bool:
        """Wait, without a moment's sleep, until an attempt runs; False when the job has ended before."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            job.refresh_from_db()
            if job.is_finished:
                return False
            if job.state == Job.State.RUNNING and job.attempt == attempt:
                return True
            time.sleep(0.002)
        pytest.fail(f"attempt {attempt} of {job} did not begin")


@pytest.fixture(autouse=True)
def _files_where_the_workers_look(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def undisturbed(stack: Stack, yanji: User) -> dict[str, float]:
    """Import once with nobody disturbing it, and return the seconds that checking and saving take."""
    worker = stack.start_worker()
    batch = upload(yanji, "样")
    times = {}
    for part in ("check", "commit"):
        if part == "commit":
            batch.refresh_from_db()
            batches.start_commit(batch, mode=Mode.VALID_ROWS)
        job = job_of(batch)
        wait_for("the job is done", lambda job=job: finished(job), seconds=40)  # type: ignore[misc]
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error_message
        assert job.started_at
        assert job.finished_at
        times[part] = (job.finished_at - job.started_at) / timedelta(seconds=1)
    worker.kill()
    assert rows_of("样") == ROWS
    return times


def test_a_worker_killed_at_ten_points_leaves_every_row_once_or_none(
    stack: Stack, undisturbed: dict[str, float], yanji: User, capsys: pytest.CaptureFixture[str]
) -> None:
    killer = Killer(stack)
    for number in range(KILLS):
        name = f"杀{number}"
        batch = upload(yanji, name)
        job = killer.run(job_of(batch), undisturbed["check"])
        assert (job.state, rows_of(name)) == (Job.State.DONE, 0), job.error_message
        batch.refresh_from_db()
        assert (batch.state, batch.summary["new"]) == (State.PLANNED, ROWS)

        batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
        job = killer.run(job_of(batch), undisturbed["commit"])
        batch.refresh_from_db()
        assert (job.state, batch.state, rows_of(name)) == (Job.State.DONE, State.COMMITTED, ROWS)
        assert batch.summary["committed"]["created"] == ROWS
        if len(killer.kills) >= KILLS:
            break
    with capsys.disabled():
        print(f"\nKilled in the middle of: {'; '.join(killer.kills)}")  # noqa: T201
    assert len(killer.kills) >= KILLS
    assert_history_is_whole()


def test_a_worker_that_dies_every_time_leaves_a_failed_job_that_says_so_and_no_row(
    stack: Stack, yanji: User, client_for: ClientFor
) -> None:
    """The last attempt is lost before it can write; then the owner reads it on the page."""
    batch = upload(yanji, "三")
    job = job_of(batch)
    Job.objects.filter(pk=job.pk).update(max_attempts=1)
    with transaction.atomic():
        claimed = services.claim(job.pk)
    assert claimed is not None
    Job.objects.filter(pk=job.pk).update(owner="", heartbeat_at=timezone.now() - timedelta(hours=1))
    services.sweep()
    job.refresh_from_db()
    assert (job.state, job.error_code, rows_of("三")) == (Job.State.FAILED, "worker_lost", 0)
    page = client_for(yanji).get(f"/ledgers/imports/{batch.pk}/")
    assert page.status_code == 200
    assert job.error_message in page.content.decode()


def test_without_a_broker_edits_go_on_and_the_import_runs_when_it_is_back(
    breakable_stack: Stack,
    own_broker: LocalBroker,
    yanji: User,
    client_for: ClientFor,
) -> None:
    [pk] = write(Community, [community_row(OWN, "在线小区")])
    client = client_for(yanji)
    own_broker.stop()
    change = {"id": pk, "v": 1, "cells": {"remark": "断网也能改"}, "key": str(uuid.uuid4())}
    saved = client.post(
        "/ledgers/communities/grid/save/", {"changes": [change]}, content_type="application/json"
    )
    assert saved.json()["rows"][0]["status"] == "saved"

    sent = client.post("/ledgers/communities/import/", {"file": table("断")})
    assert sent.status_code == 302
    batch = ImportBatch.objects.get()
    job = job_of(batch)
    assert (batch.state, job.state, job.sent_at) == (State.READING, Job.State.QUEUED, None)
    assert client.get(sent.headers["Location"]).status_code == 200

    own_broker.start()
    breakable_stack.start_worker()
    wait_for("the table is checked", lambda: finished(job), seconds=40)
    client.post(f"/ledgers/imports/{batch.pk}/commit/", {"mode": "all"})
    wait_for("the table is saved", lambda: finished(job_of(batch)), seconds=40)
    batch.refresh_from_db()
    assert (batch.state, rows_of("断")) == (State.COMMITTED, ROWS)
    assert Community.objects.get(pk=pk).remark == "断网也能改"
    assert_history_is_whole()
