"""The screen that splits a batch in a real browser: the sum follows the typing, Enter goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import Region, User
from funding.models import Allotment
from tests.browsing import OpenPage
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, wan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_left_follows_the_typing_and_is_saved(open_page: OpenPage, yanji: User, width: int) -> None:
    projects = [a_project(name) for name in ("一小区", "二小区")]
    batch = a_batch(a_source(), wan(100))
    hand_down(batch, {"222401": wan(60)})
    page = open_page(f"/funding/batches/{batch}/split/", yanji, width)
    left = page.locator("[data-split-left]")
    expect(left).to_have_text("60.00")

    amounts = page.locator(".split-amount")
    amounts.nth(0).fill("20.5")
    expect(left).to_have_text("39.50")
    amounts.nth(0).press("Enter")
    expect(amounts.nth(1)).to_be_focused()
    amounts.nth(1).fill("三十")
    expect(amounts.nth(1)).to_have_attribute("data-unread", "")
    amounts.nth(1).fill("400,000元")
    expect(left).to_have_text("−0.50")
    expect(left).to_have_class("tone-red")
    amounts.nth(1).fill("395000元")
    expect(left).to_have_text("0.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".action-bar button[value=save]").click()
    expect(left).to_have_text("0.00")
    page.wait_for_load_state()

    rows = Allotment.objects.live().filter(batch=batch, unit=Region.objects.get(code="222401")).to_projects()
    assert dict(rows.values_list("project_id", "amount_fen")) == {
        projects[0]: wan("20.5"),
        projects[1]: wan("39.5"),
    }
