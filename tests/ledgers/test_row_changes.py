"""The changes on the page of a row: who, when, why, from what to what, and which came after a freezing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Region, User
from accounts.roles import CAPABILITIES, Capability, Role
from assessments import behind
from communities.models import Community
from ledgers.registry import LEDGERS
from projects.models import Project
from records.history import Frozen, cell_history, frozen_query, read_frozen, row_history
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.stage import make_project

pytestmark = pytest.mark.django_db
ROWS = "/ledgers/communities/rows/"


def write(actor: User | None, row: int | None, source: str = "grid", reason: str = "", **values: Any) -> int:
    """Write a community through the write path; return its key."""
    found = apply(
        Community,
        actor=actor,
        source=ChangeSet.Source(source),
        pk=row,
        values=values,
        reason=reason,
        bound=False,
    )
    assert found.writes, found.findings
    return int(found.row["id"])


@pytest.fixture
def row(yanji: User, province_user: User) -> int:
    """A community that was loaded, corrected twice by its unit and once by the province."""
    pk = write(
        None,
        None,
        "load",
        name="建安小区",
        region_id=Region.objects.get(code="222401").pk,
        street="北山街道",
        household_count=1212,
        floor_area=Decimal("21200.00"),
    )
    write(yanji, pk, household_count=1220, reason="复核户数")
    write(yanji, pk, household_count=1230, remark="核过")
    write(province_user, pk, "form", floor_area=Decimal("21300.50"))
    return pk


def told(page: Any) -> list[tuple[Any, ...]]:
    """Return the changes a page shows: who, by which way, why, and the cells."""
    return [
        (
            line["change"].what,
            line["change"].by,
            line["change"].reason,
            [(cell.key, cell.old, cell.new, cell.unit) for cell, _url in line["cells"]],
        )
        for line in page.context["changes"]["lines"]
    ]


def test_the_page_of_a_row_tells_every_change_newest_first(
    client_for: ClientFor, prefecture_reviewer: User, yanji: User, province_user: User, row: int
) -> None:
    page = client_for(prefecture_reviewer).get(f"{ROWS}{row}/")
    *later, first = told(page)
    assert later == [
        ("changed", province_user.display_name, "", [("floor_area", "21,200.00", "21,300.50", "㎡")]),
        (
            "changed",
            yanji.display_name,
            "",
            [("household_count", "1,220", "1,230", "户"), ("remark", "", "核过", "")],
        ),
        ("changed", yanji.display_name, "复核户数", [("household_count", "1,212", "1,220", "户")]),
    ]
    what, by, _reason, cells = first
    assert (what, by) == ("entered", "")
    assert {key: new for key, _old, new, _unit in cells}["household_count"] == "1,212"
    assert all(new for _key, _old, new, _unit in cells)
    assert "复核户数" in page.text
    # The label of a column that was changed leads to its changes, that of another to none.
    fields = page.context["form"].fields
    assert (fields["household_count"].changes, fields["household_count"].changes_url) == (
        2,
        "?column=household_count#changes",
    )
    assert not hasattr(fields["street"], "changes")


def test_the_page_and_the_grid_tell_the_same_of_a_cell(
    client_for: ClientFor, prefecture_reviewer: User, row: int
) -> None:
    client = client_for(prefecture_reviewer)
    page = client.get(f"{ROWS}{row}/?column=household_count")
    steps = client.get(f"/ledgers/communities/grid/history/?id={row}&column=household_count").json()[
        "entries"
    ]
    shown = [
        (line["change"].by, line["change"].reason, cell.old.replace(",", ""), cell.new.replace(",", ""))
        for line in page.context["changes"]["lines"]
        for cell, _url in line["cells"]
    ]
    assert shown == [(step["by"], step["reason"], step["old"], step["new"]) for step in steps]
    assert [new for _by, _reason, _old, new in shown] == ["1230", "1220", "1212"]
    changes = row_history(Community, row)
    assert [step.new for step in cell_history(Community, row, "household_count")] == [
        change.cells["household_count"][1] for change in changes if "household_count" in change.cells
    ]


def test_changes_after_the_freezing_are_marked(
    client_for: ClientFor, prefecture_reviewer: User, row: int
) -> None:
    client = client_for(prefecture_reviewer)
    now = timezone.now()
    page = client.get(f"{ROWS}{row}/{frozen_query(now, 2)}")
    assert page.context["changes"]["after"] == 2
    assert [line["change"].is_after for line in page.context["changes"]["lines"]] == [
        True,
        True,
        False,
        False,
    ]
    # Without a version the moment decides.
    assert client.get(f"{ROWS}{row}/{frozen_query(now)}").context["changes"]["after"] == 0
    before = frozen_query(now - timedelta(hours=1))
    assert client.get(f"{ROWS}{row}/{before}").context["changes"]["after"] == 4
    # Choosing a column keeps where one comes from.
    kept = page.context["changes"]["lines"][0]["cells"][0][1]
    assert client.get(f"{ROWS}{row}/{kept}").context["changes"]["frozen"].version == 2


@pytest.mark.parametrize(
    "query",
    [
        "frozen_at=gestern",
        "frozen_at=2026-01-01T00:00:00",
        "frozen_at=1999-12-31T00:00:00Z",
        "frozen_at=2999-01-01T00:00:00Z",
        "frozen_at=2020-01-01T00:00:00Z&version=0",
        "frozen_at=2020-01-01T00:00:00Z&version=x",
        "frozen_at=2020-01-01T00:00:00Z&version=99999999999",
        "column=gold",
    ],
)
def test_a_moment_or_column_that_cannot_be_meant_is_refused(
    client_for: ClientFor, prefecture_reviewer: User, row: int, query: str
) -> None:
    assert client_for(prefecture_reviewer).get(f"{ROWS}{row}/?{query}").status_code == 400


def test_a_moment_is_read_as_it_was_written() -> None:
    at = datetime(2020, 7, 1, 0, 5, 12, 345678, UTC)
    for version in (None, 3):
        words = dict(part.split("=") for part in frozen_query(at, version)[1:].partition("#")[0].split("&"))
        assert read_frozen(words) == Frozen(at, version)
    assert read_frozen({"version": "3"}) is None


def test_changes_come_in_pages_by_a_constant_number_of_queries(
    client_for: ClientFor, prefecture_reviewer: User, yanji: User, row: int
) -> None:
    client = client_for(prefecture_reviewer)
    client.get(f"{ROWS}{row}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{ROWS}{row}/")
    for count in range(30):
        write(yanji, row, household_count=1300 + count)
    with CaptureQueriesContext(connection) as many:
        first = client.get(f"{ROWS}{row}/")
    assert len(few) == len(many)
    second = client.get(f"{ROWS}{row}/?page=2")
    assert [len(told(page)) for page in (first, second)] == [20, 14]
    assert "?page=2#changes" in first.text


def test_a_removed_row_keeps_its_page_for_whoever_saw_it(
    client_for: ClientFor, prefecture_reviewer: User, dunhua: User, yanji: User, row: int
) -> None:
    write(yanji, row, is_removed=True, reason="重复登记")
    client = client_for(prefecture_reviewer)
    page = client.get(f"{ROWS}{row}/")
    assert page.status_code == 200
    assert told(page)[0] == ("removed", yanji.display_name, "重复登记", [])
    assert {cell["text"] for cell in page.context["last"]} >= {"建安小区", "1,230", "21,300.50"}
    assert '<form method="post" class="panel"' not in page.text
    assert client_for(yanji).post(f"{ROWS}{row}/", {"name": "x"}).status_code == 404
    assert client_for(dunhua).get(f"{ROWS}{row}/").status_code == 404


def test_a_row_of_another_year_opens_whatever_year_the_address_names(
    client_for: ClientFor, yanji: User
) -> None:
    old, new = make_project("旧小区", plan_year=2020), make_project("新小区", plan_year=2026)
    client = client_for(yanji)
    for query in ("", "?year=2026", "?year=2020", "?unit=222401"):
        page = client.get(f"/ledgers/projects/rows/{old.pk}/{query}")
        assert (page.status_code, page.context["row_name"]) == (200, "旧小区"), query
    assert client.get(f"/ledgers/projects/rows/{new.pk}/?year=2020").context["row_name"] == "新小区"


def test_what_stands_beside_the_columns_is_told_in_words(client_for: ClientFor, yanji: User) -> None:
    project = make_project("停建小区", plan_year=2026)
    apply(
        Project,
        actor=yanji,
        source=ChangeSet.Source.FORM,
        pk=project.pk,
        values={"standing": Project.Standing.SUSPENDED},
        bound=False,
    )
    page = client_for(yanji).get(f"/ledgers/projects/rows/{project.pk}/")
    [cell] = [cell for cell, _url in page.context["changes"]["lines"][0]["cells"]]
    words = (str(Project.Standing.ACTIVE.label), str(Project.Standing.SUSPENDED.label))
    assert (cell.key, cell.old, cell.new) == ("", *words)


def test_changes_are_shown_to_whoever_may_see_history(
    client_for: ClientFor, yanji: User, dunhua: User, row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client_for(dunhua).get(f"{ROWS}{row}/").status_code == 404
    client = client_for(yanji)
    assert "changes" in client.get(f"{ROWS}{row}/").context
    without = CAPABILITIES[Role(yanji.role)] - {Capability.HISTORY_VIEW}
    monkeypatch.setitem(CAPABILITIES, Role(yanji.role), without)
    page = client.get(f"{ROWS}{row}/")
    assert page.status_code == 200
    assert "changes" not in page.context
    write(yanji, row, is_removed=True)
    assert client.get(f"{ROWS}{row}/").status_code == 404


def test_rows_behind_facts_lead_to_the_ledgers_of_their_models() -> None:
    for label, slug in behind.LEDGERS.items():
        assert LEDGERS[slug].resource.model._meta.label_lower == label
