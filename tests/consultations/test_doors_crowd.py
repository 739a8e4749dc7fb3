"""The door under a crowd: as many tries as the limit allows, not one more, on both databases."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import throttle
from accounts.models import AuditEvent, LoginGuard, User
from consultations import access
from consultations.models import AccessCode, ResidentSession
from tests.consultations.hearing import hearing
from tests.trust.test_races import all_at_once

# One process with the other crowds: each thread holds a connection, of which PostgreSQL gives 100.
crowd = pytest.mark.xdist_group("crowd")
stored = pytest.mark.django_db(transaction=True)
# PostgreSQL as installed gives 100 connections, of which the tests hold some.
ROUNDS, PEOPLE = 2, 50
HOUR = timedelta(hours=1)


@crowd
@stored
def test_a_hundred_tries_at_once_at_a_limit_of_ten_are_ten() -> None:
    admitted = [
        allowed
        for _round in range(ROUNDS)
        for allowed in all_at_once(PEOPLE, lambda _index: throttle.allow("test", "one door", 10, HOUR))
    ]

    assert len(admitted) == 100
    assert sum(admitted) == 10
    assert len(LoginGuard.objects.get(kind="test").failures) == 10
    assert throttle.allow("test", "another door", 10, HOUR)


@crowd
@stored
def test_a_crowd_of_wrong_codes_locks_after_five_and_closes_after_ten(
    yanji: User, settings: Settings
) -> None:
    settings.CODE_FAILURES_PER_ADDRESS_HOUR = 10
    heard = hearing()
    [slip] = access.issue_codes(heard.households[:1], actor=yanji)
    url = f"/p/{heard.project.community.code}/enter/"
    wrong = slip.typed[:-1] + ("2" if slip.typed[-1] != "2" else "3")

    statuses = all_at_once(30, lambda _index: Client().post(url, {"typed": wrong}).status_code)

    assert sorted(statuses) == [400] * 10 + [429] * 20
    code = AccessCode.objects.get()
    assert code.wrong_tries == 5
    assert code.locked_at is not None
    assert AuditEvent.objects.filter(kind="code.lock").count() == 1


@crowd
@stored
def test_a_household_of_many_comes_in_at_once(yanji: User) -> None:
    heard = hearing()
    [slip] = access.issue_codes(heard.households[:1], actor=yanji)
    url = f"/p/{heard.project.community.code}/enter/"

    statuses = all_at_once(20, lambda _index: Client().post(url, {"typed": slip.typed}).status_code)

    assert statuses == [302] * 20
    assert ResidentSession.objects.count() == 20
    assert LoginGuard.objects.get(kind=access.THROTTLE).failures == []


@crowd
@stored
def test_two_officials_at_once_leave_one_live_slip(yanji: User) -> None:
    heard = hearing()
    chosen = heard.households[:4]

    made = all_at_once(4, lambda _index: access.issue_codes(chosen, actor=yanji))

    assert AccessCode.objects.filter(revoked_at__isnull=True).count() == 4
    # What is live was handed out by one of them, whole: nobody holds half a street of dead slips.
    handed = [{slip.typed.replace("-", "")[: access.LOCATOR_LENGTH] for slip in slips} for slips in made]
    live = set(AccessCode.objects.filter(revoked_at__isnull=True).values_list("locator", flat=True))
    assert live in handed
    assert AccessCode.objects.count() == 16


# --- guessing ------------------------------------------------------------------------------------
SECRETS = len(access.ALPHABET) ** (access.CODE_LENGTH - access.LOCATOR_LENGTH)
GUESSES = 1_000_000


def test_a_million_guesses_are_expected_to_hit_less_than_a_hundredth_of_a_slip(settings: Settings) -> None:
    assert SECRETS == 887_503_681
    # Without any lock, each guess aimed at a slip that exists.
    unlocked = Fraction(GUESSES, SECRETS)
    assert unlocked < Fraction(1, 100)
    # With the lock: so many tries a slip, in a community of 3000 households.
    locked = Fraction(min(GUESSES, settings.CODE_WRONG_TRIES * 3000), SECRETS)
    assert locked < Fraction(1, 50_000)
    assert 8 * access.SECRET_BYTES >= 128
