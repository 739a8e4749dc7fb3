"""Reports of assessments: once for a period, by jobs, frozen, and asked for when they are due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Region, User
from assessments import asking, facts, proceedings, reports, scoring, tasks
from assessments.models import Assessment, AssessmentReport, FactSheet
from jobs.models import Job
from projects.models import Project
from tests.assessments.conftest import after_appeals, complete, fresh, through_to_published

pytestmark = pytest.mark.django_db
Kind = AssessmentReport.Kind


def test_the_monthly_scores_are_made_once_however_often_they_are_asked_for(
    year: list[Project], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(5):
            asking.ask(Kind.MONTHLY, year=2020, on=date(2020, 6, 30))
    assert [(job.state, job.key) for job in Job.objects.all()] == [
        (Job.State.DONE, "monthly/2020/2020-06-30")
    ]
    [report] = AssessmentReport.objects.all()
    assert (report.kind, report.year, report.on) == (Kind.MONTHLY, 2020, date(2020, 6, 30))
    assert report.sha256 == scoring.sha256(report.document)
    rows = report.document["tables"][0]["rows"]
    assert [row[1] for row in rows] == ["敦化市", "延吉市"]


def test_a_report_says_what_it_said_whatever_the_ledger_becomes(year: list[Project], yanji: User) -> None:
    report = reports.monthly(year=2020, on=date(2020, 6, 30))
    before = scoring.canonical(report.document)
    complete(year[3], yanji, started_on=date(2020, 6, 1))
    assert reports.monthly(year=2020, on=date(2020, 6, 30)).pk == report.pk
    kept = AssessmentReport.objects.get(pk=report.pk)
    assert scoring.canonical(kept.document) == before
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assessments_assessmentreport SET document = '{}'")


def test_a_period_that_is_not_over_is_not_reported(
    year: list[Project], django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(reports.NotOver):
        reports.monthly(year=2020, on=date(2099, 6, 30))
    with pytest.raises(reports.NothingToReport):
        reports.monthly(year=2015, on=date(2020, 6, 30))
    with django_capture_on_commit_callbacks(execute=True):
        job = asking.ask(Kind.PROVINCE, year=2020)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "nothing_to_report")
    assert not AssessmentReport.objects.exists()


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("2020-07-01 00:50:00+08:00", {"monthly/2020/2020-06-30", "midyear/2020"}),
        ("2020-06-30 23:50:00+08:00", {"monthly/2020/2020-05-31"}),
        ("2020-03-01 00:50:00+08:00", {"monthly/2020/2020-02-29"}),
        ("2021-01-01 00:50:00+08:00", {"monthly/2020/2020-12-31"}),
        ("2020-12-31 23:50:00+08:00", {"monthly/2020/2020-11-30", "midyear/2020"}),
    ],
)
def test_beat_asks_for_what_is_due_by_the_day_in_shanghai(
    year: list[Project], now: str, keys: set[str]
) -> None:
    with time_machine.travel(now, tick=False):
        tasks.report_periods()
        tasks.report_periods()
    assert set(Job.objects.values_list("key", flat=True)) == keys


def test_months_that_were_slept_through_are_scored_in_their_order_when_beat_is_back(
    year: list[Project], django_capture_on_commit_callbacks: Any
) -> None:
    reports.monthly(year=2020, on=date(2020, 9, 30))
    with (
        time_machine.travel("2021-02-10T10:50:00+08:00", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.report_periods()
    assert list(Job.objects.values_list("key", "state")) == [("monthly/2020/2020-12-31", Job.State.DONE)]
    made = AssessmentReport.objects.order_by("on")
    # Nobody was waiting for the months before the first; each later one is compared with the one before, and
    # says that it comes late, all but the one that was due.
    late = _("This report was made after the fact, from numbers frozen on %(day)s.").partition("%")[0]
    assert [
        (row.on, _("Since last month") in row.document["tables"][0]["heads"], said.startswith(late))
        for row in made
        for said in row.document["paragraphs"][:1]
    ] == [
        (date(2020, 9, 30), False, False),
        (date(2020, 10, 31), True, True),
        (date(2020, 11, 30), True, True),
        (date(2020, 12, 31), True, False),
    ]


def test_a_month_asked_for_by_hand_makes_no_other_and_is_none_the_timetable_goes_on_from(
    year: list[Project], province_user: User, django_capture_on_commit_callbacks: Any
) -> None:
    for on in (date(2020, 3, 31), date(2020, 6, 30)):
        reports.monthly(year=2020, on=on, by=province_user)
    with (
        time_machine.travel("2020-12-01T10:50:00+08:00", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.report_periods()
    assert list(AssessmentReport.objects.filter(kind=Kind.MONTHLY).order_by("on").values_list("on")) == [
        (date(2020, 3, 31),),
        (date(2020, 6, 30),),
        (date(2020, 11, 30),),
    ]


def test_an_issued_year_is_reported_for_each_unit_and_the_province(
    opened: dict[str, Assessment],
    yanji: User,
    dunhua: User,
    prefecture_reviewer: User,
    province_user: User,
    second_manager: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    people = {"222401": yanji, "222403": dunhua}
    for code, row in opened.items():
        done = after_appeals(
            through_to_published(
                row, unit_user=people[code], reviewer=prefecture_reviewer, manager=province_user
            )
        )
        proceedings.issue(assessments=[(done, done.revision)], document_no="1号", by=second_manager)
    with django_capture_on_commit_callbacks(execute=True):
        asking.ask_for_due(date(2021, 2, 1))
    made = AssessmentReport.objects.exclude(kind__in=[Kind.MONTHLY, Kind.MIDYEAR])
    assert sorted(made.values_list("kind", "region__code")) == [
        ("province", "220000"),
        ("unit", "222401"),
        ("unit", "222403"),
    ]
    paper = AssessmentReport.objects.get(region__code="222401", kind=Kind.UNIT).document
    assert str(fresh(opened["222401"]).total) in paper["paragraphs"][0]
    assert len(paper["tables"][1]["rows"]) == 14


def test_facts_taken_twice_on_one_day_are_taken_once(year: list[Project]) -> None:
    asked: dict[str, Any] = {"kind": FactSheet.Kind.MONTHLY, "year": 2020, "on": date(2020, 6, 30)}
    units = reports.units_with_plan(2020)
    first = facts.freeze(**asked, units=units, by=None)
    assert facts.freeze(**asked, units=units, by=None).pk == first.pk
    assert facts.freeze(**asked, units=units, by=None, again=True).number == 2


def test_facts_of_more_units_are_not_more_questions(year: list[Project]) -> None:
    every = list(Region.objects.units())
    asked = []
    for units in (reports.units_with_plan(2020), every):
        with CaptureQueriesContext(connection) as captured:
            facts.gather(units, 2020, date(2020, 12, 31))
        asked.append(len(captured))
    assert asked[0] == asked[1]
