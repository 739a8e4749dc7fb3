"""What is owed, on the first page and by mail."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from jobs.models import Job
from projects import digest, tasks
from projects.models import ReportingRound, UpkeepVisit
from tests.conftest import ClientFor
from tests.projects.months import MONTH, TODAY, built, opened, report, submitted
from tests.projects.stage import write
from tests.projects.test_waivers import asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def reachable(*users: User) -> None:
    """Give users an address."""
    for user in users:
        user.email = f"{user.username}@example.org"
        user.save()


def test_the_first_page_lists_overdue_things_first_and_counts_them(
    yanji: User, client_for: ClientFor
) -> None:
    project = built("甲小区", planned_completion_on=TODAY - timedelta(days=2))
    built("乙小区", planned_completion_on=TODAY + timedelta(days=60))
    report(project)
    opened()
    write(UpkeepVisit, [{"project_id": project.pk, "months": 6, "due_on": TODAY + timedelta(days=5)}])

    context = client_for(yanji).get("/").context

    dues = [item["due"] for item in context["items"] if item["due"]]
    assert dues == sorted(dues)
    assert dues == [date(2026, 11, 3), date(2026, 11, 20), date(2026, 11, 27)]
    assert (context["counts"]["overdue"], context["counts"]["soon"]) == (2, 1)
    assert "1" in context["deadline"]["text"]
    assert context["deadline"]["url"].startswith("/projects/returns/")


@pytest.mark.parametrize("order", ["kind", "place", "due", "x"])
def test_the_list_is_grouped_as_asked(order: str, yanji: User, client_for: ClientFor) -> None:
    for number, name in enumerate(("丙小区", "甲小区", "乙小区")):
        built(name, planned_completion_on=TODAY - timedelta(days=number))
    items = client_for(yanji).get(f"/?by={order}").context["items"]
    key = {"kind": "kind", "place": "place"}.get(order)
    told = (
        [item.get(key) or "\uffff" for item in items] if key else [item["due"] or date.max for item in items]
    )
    assert len(items) >= 3
    assert told == sorted(told)


def test_each_sees_what_waits_for_them_alone(
    yanji: User, dunhua: User, province_user: User, prefecture_reviewer: User
) -> None:
    report(built())
    submitted(yanji)
    asked(yanji)

    def urls(user: User) -> list[str]:
        return [item["url"] for item in digest.items_of(user) if item["url"].startswith("/projects/")]

    assert [url.split("?")[0] for url in urls(prefecture_reviewer)] == ["/projects/rounds/"]
    assert sorted(url.split("?")[0].rstrip("0123456789/") for url in urls(province_user)) == [
        "/projects/rounds",
        "/projects/waivers",
    ]
    assert urls(dunhua) == []


def test_one_mail_a_day_and_none_without_anything_owed(
    yanji: User, dunhua: User, prefecture_reviewer: User
) -> None:
    reachable(yanji, dunhua)
    built()
    opened()

    assert [digest.send_all() for _time in range(2)] == [1, 0]
    [told] = mail.outbox
    assert told.to == ["yanji@example.org"]
    assert "2026-11-03" in told.body
    with time_machine.travel(f"{TODAY + timedelta(days=1)}T08:00:00+08:00", tick=False):
        assert digest.send_all() == 1
    assert len(mail.outbox) == 2


def test_closed_and_expired_accounts_get_none(yanji: User, dunhua: User) -> None:
    built(), built("林海小区", "222403")
    opened()
    reachable(yanji, dunhua)
    yanji.is_active = False
    yanji.save()
    dunhua.expires_on = TODAY - timedelta(days=1)
    dunhua.save()
    assert (digest.send_all(), mail.outbox) == (0, [])


def test_an_absent_mail_server_holds_nobody_up(yanji: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_options: Any) -> int:
        raise ConnectionRefusedError

    built()
    opened()
    reachable(yanji)
    monkeypatch.setattr(EmailBackend, "send_messages", away)
    assert digest.send_all() == 0


def test_the_timetable_opens_rounds_and_sends_lists_once_a_day(
    yanji: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    reachable(yanji)
    built()
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            tasks.ask_for_rounds()
            tasks.ask_for_digest()

    # On 22 November the month's own round is still to come: it opens on the 25th.
    assert list(ReportingRound.objects.values_list("month", flat=True)) == [MONTH]
    assert sorted(Job.objects.values_list("kind", "state")) == [
        (tasks.OPEN, Job.State.DONE),
        (tasks.DIGEST, Job.State.DONE),
    ]
    assert len(mail.outbox) == 1
    with (
        time_machine.travel("2026-11-25T08:00:00+08:00", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.ask_for_rounds()
    assert ReportingRound.objects.count() == 2


@pytest.mark.parametrize(("moment", "sent"), [("06:59", 0), ("07:00", 1), ("17:59", 1), ("18:00", 0)])
def test_a_list_that_comes_late_still_comes_by_day(
    yanji: User, django_capture_on_commit_callbacks: Any, moment: str, sent: int
) -> None:
    reachable(yanji)
    built()
    opened()
    with (
        time_machine.travel(f"{TODAY}T{moment}:00+08:00", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.ask_for_digest()
    assert len(mail.outbox) == sent
