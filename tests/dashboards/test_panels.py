"""The panels of a dashboard, the rows behind them, and the same numbers by API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from dashboards.alerts.evaluating import evaluate
from dashboards.alerts.registry import WAYS, Found, Night
from dashboards.contentment import Contentment, whole
from dashboards.models import AlertRule
from dashboards.quantities import by_group, effects, quantities
from funding.models import MoneyEvent
from projects.models import Contract, PlanItem, PlanVersion, ProgressQuantity, Project
from tests.conftest import ClientFor
from tests.dashboards.conftest import JUNE
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.projects import months
from tests.projects.stage import make_item, make_project, write

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
DAY = date(2026, 7, 1)


def unit(code: str) -> int:
    """Return the key of a unit."""
    return Region.objects.get(code=code).pk


def planned(project: Project, number: int, state: str = "draft", **amounts: str) -> list[PlanItem]:
    """Write a version of a project's plan with items (catalogue name → quantity)."""
    [version] = write(PlanVersion, [{"project_id": project.pk, "number": number}])
    PlanVersion._base_manager.filter(pk=version.pk).update(state=state)
    known = {name: _item(name) for name in amounts}
    return write(
        PlanItem,
        [
            {
                "plan_version_id": version.pk,
                "item_id": known[name].pk,
                "place": "全区",
                "quantity": Decimal(amount),
                "unit_price_fen": 10_000,
            }
            for name, amount in amounts.items()
        ],
    )


def _item(name: str) -> Any:
    kinds: dict[str, dict[str, Any]] = {
        "供水管线": {"indicator": "pipes", "indicator_factor": Decimal("0.001"), "group": "改造基础设施"},
        "停车位": {"indicator": "parking", "indicator_factor": Decimal(1), "group": "改造基础设施"},
        "屋面": {"group": "改善房屋功能"},
    }
    found = PlanItem.objects.filter(item__name=name, item__taxonomy__code="tests").first()
    return found.item if found else make_item(name, **kinds[name])


@pytest.fixture
def works(db: None) -> list[Project]:
    """Give two projects with plans: one with a final version and quantities reported twice."""
    one, two = months.built("一小区"), months.built("二小区", unit="222403")
    planned(one, 1, 供水管线="9999")
    [pipes, places] = planned(one, 2, "final", 供水管线="1200.50", 停车位="40")
    planned(two, 1, 供水管线="300", 屋面="800")
    for month, done in ((date(2026, 9, 1), "500"), (date(2026, 10, 1), "700.25")):
        report = months.report(one, month)
        write(
            ProgressQuantity,
            [{"report_id": report.pk, "plan_item_id": pipes.pk, "done": Decimal(done)}],
        )
    write(
        ProgressQuantity,
        [{"report_id": report.pk, "plan_item_id": places.pk, "done": Decimal(10)}],
    )
    return [one, two]


def test_quantities_count_the_version_that_holds_and_the_last_report(works: list[Project]) -> None:
    projects = Project.objects.all()
    found = {
        line.item.name: (line.communities, line.planned, line.done, line.amount_fen)
        for line in quantities(projects, years=[2026], on=TODAY)
    }
    assert found == {
        "供水管线": (2, Decimal("1500.50"), Decimal("700.25"), 15_005_000),
        "停车位": (1, Decimal("40"), Decimal("10"), 400_000),
        "屋面": (1, Decimal("800"), Decimal("0"), 8_000_000),
    }
    september = {
        line.item.name: line.done for line in quantities(projects, years=[2026], on=date(2026, 9, 30))
    }
    assert september == {"供水管线": Decimal(500), "停车位": Decimal(0), "屋面": Decimal(0)}
    assert quantities(projects, years=[2025], on=TODAY) == ()
    names = {group.name: len(group.lines) for group in by_group(quantities(projects, years=[2026], on=TODAY))}
    assert names == {"改造基础设施": 2, "改善房屋功能": 1}


