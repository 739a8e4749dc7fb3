"""Exceptions: asked for by one, decided by another, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, User
from accounts.roles import Role
from projects import waivers
from projects.models import Waiver
from tests.conftest import ClientFor, make_user
from tests.projects.months import MONTH, TODAY, built, opened

pytestmark = pytest.mark.django_db
State = Waiver.State


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def asked(actor: User, **changed: Any) -> Waiver:
    """Ask for an exception from the plan being final."""
    request: dict[str, Any] = {
        "code": "projects.plan_final",
        "region": Region.objects.get(code="222401"),
        "valid_from": TODAY,
        "valid_until": date(2026, 12, 31),
        "reason": "公示期顺延",
    }
    return waivers.ask(actor=actor, **(request | changed))


def mine() -> Any:
    """Return the exceptions that people asked for."""
    return Waiver.objects.exclude(asked_by=None)


def test_what_one_asks_for_another_approves(yanji: User, province_user: User) -> None:
    found = asked(yanji)
    assert (found.kind, found.state, found.asked_by) == ("gate", State.ASKED, yanji)
    assert found not in Waiver.objects.in_force(TODAY)

    waivers.decide(found, actor=province_user, approve=True, note="同意")

    found.refresh_from_db()
    assert (found.state, found.decided_by, found.decision_note) == (State.APPROVED, province_user, "同意")
    assert found in Waiver.objects.in_force(TODAY)
    assert list(found.history.values_list("state", flat=True)) == ["approved", "asked"]


def test_nobody_decides_about_their_own_request(province_user: User) -> None:
    found = asked(province_user)
    with pytest.raises(waivers.WaiverError):
        waivers.decide(found, actor=province_user, approve=True)
    found.refresh_from_db()
    assert found.state == State.ASKED


def test_of_two_deciders_the_second_is_told(yanji: User, province_user: User) -> None:
    found = asked(yanji)
    second = make_user("province2", "另一人", Role.MANAGER, "220000")
    waivers.decide(found, actor=province_user, approve=True)
    with pytest.raises(waivers.MovedOn):
        waivers.decide(found, actor=second, approve=False, note="不同意")
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (State.APPROVED, province_user)


def test_a_refusal_and_a_withdrawal_need_a_reason(yanji: User, province_user: User) -> None:
    found = asked(yanji)
    with pytest.raises(waivers.WaiverError):
        waivers.decide(found, actor=province_user, approve=False, note=" ")
    waivers.decide(found, actor=province_user, approve=True)
    with pytest.raises(waivers.WaiverError):
        waivers.revoke(found, actor=province_user, note="")
    waivers.revoke(found, actor=province_user, note="已补齐")
    found.refresh_from_db()
    assert (found.state, found.decision_note) == (State.REVOKED, "已补齐")
    assert found not in Waiver.objects.in_force(TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "projects.nothing"},
        {"code": ""},
        {"reason": "  "},
        {"valid_until": date(2026, 11, 1)},
        {"code": "round.2026-10"},
    ],
)
def test_a_request_without_sense_is_refused(wrong: dict[str, Any], yanji: User) -> None:
    with pytest.raises(waivers.WaiverError):
        asked(yanji, **wrong)
    assert mine().count() == 0


def test_a_deadline_can_be_waived_once_its_round_is_open(yanji: User) -> None:
    built()
    opened()
    assert asked(yanji, code="round.2026-10").kind == Waiver.Kind.DEADLINE


def test_strangers_neither_ask_nor_decide(
    yanji: User, dunhua: User, auditor: User, prefecture_reviewer: User
) -> None:
    for stranger in (dunhua, auditor):
        with pytest.raises(PermissionDenied):
            asked(stranger)
    found = asked(yanji)
    for stranger in (dunhua, auditor, prefecture_reviewer):
        with pytest.raises(PermissionDenied):
            waivers.decide(found, actor=stranger, approve=True)
    elsewhere = make_user("tonghua", "通化市管理", Role.MANAGER, "220500")
    with pytest.raises(PermissionDenied):
        waivers.decide(found, actor=elsewhere, approve=True)
    assert mine().get().state == State.ASKED


def test_an_exception_for_one_project_lies_in_its_region(yanji: User) -> None:
    elsewhere = built("林海小区", "222403")
    with pytest.raises(waivers.WaiverError):
        asked(yanji, project=elsewhere)
    own = built()
    assert asked(yanji, project=own).project == own


def test_the_form_asks_once_however_often_it_is_sent(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    page = client.get("/projects/waivers/new/?code=projects.plan_final")
    form = page.context["form"]
    sent = {
        "key": form["key"].value(),
        "code": "projects.plan_final",
        "region": "222401",
        "valid_from": "2026-11-22",
        "valid_until": "2026-12-01",
        "reason": "公示期顺延",
    }

    answers = [client.post("/projects/waivers/new/", sent) for _time in range(2)]

    found = mine().get()
    assert [answer.headers["Location"] for answer in answers] == [f"/projects/waivers/{found.pk}/"] * 2
    listed = client.get("/projects/waivers/?state=asked").content.decode()
    assert "公示期顺延" in listed
    wrong = client.post("/projects/waivers/new/", sent | {"region": "222403", "key": "another-key"})
    assert (wrong.status_code, mine().count()) == (400, 1)


def test_the_page_decides_and_shows_what_is_left(
    yanji: User, province_user: User, client_for: ClientFor
) -> None:
    found = asked(yanji, valid_until=date(2026, 11, 30))
    url = f"/projects/waivers/{found.pk}/"
    assert client_for(yanji).post(f"{url}decide/", {"decision": "approve"}).status_code == 403

    client_for(province_user).post(f"{url}decide/", {"decision": "approve"})

    page = client_for(yanji).get(url)
    assert (page.context["line"]["sign"], page.context["line"]["days_left"]) == ("soft", 8)
    assert page.context["may_revoke"] is False
    assert client_for(province_user).get(f"{url}decide/").status_code == 405


def test_the_list_takes_a_constant_number_of_queries(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/projects/waivers/").status_code == 200
        return len(queries)

    asked(yanji)
    count()
    few = count()
    for _number in range(6):
        asked(yanji)
    assert count() == few


def test_months_are_offered_as_they_were_opened(yanji: User) -> None:
    built()
    opened(MONTH)
    offered = waivers.known_codes()
    assert offered["round.2026-10"][0] == "deadline"
    assert offered["projects.plan_final"][0] == "gate"
