"""The door of the residents: slips, the typed code, the QR code's secret and the cookie."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, LoginGuard, User
from communities.models import Household
from consultations import access, residents
from consultations.models import AccessCode, ResidentSession
from tests.consultations.hearing import Hearing, hearing

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(db: None) -> Hearing:
    """Give a community of two buildings that is being heard."""
    return hearing()


def door(heard: Hearing) -> str:
    """Return the address of the community's door."""
    return f"/p/{heard.project.community.code}/enter/"


def slip_of(heard: Hearing, actor: User, index: int = 0) -> access.Slip:
    """Issue the slip of one household."""
    [slip] = access.issue_codes([heard.households[index]], actor=actor)
    return slip


def wrong(slip: access.Slip) -> str:
    """Return a code of the same slip with another secret part."""
    return slip.typed[:-1] + ("2" if slip.typed[-1] != "2" else "3")


def whose(client: Client, heard: Hearing) -> Household | None:
    """Return the household that the portal takes a phone for."""
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    session = residents.resident_of(request, heard.project.community)
    return session.household if session else None


def test_every_household_gets_a_slip_of_its_own_and_only_hashes_are_stored(
    heard: Hearing, yanji: User
) -> None:
    slips = access.issue_codes(heard.households, actor=yanji)

    assert [slip.household for slip in slips] == heard.households
    assert len({slip.typed for slip in slips}) == len({slip.secret for slip in slips}) == len(slips)
    assert slips[0].place.split()[1:] == ["1单元", "101"]
    stored = list(AccessCode.objects.values())
    assert len(stored) == len(slips)
    everything = repr(stored) + repr(list(AuditEvent.objects.values())) + repr(slips)
    for slip in slips:
        characters = slip.typed.replace("-", "")
        assert set(characters) <= set(access.ALPHABET)
        assert len(slip.secret) >= 22
        for kept in (slip.secret, slip.typed, characters, characters[3:]):
            assert kept not in everything
    event = AuditEvent.objects.get(kind="code.issue")
    assert event.actor == yanji
    assert event.detail == {"community": heard.project.community.code, "households": 12, "reason": ""}


@pytest.mark.parametrize(
    "spelling",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} ",
        lambda code: code.replace("-", "－"),
        lambda code: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in code),
    ],
)
def test_a_code_opens_however_it_is_typed(heard: Hearing, yanji: User, spelling: Any) -> None:
    client, slip = Client(), slip_of(heard, yanji)

    answer = client.post(door(heard), {"typed": spelling(slip.typed)})

    assert (answer.status_code, answer["Location"]) == (302, f"/p/{heard.project.community.code}/")
    assert whose(client, heard) == slip.household
    assert not any(LoginGuard.objects.filter(kind=access.THROTTLE).values_list("failures", flat=True)[0])


def test_the_secret_of_the_qr_code_opens_and_leads_back(heard: Hearing, yanji: User) -> None:
    client, slip = Client(), slip_of(heard, yanji)
    back = f"/p/{heard.project.community.code}/somewhere/?a=1"

    answer = client.post(door(heard), {"secret": slip.secret, "next": back})

    assert (answer.status_code, answer["Location"]) == (302, back)
    assert whose(client, heard) == slip.household


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/accounts/", "/p/x/../../"])
def test_the_door_leads_nowhere_else(heard: Hearing, yanji: User, target: str) -> None:
    slip = slip_of(heard, yanji)

    answer = Client().post(door(heard), {"typed": slip.typed, "next": target})

    assert answer["Location"] == f"/p/{heard.project.community.code}/"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    heard: Hearing, yanji: User, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    slip = slip_of(heard, yanji)

    cookie = Client().post(door(heard), {"typed": slip.typed}).cookies[settings.RESIDENT_COOKIE_NAME]

    flags = {name: cookie[name] for name in ("httponly", "secure", "samesite", "path", "max-age", "domain")}
    assert flags == {
        "httponly": True,
        "secure": True,
        "samesite": "Lax",
        "path": "/p/",
        "max-age": 180 * 24 * 3600,
        "domain": "",
    }
    session = ResidentSession.objects.get()
    assert cookie.value not in repr(ResidentSession.objects.values().get())
    assert session.token_hash == access.token_hash(cookie.value)


