"""The grid over the wire: rows, saving, conflicts, drafts, previews, confirmations, views."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Region, User
from communities.models import Community
from ledgers.models import CellDraft, SavedView
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
BASE = "/ledgers/communities/"


@pytest.fixture
def row(yanji: User) -> Community:
    """A community of 延吉市."""
    found = apply(
        Community,
        actor=yanji,
        source=ChangeSet.Source.GRID,
        values={
            "name": "建安小区",
            "region_id": Region.objects.get(code="222401").pk,
            "street": "北山街道",
            "building_count": 6,
            "household_count": 212,
            "floor_area": Decimal("21200.00"),
        },
    )
    return Community.objects.get(pk=found.row["id"])


def post(client: Client, name: str, body: Any) -> Any:
    return client.post(f"{BASE}grid/{name}/", body, content_type="application/json")


def save(client: Client, pk: int | None, version: int | None, key: str = "", **cells: str) -> Any:
    change = {"id": pk, "tmp": "n1", "v": version, "cells": cells, "key": key or str(uuid.uuid4())}
    answer = post(client, "save", {"changes": [change]})
    assert answer.status_code == 200, answer.content
    return answer.json()["rows"][0]


def test_the_rows_come_with_columns_groups_and_totals(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    page = client_for(yanji).get(f"{BASE}grid/rows/").json()
    keys = [column["key"] for column in page["columns"]]
    [shown] = page["rows"]
    cells = dict(zip(keys, shown["c"], strict=True))
    assert (cells["name"], cells["region"], cells["household_count"], cells["floor_area"]) == (
        "建安小区",
        "延吉市",
        "212",
        "21200.00",
    )
    assert (page["totals"]["household_count"], shown["v"], page["may_edit"]) == ("212", 1, True)
    assert [group["key"] for group in page["groups"]] == ["place", "basic", "ownership", "other"]


def test_a_cell_is_saved_as_typed_in_any_width(client_for: ClientFor, yanji: User, row: Community) -> None:
    answer = save(client_for(yanji), row.pk, 1, household_count="２２０", floor_area="2.2万㎡")
    assert (answer["status"], answer["v"]) == ("saved", 2)
    row.refresh_from_db()
    assert (row.household_count, str(row.floor_area)) == (220, "22000.00")


def test_saving_a_cell_takes_few_queries(client_for: ClientFor, yanji: User, row: Community) -> None:
    client = client_for(yanji)
    body = {"changes": [{"id": row.pk, "v": 1, "cells": {"remark": "核过"}, "key": str(uuid.uuid4())}]}
    with CaptureQueriesContext(connection) as captured:
        assert post(client, "save", body).json()["rows"][0]["status"] == "saved"
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 12, asked


def test_an_unreadable_cell_is_kept_for_its_writer_and_the_rest_is_saved(
    client_for: ClientFor, yanji: User, row: Community, province_user: User
) -> None:
    client = client_for(yanji)
    answer = save(client, row.pk, 1, household_count="三百六", building_count="7")
    assert (answer["status"], answer["d"]) == ("error", {"household_count": "三百六"})
    assert "360" in answer["f"]["household_count"][0]["mend"]
    row.refresh_from_db()
    assert (row.household_count, row.building_count) == (212, 7)
    [shown] = client.get(f"{BASE}grid/rows/").json()["rows"]
    assert shown["d"] == {"household_count": "三百六"}
    [other] = client_for(province_user).get(f"{BASE}grid/rows/").json()["rows"]
    assert "d" not in other
    assert save(client, row.pk, 2, household_count="360")["status"] == "saved"
    assert not CellDraft.objects.exists()


def test_a_cell_a_rule_refuses_stays_a_draft_and_its_neighbours_are_saved(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    answer = save(client_for(yanji), row.pk, 1, built_from="1998", built_to="1990", remark="核过")
    assert answer["status"] == "error"
    assert set(answer["d"]) == {"built_from", "built_to"}
    row.refresh_from_db()
    assert (row.built_from, row.remark) == (None, "核过")


def test_two_editors_of_one_cell_get_three_values_and_nothing_is_lost(
    client_for: ClientFor, yanji: User, province_user: User, row: Community
) -> None:
    save(client_for(province_user), row.pk, 1, household_count="218")
    answer = save(client_for(yanji), row.pk, 1, household_count="220", remark="我的备注")
    assert answer["status"] == "conflict"
    [conflict] = answer["conflicts"]
    told = {name: conflict[name] for name in ("key", "base", "mine", "theirs", "by")}
    assert told == {"key": "household_count", "base": "212", "mine": "220", "theirs": "218", "by": "省级管理"}
    row.refresh_from_db()
    assert (row.household_count, row.remark) == (218, "")
    assert save(client_for(yanji), row.pk, 2, household_count="220", remark="我的备注")["status"] == "saved"


def test_different_cells_of_one_row_merge(
    client_for: ClientFor, yanji: User, province_user: User, row: Community
) -> None:
    save(client_for(province_user), row.pk, 1, household_count="218")
    assert save(client_for(yanji), row.pk, 1, remark="核过")["status"] == "merged"


def test_the_same_key_saves_once(client_for: ClientFor, yanji: User) -> None:
    client = client_for(yanji)
    first = save(client, None, None, "key-for-a-new-row", name="新小区", street="北山街道")
    again = save(client, None, None, "key-for-a-new-row", name="新小区", street="北山街道")
    assert (first["status"], again["id"]) == ("saved", first["id"])
    assert Community.objects.filter(name="新小区").count() == 1
    other = {"changes": [{"id": None, "v": None, "cells": {"name": "别的"}, "key": "key-for-a-new-row"}]}
    assert post(client, "save", other).status_code == 422


def test_a_new_row_that_is_there_already_is_refused(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    answer = save(client_for(yanji), None, None, name="建安小区", street="北山街道")
    assert answer["status"] == "error"
    assert Community.objects.count() == 1


def test_the_preview_tells_each_cell_and_writes_nothing(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    cells = [
        [row.pk, "household_count", "212"],
        [row.pk, "floor_area", "212000"],
        [row.pk, "building_count", "七"],
        [row.pk, "remark", "核过"],
    ]
    answer = post(client_for(yanji), "preview", {"cells": cells}).json()
    verdicts = {key: told["verdict"] for _row, key, told in answer["cells"]}
    assert verdicts == {
        "household_count": "same",
        "floor_area": "soft",
        "building_count": "hard",
        "remark": "changed",
    }
    assert answer["counts"] == {"same": 1, "soft": 1, "hard": 1, "changed": 1}
    row.refresh_from_db()
    assert row.version == 1


def test_the_preview_tells_a_doubt_at_the_cell_that_raises_it(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    # 6,000 ㎡ per building is a doubt of the column of buildings, but only the area is pasted.
    cells = [[row.pk, "household_count", "400"], [row.pk, "floor_area", "36000"]]
    answer = post(client_for(yanji), "preview", {"cells": cells}).json()
    told = {key: (verdict["verdict"], verdict["code"]) for _row, key, verdict in answer["cells"]}
    assert told["floor_area"] == ("soft", "area_per_building")
    assert told["household_count"] == ("soft", "households_per_building")


def test_a_doubt_is_settled_with_a_reason(client_for: ClientFor, yanji: User, row: Community) -> None:
    client = client_for(yanji)
    doubt = save(client, row.pk, 1, floor_area="212000")["f"]["floor_area"][0]
    assert (doubt["code"], doubt["severity"], doubt["confirmed"]) == ("area_per_household", "soft", False)
    assert post(client, "confirm", {"id": row.pk, "code": doubt["code"], "reason": " "}).status_code == 400
    answer = post(client, "confirm", {"id": row.pk, "code": doubt["code"], "reason": "含地下室"}).json()
    assert answer["row"]["f"]["floor_area"][0]["confirmed"] is True


def test_the_life_of_a_cell_is_told(client_for: ClientFor, yanji: User, row: Community) -> None:
    client = client_for(yanji)
    save(client, row.pk, 1, household_count="220")
    url = f"{BASE}grid/history/?id={row.pk}&column=household_count"
    entries = client.get(url).json()["entries"]
    assert [(entry["old"], entry["new"], entry["by"]) for entry in entries] == [
        ("212", "220", "延吉市录入员"),
        ("", "212", "延吉市录入员"),
    ]


def test_a_poll_brings_what_others_wrote_and_removed(
    client_for: ClientFor, yanji: User, province_user: User, row: Community
) -> None:
    since = client_for(yanji).get(f"{BASE}grid/rows/").json()["change_set"]
    save(client_for(province_user), row.pk, 1, household_count="218")
    news = client_for(yanji).get(f"{BASE}grid/changes/?since={since}").json()
    assert [entry["id"] for entry in news["rows"]] == [row.pk]
    apply(
        Community, actor=province_user, source=ChangeSet.Source.GRID, pk=row.pk, values={"is_removed": True}
    )
    gone = client_for(yanji).get(f"{BASE}grid/changes/?since={news['change_set']}").json()
    assert (gone["rows"], gone["removed"]) == ([], [row.pk])


def test_views_are_kept_and_forgotten_per_person(client_for: ClientFor, yanji: User, dunhua: User) -> None:
    client = client_for(yanji)
    kept = post(client, "views", {"name": "月报", "hidden": ["remark"]}).json()["views"]
    assert [(view["name"], view["hidden"]) for view in kept] == [("月报", ["remark"])]
    assert client_for(dunhua).get(f"{BASE}grid/views/").json() == {"views": []}
    client.delete(f"{BASE}grid/views/", {"id": kept[0]["id"]}, content_type="application/json")
    assert not SavedView.objects.exists()


def test_a_foreign_row_is_neither_shown_nor_changed(
    client_for: ClientFor, dunhua: User, row: Community
) -> None:
    client = client_for(dunhua)
    assert client.get(f"{BASE}grid/rows/").json()["rows"] == []
    assert client.get(f"{BASE}grid/history/?id={row.pk}&column=name").status_code == 404
    foreign = save(client, row.pk, 1, remark="x")
    absent = save(client, 999_999, 1, remark="x")
    assert foreign["status"] == absent["status"] == "denied"
    assert foreign["message"] == absent["message"]
    assert client.get(f"{BASE}?unit=222401").status_code == 404


def test_reading_without_editing(client_for: ClientFor, prefecture_reviewer: User, row: Community) -> None:
    client = client_for(prefecture_reviewer)
    page = client.get(f"{BASE}grid/rows/").json()
    assert (page["may_edit"], set(page["rows"][0]["l"])) == (False, {"*"})
    assert post(client, "save", {"changes": []}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        [],
        {"changes": {}},
        {"changes": [{"id": "1", "v": 1, "cells": {}, "key": "12345678"}]},
        {"changes": [{"id": 1, "cells": {}, "key": "12345678"}]},
        {"changes": [{"id": 1, "v": 1, "cells": {"name": 5}, "key": "12345678"}]},
        {"changes": [{"id": 1, "v": 1, "cells": {}, "key": "short"}]},
        {"changes": [{"id": 1, "v": True, "cells": {}, "key": "12345678"}]},
    ],
)
def test_bad_requests_are_refused_in_words(client_for: ClientFor, yanji: User, body: Any) -> None:
    answer = post(client_for(yanji), "save", body)
    assert (answer.status_code, bool(answer.json()["message"])) == (400, True)


def test_an_ended_session_is_told_apart_from_a_refusal() -> None:
    answer = post(Client(), "save", {"changes": []})
    assert (answer.status_code, answer.json()["login"]) == (401, True)


def test_the_page_of_a_year_goes_on_speaking_of_that_year(client_for: ClientFor, yanji: User) -> None:
    html = client_for(yanji).get("/ledgers/projects/").content.decode()
    year = timezone.localdate().year
    for name in ("rows", "save", "preview", "changes"):
        assert f'"/ledgers/projects/grid/{name}/?year={year}"' in html


def test_wrong_methods_and_unknown_ledgers(client_for: ClientFor, yanji: User) -> None:
    client = client_for(yanji)
    assert client.get(f"{BASE}grid/save/").status_code == 405
    assert client.post(BASE).status_code == 405
    assert client.get("/ledgers/nothing/").status_code == 404
    assert client.get("/ledgers/projects/?year=20x0").status_code == 404
