"""Text that no database keeps is refused at the door, wherever it stands in a request."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
SAVE = "/ledgers/communities/grid/save/"


@pytest.mark.parametrize(
    "address",
    [
        "/ledgers/communities/rows/?q=%00",
        "/ledgers/communities/rows/?%00=q",
        "/ledgers/communities/rows/?unit=222401%00",
        "/dashboards/2224%0000/",
        "/p/%00/",
    ],
)
def test_addresses(client_for: ClientFor, yanji: User, address: str) -> None:
    answer = client_for(yanji).get(address)

    assert answer.status_code == 400
    assert "could not be read" in answer.text


def test_cookies(client: Client) -> None:
    client.cookies["residents_language"] = "\\0"
    assert client.get("/accounts/login/").status_code == 200
    client.cookies["residents_language"] = "\0"
    assert client.get("/accounts/login/").status_code == 400


@pytest.mark.parametrize("fields", [{"username": "a\0", "password": "b"}, {"username": "a", "b\0": "c"}])
def test_fields_of_forms(client: Client, fields: dict[str, str]) -> None:
    assert client.post("/accounts/login/", fields).status_code == 400
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", fields).status_code == 400


@pytest.mark.parametrize("text", ["a\0b", "\ud83c", "\udfe0x"])
@pytest.mark.parametrize("nested", [False, True])
def test_texts_of_json(client_for: ClientFor, province_user: User, text: str, nested: bool) -> None:
    content = {"changes": [{"cells": {"name": text}}]} if nested else {text: 1}
    client = client_for(province_user)

    answer = client.post(SAVE, json.dumps(content), "application/json")
    told = client.post("/api/v1/communities/", json.dumps(content), "application/json")

    assert (answer.status_code, answer.json()) == (400, {"message": "The request could not be read"})
    assert (told.status_code, told.json()) == (400, {"detail": "The request could not be read"})


def test_what_only_looks_like_it_passes(client_for: ClientFor, province_user: User) -> None:
    client = client_for(province_user)
    body = json.dumps({"name": "\\u0000 \\ud800 楼🏠", "version": "x"})

    answer = client.post("/api/v1/communities/", body, "application/json")

    assert "The request could not be read" not in answer.text
    assert (
        client.post("/api/v1/communities/", "{", "application/json").json()["detail"].startswith("JSON parse")
    )