def test_effects_add_up_in_the_units_of_the_ministry(works: list[Project]) -> None:
    found = {
        line.indicator: (line.planned, line.done, line.percent)
        for line in effects(quantities(Project.objects.all(), years=[2026], on=TODAY))
    }
    assert len(found) == 8
    assert found["pipes"] == (Decimal("1.50"), Decimal("0.70"), Decimal("46.7"))
    assert found["parking"] == (Decimal("40.00"), Decimal("10.00"), Decimal("25.0"))
    assert found["elevators"] == (Decimal("0.00"), Decimal("0.00"), None)


def test_a_quantity_leads_to_its_plan_items_in_the_visitors_view(
    works: list[Project], province_user: User, yanji: User, client_for: ClientFor
) -> None:
    province, own = client_for(province_user), client_for(yanji)
    address = reverse("dashboards:quantities", args=["220000"]) + "?year=2026&indicator=pipes"
    shown = [row.quantity for row in province.get(address).context["page_obj"]]
    assert sorted(shown) == [Decimal("300.00"), Decimal("1200.50")]
    mine = reverse("dashboards:quantities", args=["222401"]) + "?year=2026&indicator=pipes"
    assert [row.quantity for row in own.get(mine).context["page_obj"]] == [Decimal("1200.50")]
    assert own.get(address).status_code == 404
    assert province.get(address.replace("pipes", "gold")).status_code == 404


@pytest.fixture
def money(db: None) -> tuple[int, int]:
    """Give two projects of two units with money by a batch and from the county."""
    one, two = a_project("甲小区"), a_project("乙小区", "222403")
    Project._base_manager.filter(pk=one).update(planned_investment_fen=wan(1000))
    central, county = a_source(), a_source("T-county", "county", by_batch=False)
    happened(one, central, DAY, planned=wan(600))
    happened(one, county, DAY, planned=wan(300))
    batch = a_batch(central, wan(900))
    hand_down(batch, {"222401": wan(600), "222403": wan(300)})
    hand_down(batch, {one: wan(600), two: wan(200)})
    happened(one, central, DAY, arrived=wan(600), paid=wan("12.3"))
    return one, two


