"""The frame of every page and the small script behind it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from accounts.models import User
from tests.browsing import AXE, OpenPage, trouble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with the packages of `make test`")
def test_the_first_page_of_an_administrator_is_accessible_and_fits_the_screen(
    open_page: OpenPage, security_admin: User
) -> None:
    """Every other page of the frame is asked in ``tests.trust.test_axe``."""
    assert trouble(open_page("/", security_admin, bypass_csp=True)) == {}


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(open_page: OpenPage, yanji: User) -> None:
    page = open_page("/", yanji)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_escape_closes_the_menu_and_returns_to_its_button(open_page: OpenPage, yanji: User) -> None:
    page = open_page("/", yanji)
    page.locator(".menu > summary").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(page.locator(".menu > summary")).to_be_focused()
    page.locator(".menu > summary").click()
    page.locator("h1").click()
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()


def test_the_language_is_switched_on_the_page_where_one_is(open_page: OpenPage, yanji: User) -> None:
    page = open_page("/accounts/", yanji)
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url.endswith("/accounts/")


def test_a_far_reaching_form_is_sent_only_after_a_second_word(
    open_page: OpenPage, security_admin: User, yanji: User
) -> None:
    page = open_page(f"/accounts/users/{yanji.pk}/", security_admin)
    close = page.locator("main").get_by_role("button", name="Close the account")
    dialog = page.get_by_role("dialog")

    close.click()
    expect(dialog).to_contain_text("Whoever uses this account is out at the next click.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    close.click()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    yanji.refresh_from_db()
    assert yanji.is_active

    close.click()
    dialog.get_by_role("button", name="Close the account").click()
    expect(page.get_by_role("status")).to_contain_text("is closed")
    yanji.refresh_from_db()
    assert not yanji.is_active


def test_a_filter_applies_at_once_by_pointer_and_on_demand_by_keyboard(
    open_page: OpenPage, security_admin: User
) -> None:
    page = open_page("/accounts/users/", security_admin)
    role, show = page.get_by_label("Role"), page.get_by_role("button", name="Show")
    expect(show).to_be_hidden()

    role.focus()
    page.keyboard.press("ArrowDown")
    expect(show).to_be_visible()
    assert page.url.endswith("/accounts/users/")
    show.click()
    page.wait_for_url("**/accounts/users/?role=entry&**")

    page.get_by_label("State").click()
    page.get_by_label("State").select_option("closed")
    page.wait_for_url("**/accounts/users/?role=entry&state=closed&**")


def test_a_form_pressed_again_while_it_is_under_way_is_sent_once(
    open_page: OpenPage, security_admin: User
) -> None:
    page = open_page("/accounts/users/add/", security_admin)
    held: list[Route] = []
    # The answer is held back, as on a slow line.
    page.route("**/accounts/users/add/", lambda route: held.append(route))
    # Pressed by timers: Playwright itself would wait for the answer before it presses again.
    page.evaluate("""() => {
        const button = document.querySelector("main form [type=submit]");
        setTimeout(() => button.click(), 50);
        setTimeout(() => button.click(), 400);
    }""")
    page.wait_for_timeout(1500)
    assert [route.request.method for route in held] == ["POST"]
    held[0].continue_()
    expect(page.get_by_role("alert")).to_be_visible()
