"""The dashboards and bulletins in a real browser: nothing axe objects to, nothing wider than the screen."""

from __future__ import annotations

import pytest

from accounts.models import User
from dashboards import bulletins
from dashboards.snapshots import freeze, province
from projects.models import Project
from tests.browsing import OpenPage, trouble
from tests.dashboards.conftest import JUNE

__all__ = ["OpenPage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARDS = [
    "/dashboards/?year=2020&on=2020-06-30",
    "/dashboards/?year=2019&year=2020&on=2020-06-30&base=households&all=1",
    "/dashboards/222400/?year=2020&on=2020-06-15",
    "/dashboards/222401/?year=2020&on=2020-06-30",
    "/dashboards/rows/?year=2020&on=2020-06-30&measure=started",
    "/dashboards/bulletins/",
]


def test_axe_has_nothing_to_say_and_nothing_overflows(
    year: list[Project], province_user: User, open_page: OpenPage
) -> None:
    freeze(region=province(), plan_year=2020, on=JUNE)
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    address = draft.get_absolute_url()
    for path in [*BOARDS, address, f"{address}changes/", f"{address}edit/"]:
        page = open_page(path, province_user, bypass_csp=True)
        assert trouble(page) == {}, path
        page.close()


def test_the_content_policy_lets_everything_through(
    year: list[Project], province_user: User, open_page: OpenPage
) -> None:
    page = open_page("/dashboards/?year=2020&on=2020-06-30", province_user)
    page.locator(".years-menu summary").click()
    page.get_by_label("2019").check()
    page.locator(".years-menu button").click()
    page.wait_for_url("**year=2019&year=2020**")
    assert page.locator(".kpi-value").nth(1).inner_text() == "11"
    page.locator(".line-started a").last.click()
    page.wait_for_url("**/dashboards/rows/**measure=started**")
    assert page.locator("tfoot").inner_text().startswith("Total")


def test_the_day_is_chosen_from_the_list_or_typed(
    year: list[Project], province_user: User, open_page: OpenPage
) -> None:
    page = open_page("/dashboards/?year=2020&on=2020-06-30", province_user)
    page.locator(".day-menu summary").click()
    page.locator("#filter-day").fill("2020-05-20")
    page.locator(".day-menu button").click()
    page.wait_for_url("**on=2020-05-20**")
    assert page.locator(".kpi-value").nth(2).inner_text() == "2"


def test_a_draft_is_edited_and_issued_by_two_people(
    year: list[Project], province_user: User, yanji: User, open_page: OpenPage
) -> None:
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    page = open_page(draft.get_absolute_url(), province_user)
    page.get_by_role("button", name="Issue").click()
    page.locator("#confirm-dialog [data-confirm-ok]").click()
    page.wait_for_selector("text=The bulletin is issued.")
    assert page.locator(".document-draft").count() == 0
    assert page.get_by_role("button", name="Issue").count() == 0

    reader = open_page(draft.get_absolute_url(), yanji)
    assert reader.locator("article.document").count() == 1


def test_without_javascript_everything_is_there(
    year: list[Project], province_user: User, open_page: OpenPage
) -> None:
    opened = open_page("/dashboards/?year=2020&on=2020-06-30", province_user)
    state = opened.context.storage_state()
    context = opened.context.browser.new_context(java_script_enabled=False, storage_state=state)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(opened.url)
    assert page.locator("svg.chart polyline").count() >= 1
    page.locator(".board-filters > button").click()
    assert "/dashboards/220000/" in page.url
    context.close()
