"""How often a login may fail: per name, so that passwords cannot be guessed, and per address before that,
so that one visitor cannot lock the officials of a whole province.

An attempt is counted before the password is looked at and taken back when it was right.  Attempts that
arrive together therefore queue for the counter, not for the password: of thirty, five are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import throttle
from accounts.models import LoginGuard
from accounts.models.user import normalise_username

ADDRESS_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Attempt:
    """The verdict on one attempt.

    ``refused_for`` is empty, ``name`` (locked) or ``address`` (too many failures from there); ``locks_name``
    and ``closes_address`` say that this attempt, if it fails, is the one that reached the limit.
    """

    refused_for: str = ""
    locks_name: bool = False
    closes_address: bool = False


def reserve(username: str, address: str | None) -> Attempt:
    """Count an attempt as failed before it is tried, and say whether it may be tried."""
    now = timezone.now()
    # Durable: the count must stand before the slow check of the password begins.
    with transaction.atomic(durable=True):
        closes_address = False
        # Always the address first, then the name: two attempts can never wait for each other in a circle.
        if address is not None:
            limit: int = settings.LOGIN_FAILURES_PER_ADDRESS_HOUR
            place = throttle.network(address)
            left = throttle.tries_left(LoginGuard.Kind.ADDRESS, place, limit, ADDRESS_WINDOW)
            if left < 0:
                return Attempt(refused_for="address")
            closes_address = left == 0
        name = throttle.locked_row(LoginGuard.Kind.NAME, _name_key(username))
        if name.locked_until is not None:
            if name.locked_until > now:
                return Attempt(refused_for="name", closes_address=closes_address)
            name.locked_until, name.failures = None, []
        locks_name = len(name.failures) + 1 >= settings.LOGIN_FAILURE_LIMIT
        if locks_name:
            name.locked_until = now + timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
        throttle.add(name)
    return Attempt(locks_name=locks_name, closes_address=closes_address)


def forgive(username: str, address: str | None) -> None:
    """Take an attempt back that was right; the name begins again at no failures."""
    with transaction.atomic(durable=True):
        if address is not None:
            throttle.take_back(LoginGuard.Kind.ADDRESS, throttle.network(address))
        LoginGuard.objects.filter(kind=LoginGuard.Kind.NAME, key=_name_key(username)).update(
            failures=[], locked_until=None
        )


def _name_key(username: str) -> str:
    return salted_hmac("accounts.login_guard", normalise_username(username), algorithm="sha256").hexdigest()
