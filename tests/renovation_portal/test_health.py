"""/healthz and /readyz: each broken part is named, nothing else is revealed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from jobs import services
from jobs.models import Job, Pulse
from renovation_portal import health
from tests.stack import LocalBroker, own_broker

__all__ = ["own_broker"]
ALL_WELL = {"database": "ok", "migrations": "ok", "worker": "ok", "beat": "ok", "broker": "ok"}


@pytest.fixture(autouse=True)
def _forget_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Schema, "current", False)


@pytest.fixture
def alive(db: None) -> None:
    """Let worker and beat have been seen just now."""
    services.pulse(services.WORKER)
    services.pulse(services.BEAT)


def ready(client: Client) -> tuple[int, dict[str, str]]:
    """Ask /readyz."""
    response = client.get("/readyz")
    return response.status_code, json.loads(response.content)


def test_healthz_answers_without_touching_the_database(
    client: Client, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.block():
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_when_all_is_well_it_is_ready(client: Client, alive: None) -> None:
    assert ready(client) == (200, ALL_WELL)


@pytest.mark.parametrize(("name", "seconds"), [("worker", 320), ("beat", 80)])
def test_a_silent_part_is_named(client: Client, alive: None, name: str, seconds: int) -> None:
    Pulse.objects.filter(name=name).update(at=timezone.now() - timedelta(seconds=seconds))
    assert ready(client) == (503, {**ALL_WELL, name: "silent"})


@pytest.mark.parametrize(("name", "seconds"), [("worker", 280), ("beat", 40)])
def test_a_part_that_was_seen_lately_is_well(client: Client, alive: None, name: str, seconds: int) -> None:
    Pulse.objects.filter(name=name).update(at=timezone.now() - timedelta(seconds=seconds))
    assert ready(client) == (200, ALL_WELL)


def test_parts_that_never_started_are_named(client: Client, db: None) -> None:
    assert ready(client) == (503, {**ALL_WELL, "worker": "never seen", "beat": "never seen"})


def test_a_worker_busy_with_a_long_job_is_not_silent(client: Client, alive: None) -> None:
    long_ago, now = timezone.now() - timedelta(hours=1), timezone.now()
    Pulse.objects.filter(name="worker").update(at=long_ago)
    Job.objects.create(
        kind="tests.write",
        key="long",
        state=Job.State.RUNNING,
        attempt=1,
        started_at=long_ago,
        heartbeat_at=now,
    )
    assert ready(client) == (200, ALL_WELL)


def test_a_missing_migration_is_named(client: Client, alive: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="jobs").delete()
    status, parts = ready(client)
    assert status == 503
    assert (parts["database"], parts["migrations"]) == ("ok", "pending")


def test_a_database_that_is_away_is_named_and_nothing_is_told_about_it(
    client: Client, alive: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseError("password authentication failed for user portal")

    monkeypatch.setattr(connection, "ensure_connection", away)
    status, parts = ready(client)
    assert status == 503
    assert parts == {
        "database": "unreachable",
        "migrations": "unknown",
        "worker": "unknown",
        "beat": "unknown",
        "broker": "ok",
    }


@pytest.mark.broker
def test_the_broker_is_asked_for_real(
    client: Client, alive: None, own_broker: LocalBroker, settings: Settings
) -> None:
    settings.CELERY_BROKER_URL = own_broker.url
    assert ready(client) == (200, ALL_WELL)
    own_broker.stop()
    assert ready(client) == (503, {**ALL_WELL, "broker": "unreachable"})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_may_only_be_read(client: Client, db: None, address: str) -> None:
    assert client.post(address).status_code == 405
