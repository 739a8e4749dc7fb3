"""While the database is away: a plain answer, and no word of mistakes in the program."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client

from accounts.models import User
from renovation_portal.outages import is_outage
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
BUSY = OperationalError("database is locked")


def test_a_view_that_meets_a_busy_database_asks_to_try_again(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    with mock.patch("accounts.views.profile.Token.objects.filter", side_effect=BUSY):
        response = client.get("/accounts/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert "busy" in response.content.decode()
    assert "locked" not in response.content.decode()


def test_a_script_is_told_in_json(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    with mock.patch("accounts.views.profile.Token.objects.filter", side_effect=BUSY):
        response = client.get("/accounts/", headers={"Accept": "application/json"})

    assert response.status_code == 503
    assert list(response.json()) == ["message"]


def test_a_database_that_fails_before_the_view_gives_the_same_answer(
    yanji: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    client.raise_request_exception = False

    with mock.patch("accounts.session_store.Session.objects.filter", side_effect=BUSY):
        response = client.get("/accounts/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


def test_a_mistake_in_the_program_is_a_500_without_its_trace(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    client.raise_request_exception = False

    with mock.patch("accounts.views.profile.Token.objects.filter", side_effect=ValueError("secret detail")):
        response = client.get("/accounts/")

    assert response.status_code == 500
    assert "secret detail" not in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_the_page_and_the_log_line_of_a_mistake_carry_the_same_number(
    yanji: User, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_for(yanji)
    client.raise_request_exception = False
    numbers = []
    for _time in range(2):
        caplog.clear()
        with mock.patch("accounts.views.profile.Token.objects.filter", side_effect=ValueError("a mistake")):
            page = client.get("/accounts/").content.decode()
        (line,) = [record for record in caplog.records if record.name == "django.request"]
        (number,) = re.findall(r"Number of the error: (\d{8})", page)
        assert line.getMessage() == f"[{number}] Internal Server Error: /accounts/"
        assert line.exc_info is not None
        numbers.append(number)
    assert numbers[0] != numbers[1]


def test_the_api_is_told_of_a_mistake_in_json_with_its_number(
    yanji: User, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_for(yanji)
    client.raise_request_exception = False

    with mock.patch("accounts.api.ScopedViewSet.get_queryset", side_effect=ValueError("secret detail")):
        answer = client.get("/api/v1/communities/")

    told = answer.json()
    assert (answer.status_code, told["detail"]) == (500, "The portal made an error")
    assert f"[{told['error_id']}] Internal Server Error" in caplog.text
    assert len(told["error_id"]) == 8
    assert "secret" not in answer.text


def test_the_api_is_told_of_a_busy_database_in_json(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    with mock.patch("accounts.api.ScopedViewSet.get_queryset", side_effect=BUSY):
        answer = client.get("/api/v1/communities/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1/nothing/", "/api/v2/communities/", "/api/v1/communities/x/y/"]
)
def test_what_the_api_does_not_have_is_said_in_json(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.json()) == (404, {"detail": "There is nothing at this address"})


def test_people_are_told_by_a_page(client: Client) -> None:
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert "There is nothing at this address" in answer.text


def test_logins_are_not_let_through_while_nobody_can_count_them(yanji: User) -> None:
    client = Client(raise_request_exception=False)

    with mock.patch("accounts.login_guard.LoginGuard.objects.get_or_create", side_effect=BUSY):
        response = client.post("/accounts/login/", {"username": "yanji", "password": "Tests only 2020"})

    assert response.status_code == 503
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("database is locked"), True),
        (OperationalError("unable to open database file"), True),
        (InterfaceError("connection already closed"), True),
        (ProgrammingError("syntax error"), False),
        (ValueError("locked"), False),
    ],
)
def test_only_what_waiting_mends_is_an_outage(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


def test_a_missing_table_on_sqlite_is_a_mistake_and_not_an_outage() -> None:
    with mock.patch("renovation_portal.outages.connection.vendor", "sqlite"):
        assert not is_outage(OperationalError("no such table: projects_project"))
