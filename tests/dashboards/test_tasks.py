"""The machinery at the end of a month: jobs, their keys, the timetable, and the real processes."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from dashboards import asking, snapshots, tasks
from dashboards.models import Bulletin, Snapshot
from jobs.models import Job
from projects.models import Project
from projects.months import previous_month_end
from renovation_portal.timetable import TIMETABLE
from tests.dashboards.conftest import JUNE, MAY, enter, started
from tests.stack import Stack, own_broker, stack, wait_for

__all__ = ["own_broker", "stack"]


@pytest.mark.django_db
def test_the_month_is_frozen_and_reported_by_jobs(
    year: list[Project], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asking.ask_for_freeze(JUNE)
        asking.ask_for_freeze(JUNE)
        asking.ask_for_bulletins(JUNE)
    assert {(s.plan_year, s.on) for s in Snapshot.objects.all()} == {(2019, JUNE), (2020, JUNE), (2020, MAY)}
    assert [job.state for job in Job.objects.all()] == [Job.State.DONE] * 2
    assert [(b.plan_year, b.drafted_by) for b in Bulletin.objects.all()] == [(2020, None)]


@pytest.mark.django_db
def test_a_plan_year_is_reported_until_everything_has_started(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    enter(
        [
            {"unit": "222401", "plan_year": 2019, **started(date(2019, 5, 1))},
            {"unit": "222403", "plan_year": 2019, **started(date(2020, 2, 10))},
            {"unit": "222401", "plan_year": 2020},
        ]
    )

    def reported(on: date) -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            return [job.key for job in asking.ask_for_bulletins(on)]

    assert reported(date(2020, 2, 29)) == ["2019/2020-02", "2020/2020-02"]
    assert reported(date(2020, 3, 31)) == ["2020/2020-03"]
    assert reported(date(2021, 3, 31)) == ["2020/2021-03"]


@pytest.mark.django_db
def test_beat_asks_for_the_month_that_is_over(
    monkeypatch: pytest.MonkeyPatch, year: list[Project], django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(snapshots, "last_month_end", lambda: JUNE)
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(3):
            tasks.freeze_last_month()
            asking.ask_for_bulletins(JUNE)
    assert sorted(Job.objects.values_list("kind", "key")) == [
        ("dashboards.freeze_month", "all/2020-06"),
        ("dashboards.make_bulletin", "2020/2020-06"),
    ]


@pytest.mark.django_db
def test_a_month_that_is_not_over_fails_with_a_reason(django_capture_on_commit_callbacks: Any) -> None:
    enter([{"unit": "222401", "plan_year": 2020}])
    with django_capture_on_commit_callbacks(execute=True):
        asking.ask_for_freeze(date(2999, 1, 31), plan_year=2020)
    job = Job.objects.get()
    assert (job.state, job.error_code) == (Job.State.FAILED, "not_over")


def test_the_timetable_knows_the_end_of_the_month() -> None:
    entries = {entry.name: entry for entry in TIMETABLE}
    assert entries["dashboards.freeze"].task == tasks.freeze_last_month.name
    assert entries["dashboards.report"].task == tasks.report_all_due.name


# A year that is no history counts what was issued.
ISSUED = {"library": Project.Library.ISSUED}


@pytest.mark.broker
def test_running_worker_and_beat_make_the_bulletin(stack: Stack) -> None:
    last = snapshots.last_month_end()
    enter(
        [
            {"unit": "222401", "plan_year": last.year, **ISSUED, **started(previous_month_end(last))},
            {"unit": "222403", "plan_year": last.year, **ISSUED},
        ]
    )
    call_command("sync_timetable", stdout=StringIO())
    # The entry of the timetable itself, only sooner than on the hour.
    often = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    entry = PeriodicTask.objects.get(name="dashboards.report")
    entry.crontab, entry.interval = None, often
    entry.save()
    stack.start_worker()
    stack.start_beat()

    monthly = Bulletin.objects.filter(kind=Bulletin.Kind.START)
    bulletin = wait_for("the bulletin is made", monthly.first, seconds=60)
    assert (bulletin.plan_year, bulletin.period_end) == (last.year, last)
    assert bulletin.snapshot.on == last
    assert set(bulletin.files) == {"docx", "pdf", "xlsx"}
    ended = Job.objects.filter(state=Job.State.DONE, result__bulletin=bulletin.pk)
    wait_for("the job has ended", ended.first, seconds=10)
    # The other reports that are due are made beside it, each once too.
    kinds = list(Bulletin.objects.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds))
