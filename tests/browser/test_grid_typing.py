"""Keyboard, input method and clipboard of the ledger grid, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from communities.models import Community
from tests.browser.conftest import OpenGrid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_keys_move_and_select_as_in_a_spreadsheet(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    walk = [
        (["ArrowDown", "ArrowRight"], "D2"),
        (["Control+End"], "X10"),
        (["Home"], "C10"),
        (["Control+Home"], "C1"),
        (["Control+ArrowDown"], "C10"),
        (["PageUp", "PageUp"], "C1"),
        (["Tab", "Tab", "Enter"], "C2"),
        (["Shift+Enter"], "C1"),
        (["End"], "X1"),
        (["Control+Home"], "C1"),
    ]
    for keys, address in walk:
        grid.press(*keys)
        assert (keys, grid.address()) == (keys, address)
    grid.press("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown")
    assert grid.page.locator(".slick-cell.is-selected").count() == 6
    grid.press("Escape", "Control+f")
    expect(grid.page.locator("#grid-find")).to_be_focused()


def test_there_is_a_way_out_of_the_grid_and_back(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    area = grid.page.locator("#grid-input")
    expect(area).to_be_focused()
    grid.press("Escape", "Tab")
    expect(area).not_to_be_focused()
    grid.press("F6")
    expect(area).to_be_focused()
    grid.press("Escape", "Shift+Tab")
    expect(area).not_to_be_focused()
    grid.press("F6", "F6")
    expect(grid.page.locator("#grid-help-open")).to_be_focused()
    grid.press("F6", "Shift+?")
    expect(grid.page.locator("#grid-help")).to_be_visible()


def test_a_typed_cell_is_read_saved_by_itself_and_taken_back(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.click("建安小区", "household_count")
    grid.page.keyboard.insert_text("１，２１0 户")
    grid.press("Enter")
    assert (grid.text("建安小区", "household_count"), grid.address()[1:]) == ("1,210", "3")
    grid.settled()
    row = Community.objects.get(name="建安小区")
    assert (row.household_count, row.version) == (1210, 2)
    grid.press("Control+z")
    grid.settled()
    row.refresh_from_db()
    assert row.household_count == 212
    grid.press("Control+y")
    grid.settled()
    row.refresh_from_db()
    assert row.household_count == 1210


def test_chinese_by_input_method_is_not_disturbed_by_keys_or_by_others(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.click("建安小区", "street")
    address = grid.address()
    driver = grid.page.context.new_cdp_session(grid.page)

    def process_key(name: str) -> None:
        key = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": name}
        driver.send("Input.dispatchKeyEvent", key)

    process_key("Process")
    driver.send("Input.imeSetComposition", {"text": "chang", "selectionStart": 5, "selectionEnd": 5})
    process_key("Enter")
    process_key("ArrowDown")
    Community.objects.filter(name="建安小区").update(version=2, remark="他人")
    grid.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    grid.page.wait_for_timeout(400)
    driver.send("Input.insertText", {"text": "长春市"})
    assert grid.address() == address
    assert grid.page.input_value("#grid-input") == "长春市"
    grid.press("Enter")
    assert grid.text("建安小区", "street") == "长春市"
    grid.settled()
    row = Community.objects.get(name="建安小区")
    assert (row.street, row.remark) == ("长春市", "他人")


def test_fill_clear_and_copy_work_on_the_selection(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    grid.enter("铁南小区", "building_count", "9")
    grid.click("铁南小区", "building_count")
    grid.press("Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    assert [grid.text(name, "building_count") for name in ("建安小区", "小营小区", "园辉小区")] == [
        "9",
        "9",
        "6",
    ]
    grid.press("Control+c")
    copied: Any = grid.page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r", "") == "9\n9\n9"
    grid.press("Delete")
    grid.settled()
    assert Community.objects.filter(building_count=None).count() == 3
    grid.press("Control+z")
    grid.settled()
    assert Community.objects.filter(building_count=9).count() == 3


def test_a_choice_is_picked_from_its_list_and_a_day_typed_in_five_shapes(
    open_grid: OpenGrid, province_user: User, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.page.locator("#grid-columns > summary").click()
    grid.page.locator("#grid-columns-list").get_by_text("Street", exact=True).click()
    grid.page.locator("#grid-columns > summary").click()
    grid.click("铁南小区", "built_evidence")
    grid.press("Alt+ArrowDown")
    labels = grid.page.locator("#grid-choices li")
    grid.press("ArrowDown", "ArrowDown")
    wanted = labels.nth(1).inner_text()
    grid.press("Enter")
    assert grid.text("铁南小区", "built_evidence") == wanted
    grid.settled()
    assert Community.objects.get(name="铁南小区").get_built_evidence_display() == wanted
    read = """async texts => {
      const {parseCell} = await import('/static/js/grid/values.js');
      return texts.map(text => parseCell({kind: 'date'}, text).text);
    }"""
    shapes = ["2020-6-3", "2020/6/3", "2020.6.3", "20200603", "2020年6月3日"]
    assert grid.page.evaluate(read, shapes) == ["2020-06-03"] * 5
