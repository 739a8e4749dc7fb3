"""What a frozen day shows beside progress: what it kept, never a number of today in its place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Region, User
from accounts.roles import Role
from dashboards import bulletins, snapshots
from dashboards.alerts.evaluating import evaluate
from dashboards.models import Alert, AlertRule, Bulletin, Snapshot
from dashboards.snapshots import province
from funding.models import MoneyEvent
from projects.models import Project
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor, make_user
from tests.dashboards.conftest import change
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)
QUERY = "year=2026&on=2026-06-30"
PANELS = ("alerts", "money", "works", "residents", "returns", "scores")
PRESENT = "ledgers as they stand now; the snapshot"


@pytest.fixture
def colleague(db: None) -> User:
    """A second person of the provincial office."""
    return make_user("colleague", "省级林", Role.MANAGER, "220000")


@pytest.fixture
def june(db: None) -> tuple[int, int]:
    """Give two projects with money, an alert and the report of June, and then change the money."""
    yanji = a_project(planned_investment_fen=wan(1000))
    dunhua = a_project("江南小区", unit="222403", planned_investment_fen=wan(200))
    waiting = a_project("未下达小区", library="reserve")
    central, county = a_source(), a_source("T-county", "county", by_batch=False)
    hand_down(a_batch(central, wan(900)), {"222401": wan(500), yanji: wan(300), "222403": wan(100)})
    day = date(2026, 5, 1)
    [first, *_rest] = happened(yanji, central, day, planned=wan(600), arrived=wan(300), paid=wan("12.3"))
    happened(yanji, county, day, planned=wan(100), issued=wan(50))
    happened(dunhua, central, day, planned=wan(100))
    happened(waiting, county, day, planned=wan(7))
    AlertRule.objects.exclude(code="spending_behind").update(is_active=False)
    evaluate(Region.objects.get(parent=None), JUNE)
    bulletins.make(plan_year=2026, year=2026, month=6)
    _amend(first, wan(1))
    happened(yanji, central, day, paid=wan(100))
    Alert.objects.all().update(since=date(2026, 10, 1))
    return yanji, dunhua


def _amend(event: int, amount: int) -> None:
    """Change the amount of an event through the write path."""
    outcome = apply(
        MoneyEvent,
        actor=None,
        source=ChangeSet.Source.LOAD,
        pk=event,
        base_version=1,
        values={"amount_fen": amount},
        reason="更正",
    )
    assert outcome.writes, outcome.findings


def told(client: Client, name: str, query: str = QUERY, region: str = "220000") -> Any:
    """Return what a panel shows."""
    page = client.get(reverse("dashboards:panel", args=[region, name]) + f"?{query}")
    assert page.status_code == 200
    assert (PRESENT in page.content.decode()) == page.context["told"]["is_present"]
    return page.context["told"]


def test_money_of_a_frozen_day_stays_what_it_was(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    frozen, live = told(client, "money"), told(client, "money", f"{QUERY}&source=live")
    amounts = [step["amount"] for step in frozen["chain"]]
    assert amounts == [wan(800), wan(650), wan(350), wan(300), wan("12.3"), 0]
    assert [step["amount"] for step in live["chain"]] == [
        wan(201),
        wan(650),
        wan(350),
        wan(300),
        wan("112.3"),
        0,
    ]
    assert (frozen["is_present"], live["is_present"]) == (False, False)
    assert frozen["gap"] == wan(400)
    assert {line["label"]: line["sums"]["planned"]["amount"] for line in frozen["channels"]} == {
        "测试T-central": wan(700),
        "测试T-county": wan(100),
    }
    assert [(line["label"], line["rate"]) for line in frozen["units"]] == [
        ("敦化市", Decimal("0.0")),
        ("延吉市", Decimal("2.2")),
    ]
    assert told(client, "money", region="222403")["chain"][0]["amount"] == wan(100)


def test_each_frozen_sum_of_money_leads_to_the_rows_it_kept(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    frozen = told(client, "money")
    cells = [(step["amount"], step["url"]) for step in frozen["chain"]]
    cells += [(cell["amount"], cell["url"]) for line in frozen["channels"] for cell in line["sums"].values()]
    cells += [(line["paid"], line["paid_url"]) for line in frozen["units"]]
    cells += [(line["handed"], line["handed_url"]) for line in frozen["units"]]
    for amount, url in cells:
        page = client.get(url)
        assert page.status_code == 200, url
        assert page.context["whole"] == Decimal(amount) / wan(1), url
        assert sum(line["after"] for line in page.context["lines"]) == page.context["whole"]
    # The event that was changed afterwards counts as it was, written by the version that was frozen.
    [line] = [row for row in client.get(frozen["chain"][0]["url"]).context["lines"] if row["after"] == 600]
    assert line["reason"] == ""
    changes = client.get(line["url"]).context["changes"]
    assert [(told["change"].reason, told["change"].is_after) for told in changes["lines"]] == [
        ("更正", True),
        ("", False),
    ]


def test_alerts_of_a_frozen_day_stay_what_they_were(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    frozen, live = told(client, "alerts"), told(client, "alerts", f"{QUERY}&source=live")
    assert (frozen["count"], live["count"], frozen["is_present"]) == (2, 0, False)
    assert told(client, "alerts", region="222403")["count"] == 1
    for number, url in (
        (frozen["count"], frozen["url"]),
        (frozen["red"], frozen["red_url"]),
        (frozen["yellow"], frozen["yellow_url"]),
        *((line["group"].alerts, line["url"]) for line in frozen["lines"]),
    ):
        page = client.get(url)
        assert page.context["page_obj"].paginator.count == number
    assert {alert.since for alert in client.get(frozen["url"]).context["page_obj"]} == {JUNE}


def test_a_panel_that_no_snapshot_holds_says_so(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    marked = {name: told(client, name)["is_present"] for name in PANELS}
    assert marked == {
        "alerts": False,
        "money": False,
        "works": True,
        "residents": True,
        "returns": True,
        "scores": True,
    }
    # A day in the week keeps progress alone; a page of today is the ledgers and needs no mark.
    snapshots.freeze(region=province(), plan_year=2026, on=date(2026, 7, 3))
    friday = "year=2026&on=2026-07-03"
    assert {told(client, name, friday)["is_present"] for name in PANELS} == {True}
    step = told(client, "money", friday)["chain"][4]
    assert step["amount"] == wan("112.3")
    assert "/funding/rows/" in step["url"]
    answer = client.get(reverse("dashboards:kept_money", args=["220000"]) + f"?{friday}&measure=paid")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/funding/rows/?region=220000&year=2026&on=2026-07-03&measure=paid")
    assert {told(client, name, "year=2026")["is_present"] for name in PANELS} == {False}


def test_a_correction_shows_the_money_it_was_made_from(
    june: tuple[int, int], province_user: User, colleague: User, client_for: ClientFor
) -> None:
    report = Bulletin.objects.get()
    issued = bulletins.issue(bulletin=report, seen=1, by=colleague)
    bulletins.correct(bulletin=issued, reason="漏报", anew=True, by=province_user)
    client = client_for(province_user)
    assert told(client, "money")["chain"][4]["amount"] == wan("12.3")
    again = told(client, "money", f"{QUERY}&edition=2")
    assert (again["chain"][4]["amount"], again["is_present"]) == (wan("112.3"), False)
    assert client.get(again["chain"][4]["url"]).context["whole"] == Decimal("112.3")


def test_what_cannot_be_meant_is_refused(
    june: tuple[int, int], province_user: User, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    money, alerts = (reverse(f"dashboards:{name}", args=["220000"]) for name in ("kept_money", "alerts_on"))
    assert client.get(f"{money}?{QUERY}&measure=gold").status_code == 400
    assert client.get(f"{money}?year=x").status_code == 400
    assert client.get(f"{alerts}?on=2026-02-30").status_code == 400
    assert client.get(f"{alerts}?{QUERY}&rule=gold").status_code == 404
    assert client.get(f"{alerts}?{QUERY}&level=green").status_code == 404
    assert client.post(alerts).status_code == client.post(money).status_code == 405
    for route in ("kept_money", "alerts_on"):
        for code in ("222403", "220000"):
            assert client_for(yanji).get(reverse(f"dashboards:{route}", args=[code])).status_code == 404


def test_the_course_and_other_years_show_where_they_are_not_frozen(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    snapshots.freeze(region=province(), plan_year=2020, on=date(2020, 6, 30))
    snapshots.freeze(region=province(), plan_year=2020, on=date(2020, 7, 3))
    change(year[3], province_user, started_on=date(2020, 6, 30))
    client = client_for(province_user)
    page = client.get("/dashboards/220000/?year=2020&on=2020-07-03")
    rows = {f"{row['on']:%m-%d}": row for row in page.context["chart"]["rows"]}
    assert {day: (row["started"], row["is_kept"]) for day, row in rows.items() if row["started_url"]} == {
        "03-31": (0, False),
        "04-30": (1, False),
        "05-31": (2, False),
        "06-30": (4, True),
        "07-03": (5, True),
    }
    for row in rows.values():
        if row["started_url"]:
            behind = client.get(row["started_url"]).context["behind"]
            assert behind.amounts.communities == row["started"], row["on"]
    lines = {line["name"]: line for line in page.context["years"]["rows"]}
    assert {name: line["is_present"] for name, line in lines.items()} == {"2019": True, "2020": False}
    assert "source=live" in lines["2019"]["urls"]["started"]
    assert "by the ledgers as they stand now" in page.content.decode()
    # The same on a page of the ledgers: its months lead to the ledgers, not to what June froze.
    page = client.get("/dashboards/220000/?year=2020&on=2020-07-05")
    for row in page.context["chart"]["rows"]:
        if row["started_url"]:
            behind = client.get(row["started_url"]).context["behind"]
            assert behind.amounts.communities == row["started"], row["on"]


# ---------------------------------------------------------------- by API


def rollup(client: Client, name: str, query: str = QUERY) -> Any:
    """Return the answer of a rollup."""
    answer = client.get(f"/api/v1/rollups/{name}/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_rollups_of_a_frozen_day_answer_from_its_snapshots(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    frozen, live = rollup(client, "money"), rollup(client, "money", f"{QUERY}&source=live")
    kept = Snapshot.objects.get(kind="money", on=JUNE)
    assert (frozen["frozen"], live["frozen"]) == (True, False)
    assert (frozen["snapshots"], live["snapshots"]) == ([kept.mark], [])
    assert datetime.fromisoformat(frozen["as_of"]) == kept.frozen_at
    assert datetime.fromisoformat(live["as_of"]) > kept.frozen_at
    assert [row["planned_fen"] for row in frozen["rows"]] == [wan(800)]
    assert [row["planned_fen"] for row in live["rows"]] == [wan(201)]
    assert [row["paid_fen"] for row in frozen["rows"]] == [wan("12.3")]
    assert {
        by: {row["key"]: row["planned_fen"] for row in rollup(client, "money", f"{QUERY}&by={by}")["rows"]}
        for by in ("unit", "channel", "year")
    } == {
        "unit": {"222401": wan(700), "222403": wan(100)},
        "channel": {"central": wan(700), "county": wan(100)},
        "year": {"2026": wan(800)},
    }
    of_unit = rollup(client, "money", f"{QUERY}&region=222403&by=year")
    assert (of_unit["frozen"], [row["planned_fen"] for row in of_unit["rows"]]) == (True, [wan(100)])


def test_progress_and_alerts_by_api_are_those_of_the_page(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    change(Project.objects.get(pk=june[0]), None, planned_households=9999)
    frozen = Snapshot.objects.progress().get(on=JUNE)
    for by in ("", "unit", "prefecture", "year"):
        answer = rollup(client, "progress", f"{QUERY}&by={by}")
        assert (answer["frozen"], answer["snapshots"]) == (True, [frozen.mark]), by
        households = sum(row["planned"]["households"] for row in answer["rows"])
        board = client.get(f"/dashboards/220000/?{QUERY}").context["board"]
        assert households == board.whole.planned.households, by
    live = rollup(client, "progress", f"{QUERY}&source=live")
    assert live["frozen"] is False
    assert live["rows"][0]["planned"]["households"] >= 9999 > households
    alerts = rollup(client, "alerts")
    assert (alerts["frozen"], len(alerts["rows"])) == (True, 2)
    assert rollup(client, "alerts", f"{QUERY}&source=live")["rows"] == []


def test_what_no_day_keeps_is_said_to_be_read_from_the_ledgers(
    june: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    for name in ("quantities", "satisfaction", "timeliness", "scores"):
        assert rollup(client, name)["frozen"] is False, name
    for name in ("progress", "money", "alerts"):
        today = rollup(client, name, "year=2026")
        assert (today["frozen"], today["snapshots"]) == (False, []), name
    # A day whose progress alone was frozen has no money of its own.
    snapshots.freeze(region=province(), plan_year=2026, on=date(2026, 7, 31))
    july = "year=2026&on=2026-07-31"
    assert [rollup(client, name, july)["frozen"] for name in ("progress", "money", "alerts")] == [
        True,
        False,
        False,
    ]


def test_the_schema_of_the_api_names_what_a_rollup_says_of_its_rows() -> None:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    told = schema["components"]["schemas"]["Rollup"]["properties"]
    assert {name: told[name]["type"] for name in ("frozen", "as_of", "snapshots")} == {
        "frozen": "boolean",
        "as_of": "string",
        "snapshots": "array",
    }
    [path] = [path for path in schema["paths"] if path.endswith("/rollups/{name}/")]
    asked = {parameter["name"] for parameter in schema["paths"][path]["get"]["parameters"]}
    assert asked >= {"region", "year", "on", "by", "source", "edition"}
