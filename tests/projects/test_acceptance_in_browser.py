"""The joint acceptance in a browser: no passing without the residents; with all, the card is public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from accounts.models import User
from projects.models import Acceptance, BuildingCard, Liability, PlanItem, PlanVersion, Project
from tests.browsing import OpenPage, axe_violations
from tests.projects.stage import make_item, make_project, write

__all__ = ["OpenPage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HELD = date(2026, 9, 20)
OTHERS = (
    ("client", "市住建局"),
    ("neighbourhood", "民昌社区"),
    ("builder", "王建国"),
    ("supervisor", "赵工"),
)
RESIDENTS = ("李红", "朴哲洙", "张秀兰")


@pytest.fixture(autouse=True)
def _in_october() -> Iterator[None]:
    with time_machine.travel(date(2026, 10, 20), tick=True):
        yield


@pytest.fixture
def project() -> Project:
    """Give a completed project with an item of works and the firm that answers for it."""
    found = make_project(started_on=date(2026, 5, 4), completed_on=date(2026, 9, 10))
    roof = make_item("屋面防水", is_pipeline=False)
    [version] = write(PlanVersion, [{"project_id": found.pk, "number": 1, "state": "final"}])
    quantity = {"item_id": roof.pk, "quantity": Decimal("1280.50"), "place": "全部"}
    write(PlanItem, [{"plan_version_id": version.pk, **quantity}])
    answers = {"firm": "延边建工集团", "person": "王建国", "telephone": "0433-2512345"}
    days = {"warranty_from": HELD, "warranty_until": date(2031, 9, 20)}
    write(Liability, [{"project_id": found.pk, "item_id": roof.pk, **answers, **days}])
    return found


def sign(page: Page, party: str, name: str) -> None:
    """Enter one signature by the form of the page."""
    page.locator("summary", has_text="Enter a signature").click()
    page.locator("[name=party]").select_option(party)
    page.locator("[name=name]").fill(name)
    page.locator("[name=opinion]").select_option("agree")
    page.locator("[name=signed_on]").fill(HELD.isoformat())
    page.get_by_role("button", name="Enter the signature").click()
    expect(page.get_by_role("cell", name=name, exact=True)).to_be_visible()


def test_without_the_residents_it_is_refused_and_with_all_signers_the_card_is_public(
    project: Project, yanji: User, open_page: OpenPage
) -> None:
    page = open_page(reverse("projects:acceptance", args=[project.pk]), yanji)
    page.locator("[name=held_on]").fill(HELD.isoformat())
    page.get_by_role("button", name="Hold the acceptance").click()
    for party, name in OTHERS:
        sign(page, party, name)
    missing = page.locator(".missing").first
    expect(missing).to_contain_text("needed 3, signed 0")
    passing = page.get_by_role("button", name="Pass the acceptance")
    expect(passing).to_be_disabled()

    # Whoever sends the form or calls the API all the same is told the same.
    found = Acceptance.objects.get(project=project)
    page.evaluate("document.querySelector(\"form[action$='/pass/'] button\").disabled = false")
    passing.click()
    expect(page.locator("#messages")).to_contain_text("needed 3, signed 0")
    api = APIClient()
    api.force_authenticate(yanji)
    refused = api.post(reverse("acceptance-pass-it", args=[found.pk]), {}, format="json")
    written = {"version": found.version, "result": "passed"}
    api.patch(reverse("acceptance-detail", args=[found.pk]), written, format="json")
    found.refresh_from_db()
    assert (refused.status_code, "needed 3, signed 0" in refused.json()["detail"]) == (409, True)
    assert (found.result, found.passed_on, BuildingCard.objects.count()) == ("pending", None, 0)

    for name in RESIDENTS:
        sign(page, "residents", name)
    passing.click()
    expect(page.locator("#messages")).to_contain_text("public cards")
    found.refresh_from_db()
    assert (found.result, found.passed_on) == ("passed", HELD)

    page.goto(reverse("projects:cards", args=[project.pk]))
    address = page.locator("a[href*='/c/']").first.get_attribute("href")
    assert address is not None
    assert {card.token for card in BuildingCard.objects.all()} >= {address.rstrip("/").rsplit("/", 1)[1]}
    public = open_page(address, None, 390, bypass_csp=True)
    body = public.locator("main")
    for words in ("向阳小区", "屋面防水", "1,280.50", "延边建工集团", "2031-09-20", "0433-2512345"):
        expect(body).to_contain_text(words)
    for name in (*RESIDENTS, "赵工"):
        expect(body).not_to_contain_text(name)
    assert public.context.cookies() == []
    assert axe_violations(public) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert public.evaluate(wide) == 0
    assert timezone.localdate() < date(2031, 9, 20)
