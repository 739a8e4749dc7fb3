"""Sessions: how long they last, how many there are, how they end."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING
from unittest import mock
from urllib.parse import quote

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import Client

from accounts import sessions
from accounts.models import AuditEvent, Region, Session, User
from accounts.roles import Role
from tests.conftest import PASSWORD, ClientFor, make_user

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
PAGE = "/accounts/"
MINUTE = datetime.timedelta(minutes=1)
MORNING = "2020-06-01T08:00:00+08:00"


def is_in(client: Client, **headers: str) -> bool:
    """Tell whether a page that needs a login answers."""
    return client.get(PAGE, headers=headers).status_code == 200


def log_in(client: Client, username: str = "yanji") -> Answer:
    """Log in as a browser does."""
    return client.post("/accounts/login/", {"username": username, "password": PASSWORD})


# --- idle and absolute time -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "minutes"),
    [("yanji", 30), ("province_user", 30), ("system_admin", 15), ("security_admin", 15), ("audit_admin", 15)],
)
def test_doing_nothing_ends_a_session(who: str, minutes: int, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client, user.username)

        clock.shift(minutes * MINUTE)
        assert is_in(client)
        clock.shift(minutes * MINUTE + MINUTE)
        response = client.get(PAGE)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={PAGE}&ended=idle"
    assert not Session.objects.filter(user=user).exists()
    assert AuditEvent.objects.get(kind="session.end").detail["reason"] == "idle"


def test_working_on_keeps_a_session(yanji: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client)
        for _ in range(6):
            clock.shift(25 * MINUTE)
            assert is_in(client)


def test_a_timer_of_the_page_does_not_keep_a_session(yanji: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client)
        clock.shift(20 * MINUTE)
        assert is_in(client, **{"X-Background": "1"})
        clock.shift(11 * MINUTE)

        assert not is_in(client)


def test_a_session_ends_after_twelve_hours_whatever_is_done(yanji: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client)
        for _ in range(36):
            clock.shift(20 * MINUTE)
            assert is_in(client)
        clock.shift(MINUTE)

        assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}&ended=lifetime"


def test_changing_what_the_session_holds_does_not_make_it_younger(yanji: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client)
        for _ in range(36):
            clock.shift(20 * MINUTE)
            session = client.session
            session["note"] = str(clock)
            session.save()
            assert is_in(client)
        clock.shift(MINUTE)

        assert not is_in(client)


def test_the_site_can_choose_other_times(yanji: User, settings: LazySettings) -> None:
    settings.SESSION_IDLE_SECONDS = 300
    with time_machine.travel(MORNING, tick=False) as clock:
        client = Client()
        log_in(client)
        clock.shift(6 * MINUTE)

        assert not is_in(client)


def test_the_login_page_says_why_the_session_ended(client: Client, db: None) -> None:
    assert "nothing happened for a while" in client.get("/accounts/login/?ended=idle").content.decode()
    assert "longest time" in client.get("/accounts/login/?ended=lifetime").content.decode()
    assert client.get("/accounts/login/?ended=<b>").context["ended"] == ""


def test_reading_a_page_writes_the_session_at_most_once_a_minute(
    yanji: User, django_assert_num_queries: object, client_for: ClientFor
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_for(yanji)
        first = Session.objects.get(user=yanji).seen_at
        clock.shift(datetime.timedelta(seconds=59))
        is_in(client)
        assert Session.objects.get(user=yanji).seen_at == first
        clock.shift(datetime.timedelta(seconds=1))
        is_in(client)

    assert Session.objects.get(user=yanji).seen_at == first + MINUTE


# --- lost rights ------------------------------------------------------------------------------------


def test_a_closed_account_is_out_at_the_next_request(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    assert is_in(client)

    User.objects.filter(pk=yanji.pk).update(is_active=False)

    assert not is_in(client)


def test_an_expired_account_is_out_at_the_next_request(yanji: User) -> None:
    User.objects.filter(pk=yanji.pk).update(expires_on=datetime.date(2020, 6, 1))
    with time_machine.travel("2020-06-01T23:50:00+08:00", tick=False) as clock:
        client = Client()
        log_in(client)
        assert is_in(client)
        clock.shift(15 * MINUTE)

        assert not is_in(client)


def test_a_new_role_counts_at_the_next_request(security_admin: User, client_for: ClientFor) -> None:
    client = client_for(security_admin)
    assert client.get("/accounts/users/").status_code == 200

    User.objects.filter(pk=security_admin.pk).update(role=Role.AUDIT_ADMIN)

    assert client.get("/accounts/users/").status_code == 403


def test_a_demonstration_account_is_out_in_production(
    yanji: User, client_for: ClientFor, settings: LazySettings
) -> None:
    User.objects.filter(pk=yanji.pk).update(is_demo=True)
    client = client_for(yanji)
    assert is_in(client)

    settings.PRODUCTION = True

    assert not is_in(client)
    assert log_in(Client()).status_code == 400


# --- several browsers -------------------------------------------------------------------------------


def test_the_third_login_ends_the_oldest_session(yanji: User) -> None:
    browsers = [Client(), Client(), Client()]
    with time_machine.travel(MORNING, tick=False) as clock:
        for browser in browsers:
            log_in(browser)
            clock.shift(MINUTE)

        assert [is_in(browser) for browser in browsers] == [False, True, True]
    ended = AuditEvent.objects.get(kind="session.end")
    assert (ended.actor, ended.detail["reason"]) == (yanji, "newer login")


def test_a_login_that_newer_ones_end_before_its_answer_is_answered_as_a_login(yanji: User) -> None:
    client = Client()

    def begin_and_be_ended(request: HttpRequest, user: User) -> None:
        begin(request, user)
        assert Session.objects.filter(user=user).delete()[0]

    begin = sessions.begin
    with mock.patch.object(sessions, "begin", side_effect=begin_and_be_ended):
        assert log_in(client).status_code == 302

    assert not is_in(client)
    assert not Session.objects.exists()


def test_a_session_that_has_idled_out_takes_no_place(yanji: User) -> None:
    used, forgotten, new = Client(), Client(), Client()
    with time_machine.travel(MORNING, tick=False) as clock:
        log_in(used)
        clock.shift(MINUTE)
        log_in(forgotten)
        for _ in range(4):
            clock.shift(10 * MINUTE)
            assert is_in(used)
        log_in(new)

        assert is_in(used)
        assert is_in(new)


def test_sessions_of_others_are_left_alone(yanji: User, dunhua: User) -> None:
    theirs = Client()
    log_in(theirs, "dunhua")
    for _ in range(4):
        log_in(Client())

    assert is_in(theirs)


def test_people_see_their_own_sessions(yanji: User, dunhua: User) -> None:
    here, there = Client(), Client(REMOTE_ADDR="10.0.0.9", HTTP_USER_AGENT="Firefox")
    log_in(here)
    log_in(there)
    log_in(Client(), "dunhua")

    listed = here.get(PAGE).context["sessions"]

    assert sorted((entry["agent"], entry["address"], entry["is_current"]) for entry in listed) == [
        ("", "127.0.0.1", True),
        ("Firefox", "10.0.0.9", False),
    ]
    keys = Session.objects.values_list("session_key", flat=True)
    assert not any(key in here.get(PAGE).content.decode() for key in keys)


def test_people_end_a_session_in_another_browser(yanji: User) -> None:
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    other = next(entry for entry in here.get(PAGE).context["sessions"] if not entry["is_current"])

    response = here.post(f"/accounts/sessions/{other['handle']}/end/")

    assert response.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert AuditEvent.objects.get(kind="session.end").detail["reason"] == "ended by user"


def test_nobody_ends_the_session_of_another(yanji: User, dunhua: User, client_for: ClientFor) -> None:
    theirs = client_for(dunhua)
    handle = Session.objects.get(user=dunhua).handle

    assert client_for(yanji).post(f"/accounts/sessions/{handle}/end/").status_code == 404
    assert client_for(yanji).post("/accounts/sessions/nonsense/end/").status_code == 404
    assert client_for(yanji).post("/accounts/sessions/%00/end/").status_code == 400
    assert is_in(theirs)


def test_a_session_is_ended_by_post_only(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    handle = Session.objects.get(user=yanji).handle

    assert client.get(f"/accounts/sessions/{handle}/end/").status_code == 405
    assert is_in(client)


# --- scripts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"Sec-Fetch-Dest": "empty"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"HX-Request": "true"},
    ],
)
def test_scripts_get_401_where_people_get_the_login_page(db: None, headers: dict[str, str]) -> None:
    response = Client().get(PAGE, headers=headers)

    assert response.status_code == 401
    assert response.json() == {"login": True}


def test_a_script_that_sends_json_gets_401(db: None) -> None:
    assert Client().post("/accounts/token/", {}, content_type="application/json").status_code == 401


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_browsers_get_the_login_page(db: None, accept: str) -> None:
    response = Client().get("/accounts/users/?q=a&b=c", headers={"Accept": accept})

    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={quote('/accounts/users/?q=a&b=c')}"


def test_htmx_takes_people_to_the_login_and_back(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ledgers/projects/?year=2020"}

    response = Client().get(PAGE, headers=headers)

    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fledgers%2Fprojects%2F%3Fyear%3D2020"


def test_an_htmx_timer_does_not_take_people_away_from_what_they_write(db: None) -> None:
    response = Client().get(PAGE, headers={"HX-Request": "true", "X-Background": "1"})

    assert response.status_code == 401
    assert "HX-Redirect" not in response.headers


def test_a_session_without_an_owner_is_nobodys(db: None) -> None:
    client = Client()
    session = client.session
    session["language"] = "en"
    session.save()

    assert Session.objects.get().user is None
    assert not is_in(client)


def test_the_region_moves_with_the_account(yanji: User, client_for: ClientFor) -> None:
    """What somebody may enter is read anew at each request, not kept in the session."""
    client = client_for(yanji)
    dunhua_city = Region.objects.get(code="222403")
    User.objects.filter(pk=yanji.pk).update(region=dunhua_city, view_region=dunhua_city)

    assert client.get(PAGE).context["account"].region == dunhua_city
    assert make_user("later", "后来", Role.ENTRY, "222401").region != dunhua_city