def test_the_money_panel_tells_the_chain_against_the_time_passed(
    money: tuple[int, int], province_user: User, client_for: ClientFor
) -> None:
    address = reverse("dashboards:panel", args=["220000", "money"]) + "?year=2026&on=2026-07-01"
    client = client_for(province_user)
    page = client.get(address)
    told = page.context["told"]
    assert [(step["amount"], step["share"]) for step in told["chain"]] == [
        (wan(900), Decimal("100.0")),
        (wan(900), Decimal("100.0")),
        (wan(800), Decimal("88.9")),
        (wan(600), Decimal("66.7")),
        (wan("12.3"), Decimal("1.4")),
        (0, Decimal("0.0")),
    ]
    # 1 July is day 182 of 365: 49.9 %; 12.3 ÷ 900 is 1.37 %.
    assert (told["rate"], told["due"], told["against"]) == (Decimal("1.4"), Decimal("49.9"), Decimal("-48.5"))
    assert [(line["label"], line["rate"]) for line in told["units"]] == [
        ("敦化市", Decimal("0.0")),
        ("延吉市", Decimal("2.1")),
    ]
    assert "<html" in page.content.decode()
    part = client.get(address, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize("name", ["alerts", "money", "works", "residents", "returns", "scores"])
def test_every_panel_opens_with_nothing_to_tell_and_only_in_ones_own_view(
    name: str, province_user: User, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    page = client.get(reverse("dashboards:panel", args=["222401", name]))
    assert page.status_code == 200
    assert page.context["panel"].name == name
    assert client.get(reverse("dashboards:panel", args=["222403", name])).status_code == 404
    assert client.post(reverse("dashboards:panel", args=["222401", name])).status_code == 405
    assert client_for(province_user).get(reverse("dashboards:panel", args=["220000", "x"])).status_code == 404


def test_the_dashboard_asks_for_its_panels_by_their_addresses(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    text = client_for(province_user).get("/dashboards/?year=2020&on=2020-06-30").content.decode()
    for name in ("alerts", "money", "works", "residents", "returns", "scores"):
        address = f"/dashboards/220000/panel/{name}/?year=2020&amp;on=2020-06-30"
        assert text.count(f'hx-get="{address}"') == text.count(f'href="{address}"') == 1


def test_the_alerts_panel_counts_by_rule_and_leads_to_the_list(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    AlertRule.objects.exclude(code="nothing_started").update(is_active=False)
    evaluate(Region.objects.get(parent=None), JUNE)
    client = client_for(province_user)
    address = reverse("dashboards:panel", args=["222400", "alerts"]) + "?year=2020&on=2020-06-30"
    told = client.get(address).context["told"]
    assert (told["count"], told["red"], told["yellow"]) == (1, 0, 1)
    [line] = told["lines"]
    assert line["group"].names == ("敦化市",)
    listed = client.get(line["url"]).context["page_obj"]
    assert [alert.unit.code for alert in listed] == ["222403"]


def test_contentment_of_parts_adds_up() -> None:
    both = whole([Contentment(1, 100, 40, 30), Contentment(2, 200, 60, 59)])
    assert (both, both.rate, both.response) == (
        Contentment(3, 300, 100, 89),
        Decimal("89.0"),
        Decimal("33.3"),
    )
    assert Contentment().rate is None


# ---------------------------------------------------------------- alerts about money


def look(code: str, on: date = TODAY) -> list[Found]:
    """Return what one way of looking finds."""
    rule = AlertRule.objects.get(code=code)
    return list(WAYS[code].find(Night(Region.objects.get(parent=None), on), rule))


def test_money_that_is_not_passed_on_counts_its_days_over_thirty(money: tuple[int, int]) -> None:
    batch = a_batch(a_source("T-late"), wan(500), number="吉财综〔2026〕99号")
    hand_down(batch, {"222401": wan("499.5")})
    [late] = look("split_late", date(2026, 3, 13))
    # 1 February + 30 days is 3 March.
    assert (late.unit, late.value) == (unit("220000"), Decimal(10))
    assert late.facts == {"number": "吉财综〔2026〕99号", "left": "0.5", "amount": "500.0", "days": 10}
    assert look("split_late", date(2026, 3, 3)) == []
    handed = {found.unit: (found.value, found.facts["left"]) for found in look("handing_on_late", DAY)}
    assert handed == {
        unit("222403"): (Decimal(120), "100.0"),
        unit("222401"): (Decimal(120), "499.5"),
    }


def test_spending_behind_the_time_and_shares_that_did_not_arrive(money: tuple[int, int]) -> None:
    behind = {found.unit: found.value for found in look("spending_behind", DAY)}
    assert behind == {unit("222401"): Decimal("47.8"), unit("222403"): Decimal("49.9")}
    assert look("shares_missing", DAY) == []
    Project._base_manager.filter(pk=money[0]).update(started_on=date(2026, 5, 1))
    [share] = look("shares_missing", DAY)
    assert (share.unit, share.value) == (unit("222401"), Decimal("0.0"))
    way, rule = WAYS["shares_missing"], AlertRule.objects.get(code="shares_missing")
    assert [way.grade(rule, Decimal(value)) for value in (30, 31, 60, 61)] == [
        "red",
        "yellow",
        "yellow",
        None,
    ]


def test_payments_ahead_of_the_works_and_settlements_that_wait(db: None) -> None:
    site = make_project(started_on=date(2026, 5, 1), progress_percent=Decimal(40))
    [contract] = write(
        Contract,
        [
            {
                "project_id": site.pk,
                "kind": "construction",
                "number": "1",
                "firm": "甲",
                "amount_fen": wan(100),
            }
        ],
    )
    county = a_source("T-county", "county", by_batch=False)
    happened(site.pk, county, DAY, planned=wan(100), issued=wan(100), arrived=wan(100))
    [paid] = happened(site.pk, county, DAY, paid=wan(55))
    assert look("paid_ahead") == []
    MoneyEvent._base_manager.filter(pk=paid).update(contract=contract)
    [ahead] = look("paid_ahead")
    assert (ahead.project, ahead.value, ahead.facts) == (
        site.pk,
        Decimal("15.0"),
        {"share": "55.0", "progress": "40"},
    )
    Project._base_manager.filter(pk=site.pk).update(completed_on=date(2026, 11, 12))
    AlertRule.objects.filter(code__in=["settlement_slow", "firms_unpaid"]).update(yellow=10)
    assert [found.value for found in look("settlement_slow")] == [Decimal(10)]
    happened(site.pk, county, date(2026, 11, 12), settled=wan(90))
    assert look("settlement_slow") == []
    assert [found.value for found in look("firms_unpaid")] == [Decimal(10)]


# ---------------------------------------------------------------- by API


def rollup(client: Client, name: str, query: str = "") -> Any:
    """Return the answer of a rollup."""
    answer = client.get(f"/api/v1/rollups/{name}/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_rollups_answer_with_the_numbers_of_the_pages(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    names = [row["name"] for row in client.get("/api/v1/rollups/").json()]
    assert names == ["progress", "money", "quantities", "satisfaction", "timeliness", "alerts", "scores"]
    told = rollup(client, "progress", "year=2020&on=2020-06-30&region=222400")
    assert {key: told[key] for key in ("rollup", "region", "years", "on", "by")} == {
        "rollup": "progress",
        "region": "222400",
        "years": [2020],
        "on": "2020-06-30",
        "by": "",
    }
    [row] = told["rows"]
    page = client.get("/dashboards/222400/?year=2020&on=2020-06-30&source=live").context["board"].whole
    assert row["planned"] == {
        "communities": page.planned.communities,
        "households": page.planned.households,
        "buildings": page.planned.buildings,
        "area_cents": page.planned.area_cents,
    }
    assert row["start_rate_by_communities"] == str(page.start_rate("communities"))
    by_unit = rollup(client, "progress", "year=2020&on=2020-06-30&region=222400&by=unit")["rows"]
    assert sum(line["planned"]["communities"] for line in by_unit) == row["planned"]["communities"]


def test_money_and_quantities_by_api_are_exact(
    money: tuple[int, int], works: list[Project], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    [whole_money] = rollup(client, "money", "year=2026&on=2026-07-01")["rows"]
    assert whole_money["handed_down_fen"] == wan(900)
    assert whole_money["paid_fen"] == wan("12.3")
    assert whole_money["execution_rate"] == "1.37"
    channels = rollup(client, "money", "year=2026&on=2026-07-01&by=channel")["rows"]
    assert {row["key"]: row["planned_fen"] for row in channels} == {
        "central": wan(600),
        "county": wan(300),
    }
    pipes = rollup(client, "quantities", "year=2026&by=indicator")["rows"][0]
    assert (pipes["key"], pipes["planned"], pipes["done_rate"]) == ("pipes", "1.50", "46.7")


def test_rollups_keep_to_the_callers_view_and_refuse_what_cannot_be_meant(
    year: list[Project], yanji: User, worker: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    assert rollup(client, "progress", "year=2020")["region"] == "222401"
    assert client.get("/api/v1/rollups/progress/?region=222403").status_code == 404
    assert client.get("/api/v1/rollups/gold/").status_code == 404
    for query in ("by=gold", "year=x", "on=2020-13-01", "base=x"):
        assert client.get(f"/api/v1/rollups/progress/?{query}").status_code == 400
    assert client.post("/api/v1/rollups/progress/").status_code == 405
    assert client_for(worker).get("/api/v1/rollups/progress/").status_code == 403
    assert Client().get("/api/v1/rollups/progress/").status_code == 401
