"""The page of a community, as whoever scans the poster reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from consultations.models import Consultation, CostShare
from tests.consultations.hearing import hearing
from tests.consultations.phones import phone_of
from tests.projects.stage import write

pytestmark = pytest.mark.django_db


def test_the_page_says_who_asks_until_when_and_what_is_planned(client: Client) -> None:
    stage = hearing()
    row = {"consultation_id": stage.consultation.pk, "title": "水表", "amount_fen": 80_000}
    write(CostShare, [row])
    answer = client.get(f"/p/{stage.project.community.code}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    for told in (
        "建安小区改造方案",
        "北山街道办事处",
        "7 days left",
        "屋面防水",
        "2,300 ㎡",
        "2 buildings, 12 households",
        "800 yuan",
        "是否同意改造方案",
        "0433-0000000",
    ):
        assert told in text, told


@pytest.mark.parametrize("state", [Consultation.State.DRAFT, Consultation.State.CANCELLED])
def test_what_is_not_public_is_not_there(client: Client, state: Consultation.State) -> None:
    stage = hearing(state=state)
    assert client.get(f"/p/{stage.project.community.code}/").status_code == 404
    assert client.get("/p/nowhere/").status_code == 404


def test_a_cost_by_area_is_told_by_its_rule_to_whoever_reads(client: Client) -> None:
    stage = hearing()
    row = {"consultation_id": stage.consultation.pk, "title": "维修资金", "amount_fen": 500, "basis": "area"}
    write(CostShare, [row])
    text = client.get(f"/p/{stage.project.community.code}/").content.decode()
    assert "5 yuan per ㎡" in text
    assert "Your home in all" not in text


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "zh-Hans"), ("ko", "ko"), ("en", "en")])
def test_a_link_chooses_the_language_and_it_stays(client: Client, language: str, word: str) -> None:
    address = f"/p/{hearing().project.community.code}/"
    assert f'<html lang="{word}">' in client.get(address, {"lang": language}).content.decode()
    assert f'<html lang="{word}">' in client.get(address).content.decode()


def test_staff_pages_are_never_half_in_korean(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": "ko"})
    assert '<html lang="en">' in answer.content.decode()
    assert "한국어" not in answer.content.decode()


def test_readers_without_a_slip_ask_nothing_of_the_database_for_some_seconds(
    client: Client, settings: LazySettings, django_assert_num_queries: Any
) -> None:
    settings.RESIDENTS_PAGE_SECONDS = 10
    stage = hearing("人多小区")
    address = f"/p/{stage.project.community.code}/"
    cache.clear()
    first = client.get(address, {"lang": "zh-hans"})
    with django_assert_num_queries(0):
        again = client.get(address)
    assert again.content == first.content
    with django_assert_num_queries(1):
        # Who brings a cookie of a phone is looked for, and what the plan says is not read again.
        other = Client(headers={"Accept-Language": "zh-hans"})
        other.cookies[django_settings.RESIDENT_COOKIE_NAME] = ""
        assert other.get(address).status_code == 200
    phone = phone_of(stage.households[0])
    assert "1栋 1单元" in phone.get(address).content.decode()
    assert "1栋 1单元" not in client.get(address).content.decode()
    cache.clear()
