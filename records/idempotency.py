"""Requests that may be repeated: a double click, a retry after a lost answer, a phone that sends twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from records.models import IdempotencyKey

if TYPE_CHECKING:
    from accounts.models import User


class KeyReused(Exception):
    """The key was used before with another request."""


def once(
    *, actor: User, key: str, request: Any, act: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """Run ``act`` once per (actor, key) and return its (status, answer); a repetition gets the stored answer.

    ``request`` is whatever identifies the request's content; raises KeyReused when it differs from the first.
    The key and what ``act`` wrote are committed together, so a failed attempt leaves the key unused.
    """
    if not key:
        return act()
    body = json.dumps(request, sort_keys=True, default=str, ensure_ascii=False)
    fingerprint = hashlib.sha256(body.encode()).hexdigest()
    try:
        with transaction.atomic():
            # A parallel twin waits here for our commit, then meets the unique key.
            mine = IdempotencyKey.objects.create(actor=actor, key=key[:80], fingerprint=fingerprint)
            mine.status, mine.answer = act()
            mine.save(update_fields=["status", "answer"])
            return mine.status, mine.answer
    except IntegrityError:
        known = IdempotencyKey.objects.filter(actor=actor, key=key[:80]).first()
        if known is None:
            raise
    if known.fingerprint != fingerprint:
        raise KeyReused(key)
    return known.status, known.answer
