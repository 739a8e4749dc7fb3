"""The timetable in code reaches beat's tables, once, and leaves the operator's own entries alone."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils.module_loading import autodiscover_modules, import_string
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from pytest_django import Settings

from jobs.timetable import Daily, Entry, sync

pytestmark = pytest.mark.django_db

SWEEP = Entry("jobs.sweep", task="jobs.sweep", when=timedelta(seconds=30))
NIGHTLY = Entry("nightly", task="jobs.pulse", when=Daily(hour=1, minute=15, days="1"), kwargs={"a": 1})


def test_entries_become_periodic_tasks_in_the_portals_time_zone() -> None:
    assert sync([SWEEP, NIGHTLY]) == ["jobs.sweep", "nightly"]
    sweep, nightly = (PeriodicTask.objects.get(name=name) for name in ("jobs.sweep", "nightly"))
    assert (sweep.task, sweep.interval.every, sweep.interval.period) == ("jobs.sweep", 30, "seconds")
    assert sweep.expire_seconds == 60
    assert (nightly.crontab.hour, nightly.crontab.minute, nightly.crontab.day_of_month) == ("1", "15", "1")
    assert str(nightly.crontab.timezone) == "Asia/Shanghai"
    assert nightly.kwargs == '{"a": 1}'


def test_a_second_run_changes_nothing() -> None:
    sync([SWEEP, NIGHTLY])
    assert sync([SWEEP, NIGHTLY]) == []
    assert PeriodicTask.objects.filter(name__in=["jobs.sweep", "nightly"]).count() == 2


def test_a_changed_entry_replaces_the_old_one() -> None:
    sync([SWEEP])
    assert sync([Entry("jobs.sweep", task="jobs.sweep", when=Daily(hour="*", minute=0))]) == ["jobs.sweep"]
    row = PeriodicTask.objects.get(name="jobs.sweep")
    assert (row.interval, row.crontab.minute, row.expire_seconds) == (None, "0", None)


def test_an_entry_that_left_the_code_leaves_the_schedule_but_an_operators_own_stays() -> None:
    sync([SWEEP, NIGHTLY])
    minute = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(name="by hand", task="jobs.pulse", interval=minute)
    assert sync([SWEEP]) == ["nightly"]
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {"by hand", "jobs.sweep"}


def test_an_entry_that_was_switched_off_stays_off() -> None:
    sync([SWEEP])
    PeriodicTask.objects.update(enabled=False)
    assert sync([SWEEP]) == []
    assert PeriodicTask.objects.get().enabled is False


def test_the_command_writes_the_portals_timetable_and_says_so() -> None:
    PeriodicTask.objects.all().delete()
    first, second = StringIO(), StringIO()
    call_command("sync_timetable", stdout=first)
    call_command("sync_timetable", stdout=second)
    assert "jobs.sweep" in first.getvalue()
    assert second.getvalue() == "Timetable: no change.\n"


def test_every_task_of_the_portals_timetable_exists(settings: Settings) -> None:
    autodiscover_modules("tasks")
    entries = import_string(settings.JOBS_TIMETABLE)
    assert entries
    assert [entry.task for entry in entries if entry.task not in current_app.tasks] == []
    assert len({entry.name for entry in entries}) == len(entries)
