"""How often a login may fail: per name, so that passwords cannot be guessed, and per address before that,
so that one visitor cannot lock the officials of a whole province.

An attempt is counted before the password is looked at and taken back when it was right.  Attempts that
arrive together therefore queue for the counter, not for the password: of thirty, five are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import LoginGuard
from accounts.models.user import normalise_username

ADDRESS_WINDOW = timedelta(hours=1)
# Rows that nobody has touched for this long count for nothing any more.
KEEP = timedelta(days=30)


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
            place = _locked_row(LoginGuard.Kind.ADDRESS, _address_key(address))
            place.failures = [at for at in place.failures if at > (now - ADDRESS_WINDOW).timestamp()]
            if len(place.failures) >= settings.LOGIN_FAILURES_PER_ADDRESS_HOUR:
                return Attempt(refused_for="address")
            _count(place)
            closes_address = len(place.failures) >= settings.LOGIN_FAILURES_PER_ADDRESS_HOUR
        name = _locked_row(LoginGuard.Kind.NAME, _name_key(username))
        if name.locked_until is not None:
            if name.locked_until > now:
                return Attempt(refused_for="name", closes_address=closes_address)
            name.locked_until, name.failures = None, []
        locks_name = len(name.failures) + 1 >= settings.LOGIN_FAILURE_LIMIT
        if locks_name:
            name.locked_until = now + timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
        _count(name)
    return Attempt(locks_name=locks_name, closes_address=closes_address)


def forgive(username: str, address: str | None) -> None:
    """Take an attempt back that was right; the name begins again at no failures."""
    with transaction.atomic(durable=True):
        if address is not None:
            place = _locked_row(LoginGuard.Kind.ADDRESS, _address_key(address))
            place.failures = place.failures[:-1]
            place.save(update_fields=["failures"])
        LoginGuard.objects.filter(kind=LoginGuard.Kind.NAME, key=_name_key(username)).update(
            failures=[], locked_until=None
        )


def forget_old() -> int:
    """Delete the counters that nobody has touched for a month; return how many."""
    return LoginGuard.objects.filter(touched_at__lt=timezone.now() - KEEP).delete()[0]


def _locked_row(kind: LoginGuard.Kind, key: str) -> LoginGuard:
    LoginGuard.objects.get_or_create(kind=kind, key=key)
    return LoginGuard.objects.select_for_update().get(kind=kind, key=key)


def _count(row: LoginGuard) -> None:
    row.touched_at = timezone.now()
    row.failures = [*row.failures, row.touched_at.timestamp()]
    row.save(update_fields=["failures", "locked_until", "touched_at"])


def _name_key(username: str) -> str:
    return salted_hmac("accounts.login_guard", normalise_username(username), algorithm="sha256").hexdigest()


def _address_key(address: str) -> str:
    # One IPv6 visitor commands a whole /64.
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
