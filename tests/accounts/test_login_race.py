"""Many attempts at once: as many passwords are tried as the limit allows, not one more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, LoginGuard, Session, User
from tests.conftest import PASSWORD

# One process with the other crowds: each thread holds a connection, of which PostgreSQL gives 100.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
URL = "/accounts/login/"


def all_at_once(number: int, attempt: Callable[[int], int]) -> list[int]:
    """Run attempts in as many threads, released together, each on its own connection."""
    start = Barrier(number)

    def run(index: int) -> int:
        start.wait(timeout=30)
        try:
            return attempt(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def post(username: str, password: str, address: str) -> int:
    """Send the login form; return the status."""
    form = {"username": username, "password": password}
    return Client().post(URL, form, REMOTE_ADDR=address).status_code


@pytest.fixture
def checked_passwords() -> Any:
    """Count how often a password was really compared."""
    with mock.patch.object(User, "check_password", autospec=True, side_effect=User.check_password) as check:
        yield check


def test_thirty_wrong_attempts_at_once_try_five_passwords(yanji: User, checked_passwords: mock.Mock) -> None:
    statuses = all_at_once(30, lambda index: post("yanji", "wrong", f"10.0.{index}.1"))

    assert statuses == [400] * 30
    assert checked_passwords.call_count == 5
    assert len(LoginGuard.objects.get(kind="name").failures) == 5
    assert post("yanji", PASSWORD, "10.1.0.1") == 400
    assert AuditEvent.objects.filter(kind="login.lock").count() == 1
    assert AuditEvent.objects.filter(kind="login", outcome="failed").count() == 5
    assert AuditEvent.objects.filter(kind="login", outcome="refused").count() == 26


def test_thirty_names_at_once_from_one_address_are_twenty_failures(yanji: User) -> None:
    all_at_once(30, lambda index: post(f"nobody{index}", "wrong", "10.0.0.1"))

    assert len(LoginGuard.objects.get(kind="address").failures) == 20
    assert LoginGuard.objects.filter(kind="name").count() == 20


def test_logins_at_once_leave_two_sessions(yanji: User) -> None:
    statuses = all_at_once(4, lambda index: post("yanji", PASSWORD, f"10.0.{index}.1"))

    assert statuses == [302] * 4
    assert Session.objects.filter(user=yanji).count() == 2
    assert AuditEvent.objects.filter(kind="session.end").count() == 2
