"""How many questions each page asks of the database: pinned, and not growing with the rows.

``UPDATE_QUERY_COUNTS=1`` writes ``query_counts.json`` anew after a change that is meant; whoever reviews the
change sees the numbers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.roles import Role
from tests.trust.access_table import DOORS, Door
from tests.trust.test_access import asked, knock
from tests.trust.world import FOREIGN, OWN, WHO, World, body_of, build, fill, taken_back

pytestmark = pytest.mark.django_db
PINNED = Path(__file__).with_name("query_counts.json")
UPDATE = bool(os.environ.get("UPDATE_QUERY_COUNTS"))
# No page may ask more, whatever is pinned.
MOST = {
    "dashboards:overview": 15,
    "dashboards:region": 15,
    "dashboards:rows": 15,
    "ledgers:grid_rows": 13,
    "funding:index": 15,
    "dashboards:returns": 15,
}
MOST_TO_SAVE_A_CELL = {
    "communities": 12,
    "buildings": 12,
    "plans": 14,
    "projects": 13,
    "progress": 20,
    "quantities": 18,
    "arrangements": 14,
    "funds": 14,
    "upkeep": 14,
    "visits": 14,
    "caretags": 14,
    "findings": 16,
    "catalogue": 13,
    "plan-versions": 12,
    "plan-items": 15,
    "bundles": 12,
}
# What moves projects moves each on its own, so that one refusal holds up no other.
ONE_BY_ONE = ("POST projects:move_all",)
# Machinery that a transaction of the tests adds and that no official meets.
_SILENT = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Give the world with a manager who sees the whole province."""
    with django_db_blocker.unblock(), taken_back():
        yield build(whole_province=True)


def doors() -> Iterator[tuple[str, Door]]:
    """Yield every door with the role that is counted there."""
    for door in DOORS:
        for who in WHO:
            if who in door.allowed:
                yield who, door
                break


def count(world: World, who: str, door: Door) -> int:
    """Return how many questions a request asks, and take back what it did."""
    ContentType.objects.clear_cache()
    reset_queries()  # the log holds 9,000 questions, and all doors together ask more
    with taken_back(), CaptureQueriesContext(connection) as captured:
        body_of(knock(world.client(who), door, world.targets[OWN]))
    return sum(not query["sql"].startswith(_SILENT) for query in captured)


def counts(world: World) -> dict[str, int]:
    """Return the questions of every door; the first request of all warms up what is kept in memory."""
    for who, door in doors():
        if door.method == "GET":
            with taken_back():
                body_of(knock(world.client(who), door, world.targets[OWN]))
    return {asked(door): count(world, who, door) for who, door in doors()}


@pytest.fixture(scope="module")
def measured(province: World) -> tuple[dict[str, int], dict[str, int]]:
    """Count with few rows and, after sixteen more communities with all that hangs on them, again.

    The clock stands still: a session that grows old notes once a minute when it was last used.
    """
    with time_machine.travel(timezone.now(), tick=False):
        few = counts(province)
        with taken_back():
            for unit in (OWN, FOREIGN):
                fill(unit, 8, start=100)
            many = counts(province)
    return few, many


def test_no_page_asks_more_than_is_pinned(measured: tuple[dict[str, int], dict[str, int]]) -> None:
    now = measured[0]
    if UPDATE:
        PINNED.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    pinned: dict[str, int] = json.loads(PINNED.read_text(encoding="utf-8"))
    assert set(now) == set(pinned)
    grown = {name: (pinned[name], now[name]) for name in now if now[name] > pinned[name]}
    assert grown == {}


def test_more_rows_are_not_more_questions(measured: tuple[dict[str, int], dict[str, int]]) -> None:
    few, many = measured
    grown = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    assert [name for name in grown if not name.startswith(ONE_BY_ONE)] == []


def test_the_pages_that_matter_most_keep_below_their_limits() -> None:
    pinned: dict[str, int] = json.loads(PINNED.read_text(encoding="utf-8"))
    limits = {asked(door): MOST[door.route] for _who, door in doors() if door.route in MOST}
    assert len(limits) >= len(MOST)
    assert {name: pinned[name] for name, most in limits.items() if pinned[name] > most} == {}


@pytest.mark.parametrize(
    "door", [door for door in DOORS if door.route == "ledgers:grid_save"], ids=lambda door: door.args[0]
)
def test_a_data_entry_officer_saves_a_cell_with_few_questions(province: World, door: Door) -> None:
    # A session notes once a minute when it was last used: not while the questions are counted.
    province.client(Role.ENTRY).get(reverse("accounts:profile"))
    count(province, Role.ENTRY, door)
    assert count(province, Role.ENTRY, door) <= MOST_TO_SAVE_A_CELL.get(door.args[0], 20)
