"""The dashboards as visitors meet them: what they show, where the numbers lead, who may come in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, Region, User
from accounts.roles import Role
from dashboards.figures import Measure
from dashboards.models import Snapshot
from dashboards.snapshots import freeze, province
from jobs.models import Job
from projects.models import Project
from tests.conftest import ClientFor, make_user
from tests.dashboards.conftest import JUNE, change, enter, started

pytestmark = pytest.mark.django_db

OVERVIEW = "/dashboards/?year=2020&on=2020-06-30"
ROW_LINK = re.compile(r'<a(?: class="[^"]*")? href="(/dashboards/rows/\?[^"]*)"[^>]*>(?:<b>)?([^<]*)')


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def row_links(html: str) -> set[tuple[str, str]]:
    """Return every link to rows with the text it carries."""
    return {(unescape(url), text.strip()) for url, text in ROW_LINK.findall(html) if text.strip()}


def counted(client: Client, url: str) -> set[str]:
    """Return what the rows behind a number add up to, as printed."""
    amounts = client.get(url).context["behind"].amounts
    wan = (amounts.area / 10_000).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    return {f"{amounts.communities:,}", f"{amounts.households:,}", f"{amounts.buildings:,}", f"{wan:,}"}


# ---------------------------------------------------------------- what it shows


def test_the_province_sees_its_numbers(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(OVERVIEW)
    board = response.context["board"]
    assert board.whole.planned.communities == 10
    assert [item["value"] for item in response.context["kpis"]][:5] == [Decimal("40.0"), 10, 4, 220, 1]
    text = " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())
    assert "At the end of June 2020, the start rate is 40.0% (by communities)" in text
    assert "9.7 points below the 49.7% of the year that has passed" in text
    assert "47 cities and counties" in text


def test_numbers_change_with_the_base_and_say_so(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(OVERVIEW + "&base=households")
    assert "44.0%</b> (by households)" in response.content.decode()
    assert response.context["kpis"][0]["value"] == Decimal("44.0")


def test_several_plan_years_are_one_number(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get("/dashboards/?year=2019&year=2020&on=2020-06-30")
    assert response.context["kpis"][1]["value"] == 11
    assert response.context["years"]["total"]["figures"].planned.communities == 11


@pytest.mark.parametrize(
    "url", [OVERVIEW, OVERVIEW + "&base=households", "/dashboards/222401/?year=2020&on=2020-06-15"]
)
def test_every_number_leads_to_the_rows_it_counts(
    year: list[Project], province_user: User, client_for: ClientFor, url: str
) -> None:
    client = client_for(province_user)
    links = row_links(page(client, url))
    assert len(links) > 30
    # Zeros of the units without a project all lead to the same kind of empty list; a few of them are enough.
    checked = [link for link in sorted(links) if link[1] not in {"0", "0.00"}]
    checked += [link for link in sorted(links) if link[1] in {"0", "0.00"}][:10]
    for target, text in checked:
        # Counts and 万㎡; rates with one decimal are quotients of them.
        if re.fullmatch(r"[\d,]+(\.\d\d)?", text):
            assert text in counted(client, target), target


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("frozen", [False, True])
def test_the_rows_page_adds_up_to_the_number_clicked(
    year: list[Project], province_user: User, client_for: ClientFor, measure: Measure, frozen: bool
) -> None:
    if frozen:
        freeze(region=province(), plan_year=2020, on=JUNE)
    response = client_for(province_user).get(
        f"/dashboards/rows/?year=2020&on=2020-06-30&region=222400&measure={measure}"
    )
    assert response.status_code == 200
    behind, board = response.context["behind"], response.context["board"]
    assert bool(board.frozen) is frozen
    assert behind.amounts.communities == board.whole.of(measure).communities == behind.page.paginator.count
    assert len(behind.lines) == behind.amounts.communities
    if measure not in {Measure.INCOMPLETE, Measure.SIMULATED}:
        assert behind.amounts == board.whole.of(measure)
    assert sum(line.households or 0 for line in behind.lines) == behind.amounts.households


def test_each_row_leads_to_its_place_in_the_ledger(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    html = page(
        client_for(province_user), "/dashboards/rows/?year=2020&on=2020-06-30&region=222404&measure=started"
    )
    pk = year[6].pk
    assert f'href="/ledgers/projects/?year=2020&amp;unit=222404&amp;focus={pk}"' in html
    assert f'href="/ledgers/projects/rows/{pk}/#changes"' in html


def test_a_frozen_page_keeps_its_numbers_and_offers_the_present_ones(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    freeze(region=province(), plan_year=2020, on=JUNE)
    change(year[0], province_user, "退回", started_on=None)
    client = client_for(province_user)
    frozen, live = client.get(OVERVIEW), client.get(OVERVIEW + "&source=live")
    assert [response.context["board"].whole.started.communities for response in (frozen, live)] == [4, 3]
    assert "Snapshot, frozen" in frozen.content.decode()
    assert "Ledgers as they stand now" in live.content.decode()
    # The rows behind a frozen number are those that were frozen, as they were.
    rows = client.get("/dashboards/rows/?year=2020&on=2020-06-30&region=222401&measure=started")
    dates = {line.pk: line.started_on for line in rows.context["behind"].lines}
    assert dates[year[0].pk] == date(2020, 4, 20)


def test_the_ranking_begins_with_the_slowest_and_ends_with_who_has_no_plan(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    lines = client.get(OVERVIEW + "&all=1").context["ranking"]["lines"]
    assert len(lines) == 47
    placed = [(line["place"], line["name"], line["rate"]) for line in lines if line["place"] is not None]
    assert placed[-1] == (1, "延吉市", Decimal("100.0"))
    assert [place for place, _name, _rate in placed] == [3, 3, 3, 1, 1]
    assert [line["place"] for line in lines[5:]] == [None] * 42

    folded = client.get(OVERVIEW).context["ranking"]
    assert (len(folded["lines"]), folded["folded"]) == (5, 42)
    best_first = client.get(OVERVIEW + "&order=best").context["ranking"]["lines"]
    assert [line["name"] for line in best_first[:2]] == ["延吉市", "珲春市"]


def test_a_long_ranking_shows_the_last_twelve_and_the_first_five(
    province_user: User, client_for: ClientFor
) -> None:
    units = [unit.code for unit in Region.objects.units()]
    day = date(2020, 4, 1)
    enter([{"unit": code, **(started(day) if number % 3 else {})} for number, code in enumerate(units * 2)])
    response = client_for(province_user).get(OVERVIEW)
    ranking = response.context["ranking"]
    assert (len(ranking["lines"]), ranking["fold_after"], ranking["folded"]) == (17, 12, 30)
    assert "Show the other 30 cities and counties" in response.content.decode()


def test_the_map_shows_nine_prefectures_and_says_it_is_none(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(OVERVIEW)
    assert len(response.context["map"]["tiles"]) == 9
    assert "not a map" in response.content.decode()


def test_without_projects_the_page_says_what_to_do(province_user: User, client_for: ClientFor) -> None:
    html = page(client_for(province_user), "/dashboards/")
    assert "No project is listed" in html


def test_invented_data_is_named(year: list[Project], province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    assert "Simulated data" not in page(client, OVERVIEW)
    enter([{"unit": "222401", "is_simulated": True}])
    assert "Simulated data" in page(client, OVERVIEW)


def test_blank_figures_are_not_hidden_in_the_sums(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    assert "2 projects lack households, buildings or area" in page(client_for(province_user), OVERVIEW)


# ---------------------------------------------------------------- who may come in


def test_everybody_begins_with_their_own_region(
    year: list[Project], yanji: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    for user, code, planned in ((yanji, "222401", 3), (prefecture_reviewer, "222400", 6)):
        response = client_for(user).get(OVERVIEW)
        assert response.context["selection"].region.code == code
        assert response.context["board"].whole.planned.communities == planned


def test_below_the_units_there_is_a_page_too(year: list[Project], client_for: ClientFor) -> None:
    district = make_user("nanguan", "南关区录入员", Role.ENTRY, "220102")
    freeze(region=province(), plan_year=2020, on=JUNE)
    response = client_for(district).get(OVERVIEW)
    assert response.status_code == 200
    assert response.context["board"].whole.planned.communities == 1
    assert client_for(district).get("/dashboards/220101/").status_code == 404


@pytest.mark.parametrize("code", ["222403", "222400", "220000", "220101", "999999"])
@pytest.mark.parametrize(
    "address",
    [
        "/dashboards/{}/",
        "/dashboards/rows/?region={}",
        "/dashboards/export/?table=plan&region={}",
        "/dashboards/?region={}",
    ],
)
def test_a_foreign_region_is_not_found(
    year: list[Project], yanji: User, client_for: ClientFor, code: str, address: str
) -> None:
    assert client_for(yanji).get(address.format(code)).status_code == 404


VIEWS = ["/dashboards/", "/dashboards/220000/", "/dashboards/rows/", "/dashboards/export/?table=plan"]


@pytest.mark.parametrize("url", VIEWS)
def test_who_has_no_business_with_the_numbers_is_refused(
    url: str, worker: User, liaison: User, system_admin: User, client_for: ClientFor, client: Client
) -> None:
    for user in (worker, liaison, system_admin):
        assert client_for(user).get(url).status_code == 403
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", VIEWS)
def test_pages_are_only_read(url: str, province_user: User, client_for: ClientFor) -> None:
    assert client_for(province_user).post(url).status_code == 405


@pytest.mark.parametrize(
    "query",
    ["year=20", "year=abcd", "year=３０００", "on=2020-13-01", "on=2999-01-01", "on=1900-01-01", "base=areas"]
    + ["&".join(f"year={year}" for year in range(2000, 2014)), "day=morgen"],
)
@pytest.mark.parametrize("address", ["/dashboards/", "/dashboards/220000/", "/dashboards/rows/"])
def test_what_cannot_be_meant_is_refused_with_a_sentence(
    address: str, query: str, province_user: User, client_for: ClientFor
) -> None:
    assert client_for(province_user).get(f"{address}?{query}").status_code == 400


def test_unknown_numbers_and_tables_are_refused(province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    assert client.get("/dashboards/rows/?measure=money").status_code == 400
    assert client.get("/dashboards/export/?table=money").status_code == 400


def test_the_filter_form_leads_to_the_region_chosen(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(
        "/dashboards/?region=222400&year=2020&on=2020-05-31&day=2020-06-15"
    )
    assert response.status_code == 302
    assert response.headers["Location"] == "/dashboards/222400/?year=2020&on=2020-06-15"


# ---------------------------------------------------------------- freezing by hand


def test_a_past_month_end_is_frozen_on_request(
    year: list[Project], province_user: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_for(province_user)
    assert "dashboards/freeze" in page(client, OVERVIEW)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/dashboards/freeze/", {"plan_year": 2020, "on": "2020-06-30"})
    job = Job.objects.get()
    assert response.headers["Location"] == job.get_absolute_url()
    assert (job.state, Snapshot.objects.get().frozen_by) == (Job.State.DONE, province_user)
    assert "dashboards/freeze" not in page(client, OVERVIEW)


@pytest.mark.parametrize("on", ["2020-06-29", "2999-01-31", "x", ""])
def test_only_the_end_of_a_past_month_can_be_frozen(
    province_user: User, client_for: ClientFor, on: str
) -> None:
    response = client_for(province_user).post("/dashboards/freeze/", {"plan_year": 2020, "on": on})
    assert response.status_code == 400
    assert not Job.objects.exists()


def test_freezing_is_for_the_province(
    yanji: User, prefecture_reviewer: User, auditor: User, province_user: User, client_for: ClientFor
) -> None:
    for user in (yanji, prefecture_reviewer, auditor):
        assert client_for(user).post("/dashboards/freeze/", {}).status_code == 403
    assert client_for(province_user).get("/dashboards/freeze/").status_code == 405


# ---------------------------------------------------------------- what it costs


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        OVERVIEW,
        "/dashboards/222400/?year=2020&on=2020-06-30",
        "/dashboards/222401/?year=2020&on=2020-06-30",
        "/dashboards/rows/?year=2020&on=2020-06-30&region=222400&measure=started",
    ],
)
def test_a_page_costs_at_most_fifteen_queries(
    year: list[Project],
    province_user: User,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    url: str,
    frozen: bool,
) -> None:
    if frozen:
        freeze(region=province(), plan_year=2020, on=JUNE)
        freeze(region=province(), plan_year=2020, on=date(2020, 5, 31))
    client = client_for(province_user)
    client.get(url)
    with django_assert_max_num_queries(15):
        client.get(url)


def test_queries_do_not_grow_with_the_rows(
    year: list[Project], province_user: User, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    enter([{"unit": "222401", **started(date(2020, 4, 1) + timedelta(days=number))} for number in range(60)])
    client = client_for(province_user)
    client.get(OVERVIEW)
    with django_assert_max_num_queries(15):
        client.get("/dashboards/rows/?year=2020&on=2020-06-30&region=222401&measure=started")


def test_today_is_the_day_without_another(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get("/dashboards/")
    assert response.context["selection"].on == timezone.localdate()
    assert response.context["selection"].years == (2020,)
    assert Region.objects.get(code="220000") == response.context["selection"].region


def test_an_export_leaves_a_trace(year: list[Project], auditor: User, client_for: ClientFor) -> None:
    url = reverse("dashboards:export") + "?table=starts&year=2020&on=2020-06-30"
    assert client_for(auditor).get(url).status_code == 200
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.EXPORT)
    assert (event.actor, event.detail["what"]) == (auditor, "dashboards.starts")
