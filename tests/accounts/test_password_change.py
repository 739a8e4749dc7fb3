"""Choosing a new password: when one wants to, and when one has to."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD, ClientFor

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
URL = "/accounts/password/"
NEW = "Kite-and-Anchor-7"


def change(client: Client, current: str = PASSWORD, new: str = NEW, repeated: str = NEW) -> Answer:
    """Send the form."""
    return client.post(URL, {"current_password": current, "new_password": new, "repeated_password": repeated})


def log_in(client: Client, password: str = PASSWORD) -> Answer:
    """Log 延吉 in as a browser does."""
    return client.post("/accounts/login/", {"username": "yanji", "password": password})


def test_the_new_password_counts_and_the_old_one_no_longer(yanji: User, client_for: ClientFor) -> None:
    response = change(client_for(yanji))

    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/"
    yanji.refresh_from_db()
    assert yanji.check_password(NEW)
    assert AuditEvent.objects.get(kind="password.change").actor == yanji
    assert log_in(Client()).status_code == 400
    assert log_in(Client(), NEW).status_code == 302


def test_other_sessions_end_and_this_one_goes_on_under_a_new_key(yanji: User) -> None:
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    key = here.cookies["sessionid"].value

    change(here)

    assert here.get("/accounts/").status_code == 200
    assert here.cookies["sessionid"].value != key
    assert there.get("/accounts/", headers={"Accept": "application/json"}).status_code == 401
    assert AuditEvent.objects.get(kind="password.change").detail == {"sessions_ended": 1}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"current": "wrong"}, "current_password"),
        ({"current": ""}, "current_password"),
        ({"new": "short", "repeated": "short"}, "new_password"),
        ({"new": PASSWORD, "repeated": PASSWORD}, "new_password"),
        ({"new": "changchun@123A", "repeated": "changchun@123A"}, "new_password"),
        ({"repeated": "Kite-and-Anchor-8"}, "repeated_password"),
        ({"new": "", "repeated": ""}, "new_password"),
    ],
)
def test_a_wrong_form_changes_nothing(
    yanji: User, client_for: ClientFor, form: dict[str, str], field: str
) -> None:
    client = client_for(yanji)

    response = change(client, **form)

    assert response.status_code == 400
    assert field in response.context["form"].errors
    yanji.refresh_from_db()
    assert yanji.check_password(PASSWORD)
    assert client.get("/accounts/").status_code == 200


def test_guessing_the_present_password_locks_as_logging_in_does(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    for _ in range(5):
        assert change(client, current="wrong").status_code == 400

    assert change(client).status_code == 400
    assert log_in(Client()).status_code == 400
    assert client.get("/accounts/").status_code == 200


def test_visitors_are_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get(URL).headers["Location"] == f"/accounts/login/?next={URL}"
    assert change(client).status_code == 302


def test_other_methods_are_refused(yanji: User, client_for: ClientFor) -> None:
    assert client_for(yanji).put(URL).status_code == 405


# --- when one has to --------------------------------------------------------------------------------


@pytest.fixture
def newcomer(yanji: User) -> User:
    """延吉 with an initial password, just handed over."""
    User.objects.filter(pk=yanji.pk).update(must_change_password=True, password_changed_at=timezone.now())
    yanji.refresh_from_db()
    return yanji


def test_an_initial_password_opens_the_change_page_only(newcomer: User) -> None:
    client = Client()
    log_in(client)

    for page in ("/", "/accounts/", "/accounts/users/", "/jobs/"):
        response = client.get(page)
        assert (response.status_code, response.headers["Location"]) == (302, URL)
    assert client.get(URL).status_code == 200
    assert client.get("/", headers={"Accept": "application/json"}).status_code == 403
    assert client.post("/accounts/token/").headers["Location"] == URL

    assert change(client).headers["Location"] == "/"
    assert client.get("/accounts/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.must_change_password is False


def test_who_must_change_may_still_leave_or_choose_the_language(newcomer: User) -> None:
    client = Client()
    log_in(client)

    assert client.post("/i18n/setlang/", {"language": "zh-hans", "next": URL}).headers["Location"] == URL
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_an_initial_password_is_refused_after_72_hours(newcomer: User) -> None:
    assert newcomer.password_changed_at is not None
    with time_machine.travel(newcomer.password_changed_at + datetime.timedelta(hours=71), tick=False):
        assert log_in(Client()).status_code == 302
    with time_machine.travel(newcomer.password_changed_at + datetime.timedelta(hours=73), tick=False):
        assert log_in(Client()).status_code == 400


def test_on_day_91_the_change_page_comes_first(yanji: User) -> None:
    assert yanji.password_changed_at is not None
    with time_machine.travel(yanji.password_changed_at + datetime.timedelta(days=91), tick=False):
        client = Client()
        assert log_in(client).status_code == 302
        assert client.get("/").headers["Location"] == URL
        page = client.get(URL).context
        assert (page["is_due"], page["is_initial"]) == (True, False)
        change(client)
        assert client.get("/accounts/").status_code == 200


def test_the_initial_password_cannot_be_kept(newcomer: User) -> None:
    client = Client()
    log_in(client)

    assert change(client, new=PASSWORD, repeated=PASSWORD).status_code == 400
