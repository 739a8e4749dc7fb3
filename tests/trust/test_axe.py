"""axe finds nothing on any page, at the width of a desk and of a phone."""

from __future__ import annotations

import pytest

from tests.browsing import AXE, OpenPage, trouble
from tests.trust.access_table import DOORS
from tests.trust.pages import visits
from tests.trust.world import OWN, build, fill

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with the packages of `make test`"),
]
# Pages whose own tests ask axe in all their states are asked once more here, as they open.
# What htmx swaps into a page is no page.
FRAGMENTS = frozenset({"jobs:progress"})
PARTS = ("accounts", "ledgers:grid", "ledgers:row", "ledgers", "dashboards", "")


def part_of(route: str) -> str:
    """Return the first part that a route belongs to; the last takes what is left."""
    return next(part for part in PARTS if route.startswith(part))


def test_every_page_belongs_to_one_part() -> None:
    assert {part_of(door.route) for door in DOORS if door.method == "GET"} == set(PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part or "frame")
def test_axe_finds_nothing(open_page: OpenPage, part: str) -> None:
    world = build(whole_province=True)
    fill(OWN, 12, start=50)
    found, pages = {}, {}
    for visit in visits(world):
        if part_of(visit.door.route) != part or visit.door.route in FRAGMENTS:
            continue
        if visit.who not in pages:
            pages[visit.who] = open_page("/", world.users[visit.who], bypass_csp=True)
        page = pages[visit.who]
        page.goto(visit.address)
        if visit.door.route == "ledgers:grid":
            page.wait_for_selector("#ledger-grid.is-ready", state="attached")
        if broken := trouble(page):
            found[visit.address] = broken
    assert pages
    assert found == {}


def test_axe_finds_nothing_at_the_door_and_where_nothing_is(open_page: OpenPage) -> None:
    """The API's viewer is a packaged one and no page of ours."""
    world, found = build(), {}
    for address, who in (("/accounts/login/", None), ("/nothing/", world.users["entry"])):
        if broken := trouble(open_page(address, who, bypass_csp=True)):
            found[address] = broken
    assert found == {}
