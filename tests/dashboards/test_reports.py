"""Reports of every kind: money and rectification in them, what moved, corrections, timetable, mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from dashboards import bulletins, mailing, money_rows, sections, timing
from dashboards.checking import checks, worst
from dashboards.documents import files
from dashboards.models import Bulletin, Delivery, ReportSchedule, Snapshot, Subscription
from dashboards.periods import FUNDS, MONTH, QUARTER, WEEK, YEAR, Period
from dashboards.runs import text_of
from funding.models import MoneyEvent
from projects.models import Project
from records.models import ChangeSet
from records.services import apply
from tests.conftest import make_user
from tests.dashboards.conftest import JUNE, change
from tests.funding.money_rows import a_source, happened, wan

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


def texts(bulletin: Bulletin) -> list[str]:
    return [text_of(block["runs"]) for block in bulletin.document["blocks"]]


def issued(bulletin: Bulletin, by: User) -> Bulletin:
    bulletins.issue(bulletin=bulletin, seen=bulletin.revision, by=by)
    return Bulletin.objects.get(pk=bulletin.pk)


@pytest.fixture
def spent(year: list[Project]) -> list[int]:
    """Plan, promise and pay money for the first project: 40.00 of 100.00 万元 by June, 10.00 of it in May."""
    source = a_source("T-own", channel="county", by_batch=False)
    written = happened(year[0].pk, source, date(2020, 3, 1), planned=wan(200), issued=wan(100))
    written += happened(year[0].pk, source, date(2020, 5, 2), arrived=wan(50), paid=wan(10))
    return written + happened(year[0].pk, source, date(2020, 6, 2), paid=wan(30))


# ---------------------------------------------------------------- kinds


def test_the_monthly_bulletin_says_what_became_of_the_money(spent: list[int]) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    (money,) = [text for text in texts(draft) if "ten thousand yuan" in text]
    assert money == (
        "By 30 June 2020, of the money for plan year 2020 200.00 ten thousand yuan were planned,"
        " 100.00 handed down, 50.00 arrived (25.00% of the plan) and 40.00 paid;"
        " 40.00% of what was handed down is spent,"
        " 9.73 percentage points behind the time that has passed,"
        " 30.00 percentage points more than in the period before."
    )
    captions = [table["caption"] for table in draft.document["annexes"]]
    assert captions == [
        "Money by source (30 June, 10,000 yuan)",
        "Money by prefecture (30 June, 10,000 yuan)",
    ]
    for table in draft.document["annexes"]:
        assert [cell["t"] for cell in table["total"]][1:] == [
            "200.00",
            "100.00",
            "50.00",
            "25.00",
            "40.00",
            "40.00",
        ]
    assert worst(checks(draft)) == "soft"  # units that have not started


def test_without_money_the_bulletin_has_no_chapter_on_it(year: list[Project]) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    assert (draft.money, draft.document["annexes"]) == (None, [])
    with pytest.raises(bulletins.NothingToReport):
        bulletins.make_for(Period.month(2020, 6, FUNDS), plan_year=2020)


@pytest.mark.parametrize(
    ("kind", "end", "title"),
    [
        (WEEK, date(2020, 6, 25), "Weekly report on the renovation of old urban communities, "),
        (FUNDS, JUNE, "Monthly report on the money for the renovation of old urban communities, June 2020"),
        (
            QUARTER,
            JUNE,
            "Report on the renovation of old urban communities of the province in quarter 2 of 2020",
        ),
        (
            YEAR,
            date(2020, 12, 31),
            "Report on the renovation of old urban communities of the province in the year",
        ),
    ],
)
def test_each_kind_has_its_period_snapshots_and_title(
    spent: list[int], kind: str, end: date, title: str
) -> None:
    period = Period.ending(kind, end)
    draft, is_new = bulletins.make_for(period, plan_year=2020)
    again, is_second = bulletins.make_for(period, plan_year=2020)
    assert (is_new, is_second, again.pk) == (True, False, draft.pk)
    assert draft.title.startswith(title)
    assert draft.previous is not None
    assert (draft.snapshot.on, draft.previous.on) == (end, period.before)
    assert (draft.money is None) == (kind == WEEK)
    assert set(draft.files) == {"docx", "pdf", "xlsx"}


def test_the_weekly_report_says_what_the_week_brought(year: list[Project]) -> None:
    draft, _new = bulletins.make_for(Period.ending(WEEK, date(2020, 6, 4)), plan_year=2020)
    assert texts(draft)[0].startswith(
        "From 29 May to 4 June, 1 more communities were started and 0 completed."
        " The plan of 2020 is to renovate 10 old urban communities"
    )
    assert "By 4 June 2020, 3 communities" in texts(draft)[0]
    # A day that is no month end leaves the course by months alone.
    assert draft.snapshot.kind == Snapshot.Kind.DAY
    assert not Snapshot.objects.month_ends().exists()


def test_the_report_on_money_names_who_spends_slowly_and_who_nothing(
    spent: list[int], year: list[Project]
) -> None:
    source = a_source("T-two", channel="county", by_batch=False)
    happened(year[4].pk, source, date(2020, 4, 1), issued=wan(5))
    draft, _new = bulletins.make_for(Period.month(2020, 6, FUNDS), plan_year=2020)
    said = texts(draft)
    assert "1. Units whose spending is slower" in said
    assert "敦化市 (0.00%), 延吉市 (40.00%)." in said
    assert "敦化市 have spent nothing yet." in said
    assert draft.document["tables"] == []
    assert len(draft.document["annexes"]) == 3


# ---------------------------------------------------------------- rows


def test_every_sum_leads_to_its_rows_as_of_the_snapshot(
    spent: list[int], province_user: User, client_for: ClientFor
) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    event = MoneyEvent.objects.get(pk=spent[-1])
    outcome = apply(
        MoneyEvent,
        actor=province_user,
        source=ChangeSet.Source.GRID,
        pk=event.pk,
        base_version=event.version,
        values={"amount_fen": wan(20)},
        reason="凭证更正",
    )
    assert outcome.writes, outcome.findings
    draft = Bulletin.objects.get(pk=draft.pk)
    rows = money_rows.members_of(draft, province_user, "paid", "222401")
    assert [row.amount_fen for row in rows] == [wan(10), wan(30)]
    page = client_for(province_user).get(f"/dashboards/bulletins/{draft.pk}/money/?measure=paid")
    assert "2 rows add up to <b>40.00</b>" in page.content.decode()
    # The edit shows in the next period, by row, with who and why.
    july, _new = bulletins.make(plan_year=2020, year=2020, month=7)
    assert july.money is not None
    moved = money_rows.described(money_rows.moved(july, province_user), [july.money])
    assert [(f"{line['before']}", f"{line['after']}", line["by"], line["reason"]) for line in moved] == [
        ("30.00", "20.00", province_user.display_name, "凭证更正")
    ]


def test_a_reader_sees_the_money_rows_of_the_own_region_alone(
    spent: list[int], province_user: User, client_for: ClientFor
) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    done = issued(draft, province_user)
    stranger = make_user("dunhua", "敦化", Role.ENTRY, "222403")
    assert money_rows.members_of(done, stranger, "paid", "") == []
    page = client_for(stranger).get(f"/dashboards/bulletins/{done.pk}/money/?measure=paid")
    assert "No row counts here" in page.content.decode()


# ---------------------------------------------------------------- corrections


def test_a_correction_withdraws_and_the_former_stays_byte_for_byte(
    year: list[Project], province_user: User
) -> None:
    former = issued(bulletins.make(plan_year=2020, year=2020, month=6)[0], province_user)
    kept = {name: files.read(file) for name, file in former.files.items()}
    before = Bulletin.objects.filter(pk=former.pk).values().get()
    change(year[0], province_user, "退回", started_on=None)
    draft = bulletins.correct(bulletin=former, reason="铁南小区未开工", anew=True, by=province_user)
    assert Bulletin.objects.get(pk=former.pk).replaced_by is None
    assert draft.number == former.number + 1
    assert "铁南小区未开工" in texts(draft)[0]
    assert "3 communities and 170 households have been started" in texts(draft)[1]
    assert (draft.snapshot.edition, draft.snapshot.on, draft.snapshot.is_intact) == (2, JUNE, True)

    colleague = make_user("colleague", "省级林", Role.MANAGER, "220000")
    done = issued(draft, colleague)
    again = Bulletin.objects.get(pk=former.pk)
    assert again.replaced_by == done
    assert Bulletin.objects.filter(pk=former.pk).values().get() == before
    assert {name: files.read(file) for name, file in again.files.items()} == kept
    with pytest.raises(DatabaseError), transaction.atomic():
        Bulletin.objects.filter(pk=former.pk).update(correction_reason="x")


def test_a_correction_of_words_keeps_the_numbers(year: list[Project], province_user: User) -> None:
    former = issued(bulletins.make(plan_year=2020, year=2020, month=6)[0], province_user)
    change(year[0], province_user, "退回", started_on=None)
    draft = bulletins.correct(bulletin=former, reason="错字", anew=False, by=province_user)
    assert draft.snapshot == former.snapshot
    assert draft.document["tables"] == former.document["tables"]
    assert bulletins.correct(bulletin=former, reason="又", anew=False, by=province_user) == draft


def test_a_draft_is_edited_not_corrected(year: list[Project], province_user: User) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    with pytest.raises(bulletins.StillADraft):
        bulletins.correct(bulletin=draft, reason="x", anew=False, by=province_user)


def test_the_pages_show_what_holds_now(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    former = issued(bulletins.make(plan_year=2020, year=2020, month=6)[0], province_user)
    client = client_for(province_user)
    url = f"/dashboards/bulletins/{former.pk}/correct/"
    assert client.post(url, {"reason": ""}).status_code == 400
    made = client.post(url, {"reason": "更正", "anew": "on"})
    correction = Bulletin.objects.get(corrects=former)
    assert (made.status_code, made["Location"]) == (302, correction.get_absolute_url())
    issued(correction, make_user("colleague", "省级林", Role.MANAGER, "220000"))
    page = client.get(former.get_absolute_url()).content.decode()
    assert "This bulletin is withdrawn" in page
    rows = client.get("/dashboards/rows/?year=2020&on=2020-06-30&edition=2&region=220000&measure=started")
    assert rows.status_code == 200


# ---------------------------------------------------------------- timetable


def test_staff_move_a_report_and_the_second_editor_is_told(province_user: User) -> None:
    assert [schedule.kind for schedule in timing.schedules()] == [WEEK, MONTH, FUNDS, QUARTER, YEAR]
    values = {"is_active": True, "weekday": 4, "day": 10, "hour": 6}
    timing.change(MONTH, seen=0, by=province_user, **values)
    kept = ReportSchedule.objects.get()
    assert (kept.kind, kept.day, kept.hour, kept.revision, kept.updated_by) == (
        MONTH,
        10,
        6,
        1,
        province_user,
    )
    with pytest.raises(timing.Outdated):
        timing.change(MONTH, seen=0, by=province_user, **(values | {"day": 5}))


def test_the_timetable_page(province_user: User, yanji: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    form = {
        "kind": "week",
        "week-seen": "0",
        "week-is_active": "on",
        "week-weekday": "3",
        "week-day": "1",
        "week-hour": "9",
    }
    assert client.post("/dashboards/bulletins/timetable/change/", form).status_code == 302
    assert ReportSchedule.objects.get(kind=WEEK).weekday == 3
    assert client.post("/dashboards/bulletins/timetable/change/", form).status_code == 400
    assert (
        client.post("/dashboards/bulletins/timetable/change/", form | {"week-hour": "24"}).status_code == 400
    )
    assert client.post("/dashboards/bulletins/timetable/change/", form | {"kind": "daily"}).status_code == 400
    reader = client_for(yanji)
    assert reader.get("/dashboards/bulletins/timetable/").status_code == 200
    assert reader.post("/dashboards/bulletins/timetable/change/", form).status_code == 403


# ---------------------------------------------------------------- mail


def test_an_issued_report_goes_to_each_subscriber_once(
    year: list[Project], province_user: User, django_capture_on_commit_callbacks: Any
) -> None:
    reader = make_user("reader", "延吉", Role.ENTRY, "222401")
    silent = make_user("silent", "无邮箱", Role.ENTRY, "222401")
    User.objects.filter(pk=reader.pk).update(email="reader@example.cn")
    for user in (reader, silent):
        Subscription.objects.create(kind=MONTH, user=user)
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    assert mailing.send(draft) == 0
    with django_capture_on_commit_callbacks(execute=True):
        done = issued(draft, province_user)
    assert [(one.to, done.title in one.subject) for one in mail.outbox] == [(["reader@example.cn"], True)]
    assert "4 communities and 220 households have been started" in mail.outbox[0].body
    assert mailing.send(done) == 0
    assert [delivery.user for delivery in Delivery.objects.all()] == [reader]


def test_one_subscribes_and_leaves(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    client.post("/dashboards/bulletins/subscribe/", {"kind": "week", "wanted": "1"})
    assert [(one.kind, one.user) for one in Subscription.objects.all()] == [(WEEK, yanji)]
    client.post("/dashboards/bulletins/subscribe/", {"kind": "week", "wanted": "0"})
    assert not Subscription.objects.exists()
    assert client.post("/dashboards/bulletins/subscribe/", {"wanted": "1"}).status_code == 400


def test_money_of_a_snapshot_adds_up_from_its_rows(spent: list[int]) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    assert draft.money is not None
    members = sections.money_members(draft.money)
    whole = sections.money_of(draft.money)
    assert whole is not None
    for measure in ("planned", "handed_down", "arrived", "paid"):
        assert sum(one.amount_fen for one in members if one.counts_as(measure)) == whole.of(measure)
