"""Pasting blocks into the ledger grid: seen before it is done, one step to take back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from communities.models import Community
from tests.browser.conftest import OpenGrid, make_communities

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def block(rows: list[list[str]]) -> str:
    """Return rows as Excel puts them on the clipboard."""
    return "".join("\t".join(row) + "\r\n" for row in rows)


def values() -> list[tuple[int | None, str]]:
    """Return households and area of every community, in their order."""
    found = Community.objects.order_by("pk").values_list("household_count", "floor_area")
    return [(households, str(area)) for households, area in found]


def test_a_paste_is_judged_cell_by_cell_mended_applied_and_taken_back_in_one_step(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    before = values()
    grid.click("建安小区", "household_count")
    pasted = [["212", "13,000.00"], ["二百二", "20,000"], ["205", "20,500"]]
    pasted += [[str(213 + row), f"{21000 + row}"] for row in range(8)]
    grid.paste(block(pasted))
    counts = grid.preview()
    # Nine rows are left below the start; two of the eleven pasted ones do not fit.
    assert (sum(counts.values()), counts["soft"], counts["hard"], counts["same"]) == (18, 1, 1, 1)
    assert grid.shows("建安小区", "floor_area", "pv-soft")
    assert grid.shows("小营小区", "household_count", "pv-hard")
    assert grid.shows("园辉小区", "household_count", "pv-changed")
    assert grid.count("preview") == 9
    panel = grid.page.locator("#grid-panel")
    expect(panel).to_contain_text("2 pasted rows go beyond the end of the grid")
    expect(panel).to_contain_text("小营小区")
    assert values() == before

    grid.enter("小营小区", "household_count", "220")
    counts = grid.preview()
    assert (counts["hard"], grid.shows("小营小区", "household_count", "pv-changed")) == (0, True)
    grid.page.locator(".lg-eye.is-soft .lg-reason").fill("核对过竣工图")
    grid.apply()
    after = values()
    assert after[1:5] == [(212, "13000.00"), (220, "20000.00"), (205, "20500.00"), (213, "21000.00")]
    assert len(after) == 10
    grid.until(lambda: grid.count("soft") == 0)

    grid.click("铁南小区", "name")
    grid.press("Control+z")
    grid.settled()
    assert values() == before


def test_two_hundred_rows_of_twenty_columns_are_one_step(open_grid: OpenGrid, yanji: User) -> None:
    make_communities(yanji, 200)
    grid = open_grid(yanji)
    before = list(Community.objects.order_by("pk").values_list("street", "address", "remark", "built_to"))
    row = ["河南街道", "站前社区", "长白路1号", "1996", "1998", "", "7", "14", "280", "28000.00", "15000"]
    row += ["", "", "第一机床厂", "", "", "", "129.5", "42.9", "核过"]
    rows = [list(row) for _number in range(200)]
    rows[150][8] = "二百八"
    grid.click("铁南小区", "street")
    grid.paste(block(rows))
    counts = grid.preview()
    assert (sum(counts.values()), counts["hard"]) == (4000, 1)
    expect(grid.page.locator(".lg-eye.is-hard")).to_contain_text("铁南15小区")
    grid.apply()
    done = Community.objects.filter(street="河南街道", built_to=1998, remark="核过")
    assert (done.count(), done.filter(household_count=280).count()) == (200, 199)
    grid.press("Control+z")
    grid.settled(30)
    assert (
        list(Community.objects.order_by("pk").values_list("street", "address", "remark", "built_to"))
        == before
    )


def test_rows_beyond_the_end_become_new_rows_when_wanted(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.click("正阳小区", "name")
    grid.paste(block([["正阳小区"], ["新华家园"], ["建设新村"]]))
    grid.preview()
    grid.page.get_by_role("button", name="Add 2 rows").click()
    assert grid.preview()["changed"] == 2
    grid.apply()
    assert Community.objects.count() == 12
    assert Community.objects.filter(name__in=["新华家园", "建设新村"], unit__code="222401").count() == 2


def test_a_small_harmless_paste_asks_nothing_and_one_value_fills_the_selection(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.click("建安小区", "street")
    grid.press("Shift+ArrowDown", "Shift+ArrowDown")
    grid.paste("公园街道\r\n")
    expect(grid.page.locator("#grid-panel")).to_be_hidden()
    grid.settled()
    assert Community.objects.filter(street="公园街道").count() == 3
    grid.press("Control+z")
    grid.settled()
    assert not Community.objects.filter(street="公园街道").exists()
