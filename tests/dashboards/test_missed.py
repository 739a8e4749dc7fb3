"""After an outage of beat or worker: what is made after the fact, in order, and what is told as missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dashboards import asking, bulletins, missed, snapshots, tasks
from dashboards.models import Bulletin, MissedReport, ReportSchedule, Snapshot
from dashboards.owed import owed
from dashboards.periods import FUNDS, MONTH, WEEK, YEAR, Period
from jobs.models import Job
from projects.models import Project
from tests.dashboards.conftest import change, enter, started
from tests.funding.money_rows import a_source, happened, wan
from tests.parallel import together

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
Clock = Callable[[str], None]
Reason = MissedReport.Reason


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Let the test live at other moments (Shanghai)."""
    with time_machine.travel(datetime.fromisoformat("2020-01-10T12:00:00+08:00"), tick=False) as traveller:

        def to(moment: str) -> None:
            traveller.move_to(datetime.fromisoformat(f"{moment}:00+08:00"), tick=False)

        yield to


@pytest.fixture
def work(clock: Clock) -> list[Project]:
    """Enter plan year 2020 on 10 January 2020: one project has started, two have not."""
    return enter(
        [
            {"unit": "222401", **started(date(2020, 1, 6))},
            {"unit": "222403"},
            {"unit": "222404"},
        ]
    )


def only(*kinds: str) -> None:
    """Let the timetable make these kinds alone."""
    for kind in Bulletin.Kind.values:
        ReportSchedule.objects.create(kind=kind, is_active=kind in kinds, weekday=4, day=1, hour=1)


@pytest.fixture
def tick(django_capture_on_commit_callbacks: Any) -> Callable[[], None]:
    """Let beat ask for what is due now, and the worker do it."""

    def once() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            tasks.report_all_due()

    return once


def made(kind: str) -> list[tuple[str, int]]:
    """Return the last days and numbers of the reports of a kind in the order they were made."""
    rows = Bulletin.objects.filter(kind=kind).order_by("pk").values_list("period_end", "number")
    return [(f"{end:%Y-%m-%d}", number) for end, number in rows]


def noted(kind: str) -> list[tuple[str, int, str]]:
    rows = MissedReport.objects.filter(kind=kind).order_by("period_end")
    return [(f"{row.period_end:%Y-%m-%d}", row.plan_year, row.reason) for row in rows]


# ---------------------------------------------------------------- months


