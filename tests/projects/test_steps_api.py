"""Returns and exceptions over the API: refusals by number, each once, and nobody for themselves."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from projects.models import UnitReturn, Waiver
from tests.conftest import ClientFor, make_user
from tests.projects.months import TODAY, built, opened, report, submitted
from tests.projects.test_waivers import asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


STEPS: tuple[tuple[str, dict[str, Any]], ...] = (("accept", {}), ("send-back", {"reason": "x"}))


def post(client: Client, name: str, pk: int | None = None, key: str = "", **body: Any) -> tuple[int, Any]:
    """Call an action; return the status and the answer."""
    headers = {"Idempotency-Key": key} if key else {}
    url = reverse(name, args=[pk] if pk else [])
    answer = client.post(url, body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_a_return_is_signed_once_and_what_is_missing_is_named(yanji: User, client_for: ClientFor) -> None:
    project = built()
    found, client = opened(), client_for(yanji)
    status, answer = post(client, "unitreturn-submit", found.pk, signed_name="王某")
    assert (status, [gap["project"] for gap in answer["gaps"]]) == (409, [project.pk])
    report(project)
    first = post(client, "unitreturn-submit", found.pk, key="sign-0001", signed_name="王某")
    again = post(client, "unitreturn-submit", found.pk, key="sign-0001", signed_name="王某")
    assert (first, first[0], first[1]["state"]) == (again, 200, "submitted")
    found.refresh_from_db()
    assert (found.signed_name, found.submitted_by) == ("王某", yanji)
    assert found.change_set.source == "api"
    assert post(client, "unitreturn-submit", found.pk, signed_name="王某")[0] == 409
    assert post(client, "unitreturn-submit", found.pk)[0] == 400


def test_a_return_is_decided_by_another_of_its_place(
    yanji: User, dunhua: User, auditor: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    report(built())
    found = submitted(yanji)
    strange = make_user("tonghua", "通化市审核", Role.REVIEWER, "220500")
    assert post(client_for(strange), "unitreturn-accept", found.pk)[0] == 404
    assert post(client_for(dunhua), "unitreturn-accept", found.pk)[0] == 403
    assert post(client_for(auditor), "unitreturn-accept", found.pk)[0] == 403
    reviewer = client_for(prefecture_reviewer)
    assert post(reviewer, "unitreturn-send-back", found.pk, reason=" ")[0] == 400
    status, answer = post(reviewer, "unitreturn-send-back", found.pk, reason="投资额有误")
    assert (status, answer["state"], answer["return_reason"]) == (200, "returned", "投资额有误")
    assert post(reviewer, "unitreturn-accept", found.pk)[0] == 409
    assert UnitReturn.objects.get(pk=found.pk).state == "returned"


def test_nobody_accepts_what_they_submitted(province_user: User, yanji: User, client_for: ClientFor) -> None:
    report(built())
    found = submitted(yanji)
    yanji.role = Role.REVIEWER
    yanji.save(update_fields=["role"])
    for step, words in STEPS:
        assert post(client_for(yanji), f"unitreturn-{step}", found.pk, **words)[0] == 403
    assert UnitReturn.objects.get(pk=found.pk).state == "submitted"
    assert post(client_for(province_user), "unitreturn-accept", found.pk)[1]["state"] == "accepted"


REQUEST: dict[str, Any] = {
    "code": "projects.plan_final",
    "region": "222401",
    "valid_from": "2026-11-22",
    "valid_until": "2026-12-31",
    "reason": "公示期顺延",
}


def test_an_exception_is_asked_for_once_and_decided_by_another(
    yanji: User, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    first, again = (post(client, "waiver-list", key="ask-0001", **REQUEST) for _time in range(2))
    assert (first, first[0], first[1]["state"], first[1]["kind"]) == (again, 201, "asked", "gate")
    pk = first[1]["id"]
    assert post(client, "waiver-approve", pk)[0] == 403
    status, answer = post(client_for(province_user), "waiver-approve", pk, note="同意")
    assert (status, answer["state"], answer["decision_note"]) == (200, "approved", "同意")
    assert post(client_for(province_user), "waiver-refuse", pk, note="不同意")[0] == 409
    assert post(client_for(province_user), "waiver-revoke", pk)[0] == 409
    assert post(client_for(province_user), "waiver-revoke", pk, note="已补齐")[1]["state"] == "revoked"
    assert Waiver.objects.get(pk=pk).change_set.source == "api"


def test_nobody_decides_their_own_request_one_by_one_or_in_a_row(
    province_user: User, client_for: ClientFor
) -> None:
    own = [asked(province_user) for _time in range(3)]
    client = client_for(province_user)
    assert {post(client, "waiver-approve", row.pk)[0] for row in own} == {403}
    assert {post(client, "waiver-refuse", row.pk, note="x")[0] for row in own} == {403}
    assert set(Waiver.objects.filter(pk__in=[row.pk for row in own]).values_list("state", flat=True)) == {
        "asked"
    }


def test_what_is_foreign_or_senseless_is_not_asked_for(
    yanji: User, dunhua: User, auditor: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    assert post(client, "waiver-list", **{**REQUEST, "region": "222403"})[0] == 400
    assert post(client, "waiver-list", **{**REQUEST, "region": "222400"})[0] == 400
    assert post(client, "waiver-list", **{**REQUEST, "code": "projects.nothing"})[0] == 409
    assert post(client, "waiver-list", **{**REQUEST, "valid_until": "2026-01-01"})[0] == 409
    assert post(client_for(auditor), "waiver-list", **REQUEST)[0] == 403
    found = asked(yanji)
    assert client_for(dunhua).get(reverse("waiver-detail", args=[found.pk])).status_code == 404
    assert client.put(reverse("waiver-detail", args=[found.pk])).status_code == 405
