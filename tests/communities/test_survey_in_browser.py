"""The survey on a phone: findings and photos wait while the network is away, and each arrives once."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import Department, Region, User
from accounts.roles import Role
from communities import surveys
from communities.models import Community, Survey, SurveyFinding
from records.models import Attachment, ChangeSet
from records.services import apply
from tests.browsing import OpenPage, trouble
from tests.conftest import ClientFor, make_user

__all__ = ["OpenPage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GPS = 0x8825
OFFLINE = ["ERR_INTERNET_DISCONNECTED"]
REFUSED = ["status of 422"]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def survey(yanji: User) -> Survey:
    """A survey of a community of 延吉市."""
    values = {"name": "州府家园", "region_id": Region.objects.get(code="222401").pk, "street": "北山街道"}
    apply(Community, actor=None, source=ChangeSet.Source.LOAD, values=values)
    due = date(2099, 6, 30)
    [pk] = surveys.open_surveys(
        [Community.objects.get()], due_on=due, actor=yanji, source=ChangeSet.Source.FORM
    )
    return Survey.objects.get(pk=pk)


@pytest.fixture
def housing(liaison: User) -> User:
    """The liaison of the housing department, which answers for more than ten items."""
    liaison.duty = Department.objects.get(code="housing")
    liaison.save(update_fields=["duty"])
    return liaison


def photo(shade: int) -> bytes:
    """Return a photo as a phone makes it: upright by a note, with the place it was taken at."""
    picture = Image.new("RGB", (60, 40), (60 * shade, 80, 80))
    notes = picture.getexif()
    notes[0x0112] = 6
    place = notes.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "N", (42.0, 54.0, 30.0), "E", (129.0, 30.0, 36.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=notes)
    return out.getvalue()


def fill(page: Page, finding: SurveyFinding, condition: str, quantity: str, shade: int) -> None:
    """Answer a card and press its button."""
    card = page.locator(f"[data-finding='{finding.pk}']")
    card.locator(f"input[value='{condition}']").check(force=True)
    card.locator("[name=quantity]").fill(quantity)
    card.locator("[name=remark]").fill(f"第{shade}处")
    file: FilePayload = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(shade)}
    card.locator("[name=photo]").set_input_files([file])
    card.locator("button[type=submit]").click()
    expect(card).to_have_class("survey-card is-waiting")


def test_three_findings_with_photos_wait_for_the_network_and_arrive_once(
    survey: Survey, housing: User, open_page: OpenPage
) -> None:
    page = open_page(reverse("communities:survey_enter", args=[survey.pk]), housing, 390, expecting=OFFLINE)
    findings = list(
        SurveyFinding.objects.filter(survey=survey, department=housing.duty).order_by("item__position")[:3]
    )
    page.context.set_offline(True)
    for number, finding in enumerate(findings, start=1):
        fill(page, finding, "damaged", f"{number}２.5", number)
        expect(page.locator("#survey-queue")).to_contain_text(str(number))
    assert not SurveyFinding.objects.exclude(condition="").exists()
    page.context.set_offline(False)
    expect(page.locator("#survey-queue")).to_be_hidden()
    stored = list(SurveyFinding.objects.exclude(condition="").order_by("item__position"))
    assert [(row.pk, row.condition, row.quantity, row.remark, row.version) for row in stored] == [
        (finding.pk, "damaged", Decimal(f"{number}2.5"), f"第{number}处", 2)
        for number, finding in enumerate(findings, start=1)
    ]
    photos = list(Attachment.objects.order_by("record_id"))
    assert sorted(kept.record_id for kept in photos) == sorted(finding.pk for finding in findings)
    assert len({kept.picture_hash for kept in photos}) == 3
    for kept in photos:
        with Image.open(kept.file.path) as picture:
            assert (picture.size, dict(picture.getexif())) == ((40, 60), {})
        assert b"Exif" not in Path(kept.file.path).read_bytes()


def test_an_answer_that_was_lost_on_the_way_does_not_count_twice(
    survey: Survey, housing: User, open_page: OpenPage
) -> None:
    expecting = [*OFFLINE, "ERR_FAILED"]
    page = open_page(reverse("communities:survey_enter", args=[survey.pk]), housing, 390, expecting=expecting)
    finding = SurveyFinding.objects.filter(survey=survey, department=housing.duty).first()
    assert finding is not None
    lost: list[int] = []

    def lose(route: Any) -> None:
        # The server gets the entry and saves it; its answer never comes back the first time.
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    page.route("**/findings/**", lose)
    fill(page, finding, "missing", "3", 3)
    expect(page.locator("#survey-queue")).to_contain_text("1")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#survey-queue")).to_be_hidden()
    assert lost == [200]
    finding.refresh_from_db()
    assert (finding.condition, finding.quantity, finding.version) == ("missing", Decimal("3.00"), 2)
    assert Attachment.objects.count() == 1


def test_what_waits_outlives_the_page_and_what_is_refused_says_why(
    survey: Survey, housing: User, open_page: OpenPage
) -> None:
    path = reverse("communities:survey_enter", args=[survey.pk])
    page = open_page(path, housing, 390, expecting=[*OFFLINE, *REFUSED])
    first, second = SurveyFinding.objects.filter(survey=survey, department=housing.duty)[:2]
    page.context.set_offline(True)
    fill(page, first, "damaged", "12", 1)
    fill(page, second, "damaged", "-4", 2)
    page.context.set_offline(False)
    expect(page.locator("#survey-queue")).to_be_hidden()
    page.reload()
    refused = page.locator(f"[data-finding='{second.pk}']")
    expect(refused).to_have_class("survey-card is-refused")
    assert refused.locator("[name=quantity]").input_value() == "-4"
    refused.locator("[name=quantity]").fill("4")
    refused.locator("button[type=submit]").click()
    expect(refused).to_have_class("survey-card is-answered")
    second.refresh_from_db()
    assert second.quantity == Decimal("4.00")
    assert sorted(Attachment.objects.values_list("record_id", flat=True)) == sorted([first.pk, second.pk])


def become(page: Page, user: User, client_for: ClientFor) -> None:
    """Let somebody else log in on the same device."""
    cookie = client_for(user).cookies[settings.SESSION_COOKIE_NAME]
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": page.evaluate("location.origin")}]
    )


def log_out(page: Page) -> None:
    """Press the button in the menu of the person."""
    page.locator("details.menu summary").click()
    page.locator("form[data-logout] button").click()


def test_logging_out_keeps_what_waits_for_its_writer_and_for_nobody_else(
    survey: Survey, housing: User, open_page: OpenPage, client_for: ClientFor
) -> None:
    path = reverse("communities:survey_enter", args=[survey.pk])
    page = open_page(path, housing, 390, expecting=["ERR_FAILED"])
    finding = SurveyFinding.objects.filter(survey=survey, department=housing.duty)[0]
    page.route("**/findings/**", lambda route: route.abort())
    fill(page, finding, "missing", "7", 1)
    expect(page.locator("#survey-queue")).to_contain_text("1")

    log_out(page)
    dialog = page.locator("#leaving-dialog")
    expect(dialog.locator("[data-leaving-count]")).to_have_text("1")
    dialog.locator("[data-leaving-send]").click()
    expect(dialog.locator("[data-leaving-failed]")).to_be_visible()
    dialog.locator("[data-leaving-go]").click()
    page.wait_for_url("**/accounts/login/**")

    other = make_user("other", "后来者", Role.LIAISON, "222401")
    User.objects.filter(pk=other.pk).update(duty=housing.duty)
    page.unroute("**/findings/**")
    become(page, other, client_for)
    page.goto(path)
    card = page.locator(f"[data-finding='{finding.pk}']")
    expect(card).to_have_class("survey-card")
    assert card.locator("[name=quantity]").input_value() == ""
    expect(page.locator("#survey-queue")).to_be_hidden()
    log_out(page)
    page.wait_for_url("**/accounts/login/**")
    finding.refresh_from_db()
    assert (finding.condition, finding.version) == ("", 1)

    become(page, housing, client_for)
    page.goto(path)
    expect(card).to_have_class("survey-card is-answered")
    finding.refresh_from_db()
    assert (finding.condition, finding.quantity) == ("missing", Decimal("7.00"))
    assert finding.history.latest().history_user == housing


def test_what_waits_can_be_sent_before_logging_out_from_any_page(
    survey: Survey, housing: User, open_page: OpenPage
) -> None:
    path = reverse("communities:survey_enter", args=[survey.pk])
    page = open_page(path, housing, 390, expecting=["ERR_FAILED"])
    finding = SurveyFinding.objects.filter(survey=survey, department=housing.duty)[0]
    page.route("**/findings/**", lambda route: route.abort())
    fill(page, finding, "damaged", "8", 2)
    expect(page.locator("#survey-queue")).to_contain_text("1")
    page.goto(reverse("home"))
    page.unroute("**/findings/**")

    log_out(page)
    page.locator("#leaving-dialog [data-leaving-send]").click()
    page.wait_for_url("**/accounts/login/**")

    finding.refresh_from_db()
    assert (finding.condition, finding.quantity) == ("damaged", Decimal("8.00"))
    assert Attachment.objects.count() == 1


def test_axe_has_nothing_to_say_and_nothing_overflows(
    survey: Survey, housing: User, yanji: User, open_page: OpenPage
) -> None:
    finding = SurveyFinding.objects.filter(survey=survey, department=housing.duty)[0]
    surveys.enter(
        finding, {"condition": "damaged", "quantity": Decimal(5)}, actor=housing, base_version=finding.version
    )
    pages = [
        (reverse("communities:survey_enter", args=[survey.pk]), housing),
        (reverse("communities:survey", args=[survey.pk]), yanji),
        (reverse("communities:surveys"), housing),
        (reverse("communities:surveys"), yanji),
        (reverse("communities:survey_open"), yanji),
        (reverse("communities:catalogue"), yanji),
        (reverse("projects:task_list", args=[survey.pk]), yanji),
    ]
    for path, user in pages:
        page = open_page(path, user, bypass_csp=True)
        assert trouble(page) == {}, path
        page.close()
