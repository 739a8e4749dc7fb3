"""Accounts that come by command, and what is done to them every night."""

from __future__ import annotations

import datetime
import re
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts import login_guard
from accounts.models import AuditEvent, LoginGuard, Session, User
from accounts.tasks import tidy
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_a_fresh_database_has_no_account() -> None:
    assert not User.objects.exists()


# --- the first administrator ------------------------------------------------------------------------


def test_the_first_security_administrator_comes_by_command() -> None:
    out = StringIO()

    call_command("create_security_admin", "Anquan", name="郑洁", stdout=out)

    found = re.fullmatch(r"Initial password of anquan, valid for 72 hours: (\S+)\n", out.getvalue())
    assert found is not None
    user = User.objects.get()
    assert (user.username, user.role, user.region.code) == ("anquan", "security_admin", "220000")
    client = Client()
    assert client.post("/accounts/login/", {"username": "anquan", "password": found[1]}).status_code == 302
    assert client.get("/accounts/users/").headers["Location"] == "/accounts/password/"
    assert AuditEvent.objects.filter(kind="user.create", actor=None).count() == 1


def test_the_command_explains_a_taken_name_and_missing_regions(
    security_admin: User, settings: LazySettings
) -> None:
    with pytest.raises(CommandError, match="already exists"):
        call_command("create_security_admin", "secadmin", name="又一个")

    settings.PORTAL_PROVINCE = "999999"
    with pytest.raises(CommandError, match="run load_reference first"):
        call_command("create_security_admin", "secadmin", name="又一个")


# --- every night ------------------------------------------------------------------------------------


def test_accounts_nobody_has_used_for_90_days_are_closed(
    yanji: User, dunhua: User, worker: User, client_for: ClientFor
) -> None:
    now = timezone.now()
    User.objects.filter(pk=yanji.pk).update(last_login=now - 91 * DAY)
    User.objects.filter(pk=dunhua.pk).update(last_login=now - 89 * DAY, date_joined=now - 900 * DAY)
    User.objects.filter(pk=worker.pk).update(last_login=None, date_joined=now - 91 * DAY)
    Token.objects.create(user=yanji)

    tidy()

    assert set(User.objects.filter(is_active=False)) == {yanji, worker}
    assert not Token.objects.exists()
    closings = AuditEvent.objects.filter(kind="user.close").order_by("pk")
    assert sorted(event.detail["username"] for event in closings) == ["worker", "yanji"]
    assert {(event.actor, event.detail["reason"]) for event in closings} == {(None, "dormant")}


def test_tidying_twice_closes_once(yanji: User) -> None:
    User.objects.update(last_login=timezone.now() - 91 * DAY)

    tidy()
    tidy()

    assert AuditEvent.objects.filter(kind="user.close").count() == 1


def test_a_reopened_account_is_not_closed_again_the_next_night(
    yanji: User, security_admin: User, client_for: ClientFor
) -> None:
    User.objects.filter(pk=yanji.pk).update(last_login=timezone.now() - 91 * DAY)
    tidy()
    client_for(security_admin).post(f"/accounts/users/{yanji.pk}/reopen/")

    tidy()

    yanji.refresh_from_db()
    assert yanji.is_active


def test_expired_sessions_and_old_failures_are_removed(yanji: User, client_for: ClientFor) -> None:
    client_for(yanji)
    login_guard.reserve("somebody", "10.0.0.1")
    with time_machine.travel(timezone.now() + 31 * DAY, tick=False):
        login_guard.reserve("somebody else", "10.0.0.2")
        tidy()

        assert not Session.objects.exists()
        assert LoginGuard.objects.count() == 2