def test_unknown_wrong_revoked_locked_and_strange_codes_are_refused_alike(
    heard: Hearing, yanji: User
) -> None:
    known, revoked, locked = (slip_of(heard, yanji, index) for index in range(3))
    elsewhere = slip_of(hearing("河南小区"), yanji)
    access.revoke(AccessCode.objects.get(household=revoked.household), actor=yanji, reason="丢失")
    AccessCode.objects.filter(household=locked.household).update(locked_at=timezone.now())
    free = next(a + b + "2" for a in "23456789" for b in access.ALPHABET if not _taken(a + b + "2"))

    answers = [
        Client().post(door(heard), {"typed": typed})
        for typed in (wrong(known), revoked.typed, locked.typed, elsewhere.typed, f"{free}-222-222")
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert {answer.context["refusal"] for answer in answers} == {access._wrong_code()}
    pages = {_without_tokens(answer.content) for answer in answers}
    assert len(pages) == 1


def _taken(locator: str) -> bool:
    return AccessCode.objects.filter(locator=locator).exists()


def _without_tokens(page: bytes) -> bytes:
    start = page.index(b"csrfmiddlewaretoken")
    return page.replace(page[start : start + 100], b"").split(b"csrfmiddlewaretoken")[0]


@pytest.mark.parametrize("typed", ["", "K7Q-F3M", "K7Q-F3M-9XA-2", "O00-111-LLL", "三栋一单元五零一呀呀"])
def test_what_cannot_be_a_code_is_told_so_and_not_counted(heard: Hearing, typed: str) -> None:
    answer = Client().post(door(heard), {"typed": typed})

    assert answer.status_code == 400
    assert answer.context["refusal"] not in {"", access._wrong_code()}
    assert not LoginGuard.objects.exists()


def test_the_fifth_wrong_try_locks_the_typed_code_and_not_the_qr_code(heard: Hearing, yanji: User) -> None:
    slip = slip_of(heard, yanji)
    for _try in range(4):
        Client().post(door(heard), {"typed": wrong(slip)})
    assert AccessCode.objects.get().locked_at is None

    Client().post(door(heard), {"typed": wrong(slip)})

    code = AccessCode.objects.get()
    assert code.locked_at is not None
    assert code.wrong_tries == 5
    event = AuditEvent.objects.get(kind="code.lock")
    assert (event.actor, event.outcome, event.address) == (None, "refused", "127.0.0.1")
    assert event.detail == {
        "community": heard.project.community.code,
        "household": slip.household.pk,
    }
    assert Client().post(door(heard), {"typed": slip.typed}).status_code == 400
    assert Client().post(door(heard), {"secret": slip.secret}).status_code == 302


def test_a_right_code_forgets_the_wrong_tries_before_it(heard: Hearing, yanji: User) -> None:
    slip = slip_of(heard, yanji)
    for typed in (*[wrong(slip)] * 4, slip.typed, *[wrong(slip)] * 4):
        Client().post(door(heard), {"typed": typed})

    assert AccessCode.objects.get().locked_at is None


def test_twenty_wrong_codes_from_one_address_close_the_community_to_it(heard: Hearing, yanji: User) -> None:
    slips = access.issue_codes(heard.households, actor=yanji)
    other = hearing("河南小区")
    slip_elsewhere = slip_of(other, yanji)
    for slip in slips[:5]:
        for _try in range(4):
            assert Client().post(door(heard), {"typed": wrong(slip)}).status_code == 400

    refused = Client().post(door(heard), {"typed": slips[6].typed})

    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    # Neither the QR code nor another community nor another address is closed, and the hour passes.
    assert Client().post(door(heard), {"secret": slips[6].secret}).status_code == 302
    assert Client().post(door(other), {"typed": slip_elsewhere.typed}).status_code == 302
    assert Client().post(door(heard), {"typed": slips[7].typed}, REMOTE_ADDR="10.0.0.9").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert Client().post(door(heard), {"typed": slips[6].typed}).status_code == 302


def test_an_invented_forwarded_address_changes_nothing(heard: Hearing, yanji: User) -> None:
    slips = access.issue_codes(heard.households, actor=yanji)

    answers = [
        Client().post(
            door(heard),
            {"typed": wrong(slips[number % 12])},
            headers={"X-Forwarded-For": f"10.9.{number}.1", "X-Real-IP": f"10.9.{number}.1"},
        )
        for number in range(21)
    ]

    assert [answer.status_code for answer in answers] == [400] * 20 + [429]
    keys = LoginGuard.objects.filter(kind=access.THROTTLE).values_list("key", flat=True)
    assert list(keys) == [f"{heard.project.community_id} 127.0.0.1"]


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(
    heard: Hearing, yanji: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    slips = access.issue_codes(heard.households, actor=yanji)

    statuses = [
        Client()
        .post(
            door(heard),
            {"typed": wrong(slips[number % 12])},
            headers={"X-Forwarded-For": f"10.9.{number}.1, 203.0.113.7"},
        )
        .status_code
        for number in range(21)
    ]

    assert statuses == [400] * 20 + [429]


def test_a_revoked_slip_ends_its_sessions_on_the_next_request(heard: Hearing, yanji: User) -> None:
    slip, client = slip_of(heard, yanji), Client()
    client.post(door(heard), {"secret": slip.secret})
    assert whose(client, heard) == slip.household

    access.revoke(AccessCode.objects.get(), actor=yanji, reason="房屋已出售")

    assert whose(client, heard) is None
    assert client.post(door(heard), {"secret": slip.secret}).status_code == 400
    code = AccessCode.objects.get()
    assert (code.revoked_by, code.revoked_reason) == (yanji, "房屋已出售")
    assert AuditEvent.objects.filter(kind="code.revoke", actor=yanji).count() == 1


def test_a_new_slip_revokes_the_old_one_and_unlocks(heard: Hearing, yanji: User) -> None:
    old = slip_of(heard, yanji)
    AccessCode.objects.update(locked_at=timezone.now())
    phone = Client()
    phone.post(door(heard), {"secret": old.secret})

    new = slip_of(heard, yanji)

    assert whose(phone, heard) is None
    assert Client().post(door(heard), {"typed": old.typed}).status_code == 400
    assert Client().post(door(heard), {"typed": new.typed}).status_code == 302
    assert AccessCode.objects.filter(revoked_at__isnull=True).count() == 1


def test_sessions_end_by_themselves_and_by_hand(heard: Hearing, yanji: User) -> None:
    slip, first, second = slip_of(heard, yanji), Client(), Client()
    for client in (first, second):
        client.post(door(heard), {"typed": slip.typed})
    stolen = Client()
    stolen.cookies["resident"] = first.cookies["resident"].value

    answer = first.post(f"/p/{heard.project.community.code}/leave/")

    assert answer.status_code == 302
    assert whose(stolen, heard) is None
    assert whose(second, heard) == slip.household
    with time_machine.travel(timezone.now() + timedelta(days=181), tick=False):
        assert whose(second, heard) is None


def test_a_slip_opens_its_own_community_only(heard: Hearing, yanji: User) -> None:
    other, client = hearing("河南小区"), Client()
    slip = slip_of(heard, yanji)

    assert client.post(door(other), {"secret": slip.secret}).status_code == 400
    client.post(door(heard), {"secret": slip.secret})

    assert whose(client, other) is None


def test_a_household_removed_from_the_register_is_out(heard: Hearing, yanji: User) -> None:
    slip, client = slip_of(heard, yanji), Client()
    client.post(door(heard), {"typed": slip.typed})

    Household._base_manager.filter(pk=slip.household.pk).update(is_removed=True)

    assert whose(client, heard) is None
    assert Client().post(door(heard), {"typed": slip.typed}).status_code == 400


def test_entering_again_on_one_phone_keeps_the_accepted_notice_and_counts_one_phone(
    heard: Hearing, yanji: User
) -> None:
    slip, client = slip_of(heard, yanji), Client()
    client.post(door(heard), {"typed": slip.typed})
    ResidentSession.objects.update(privacy_version="2026-01", privacy_accepted_at=timezone.now())

    client.post(door(heard), {"secret": slip.secret})

    assert ResidentSession.objects.get(ended_at__isnull=True).privacy_version == "2026-01"
    assert ResidentSession.objects.count() == 2


def test_slips_are_issued_at_home_and_by_those_who_may(
    heard: Hearing, dunhua: User, province_user: User, worker: User, auditor: User
) -> None:
    for stranger in (dunhua, province_user, auditor):
        with pytest.raises(PermissionDenied):
            access.issue_codes(heard.households, actor=stranger)
    assert not AccessCode.objects.exists()

    slip = slip_of(heard, worker)

    code = AccessCode.objects.get(household=slip.household)
    with pytest.raises(PermissionDenied):
        access.revoke(code, actor=dunhua, reason="x")
    code.refresh_from_db()
    assert code.revoked_at is None


def test_the_page_asks_is_not_kept_and_never_shows_what_was_typed(heard: Hearing, yanji: User) -> None:
    slip = slip_of(heard, yanji)

    shown = Client().get(door(heard))
    refused = Client().post(door(heard), {"typed": wrong(slip)})

    assert shown.status_code == 200
    assert shown["Cache-Control"] == refused["Cache-Control"] == "no-store"
    assert "0433-0000000" in shown.content.decode()
    assert wrong(slip) not in refused.content.decode()
    assert Client().put(door(heard)).status_code == 405
    assert Client().get("/p/999999-00001/enter/").status_code == 404


def test_no_secret_reaches_a_log_an_address_or_a_query_text(
    heard: Hearing, yanji: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # The test's own database log would hold every parameter; production does not write it.
    logging.getLogger("django.db.backends").disabled = True
    try:
        slip, client = slip_of(heard, yanji), Client()
        answers = [
            client.post(door(heard), {"typed": wrong(slip)}),
            client.post(door(heard), {"typed": slip.typed}),
            client.post(door(heard), {"secret": slip.secret}),
            client.post(door(heard), {"secret": slip.secret[:-1] + "_"}),
        ]
    finally:
        logging.getLogger("django.db.backends").disabled = False
    said = (
        caplog.text + repr([answer.headers for answer in answers]) + repr(list(AuditEvent.objects.values()))
    )
    for canary in (slip.secret, slip.typed, slip.typed.replace("-", ""), wrong(slip)):
        assert canary not in said


def test_a_request_of_a_resident_costs_one_query_however_often_it_is_asked(
    heard: Hearing, yanji: User
) -> None:
    slip, client = slip_of(heard, yanji), Client()
    client.post(door(heard), {"typed": slip.typed})
    request = HttpRequest()
    request.COOKIES = {"resident": client.cookies["resident"].value}

    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _time in range(3):
            session = residents.resident_of(request, heard.project.community)
        assert session is not None
        assert session.household.building.number

    assert len(asked) == 1
