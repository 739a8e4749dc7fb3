"""Beat and worker really running at other dates: every report once, for its period, or not at all."""

from __future__ import annotations

import threading
from datetime import date, datetime
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import close_old_connections
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from dashboards import asking
from dashboards.documents import files
from dashboards.models import Bulletin
from dashboards.periods import Period
from jobs import services
from jobs.models import Job
from tests.dashboards.conftest import enter, started
from tests.funding.money_rows import a_source, happened
from tests.stack import Stack, own_broker, stack, wait_for

__all__ = ["own_broker", "stack"]

pytestmark = pytest.mark.broker

# Moments in Shanghai and what falls due between the one before and it; in UTC and in New York most of them
# are still on the day before: year end, leap day, ends of months and quarters, a Friday.
COURSE: tuple[tuple[str, set[tuple[str, str]]], ...] = (
    (
        "2023-12-31T23:30:00+08:00",
        {("week", "2023-12-28"), ("start", "2023-11-30"), ("funds", "2023-11-30"), ("quarter", "2023-09-30")},
    ),
    (
        "2024-01-01T05:00:00+08:00",
        {("start", "2023-12-31"), ("funds", "2023-12-31"), ("quarter", "2023-12-31"), ("year", "2023-12-31")},
    ),
    (
        "2024-02-29T07:30:00+08:00",
        {("week", "2024-02-22"), ("start", "2024-01-31"), ("funds", "2024-01-31")},
    ),
    ("2024-03-01T04:30:00+08:00", {("start", "2024-02-29"), ("funds", "2024-02-29")}),
    (
        "2024-05-31T08:05:00+08:00",
        {("week", "2024-05-30"), ("start", "2024-04-30"), ("funds", "2024-04-30"), ("quarter", "2024-03-31")},
    ),
    (
        "2024-07-01T04:05:00+08:00",
        {("week", "2024-06-27"), ("start", "2024-06-30"), ("funds", "2024-06-30"), ("quarter", "2024-06-30")},
    ),
)
ISSUED = {"library": "issued"}


def a_year_under_way() -> None:
    """Enter a plan year that has begun, is not all started, and has money."""
    first, _second = enter(
        [
            {"unit": "222401", "plan_year": 2023, **ISSUED, **started(date(2023, 5, 1))},
            {"unit": "222403", "plan_year": 2023, **ISSUED},
        ]
    )
    happened(first.pk, a_source(by_batch=False), date(2023, 3, 1), planned=10_000_000)


def only_reports(since: datetime) -> None:
    """Bring the timetable to beat as it stood before a moment, with the entry of the reports alone."""
    call_command("sync_timetable", stdout=StringIO())
    PeriodicTask.objects.exclude(name="dashboards.report").update(enabled=False)
    PeriodicTask.objects.filter(name="dashboards.report").update(last_run_at=since)


def show(clock: Path, moment: str) -> None:
    """Set the clock of the running processes, in one go: they look all the time."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(moment, encoding="ascii")
    fresh.replace(clock)


def made() -> set[tuple[str, str]]:
    """Return the kind and last day of every report, all of plan year 2023."""
    rows = Bulletin.objects.filter(plan_year=2023).values_list("kind", "period_end")
    return {(kind, f"{end:%Y-%m-%d}") for kind, end in rows}


def has_made(expected: frozenset[tuple[str, str]]) -> bool:
    """Tell whether all of these are made."""
    return made() >= expected


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_each_report_is_made_once_for_its_period_whatever_the_servers_zone(stack: Stack, zone: str) -> None:
    a_year_under_way()
    only_reports(datetime.fromisoformat("2023-12-31T20:00:00+08:00"))
    clock = stack.folder / "clock"
    show(clock, COURSE[0][0])
    stack.program = "tests.travelling"
    stack.extra = {"TZ": zone, "TEST_CLOCK": str(clock)}
    worker = stack.start_worker("--pool", "solo")
    stack.start_beat()
    assert f"in {zone}." in worker.output

    expected: set[tuple[str, str]] = set()
    for moment, due in COURSE:
        show(clock, moment)
        expected |= due
        wait_for(f"everything due by {moment} is made", partial(has_made, frozenset(expected)), seconds=90)
        wait_for(
            "nothing is left to do",
            lambda: not Job.objects.exclude(state=Job.State.DONE).exists(),
            seconds=30,
        )
        assert made() == expected

    assert Bulletin.objects.count() == len(expected) == 21
    for bulletin in Bulletin.objects.select_related("snapshot", "previous"):
        assert bulletin.previous is not None
        assert (bulletin.snapshot.on, bulletin.previous.on) == (bulletin.period_end, bulletin.period.before)
        assert bulletin.period == Period.ending(bulletin.kind, bulletin.period_end)


def test_two_beats_and_five_hands_make_one(stack: Stack) -> None:
    a_year_under_way()
    only_reports(datetime.fromisoformat("2024-02-01T00:30:00+08:00"))
    clock = stack.folder / "clock"
    show(clock, "2024-02-01T01:59:59+08:00")
    stack.program = "tests.travelling"
    stack.extra = {"TZ": "UTC", "TEST_CLOCK": str(clock)}
    stack.start_worker("--pool", "solo")
    stack.start_beat()
    stack.start_beat()

    def ask() -> None:
        try:
            asking.ask_for_bulletin(plan_year=2023, year=2024, month=1)
        finally:
            close_old_connections()

    hands = [threading.Thread(target=ask) for _hand in range(5)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    january = Job.objects.filter(key="2023/2024-01")
    wait_for("January is reported", january.filter(state=Job.State.DONE).first, seconds=60)
    wait_for("the week is reported", Bulletin.objects.filter(kind="week").first, seconds=60)

    assert january.count() == 1
    assert Bulletin.objects.filter(kind="start", period_end=date(2024, 1, 31)).count() == 1
    assert Bulletin.objects.filter(kind="week").count() == 1


def folders(media: Path) -> list[str]:
    """Return the names of the folders bulletins stand in."""
    root = media / files.FOLDER
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def test_a_kill_in_mid_report_leaves_no_half_file_and_the_report_is_made(
    stack: Stack, settings: Settings
) -> None:
    media = stack.folder / "media"
    settings.MEDIA_ROOT = media
    a_year_under_way()
    stack.includes = ("tests.dashboards.slow_files",)
    worker = stack.start_worker()
    job = asking.ask_for_bulletin(plan_year=2023, year=2023, month=6)
    wait_for("the second file is begun", lambda: len(list(media.glob("*/*/bulletin.*"))) > 1, seconds=60)

    worker.kill()
    assert all(name.startswith(files.UNFINISHED) for name in folders(media))
    assert len(folders(media)) == 1
    assert not Bulletin.objects.exists()

    stack.includes = ()
    stack.start_worker()

    def done() -> bool:
        services.sweep()
        return Job.objects.filter(pk=job.pk, state=Job.State.DONE).exists()

    wait_for("the report is made after all", done, seconds=60)
    bulletin = Bulletin.objects.get()
    assert [name.startswith(files.UNFINISHED) for name in folders(media)] == [False]
    assert {name: len(files.read(kept)) for name, kept in bulletin.files.items()} == {
        name: kept["size"] for name, kept in bulletin.files.items()
    }
