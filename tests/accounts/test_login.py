"""Coming in: who is let in, who is not, and what the refused learn from it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, LoginGuard, Session, User
from accounts.roles import Role
from tests.conftest import PASSWORD, make_user

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
URL = "/accounts/login/"
MINUTE = datetime.timedelta(minutes=1)


def log_in(
    client: Client, username: str = "yanji", password: str = PASSWORD, address: str = "10.0.0.1", **extra: Any
) -> Answer:
    """Send the login form from an address."""
    form = {"username": username, "password": password, "next": extra.pop("next", "")}
    return client.post(URL, form, REMOTE_ADDR=address, **extra)


def fail(client: Client, times: int, username: str = "yanji", address: str = "10.0.0.1") -> None:
    """Fail to log in a number of times."""
    for _ in range(times):
        assert log_in(client, username, "wrong", address).status_code == 400


def events() -> list[tuple[str, str, str | None]]:
    """Return the audit trail, oldest first: kind, outcome, who."""
    rows = AuditEvent.objects.order_by("pk").select_related("actor")
    return [(event.kind, event.outcome, event.actor.username if event.actor else None) for event in rows]


# --- works ------------------------------------------------------------------------------------------


def test_name_and_password_open_the_first_page(client: Client, yanji: User) -> None:
    response = log_in(client)

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("home")
    assert client.get(reverse("home")).status_code == 200
    assert events() == [("login", "ok", "yanji")]
    session = Session.objects.get(user=yanji)
    assert (session.address, session.agent) == ("10.0.0.1", "")


@pytest.mark.parametrize("spelling", ["YANJI", "ｙａｎｊｉ", " yanji "])
def test_the_name_may_be_typed_in_any_case_or_width(client: Client, yanji: User, spelling: str) -> None:
    assert log_in(client, spelling).status_code == 302


def test_a_long_chinese_password_with_a_space_at_its_end_is_taken_as_typed(client: Client) -> None:
    password = "延吉" + "x" * 61 + " "
    user = make_user("zhang", "张", Role.ENTRY, "222401")
    user.set_password(password)
    user.save()

    assert log_in(client, "zhang", password[:-1]).status_code == 400
    assert log_in(client, "zhang", password).status_code == 302


def test_logging_in_changes_the_session_key_and_ends_the_old_one(client: Client, yanji: User) -> None:
    session = client.session
    session["before"] = 1
    session.save()
    before = client.cookies["sessionid"].value

    log_in(client)
    first = client.cookies["sessionid"].value
    log_in(client)
    second = client.cookies["sessionid"].value

    assert len({before, first, second}) == 3
    assert list(Session.objects.values_list("session_key", flat=True)) == [second]


def test_the_form_helps_password_managers(client: Client, db: None) -> None:
    page = client.get(URL).content.decode()

    assert 'autocomplete="username"' in page
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_who_is_logged_in_already_is_sent_on(client: Client, yanji: User) -> None:
    log_in(client)

    assert client.get(URL, {"next": "/accounts/"}).headers["Location"] == "/accounts/"


def test_a_script_gets_json(client: Client, yanji: User) -> None:
    wrong = client.post(URL, {"username": "yanji", "password": "no"}, headers={"Accept": "application/json"})
    right = client.post(
        URL, {"username": "yanji", "password": PASSWORD}, headers={"Accept": "application/json"}
    )

    assert wrong.status_code == 400
    assert wrong.json()["login"] is True
    assert right.status_code == 200
    assert {key: right.json()[key] for key in ("user", "password_due")} == {
        "user": "yanji",
        "password_due": False,
    }
    assert len(right.json()["csrf"]) == 64


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(URL).status_code == 405


def test_the_form_needs_its_csrf_token(yanji: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert log_in(strict).status_code == 403
    assert not Session.objects.filter(user=yanji).exists()


# --- tells nothing ----------------------------------------------------------------------------------


def body(response: Answer) -> str:
    """Return a page without what differs by itself: the CSRF token."""
    text = response.content.decode()
    return text.replace(str(response.context["csrf_token"]), "")


def test_wrong_unknown_locked_closed_expired_and_lapsed_look_the_same(yanji: User, dunhua: User) -> None:
    make_user("closed", "停用", Role.ENTRY, "222401")
    User.objects.filter(username="closed").update(is_active=False)
    make_user("over", "到期", Role.ENTRY, "222401")
    User.objects.filter(username="over").update(expires_on=timezone.localdate() - datetime.timedelta(days=1))
    make_user("initial", "初始", Role.ENTRY, "222401")
    User.objects.filter(username="initial").update(
        must_change_password=True, password_changed_at=timezone.now() - datetime.timedelta(hours=73)
    )
    fail(Client(), 5, "dunhua", address="10.0.0.2")

    answers = [
        log_in(Client(), name, password)
        for name, password in [
            ("yanji", "wrong"), ("nobody", "wrong"), ("dunhua", PASSWORD), ("closed", PASSWORD),
            ("over", PASSWORD), ("initial", PASSWORD),
        ]
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {400}
    names = ["yanji", "nobody", "dunhua", "closed", "over", "initial"]
    pages = {body(answer).replace(f'value="{name}"', "") for answer, name in zip(answers, names, strict=True)}
    assert len(pages) == 1


def test_a_name_that_exists_takes_as_long_as_one_that_does_not(yanji: User) -> None:
    """Hashing the password is what takes time; it happens once in both cases."""
    hashed = []
    for name in ("yanji", "nobody"):
        with mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            log_in(Client(), name, "wrong")
        hashed.append(encode.call_count)

    assert hashed == [1, 1]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "yanji"},
        {"password": PASSWORD},
        {"username": "yan\x00ji", "password": PASSWORD},
        {"username": "y" * 200, "password": PASSWORD},
        {"username": "yanji", "password": "x" * 100_000},
    ],
)
def test_nonsense_is_refused_without_an_error(client: Client, yanji: User, form: dict[str, str]) -> None:
    assert client.post(URL, form).status_code == 400


def test_an_unknown_name_leaves_no_trace_of_what_was_typed(client: Client, db: None) -> None:
    log_in(client, "my-secret-by-mistake", "wrong")

    event = AuditEvent.objects.get()
    assert (event.kind, event.outcome, event.actor, event.detail) == ("login", "failed", None, {})
    assert "secret" not in "".join(LoginGuard.objects.values_list("key", flat=True))


# --- locks ------------------------------------------------------------------------------------------


def test_five_failures_lock_the_name_even_for_the_right_password_from_anywhere(yanji: User) -> None:
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False) as clock:
        fail(Client(), 5)

        assert log_in(Client()).status_code == 400
        assert log_in(Client(), address="10.9.9.9").status_code == 400
        clock.shift(9 * MINUTE)
        assert log_in(Client(), address="10.9.9.9").status_code == 400
        clock.shift(2 * MINUTE)
        assert log_in(Client(), address="10.9.9.9").status_code == 302

    assert events().count(("login.lock", "ok", "yanji")) == 1
    assert events().count(("login", "refused", "yanji")) == 3


def test_four_failures_and_a_success_begin_again(yanji: User) -> None:
    for _ in range(3):
        fail(Client(), 4)
        assert log_in(Client()).status_code == 302


def test_trying_while_locked_does_not_make_the_lock_longer(yanji: User) -> None:
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False) as clock:
        fail(Client(), 5)
        clock.shift(9 * MINUTE)
        fail(Client(), 3)
        clock.shift(2 * MINUTE)

        assert log_in(Client()).status_code == 302


def test_the_lock_is_as_long_as_the_site_says(yanji: User, settings: LazySettings) -> None:
    settings.LOGIN_FAILURE_LIMIT = 2
    settings.LOGIN_LOCK_SECONDS = 3600
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False) as clock:
        fail(Client(), 2)
        clock.shift(59 * MINUTE)
        assert log_in(Client()).status_code == 400
        clock.shift(2 * MINUTE)
        assert log_in(Client()).status_code == 302


def test_a_locked_name_keeps_the_session_it_has(yanji: User) -> None:
    inside = Client()
    log_in(inside)

    fail(Client(), 5, address="10.6.6.6")

    assert inside.get("/accounts/").status_code == 200


def test_one_address_cannot_lock_the_officials_of_the_province(db: None) -> None:
    for number in range(47):
        make_user(f"unit{number}", "录入员", Role.ENTRY, "222401")

    for number in range(47):
        fail(Client(), 5, f"unit{number}", address="10.6.6.6")

    assert LoginGuard.objects.filter(kind="name", locked_until__isnull=False).count() == 4
    assert log_in(Client(), "unit40", address="10.0.0.1").status_code == 302


def test_a_closed_address_opens_again_within_the_hour_and_is_written_down_once(
    yanji: User, dunhua: User
) -> None:
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False) as clock:
        for number in range(30):
            fail(Client(), 1, f"nobody{number}")

        assert log_in(Client(), "dunhua").status_code == 400
        assert log_in(Client(), "dunhua", address="10.0.0.2").status_code == 302
        clock.shift(61 * MINUTE)
        assert log_in(Client(), "dunhua").status_code == 302

    closings = AuditEvent.objects.filter(kind="login.lock")
    assert [event.detail for event in closings] == [{"locked": "address"}]
    assert AuditEvent.objects.filter(kind="login", outcome="failed").count() == 20


def test_successes_do_not_use_up_an_address(yanji: User) -> None:
    for _ in range(25):
        assert log_in(Client()).status_code == 302


def test_the_window_of_an_address_rolls(db: None) -> None:
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False) as clock:
        fail(Client(), 10, "nobody-a")
        clock.shift(40 * MINUTE)
        for number in range(10):
            fail(Client(), 1, f"nobody-b{number}")
        clock.shift(30 * MINUTE)
        for number in range(10):
            fail(Client(), 1, f"nobody-c{number}")

        failures = LoginGuard.objects.get(kind="address").failures
    assert len(failures) == 20


def test_addresses_of_one_ipv6_network_count_together(db: None) -> None:
    for number in range(30):
        fail(Client(), 1, f"nobody{number}", address=f"2001:db8:1:2::{number:x}")

    assert LoginGuard.objects.filter(kind="address").count() == 1
    assert LoginGuard.objects.filter(kind="name").count() == 20


# --- out --------------------------------------------------------------------------------------------


def test_logging_out_ends_the_session_on_the_server(client: Client, yanji: User) -> None:
    log_in(client)
    stolen = client.cookies["sessionid"].value

    response = client.post("/accounts/logout/")

    assert response.headers["Location"] == URL
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.exists()
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/accounts/").status_code == 302
    assert events()[-1] == ("logout", "ok", "yanji")


def test_logging_out_by_a_link_does_nothing(client: Client, yanji: User) -> None:
    log_in(client)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.get("/accounts/").status_code == 200