def test_three_months_of_outage_are_made_up_in_their_order(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    only(MONTH)
    clock("2020-04-01T02:00")
    tick()
    clock("2020-07-20T10:00")
    change(work[1], None, **started(date(2020, 6, 10)))
    clock("2020-08-01T02:00")
    for _time in range(3):
        tick()
    assert made(MONTH) == [
        ("2020-03-31", 1),
        ("2020-04-30", 2),
        ("2020-05-31", 3),
        ("2020-06-30", 4),
        ("2020-07-31", 5),
    ]
    assert noted(MONTH) == []
    late = Bulletin.objects.select_related("snapshot", "previous").get(period_end=date(2020, 6, 30))
    assert bulletins.facts_of(late).whole.started.communities == 2
    assert late.previous is not None
    assert late.previous.on == date(2020, 5, 31)
    assert late.drafted_by is None
    assert "after the fact, from numbers frozen on" in late.narrative["remark"]
    assert "left out" in late.narrative["remark"]
    latest = Bulletin.objects.get(period_end=date(2020, 7, 31))
    assert latest.narrative["remark"] == ""


def test_money_of_a_month_nobody_kept_is_not_invented(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    happened(work[0].pk, a_source(by_batch=False), date(2020, 1, 5), planned=wan(200), issued=wan(100))
    only(MONTH, FUNDS)
    clock("2020-04-01T02:00")
    tick()
    clock("2020-07-01T02:00")
    tick()
    assert made(FUNDS) == [("2020-03-31", 1), ("2020-06-30", 2)]
    assert noted(FUNDS) == [
        ("2020-04-30", 2020, Reason.MONEY_NOT_KEPT),
        ("2020-05-31", 2020, Reason.MONEY_NOT_KEPT),
    ]
    kept = {row.period_end.month: row.money_id is not None for row in Bulletin.objects.filter(kind=MONTH)}
    assert kept == {3: True, 4: False, 5: False, 6: True}


def test_money_that_was_kept_is_reported_after_the_fact(
    work: list[Project], clock: Clock, tick: Callable[[], None], province_user: User
) -> None:
    happened(work[0].pk, a_source(by_batch=False), date(2020, 1, 5), planned=wan(200), issued=wan(100))
    only(FUNDS)
    clock("2020-04-01T02:00")
    tick()
    clock("2020-05-02T02:00")
    # The bulletin of the month was made by hand and kept the money of its day.
    by_hand, _new = bulletins.make(plan_year=2020, year=2020, month=4, by=province_user)
    clock("2020-06-01T02:00")
    tick()
    assert made(FUNDS) == [("2020-03-31", 1), ("2020-04-30", 2), ("2020-05-31", 3)]
    assert Bulletin.objects.get(kind=FUNDS, period_end=date(2020, 4, 30)).money_id == by_hand.money_id
    assert noted(FUNDS) == []


def test_the_change_of_the_year_keeps_numbers_and_plan_years_apart(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    only(MONTH, YEAR)
    clock("2020-11-01T02:00")
    tick()
    clock("2020-12-20T10:00")
    enter([{"unit": "222401", "plan_year": 2021}])
    clock("2021-03-01T02:00")
    tick()
    rows = Bulletin.objects.filter(kind=MONTH).order_by("pk")
    assert [(f"{row.period_end:%Y-%m}", row.plan_year, row.number) for row in rows] == [
        ("2020-10", 2020, 1),
        ("2020-11", 2020, 2),
        ("2020-12", 2020, 3),
        ("2021-01", 2020, 1),
        ("2021-01", 2021, 2),
        ("2021-02", 2020, 3),
        ("2021-02", 2021, 4),
    ]
    assert made(YEAR) == [("2020-12-31", 1)]


def test_whichever_entry_comes_first_every_month_is_frozen(
    work: list[Project], clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    clock("2020-03-01T02:00")
    snapshots.freeze_month(date(2020, 2, 29))
    clock("2020-07-01T02:00")
    with django_capture_on_commit_callbacks(execute=True):
        asking.ask_for_bulletins(date(2020, 6, 30))
    frozen = Snapshot.objects.month_ends().order_by("on").values_list("on", flat=True)
    assert [f"{on:%m-%d}" for on in frozen] == ["02-29", "03-31", "04-30", "05-31", "06-30"]


# ---------------------------------------------------------------- weeks


def test_missed_weeks_are_made_while_the_plan_is_what_it_was(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    only(WEEK)
    clock("2020-05-29T02:00")
    tick()
    clock("2020-06-15T12:00")
    # A date says itself which day it is about, whenever it is entered.
    change(work[2], None, **started(date(2020, 6, 3)))
    clock("2020-06-26T02:00")
    tick()
    assert made(WEEK) == [
        ("2020-05-28", 1),
        ("2020-06-04", 2),
        ("2020-06-11", 3),
        ("2020-06-18", 4),
        ("2020-06-25", 5),
    ]
    begun = [
        bulletins.facts_of(row).whole.started.communities
        for row in Bulletin.objects.select_related("snapshot", "previous").order_by("pk")
    ]
    assert begun == [1, 2, 2, 2, 2]


def test_weeks_before_a_change_of_the_plan_are_missed(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    only(WEEK)
    clock("2020-05-29T02:00")
    tick()
    clock("2020-06-12T12:00")
    change(work[2], None, planned_households=51)
    clock("2020-06-26T02:00")
    for _time in range(2):
        tick()
    assert made(WEEK) == [("2020-05-28", 1), ("2020-06-18", 2), ("2020-06-25", 3)]
    assert noted(WEEK) == [
        ("2020-06-04", 2020, Reason.PLAN_CHANGED),
        ("2020-06-11", 2020, Reason.PLAN_CHANGED),
    ]
    # Nothing was frozen of the days that cannot be told.
    days = Snapshot.objects.order_by("on").values_list("on", flat=True)
    assert [f"{on:%m-%d}" for on in days] == ["05-21", "05-28", "06-18", "06-25"]


def test_a_plan_year_that_was_not_listed_then_is_not_missed(
    work: list[Project], clock: Clock, tick: Callable[[], None]
) -> None:
    only(WEEK)
    clock("2021-01-08T02:00")
    tick()
    clock("2021-02-10T10:00")
    enter([{"unit": "222401", "plan_year": 2021}])
    clock("2021-02-26T02:00")
    tick()
    of_new = Bulletin.objects.filter(plan_year=2021).order_by("pk")
    assert [f"{row.period_end:%m-%d}" for row in of_new] == ["02-11", "02-18", "02-25"]
    assert not MissedReport.objects.exists()


# ---------------------------------------------------------------- bounds


def test_nobody_waits_for_reports_before_the_first(
    work: list[Project], clock: Clock, tick: Callable[[], None], province_user: User
) -> None:
    only(MONTH)
    clock("2020-03-01T02:00")
    bulletins.make(plan_year=2020, year=2020, month=1, by=province_user)
    clock("2020-07-01T02:00")
    tick()
    assert made(MONTH) == [("2020-01-31", 1), ("2020-06-30", 2)]


def test_a_gap_is_walked_so_far_back_and_the_rest_is_told_in_one_row(
    work: list[Project], clock: Clock, tick: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_BACK", 2)
    only(MONTH)
    clock("2020-03-01T02:00")
    tick()
    clock("2020-09-01T02:00")
    tick()
    assert made(MONTH) == [("2020-02-29", 1), ("2020-06-30", 2), ("2020-07-31", 3), ("2020-08-31", 4)]
    (row,) = MissedReport.objects.all()
    assert (row.period_start, row.period_end, row.reason) == (
        date(2020, 3, 1),
        date(2020, 5, 31),
        Reason.TOO_OLD,
    )


def test_a_week_moved_to_another_weekday_leaves_no_gap(work: list[Project], clock: Clock) -> None:
    clock("2020-05-29T02:00")
    Job.objects.create(
        kind=asking.BULLETIN,
        key="x",
        state=Job.State.DONE,
        payload={"kind": WEEK, "end": "2020-05-28", "plan_year": 2020},
        finished_at=timezone.now(),
    )
    assert missed.gap(Period.ending(WEEK, date(2020, 6, 7))) == []
    assert missed.gap(Period.ending(WEEK, date(2020, 6, 14))) == [Period.ending(WEEK, date(2020, 6, 7))]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_one_each(work: list[Project], clock: Clock) -> None:
    Job.objects.create(
        kind=asking.BULLETIN,
        key="x",
        state=Job.State.DONE,
        payload={"kind": MONTH, "end": "2020-03-31", "plan_year": 2020},
        finished_at=timezone.now(),
    )
    clock("2020-08-01T02:00")
    latest = Period.month(2020, 7)
    walks = together([partial(missed.walk, latest, note=lambda *_said: None)] * 3)
    assert walks == [missed.Walked(3, 0)] * 3
    assert made(MONTH) == [("2020-04-30", 1), ("2020-05-31", 2), ("2020-06-30", 3)]


# ---------------------------------------------------------------- page


def a_missed_report(**values: Any) -> MissedReport:
    end = values.pop("end", date(2020, 6, 4))
    return MissedReport.objects.create(
        **{
            "kind": WEEK,
            "plan_year": 2020,
            "period_start": end - timedelta(days=6),
            "period_end": end,
            "reason": Reason.PLAN_CHANGED,
        }
        | values
    )


def test_the_page_says_what_is_missed_and_why_and_staff_acknowledge(
    province_user: User, yanji: User, client_for: ClientFor
) -> None:
    row, other = a_missed_report(), a_missed_report(end=date(2020, 6, 11))
    address = "/dashboards/bulletins/timetable/acknowledge/"
    client = client_for(province_user)
    page = client.get("/dashboards/bulletins/timetable/").content.decode()
    assert "2020-05-29 – 2020-06-04" in page
    assert str(Reason.PLAN_CHANGED.label) in page
    assert page.count(address) == 2

    assert client.post(address, {"missed": row.pk}).status_code == 302
    row.refresh_from_db()
    first = row.acknowledged_at
    assert (row.acknowledged_by, first is not None) == (province_user, True)
    assert client.post(address, {"missed": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_at == first
    assert [one.pk for one in missed.listed()] == [other.pk, row.pk]

    reader = client_for(yanji)
    assert address not in reader.get("/dashboards/bulletins/timetable/").content.decode()
    assert reader.post(address, {"missed": other.pk}).status_code == 403
    assert client.post(address, {"missed": "0"}).status_code == 404
    assert client.post(address, {"missed": "x"}).status_code == 400
    assert client.get(address).status_code == 405


def test_what_is_missed_waits_for_staff_until_they_acknowledge_it(province_user: User, yanji: User) -> None:
    rows = [a_missed_report(), a_missed_report(end=date(2020, 6, 11))]
    place = "/dashboards/bulletins/timetable/#missed"

    def waiting(user: User) -> list[str]:
        return [item["text"] for item in owed(user) if item["url"] == place]

    assert waiting(province_user) == ["2 reports were missed during an outage: acknowledge them"]
    assert waiting(yanji) == []
    missed.acknowledge(rows[0], by=province_user)
    assert waiting(province_user) == ["1 report was missed during an outage: acknowledge it"]
    missed.acknowledge(rows[1], by=province_user)
    assert waiting(province_user) == []


def test_a_report_made_by_hand_since_is_missed_no_more(year: list[Project], province_user: User) -> None:
    a_missed_report(kind=MONTH, end=date(2020, 6, 30), period_start=date(2020, 6, 1))
    assert len(missed.listed()) == 1
    bulletins.make(plan_year=2020, year=2020, month=6, by=province_user)
    assert missed.listed() == []


def test_what_was_missed_stays_and_is_noted_once() -> None:
    row = a_missed_report()
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_missed_report()
