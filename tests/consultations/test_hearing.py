"""The register and the models of a consultation hold what their docstrings say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from communities.models import entrance_key, room_key
from consultations.models import Ballot, Disposition
from tests.consultations.hearing import hearing


def test_two_spellings_of_a_place_are_one() -> None:
    assert [entrance_key(text) for text in ("1单元", "01", "１", "一单元")] == ["1", "1", "1", "一"]
    assert [room_key(text) for text in ("501室", "501", "５０１")] == ["501", "501", "501"]


@pytest.mark.django_db
def test_a_household_has_one_live_answer_per_vote() -> None:
    found = hearing()
    assert (found.roll.people, found.roll.area) == (12, Decimal("603.00"))
    answer = {"vote": found.vote, "entry": found.entries[0], "channel": Ballot.Channel.PAPER}
    Ballot.objects.create(**answer, choice=Ballot.Choice.AGREE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(**answer, choice=Ballot.Choice.AGAINST)
    assert Disposition.objects.count() == 0
