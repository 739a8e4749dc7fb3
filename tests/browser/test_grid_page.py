"""The ledger grid as a page: accessible, under the strict policy, quick, and of use on a phone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from communities.models import Community
from tests.browser.conftest import OpenGrid, make_communities
from tests.browsing import AXE, OpenPage, axe_violations
from tests.conftest import ClientFor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with the packages of `make test`")
def test_every_part_of_the_grid_is_accessible(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji, bypass_csp=True)
    found = {"table": axe_violations(grid.page)}
    grid.click("建安小区", "household_count")
    grid.paste("212\t212000\r\n三百六\t20000\r\n" * 2)
    grid.preview()
    found["preview"] = axe_violations(grid.page)
    grid.page.click("#grid-panel-close")
    grid.click("建安小区", "built_evidence")
    grid.press("Alt+ArrowDown")
    found["choices"] = axe_violations(grid.page)
    grid.press("Escape", "Shift+F10")
    found["menu"] = axe_violations(grid.page)
    grid.press("Escape", "Shift+?")
    found["shortcuts"] = axe_violations(grid.page)
    grid.press("Escape")
    grid.page.locator("#grid-columns > summary").click()
    found["columns"] = axe_violations(grid.page)
    assert found == {name: [] for name in found}


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with the packages of `make test`")
def test_on_a_phone_the_problem_rows_are_listed_with_a_way_to_their_forms(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    Community.objects.filter(name="建安小区").update(floor_area="212000.00")
    grid = open_grid(yanji, width=390, bypass_csp=True)
    listed = grid.page.locator("#grid-problem-list li")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("建安小区")
    row = Community.objects.get(name="建安小区")
    link = reverse("ledgers:row", args=["communities", row.pk])
    expect(listed.get_by_role("link")).to_have_attribute("href", re.compile(link))
    assert grid.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_violations(grid.page) == []


def test_two_thousand_rows_are_drawn_as_few_and_scroll_to_the_last(open_grid: OpenGrid, yanji: User) -> None:
    make_communities(yanji, 2000)
    grid = open_grid(yanji)
    assert grid.count("saved") + grid.count("soft") == 2000
    grid.press("Control+End")
    assert grid.address() == "X2000"
    grid.press("Home")
    assert grid.text("正阳199小区", "name") == "正阳199小区"
    assert grid.page.locator(".slick-viewport-left .slick-row").count() < 120
    grid.page.fill("#grid-find", "正阳199")
    expect(grid.page.locator(".slick-viewport-left .slick-row")).to_have_count(1)


def test_columns_fold_hide_sort_and_are_kept_as_a_view(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    head = grid.page.locator(".slick-header-column[data-id=household_count]")
    grid.enter("建安小区", "household_count", "150")
    head.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert grid.page.inner_text(".slick-viewport-left .slick-row[data-row='0'] .l2") == "建安小区"
    group = grid.page.get_by_role("button", name=re.compile("Basic facts"))
    expect(group).to_have_attribute("aria-expanded", "true")
    group.click()
    expect(head).to_have_count(0)
    grid.page.locator("#grid-columns > summary").click()
    grid.page.locator("#grid-columns-list").get_by_text("Street", exact=True).click()
    grid.page.locator("#grid-view-label").click()
    grid.page.fill("#grid-view-name", "核对用")
    grid.press("Enter")
    expect(grid.page.locator("#grid-view-label")).to_have_text("核对用")
    grid.settled()
    grid.page.reload()
    grid.page.wait_for_selector(".slick-row")
    expect(grid.page.locator(".slick-header-column[data-id=street]")).to_have_count(1)
    grid.page.locator("#grid-view-label").click()
    grid.page.get_by_role("button", name="核对用", exact=True).click()
    expect(grid.page.locator(".slick-header-column[data-id=street]")).to_have_count(0)
    expect(head).to_have_count(0)


def test_a_doubt_is_confirmed_with_a_reason_and_the_history_tells_it(
    open_grid: OpenGrid, yanji: User, communities: list[Community]
) -> None:
    grid = open_grid(yanji)
    grid.enter("建安小区", "floor_area", "13000")
    grid.settled()
    assert grid.count("soft") == 1
    grid.page.click("#grid-problems")
    expect(grid.page.locator(".slick-viewport-left .slick-row")).to_have_count(1)
    grid.click("建安小区", "floor_area")
    grid.message().get_by_role("button", name="Give a reason and confirm").click()
    grid.page.fill("#grid-reason-text", "核对过竣工图")
    grid.page.get_by_role("button", name="Confirm", exact=True).click()
    grid.until(lambda: grid.count("soft") == 0)
    grid.message().get_by_role("button", name="History").click()
    entries = grid.page.locator(".lg-history li")
    expect(entries.first).to_contain_text("13,000.00")
    expect(entries.first).to_contain_text("延吉市录入员")


def test_without_scripts_the_page_leads_to_the_plain_rows(client_for: ClientFor, yanji: User) -> None:
    page = client_for(yanji).get(reverse("ledgers:grid", args=["communities"])).content.decode()
    hint = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert f'href="{reverse("ledgers:rows", args=["communities"])}"' in hint
    assert " style=" not in page
    assert "<style" not in page


def test_a_reader_can_neither_type_nor_paste(
    open_page: OpenPage, open_grid: OpenGrid, prefecture_reviewer: User, communities: list[Community]
) -> None:
    grid = open_grid(prefecture_reviewer)
    grid.click("建安小区", "household_count")
    grid.page.keyboard.type("1")
    grid.paste("1\r\n")
    grid.press("Delete")
    assert grid.text("建安小区", "household_count") == "212"
    expect(grid.message()).to_contain_text("You may read this ledger but not change it")
    assert grid.page.locator("#grid-paste-open, #grid-add-row:visible").count() == 0
