"""Nothing typed into the ledger grid is lost: conflicts, broken lines, ended sessions, reloads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Dialog, Request, Route, expect

from accounts.models import User
from communities.models import Community
from ledgers.models import CellDraft
from tests.browser.conftest import OpenGrid
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def households(name: str) -> int | None:
    """Return what the database holds."""
    return Community.objects.get(name=name).household_count


def test_two_people_in_one_row_keep_both_edits_or_choose(
    open_grid: OpenGrid, yanji: User, province_user: User, communities: list[Community]
) -> None:
    mine, theirs = open_grid(yanji), open_grid(province_user, "?q=小区")
    theirs.enter("建安小区", "building_count", "7")
    theirs.settled()
    mine.enter("建安小区", "street", "河南街道")
    mine.settled()
    row = Community.objects.get(name="建安小区")
    assert (row.building_count, row.street, row.version) == (7, "河南街道", 3)
    assert mine.text("建安小区", "building_count") == "7"

    mine.click("建安小区", "household_count")
    mine.page.keyboard.type("420")
    theirs.enter("建安小区", "household_count", "418")
    theirs.settled()
    mine.press("Enter")
    mine.until(lambda: mine.count("conflict") == 1)
    assert (mine.text("建安小区", "household_count"), households("建安小区")) == ("420", 418)
    mine.click("建安小区", "household_count")
    expect(mine.message()).to_contain_text("wrote 418")
    mine.message().get_by_role("button", name="Choose").click()
    dialog = mine.page.locator("#grid-conflict")
    for words in ("212", "418", "省级管理", "420"):
        expect(dialog).to_contain_text(words)
    expect(mine.page.locator("#grid-conflict-save")).to_be_disabled()
    dialog.locator("input[value=mine]").check()
    mine.page.click("#grid-conflict-save")
    mine.settled()
    assert (mine.count("conflict"), households("建安小区")) == (0, 420)


def test_a_wrong_entry_is_kept_marked_and_explained_until_it_is_mended(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.enter("建安小区", "household_count", "三百六")
    grid.settled()
    assert (CellDraft.objects.get().text, households("建安小区")) == ("三百六", 212)
    grid.page.reload()
    grid.page.wait_for_selector(".slick-row")
    grid.until(lambda: grid.count("hard") == 1)
    assert grid.text("建安小区", "household_count") == "三百六"
    assert grid.shows("建安小区", "household_count", "hard")
    grid.page.locator("#grid-counts .is-hard").click()
    expect(grid.message()).to_contain_text("360")
    grid.page.keyboard.type("360")
    grid.press("Enter")
    grid.settled()
    assert (households("建安小区"), CellDraft.objects.count(), grid.count("hard")) == (360, 0, 0)


def test_an_answer_lost_on_its_way_is_asked_for_again_and_saves_once(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji, expecting=["ERR_FAILED"])
    cut: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if cut:
            route.continue_()
            return
        cut.append(route.request.post_data or "")
        route.fetch()
        route.abort()

    grid.page.route("**/grid/save/**", lose_the_answer)
    grid.enter("建安小区", "household_count", "230")
    expect(grid.page.locator("#grid-saving")).to_contain_text("kept in this page")
    grid.page.get_by_role("button", name="Try now").click()
    grid.settled()
    row = Community.objects.get(name="建安小区")
    assert (len(cut), row.household_count, row.version) == (1, 230, 2)


def test_an_ended_session_is_mended_in_the_page_and_loses_no_cell(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    now = datetime.now(UTC)
    # The page's clock stands still: to the page, the official never rests between the two cells.
    grid.page.clock.set_fixed_time(now)
    grid.page.context.clear_cookies()
    dialog = grid.page.locator("#grid-login")
    grid.enter("建安小区", "household_count", "240")
    expect(grid.page.locator("#ledger-grid .lg-status")).to_contain_text("session has ended")
    grid.enter("小营小区", "household_count", "250")
    grid.until(lambda: grid.count("saving") + grid.count("unsaved") == 2)
    expect(dialog).to_be_hidden()
    grid.page.clock.set_fixed_time(now + timedelta(seconds=2))
    expect(dialog).to_be_visible()
    assert "240" in grid.page.evaluate("JSON.stringify(sessionStorage)")
    grid.page.fill("#grid-login-password", "not the password")
    dialog.get_by_role("button", name="Log in and go on").click()
    expect(grid.page.locator("#grid-login-password")).to_have_value("")
    grid.page.fill("#grid-login-password", PASSWORD)
    dialog.get_by_role("button", name="Log in and go on").click()
    expect(dialog).to_be_hidden()
    grid.settled()
    assert (households("建安小区"), households("小营小区")) == (240, 250)
    assert "grid-unsaved" not in grid.page.evaluate("JSON.stringify(sessionStorage)")


def test_a_reload_brings_unsaved_cells_back_after_a_warning(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji, expecting=["ERR_FAILED"])
    grid.page.route("**/grid/save/**", lambda route: route.abort())
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    grid.page.on("dialog", leave)
    grid.enter("建安小区", "household_count", "260")
    grid.until(lambda: grid.count("saving") == 1)
    grid.page.reload()
    grid.page.wait_for_selector(".slick-row")
    assert (asked, grid.text("建安小区", "household_count"), households("建安小区")) == (
        ["beforeunload"],
        "260",
        212,
    )
    grid.page.unroute("**/grid/save/**")
    grid.settled(30)
    assert households("建安小区") == 260
    grid.page.reload()
    grid.page.wait_for_selector(".slick-row")
    assert asked == ["beforeunload"]


def test_what_others_change_arrives_by_itself_without_keeping_the_session_alive(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    headers: list[str | None] = []

    def note(request: Request) -> None:
        if "/changes/" in request.url:
            headers.append(request.headers.get("x-background"))

    grid.page.on("request", note)
    Community.objects.filter(name="建安小区").update(version=5, household_count=299)
    grid.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    grid.until(lambda: grid.text("建安小区", "household_count") == "299")
    assert headers == ["1"]


def test_a_new_row_is_typed_in_and_saved(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.page.click("#grid-add-row")
    assert grid.address() == "C11"
    grid.page.keyboard.insert_text("新华家园")
    grid.press("Enter")
    assert grid.address() == "C12"
    grid.page.keyboard.insert_text("建设新村")
    grid.press("Control+s")
    grid.press("Enter", "ArrowUp")
    grid.press("Control+s")
    grid.until(lambda: Community.objects.count() == 12)
    assert Community.objects.filter(name__in=["新华家园", "建设新村"]).count() == 2
