"""A pile of paper sheets typed in by the keyboard alone, as the page says it works."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from consultations.models import Ballot
from tests.browsing import OpenPage
from tests.consultations.hearing import hearing

__all__ = ["OpenPage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_place_enter_number_enter_takes_a_sheet_and_waits_for_the_next(
    worker: User, open_page: OpenPage
) -> None:
    heard = hearing()
    page = open_page(reverse("consultations:vote_enter", args=[heard.vote.pk]), worker)
    pile = list(zip(heard.entries, "123", ("agree", "against", "abstain"), strict=False))
    for entry, key, choice in pile:
        expect(page.locator("[name=place]")).to_be_focused()
        page.keyboard.type(entry.place)
        page.keyboard.press("Enter")
        expect(page.locator("[name=choice]").first).to_be_focused()
        page.keyboard.press(key)
        expect(page.locator(f"[name=choice][value={choice}]")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.locator(".data-dense tbody th").first).to_have_text(entry.place)
    kept = Ballot.objects.order_by("pk").values_list("entry", "choice", "channel", "entered_by", "is_live")
    assert list(kept) == [(entry.pk, choice, "paper", worker.pk, True) for entry, _key, choice in pile]


def test_enter_on_the_place_alone_sends_nothing(worker: User, open_page: OpenPage) -> None:
    heard = hearing()
    page = open_page(reverse("consultations:vote_enter", args=[heard.vote.pk]), worker)
    page.keyboard.type(heard.entries[0].place)
    page.keyboard.press("Enter")
    page.keyboard.press("7")
    expect(page.locator("[name=choice]:checked")).to_have_count(0)
    expect(page.locator("[name=place]")).to_have_value(heard.entries[0].place)
    assert not Ballot.objects.exists()
