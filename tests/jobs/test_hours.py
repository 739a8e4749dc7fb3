"""The hours of the timetable: those of Asia/Shanghai, by beat's own reckoning, wherever the server stands."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery.app import app_or_default
from django.core.management import call_command
from django_celery_beat import schedulers
from django_celery_beat.models import PeriodicTask

from jobs.schedulers import PulsingScheduler

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
# They come by seconds, not by the clock.
UNCEASING = {"jobs.sweep", "jobs.pulse"}


def hourly(minute: int) -> list[str]:
    """Return a moment of every hour."""
    return [f"{hour:02}:{minute:02}" for hour in range(24)]


# What beat sends on any one day, by the clock in Shanghai.
HOURS = {
    "accounts.tidy": ["03:10"],
    "assessments.report": hourly(50),
    "consultations.keep_time": hourly(2),
    "dashboards.alerts": ["03:00", "04:00", "05:00"],
    "dashboards.freeze": hourly(30),
    "dashboards.report": hourly(0),
    "ledgers.nightly_health": ["02:20"],
    "projects.open_rounds": hourly(20),
    "projects.plan_visits": ["04:10"],
    "projects.send_digest": ["07:40", "08:40", "09:40"],
}


class Listening(PulsingScheduler):
    """The portal's scheduler, which writes down what it would send, and when."""

    producer = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        super().__init__(*args, **kwargs)
        # Nothing is left to be saved when the tests end.
        self._finalize.cancel()

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Write the entry down instead of sending it."""
        self.sent[entry.name].append(f"{datetime.now(SHANGHAI):%H:%M}")


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let beat keep the connection of the test, whose transaction would end with it."""
    monkeypatch.setattr(schedulers, "close_old_connections", lambda: None)


@pytest.fixture
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the server into a time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def timetable_that_ran(until: datetime) -> None:
    """Bring the timetable to beat as it stands when all of it has run until a moment."""
    call_command("sync_timetable", stdout=StringIO())
    PeriodicTask.objects.filter(name__in=UNCEASING).update(enabled=False)
    PeriodicTask.objects.update(last_run_at=until)


def sent_between(start: datetime, end: datetime) -> dict[str, list[str]]:
    """Let beat live from one moment to another, and return what it sent by name."""
    with time_machine.travel(start, tick=False) as traveller:
        beat = Listening(app=app_or_default(), max_interval=1800)
        while datetime.now(SHANGHAI) < end:
            traveller.shift(timedelta(seconds=max(beat.tick(), 1)))
    return {name: moments for name, moments in beat.sent.items() if name in HOURS}


@pytest.mark.parametrize(
    ("server_zone", "day"),
    [
        ("UTC", "2024-02-29"),
        ("Asia/Kolkata", "2023-12-31"),
        # The night in which New York loses an hour, and the one in which Auckland's day has 25.
        ("America/New_York", "2024-03-10"),
        ("Pacific/Auckland", "2024-04-07"),
    ],
    indirect=["server_zone"],
)
def test_every_entry_comes_at_its_hour_in_shanghai_whatever_the_servers_zone(
    server_zone: str, day: str
) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=SHANGHAI)
    timetable_that_ran(midnight - timedelta(seconds=30))
    assert sent_between(midnight, midnight + timedelta(days=1)) == HOURS


@pytest.mark.parametrize("server_zone", ["UTC", "America/New_York"], indirect=True)
def test_a_beat_that_slept_through_the_night_sends_everything_at_once(server_zone: str) -> None:
    evening = datetime(2024, 2, 29, 23, 59, tzinfo=SHANGHAI)
    timetable_that_ran(evening)
    waking = evening + timedelta(hours=13)
    assert sent_between(waking, waking + timedelta(seconds=30)) == dict.fromkeys(HOURS, ["12:59"])
