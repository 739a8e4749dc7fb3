"""The demonstration on screen: every published number stands on the dashboard and leads to its rows."""

from __future__ import annotations

import re

import pytest

from accounts.models import User
from tests.conftest import ClientFor
from tests.dashboards.test_boards import counted
from tests.renovation_portal.test_demo import demo

__all__ = ["demo"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]

# Plan years and day asked for → numbers that must stand on the page, each a link to its rows.
PUBLISHED = [
    ("year=2019&on=2020-01-03", ["831", "218,000", "1,566.70", "303", "226", "302"]),
    ("year=2020&on=2020-06-30", ["1,945", "273,859", "313"]),
    ("year=2019&year=2020&on=2020-12-08", ["2,776", "9,136", "491,859", "3,790.56"]),
    ("year=2021&on=2021-12-31", ["1,623", "7,130", "390,000", "3,205.00"]),
    ("year=2022&on=2022-12-31", ["1,142", "196,600", "1,159", "198,800"]),
]
RATES = [
    ("year=2020&on=2020-06-30", "16.1"),
    ("year=2020&on=2020-07-31", "19.6"),
    ("year=2020&on=2020-10-31", "100.0"),
    ("year=2022&on=2022-12-31", "101.5"),
    ("year=2022&on=2022-12-31&base=households", "101.1"),
]
LINK = re.compile(r'<a[^>]*href="(/dashboards/rows/\?[^"]*)"[^>]*>\s*([\d,.]+)')


@pytest.mark.parametrize(("asked", "numbers"), PUBLISHED)
def test_each_published_number_leads_to_rows_that_add_up_to_it(
    client_for: ClientFor, province_user: User, asked: str, numbers: list[str]
) -> None:
    client = client_for(province_user)
    html = client.get(f"/dashboards/?{asked}").content.decode()
    links: dict[str, list[str]] = {}
    for url, text in LINK.findall(html):
        links.setdefault(text, []).append(url.replace("&amp;", "&"))
    for number in numbers:
        assert number in links, (number, sorted(links)[:50])
        assert number in counted(client, links[number][0]), (number, links[number][0])


@pytest.mark.parametrize(("asked", "rate"), RATES)
def test_each_published_rate_stands_on_the_page_with_its_base(
    client_for: ClientFor, province_user: User, asked: str, rate: str
) -> None:
    html = client_for(province_user).get(f"/dashboards/?{asked}").content.decode()
    assert rate in html
    assert ("by households" if "households" in asked else "by communities") in html


def test_forty_seven_units_report(client_for: ClientFor, province_user: User) -> None:
    page = client_for(province_user).get("/dashboards/?year=2020&on=2020-06-30")
    assert len(page.context["board"].units) == 47
    assert "47 cities and counties" in page.content.decode()
