"""The page of a community, as whoever scans the poster reads it."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.models import Consultation, CostShare
from tests.consultations.hearing import hearing
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
