"""The pages of the rounds: entering, signing, deciding, pushing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail

from accounts.models import User
from projects import rounds
from projects.models import ProgressReport, ReportingRound, UnitReturn, Urge
from tests.conftest import ClientFor
from tests.projects.months import MONTH, TODAY, built, opened, report, submitted

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def stored() -> list[tuple[Any, ...]]:
    """Return what is reported on the month."""
    rows = ProgressReport.objects.filter(month=MONTH).order_by("project__community__name")
    return list(rows.values_list("project__community__name", "progress_percent", "invested_fen", "note"))


def test_last_months_figures_are_offered_and_stored_only_when_somebody_says_so(
    yanji: User, client_for: ClientFor
) -> None:
    one, two, three = (built(name) for name in ("甲小区", "乙小区", "丙小区"))
    for project in (one, two):
        report(project, SEPTEMBER, note="外墙")
    found, client = opened(), client_for(yanji)
    lines = {
        line.project.pk: line for line in client.get(f"/projects/returns/{found.pk}/").context["entry"].lines
    }
    assert lines[one.pk].texts == {
        "progress_percent": "60",
        "invested_fen": "300",
        "workers": "",
        "note": "",
    }
    assert [lines[project.pk].is_copied for project in (one, two, three)] == [True, True, False]
    body = {
        f"{name}-{project.pk}": lines[project.pk].texts[name]
        for project in (one, two, three)
        for name in ("progress_percent", "invested_fen", "workers", "note")
    }

    client.post(f"/projects/returns/{found.pk}/save/", body)
    assert stored() == []
    body |= {f"same-{one.pk}": "1", f"progress_percent-{two.pk}": "75.5", f"invested_fen-{two.pk}": "３４０"}
    assert client.post(f"/projects/returns/{found.pk}/save/", body).status_code == 302

    assert stored() == [
        ("乙小区", Decimal("75.50"), 340_000_000, ""),
        ("甲小区", Decimal("60.00"), 300_000_000, ""),
    ]


def test_what_cannot_be_read_stays_on_the_page_and_the_other_rows_are_saved(
    yanji: User, client_for: ClientFor
) -> None:
    one, two, three = (built(name) for name in ("甲小区", "乙小区", "丙小区"))
    found = opened()
    body = {
        f"progress_percent-{one.pk}": "六成",
        f"progress_percent-{two.pk}": "101",
        f"progress_percent-{three.pk}": "40",
        f"invested_fen-{three.pk}": "100",
    }

    answer = client_for(yanji).post(f"/projects/returns/{found.pk}/save/", body)

    lines = {line.project.pk: line for line in answer.context["entry"].lines}
    assert answer.status_code == 400
    assert [bool(lines[project.pk].errors) for project in (one, two, three)] == [True, True, False]
    assert lines[one.pk].texts["progress_percent"] == "六成"
    assert stored() == [("丙小区", Decimal("40.00"), 100_000_000, "")]


def test_a_closed_month_is_not_saved_from_its_page(yanji: User, client_for: ClientFor) -> None:
    project = built()
    report(project)
    found = submitted(yanji)

    answer = client_for(yanji).post(
        f"/projects/returns/{found.pk}/save/", {f"progress_percent-{project.pk}": "99"}
    )

    assert answer.status_code == 400
    assert stored() == [("向阳小区", Decimal("60.00"), 300_000_000, "")]


def test_the_whole_way_of_a_return_by_its_pages(
    yanji: User, prefecture_reviewer: User, province_user: User, client_for: ClientFor
) -> None:
    yanji.email = "yanji@example.org"
    yanji.save()
    built()
    found = opened()
    url = f"/projects/returns/{found.pk}/"
    officer, reviewer, province = (client_for(user) for user in (yanji, prefecture_reviewer, province_user))

    def state() -> str:
        return UnitReturn.objects.get(pk=found.pk).state

    officer.post(f"{url}submit/", {"signed_name": "王某"})
    assert state() == "draft"
    report(rounds.reporting(MONTH)[0])
    officer.post(f"{url}submit/", {"signed_name": "王某"})
    assert state() == "submitted"
    assert officer.post(f"{url}accept/").status_code == 403
    reviewer.post(f"{url}return/", {"reason": "投资与凭证不符"})
    assert (state(), [(told.to, told.body) for told in mail.outbox]) == (
        "returned",
        [(["yanji@example.org"], "投资与凭证不符")],
    )
    officer.post(f"{url}submit/", {"signed_name": "王某"})
    reviewer.post(f"{url}accept/")
    assert state() == "accepted"
    province.post(f"/projects/rounds/{found.round_id}/close/")
    assert (state(), ReportingRound.objects.get().closed_by) == ("closed", province_user)
    assert officer.get(f"{url}submit/").status_code == 405


def test_the_overview_counts_what_is_filled_late_and_owed(
    yanji: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    report(built("甲小区")), built("乙小区"), built("林海小区", "222403"), built("外地小区", "220284")
    opened()

    page = client_for(prefecture_reviewer).get("/projects/rounds/?month=2026-10")

    told = [
        (
            line["return"].unit.code,
            line["done"],
            line["due"],
            line["late"],
            line["may_urge"],
            line["may_decide"],
        )
        for line in page.context["lines"]
    ]
    assert told == [("222401", 1, 2, 19, True, False), ("222403", 0, 1, 19, True, False)]
    assert client_for(yanji).get("/projects/rounds/?month=2026-10").context["lines"][0]["may_urge"] is False
    assert client_for(yanji).get("/projects/rounds/?month=1999-01").status_code == 404
    assert client_for(yanji).get("/projects/rounds/?month=x").status_code == 404


def test_a_unit_is_pushed_once_a_day_and_the_word_ends_with_the_submission(
    yanji: User, dunhua: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    report(built())
    found = opened()
    client, officer = client_for(prefecture_reviewer), client_for(yanji)

    for _time in range(2):
        assert client.post(f"/projects/returns/{found.pk}/urge/").status_code == 302

    word = Urge.objects.get()
    assert (word.region.code, word.code, word.sent_by, word.due_on) == (
        "222401",
        "round.2026-10",
        prefecture_reviewer,
        date(2026, 11, 3),
    )
    assert officer.post(f"/projects/returns/{found.pk}/urge/").status_code == 403
    assert officer.get(f"/projects/urges/{word.pk}/").context["may_settle"] is True
    assert client_for(dunhua).get(f"/projects/urges/{word.pk}/").status_code == 404
    assert word.url in [
        item["url"].replace(f"/urges/{word.pk}/", f"/returns/{found.pk}/") for item in home(officer)
    ]
    officer.post(f"/projects/returns/{found.pk}/submit/", {"signed_name": "王某"})
    word.refresh_from_db()
    assert word.settled_at is not None


def home(client: Any) -> list[dict[str, Any]]:
    """Return what stands on somebody's first page."""
    found: list[dict[str, Any]] = client.get("/").context["items"]
    return found


def test_a_missing_item_of_a_gate_is_pushed_with_its_place(
    yanji: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    project = built()
    client = client_for(prefecture_reviewer)

    client.post(f"/projects/{project.pk}/urge/", {"code": "projects.accepted"})
    client.post(f"/projects/{project.pk}/urge/", {"code": "projects.nothing"})

    word = Urge.objects.get()
    assert (word.project, word.code, word.region.code) == (project, "projects.accepted", "222401")
    client_for(yanji).post(f"/projects/urges/{word.pk}/settle/")
    word.refresh_from_db()
    assert word.settled_at is not None


def test_the_league_is_for_whoever_reads_dashboards(yanji: User, worker: User, client_for: ClientFor) -> None:
    built()
    opened()
    page = client_for(yanji).get("/projects/rounds/league/")
    assert [(row.unit.code, row.missing) for row, _score in page.context["table"]] == [("222401", 1)]
    assert [line["late"] for line in page.context["late"]] == [19]
    assert client_for(worker).get("/projects/rounds/league/").status_code == 403
