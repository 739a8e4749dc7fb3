"""How often something may be tried: counted in the database, exact under parallel requests.

A try is counted before it is made: of a hundred that arrive together and a limit of ten, ten are made.  The
counters are rows that a try locks, so no cache and no broker has to be up, and every process counts alike.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

from django.db import transaction
from django.utils import timezone

from accounts.models import LoginGuard

# Rows that nobody has touched for this long count for nothing any more.
KEEP = timedelta(days=30)


def allow(kind: str, key: str, limit: int, window: timedelta) -> bool:
    """Count one try and tell whether it is within the limit; a refused one is not counted.

    The count stands as soon as the transaction does: the caller's, or one of its own.  Others who try under
    the same key wait until then.  ``kind`` has at most 20 characters, ``key`` 64; put no personal data there.
    """
    return tries_left(kind, key, limit, window) >= 0


def tries_left(kind: str, key: str, limit: int, window: timedelta) -> int:
    """Count one try and return how many are left after it: 0 after the last one, -1 when it was refused."""
    with transaction.atomic():
        row = locked_row(kind, key)
        row.failures = [at for at in row.failures if at > (timezone.now() - window).timestamp()]
        if len(row.failures) >= limit:
            return -1
        add(row)
        return limit - len(row.failures)


def take_back(kind: str, key: str) -> None:
    """Take the last counted try back, because it was right."""
    with transaction.atomic():
        row = locked_row(kind, key)
        row.failures = row.failures[:-1]
        row.save(update_fields=["failures"])


def locked_row(kind: str, key: str) -> LoginGuard:
    """Return the counter of a key, which nobody else can change before the caller's transaction ends."""
    LoginGuard.objects.get_or_create(kind=kind, key=key)
    return LoginGuard.objects.select_for_update().get(kind=kind, key=key)


def add(row: LoginGuard) -> None:
    """Write one more try, and what else was set on a locked row."""
    row.touched_at = timezone.now()
    row.failures = [*row.failures, row.touched_at.timestamp()]
    row.save(update_fields=["failures", "locked_until", "touched_at"])


def network(address: str) -> str:
    """Return what of an address counts as one visitor: one of IPv6 commands a whole /64."""
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def forget_old() -> int:
    """Delete the counters that nobody has touched for a month; return how many."""
    return LoginGuard.objects.filter(touched_at__lt=timezone.now() - KEEP).delete()[0]
