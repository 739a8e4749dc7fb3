"""Beat and worker really running at other dates: every report once, for its period, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import close_old_connections
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from assessments import asking as assessing
from assessments import facts, proceedings, scoring
from assessments.models import AssessmentReport, FactSheet
from assessments.papers import FORMATS
from dashboards import asking
from dashboards.documents import files
from dashboards.models import Bulletin, Snapshot
from dashboards.periods import Period
from jobs import services
from jobs.models import Job
from tests.assessments.conftest import after_appeals, default_scheme, through_to_published
from tests.conftest import make_user
from tests.dashboards.conftest import enter, started
from tests.funding.money_rows import a_source, happened
from tests.stack import Stack, own_broker, stack, wait_for

__all__ = ["own_broker", "stack"]

pytestmark = pytest.mark.broker
Paper = AssessmentReport.Kind

# The entries of the timetable that make something for a period.
REPORTS = ("dashboards.freeze", "dashboards.report", "assessments.report")
# Moments in Shanghai and what falls due between the one before and it, by plan year; in UTC and in New York
# most of them are still on the day before: year end, leap day, ends of months and quarters, a Friday.
# Months that end while nothing runs are frozen and scored when it runs again.
COURSE: tuple[tuple[str, dict[int, str]], ...] = (
    (
        "2023-12-31T23:30:00+08:00",
        {
            2023: "week 2023-12-28, start 2023-11-30, funds 2023-11-30, quarter 2023-09-30,"
            " frozen 2023-06-30, frozen 2023-09-30, frozen 2023-10-31, frozen 2023-11-30,"
            " monthly 2023-11-30, midyear 2023-06-30"
        },
    ),
    (
        "2024-01-01T05:00:00+08:00",
        {
            2023: "start 2023-12-31, funds 2023-12-31, quarter 2023-12-31, year 2023-12-31,"
            " frozen 2022-12-31, frozen 2023-12-31, monthly 2023-12-31"
        },
    ),
    (
        "2024-02-29T07:30:00+08:00",
        {
            2023: "week 2024-02-22, start 2024-01-31, funds 2024-01-31, frozen 2024-01-31,"
            " unit 2023-12-31 222401, unit 2023-12-31 222403, province 2023-12-31",
            2024: "week 2024-02-22, start 2024-01-31, frozen 2023-12-31, frozen 2024-01-31,"
            " monthly 2024-01-31",
        },
    ),
    (
        "2024-03-01T04:30:00+08:00",
        {
            2023: "start 2024-02-29, funds 2024-02-29, frozen 2024-02-29",
            2024: "start 2024-02-29, frozen 2024-02-29, monthly 2024-02-29",
        },
    ),
    (
        "2024-05-31T08:05:00+08:00",
        {
            2023: "week 2024-05-30, start 2024-04-30, funds 2024-04-30, quarter 2024-03-31,"
            " frozen 2024-03-31, frozen 2024-04-30",
            2024: "week 2024-05-30, start 2024-04-30, quarter 2024-03-31,"
            " frozen 2024-03-31, frozen 2024-04-30, monthly 2024-03-31, monthly 2024-04-30",
        },
    ),
    (
        "2024-07-01T04:05:00+08:00",
        {
            2023: "week 2024-06-27, start 2024-06-30, funds 2024-06-30, quarter 2024-06-30,"
            " frozen 2024-05-31, frozen 2024-06-30",
            2024: "week 2024-06-27, start 2024-06-30, quarter 2024-06-30,"
            " frozen 2024-05-31, frozen 2024-06-30, monthly 2024-05-31, monthly 2024-06-30,"
            " midyear 2024-06-30",
        },
    ),
)
# The scores of 2023 are issued after this moment.
ASSESSED = COURSE[1][0]
ISSUED = {"library": "issued"}


def a_year_under_way() -> None:
    """Enter a plan year that has begun, is not all started, and has money, and a project of the next."""
    first, _second, _next = enter(
        [
            {"unit": "222401", "plan_year": 2023, **ISSUED, **started(date(2023, 5, 1))},
            {"unit": "222403", "plan_year": 2023, **ISSUED},
            {"unit": "222403", "plan_year": 2024, **ISSUED},
        ]
    )
    happened(first.pk, a_source(by_batch=False), date(2023, 3, 1), planned=10_000_000)


def assess(yanji: User, dunhua: User, prefecture: User, province: User, second: User) -> None:
    """Take the assessment of 2023 from the units to its issue."""
    people = {"222401": yanji, "222403": dunhua}
    for row in proceedings.open_year(year=2023, scheme=default_scheme(), on=date(2023, 12, 31), by=province):
        done = after_appeals(
            through_to_published(row, unit_user=people[row.unit.code], reviewer=prefecture, manager=province)
        )
        proceedings.issue(assessments=[(done, done.revision)], document_no="1号", by=second)


def only_reports(since: datetime) -> None:
    """Bring the timetable to beat as it stood before a moment, with the entries of the reports alone."""
    call_command("sync_timetable", stdout=StringIO())
    PeriodicTask.objects.exclude(name__in=REPORTS).update(enabled=False)
    PeriodicTask.objects.filter(name__in=REPORTS).update(last_run_at=since)


def show(clock: Path, moment: str) -> None:
    """Set the clock of the running processes, in one go: they look all the time."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(moment, encoding="ascii")
    fresh.replace(clock)


def due_by(course: Iterable[dict[int, str]]) -> list[str]:
    """Return all that falls due in some steps of the course, in one order."""
    return sorted(
        f"{year} {what}" for step in course for year, listed in step.items() for what in listed.split(", ")
    )


