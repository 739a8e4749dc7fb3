"""The API over ledger rows: scope, versions, conflicts, idempotency, bad input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.models import User
from communities.models import Community
from records.models import ChangeSet

pytestmark = pytest.mark.django_db
URL = "/api/v1/communities/"
NEW = {
    "name": "铁南小区",
    "region": "222401",
    "street": "北山街道",
    "household_count": 638,
    "floor_area": "51847.91",
}

Caller = Callable[[User], APIClient]


@pytest.fixture
def api() -> Caller:
    """Give an API client with the user's token."""

    def client(user: User) -> APIClient:
        token, _made = Token.objects.get_or_create(user=user)
        made = APIClient()
        made.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return made

    return client


def create(client: APIClient, **changed: Any) -> Any:
    return client.post(URL, {**NEW, **changed}, format="json")


def test_a_row_is_created_read_and_listed(api: Caller, yanji: User) -> None:
    answer = create(api(yanji))
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert (row["code"], row["version"], row["unit"], row["floor_area"]) == (
        "222401-00001",
        1,
        "222401",
        "51847.91",
    )
    assert api(yanji).get(f"{URL}{row['id']}/").json()["name"] == "铁南小区"
    listed = api(yanji).get(URL, {"region": "222401"}).json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, row["id"])
    assert ChangeSet.objects.latest("pk").source == "api"


def test_a_change_names_the_version_and_meets_the_other_side(
    api: Caller, yanji: User, province_user: User
) -> None:
    row = create(api(yanji)).json()
    url = f"{URL}{row['id']}/"
    assert api(yanji).patch(url, {"household_count": 640}, format="json").status_code == 400
    first = api(province_user).patch(url, {"version": 1, "household_count": 640}, format="json")
    assert (first.status_code, first.json()["version"]) == (200, 2)
    merged = api(yanji).patch(url, {"version": 1, "building_count": 14}, format="json")
    assert (merged.status_code, merged.json()["household_count"]) == (200, 640)
    late = api(yanji).patch(url, {"version": 1, "household_count": 642}, format="json")
    assert late.status_code == 409
    assert late.json()["conflicts"] == [{"field": "household_count", "base": 638, "mine": 642, "theirs": 640}]
    assert Community.objects.get().household_count == 640


def test_the_same_key_writes_once_and_another_body_is_refused(api: Caller, yanji: User) -> None:
    client = api(yanji)
    key: Any = {"HTTP_IDEMPOTENCY_KEY": "a-key-of-my-own"}
    first = client.post(URL, NEW, format="json", **key)
    again = client.post(URL, NEW, format="json", **key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = client.post(URL, {**NEW, "name": "别的小区"}, format="json", **key)
    assert other.status_code == 422
    assert Community.objects.count() == 1


def test_a_key_answers_only_its_owner(api: Caller, yanji: User, province_user: User) -> None:
    key: Any = {"HTTP_IDEMPOTENCY_KEY": "a-key-of-my-own"}
    api(yanji).post(URL, NEW, format="json", **key)
    other = api(province_user).post(URL, {**NEW, "name": "另一小区"}, format="json", **key)
    assert other.status_code == 201
    assert other.json()["name"] == "另一小区"


def test_marks_are_answers_of_their_own(api: Caller, yanji: User) -> None:
    row = create(api(yanji), markers={"entrance_count": "unknown"}, building_count=0).json()
    assert (row["markers"], row["entrance_count"], row["building_count"]) == (
        {"entrance_count": "unknown"},
        None,
        0,
    )


def test_a_foreign_row_or_region_is_answered_as_if_absent(api: Caller, yanji: User, dunhua: User) -> None:
    row = create(api(yanji)).json()
    for method in ("get", "patch", "delete"):
        foreign = getattr(api(dunhua), method)(f"{URL}{row['id']}/", {"version": 1}, format="json")
        absent = getattr(api(dunhua), method)(f"{URL}999999/", {"version": 1}, format="json")
        assert (foreign.status_code, foreign.json()) == (404, absent.json())
    foreign = create(api(dunhua), region="222401").json()
    absent = create(api(dunhua), region="999999").json()
    assert str(foreign).replace("222401", "") == str(absent).replace("999999", "")
    assert Community.objects.get().version == 1


def test_reading_is_not_changing(api: Caller, yanji: User, prefecture_reviewer: User, auditor: User) -> None:
    row = create(api(yanji)).json()
    reviewer = api(prefecture_reviewer)
    assert reviewer.get(f"{URL}{row['id']}/").status_code == 200
    assert (
        reviewer.patch(f"{URL}{row['id']}/", {"version": 1, "remark": "x"}, format="json").status_code == 403
    )
    assert create(reviewer).status_code == 403


def test_nobody_and_no_session_without_csrf(api: Caller, yanji: User) -> None:
    assert APIClient().get(URL).status_code == 401
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(yanji)
    assert client.post(URL, NEW, format="json").status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("household_count", -1),
        ("household_count", True),
        ("household_count", [1]),
        ("household_count", "1e9"),
        ("floor_area", "NaN"),
        ("floor_area", "1e30"),
        ("management", "nobody"),
        ("code", "222401-99999"),
        ("unit", "222403"),
        ("version", 99),
        ("is_removed", True),
        ("change_set", 1),
        ("created_at", "2020-01-01"),
        ("no_such_field", 1),
        ("name", ""),
    ],
)
def test_bad_input_and_fields_that_are_not_the_callers_change_nothing(
    api: Caller, yanji: User, field: str, value: object
) -> None:
    row = create(api(yanji)).json()
    before = Community.objects.values().get()
    answer = api(yanji).patch(f"{URL}{row['id']}/", {"version": 1, field: value}, format="json")
    assert answer.status_code in ({200, 400} if field in {"code", "unit", "version"} else {400})
    assert Community.objects.values().get() == before


def test_removal_needs_version_and_reason(api: Caller, yanji: User) -> None:
    row = create(api(yanji)).json()
    url = f"{URL}{row['id']}/"
    assert api(yanji).delete(url).status_code == 400
    assert api(yanji).delete(f"{url}?version=1&reason=重复登记").status_code == 200
    assert api(yanji).get(url).status_code == 404
    assert Community.history.latest("history_id").history_type == "-"


def test_a_rule_broken_names_field_and_mend(api: Caller, yanji: User) -> None:
    answer = create(api(yanji), built_from=1998, built_to=1990)
    assert answer.status_code == 400
    [finding] = answer.json()["findings"]
    assert (finding["field"], finding["code"], bool(finding["mend"])) == ("built_to", "built_order", True)


def test_paging_and_wrong_methods(api: Caller, yanji: User) -> None:
    assert api(yanji).get(URL, {"page": "many"}).status_code == 404
    assert api(yanji).put(URL, NEW, format="json").status_code == 405


def test_the_schema_describes_every_ledger(api: Caller, yanji: User) -> None:
    schema = api(yanji).get("/api/schema/?format=json").json()
    paths = set(schema["paths"])
    for name in ("regions", "communities", "buildings", "plans", "projects"):
        assert f"/api/v1/{name}/" in paths
    assert APIClient().get("/api/schema/").status_code == 401