def made() -> list[str]:
    """Return the plan year, kind and last day of all that was made, in one order."""
    bulletins = Bulletin.objects.values_list("plan_year", "kind", "period_end")
    frozen = Snapshot.objects.month_ends().values_list("plan_year", "on")
    papers = AssessmentReport.objects.values_list("year", "kind", "on", "region__code")
    return sorted(
        [f"{year} {kind} {end:%Y-%m-%d}" for year, kind, end in bulletins]
        + [f"{year} frozen {on:%Y-%m-%d}" for year, on in frozen]
        + [
            f"{year} {kind} {on:%Y-%m-%d}" + (f" {code}" if kind == Paper.UNIT else "")
            for year, kind, on, code in papers
        ]
    )


def has_made(expected: frozenset[str]) -> bool:
    """Tell whether all of these are made."""
    return expected <= set(made())


def assert_each_is_of_its_period() -> None:
    """Look into everything that was made."""
    for bulletin in Bulletin.objects.select_related("snapshot", "previous"):
        assert bulletin.previous is not None
        assert (bulletin.snapshot.on, bulletin.previous.on) == (bulletin.period_end, bulletin.period.before)
        assert bulletin.period == Period.ending(bulletin.kind, bulletin.period_end)
    early = AssessmentReport.objects.filter(kind__in=[Paper.MONTHLY, Paper.MIDYEAR])
    sheets = FactSheet.objects.exclude(kind=FactSheet.Kind.ANNUAL)
    assert sorted(sheets.values_list("kind", "year", "on")) == sorted(early.values_list("kind", "year", "on"))
    for paper in AssessmentReport.objects.all():
        assert paper.sha256 == scoring.sha256(paper.document)
        assert f"{paper.on:%Y-%m-%d}" in paper.document["note"]
    months = Job.objects.filter(kind=asking.FREEZE).order_by("key").values_list("key", flat=True)
    assert list(months) == [
        f"all/{month}" for month in ("2023-11", "2023-12", "2024-01", "2024-02", "2024-04", "2024-06")
    ]
    assert set(Job.objects.values_list("attempt", flat=True)) == {1}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_each_report_is_made_once_for_its_period_whatever_the_servers_zone(
    stack: Stack,
    zone: str,
    yanji: User,
    dunhua: User,
    prefecture_reviewer: User,
    province_user: User,
) -> None:
    second = make_user("province2", "省级管理二", Role.MANAGER, "220000")
    a_year_under_way()
    only_reports(datetime.fromisoformat("2023-12-31T20:00:00+08:00"))
    clock = stack.folder / "clock"
    show(clock, COURSE[0][0])
    stack.program = "tests.travelling"
    stack.extra = {"TZ": zone, "TEST_CLOCK": str(clock)}
    worker = stack.start_worker("--pool", "solo")
    stack.start_beat()
    assert f"in {zone}." in worker.output

    for step, (moment, _due) in enumerate(COURSE, start=1):
        show(clock, moment)
        expected = due_by(due for _moment, due in COURSE[:step])
        wait_for(f"all that is due by {moment} is made", partial(has_made, frozenset(expected)), seconds=120)
        wait_for(
            "nothing is left to do",
            lambda: not Job.objects.exclude(state=Job.State.DONE).exists(),
            seconds=30,
        )
        assert made() == expected
        if moment == ASSESSED:
            assess(yanji, dunhua, prefecture_reviewer, province_user, second)
    assert_each_is_of_its_period()


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
            assessing.ask(Paper.MONTHLY, year=2024, on=date(2024, 1, 31))
        finally:
            close_old_connections()

    hands = [threading.Thread(target=ask) for _hand in range(5)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    january = Job.objects.filter(key="2023/2024-01")
    scores = Job.objects.filter(kind=assessing.REPORT)
    wait_for("January is reported", january.filter(state=Job.State.DONE).first, seconds=60)
    wait_for("January is scored", scores.filter(state=Job.State.DONE).first, seconds=60)
    weeks = Bulletin.objects.filter(kind="week", plan_year=2023)
    wait_for("the week is reported", weeks.first, seconds=60)

    assert january.count() == 1
    assert Bulletin.objects.filter(kind="start", plan_year=2023, period_end=date(2024, 1, 31)).count() == 1
    assert weeks.count() == 1
    assert list(scores.values_list("key", "attempt")) == [("monthly/2024/2024-01-31", 1)]
    assert AssessmentReport.objects.count() == FactSheet.objects.count() == 1


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


def test_a_kill_between_facts_and_scores_leaves_nothing_and_the_report_is_made(
    stack: Stack, settings: Settings
) -> None:
    settings.MEDIA_ROOT = media = stack.folder / "media"
    reached = stack.folder / "reached"
    a_year_under_way()
    stack.includes = ("tests.assessments.slow_scores",)
    stack.extra = {"TEST_REACHED": str(reached)}
    worker = stack.start_worker()
    job = assessing.ask(Paper.MONTHLY, year=2023, on=date(2023, 6, 30))
    wait_for("the facts are frozen", reached.exists, seconds=60)

    worker.kill()
    assert not FactSheet.objects.exists()
    assert not AssessmentReport.objects.exists()
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING

    stack.includes = ()
    stack.start_worker()

    def done() -> bool:
        services.sweep()
        return Job.objects.filter(pk=job.pk, state=Job.State.DONE, attempt=2).exists()

    wait_for("the report is made after all", done, seconds=60)
    paper, sheet = AssessmentReport.objects.get(), FactSheet.objects.get()
    assert facts.is_intact(sheet)
    assert paper.sha256 == scoring.sha256(paper.document)
    assert [row[1] for row in paper.document["tables"][0]["rows"]] == ["延吉市", "敦化市"]
    # Its files are made from the document when somebody asks for them: none can be half.
    assert not list(media.glob("**/*"))
    assert all(made_as(paper.document) for made_as in FORMATS.values())
