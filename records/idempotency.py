"""Requests that may be repeated: a double click, a retry after a lost answer, a phone that sends twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from records.models import IdempotencyKey

if TYPE_CHECKING:
    from accounts.models import User


class KeyReused(Exception):
    """The key was used before with another request."""


Answer = dict[str, Any]


def once(*, actor: User, key: str, request: Any, act: Callable[[], tuple[int, Answer]]) -> tuple[int, Answer]:
    """Run ``act`` once per (actor, key) and return its (status, answer); a repetition gets the stored answer.

    ``request`` is whatever identifies the request's content; raises KeyReused when it differs from the first.
    The key and what ``act`` wrote are committed together, so a failed attempt leaves the key unused.
    """
    if not key:
        return act()
    answers = once_each(
        actor=actor,
        requests={key: request},
        act=lambda _keys: {key: dict(zip(("status", "answer"), act(), strict=True))},
    )
    return int(answers[key]["status"]), answers[key]["answer"]


def once_each(
    *, actor: User, requests: Mapping[str, Any], act: Callable[[Sequence[str]], Mapping[str, Answer]]
) -> dict[str, Answer]:
    """Answer many requests, each once: ``act`` gets the keys that are new and returns their answers.

    Raises KeyReused when a key was used before with another request.
    """
    prints = {key: _fingerprint(request) for key, request in requests.items()}
    for last_try in (False, True):
        known = _answered(actor, prints)
        fresh = [key for key in requests if key not in known]
        try:
            with transaction.atomic():
                answers = act(fresh) if fresh else {}
                # A parallel twin that acted too fails here, takes back what it did and reads our answers.
                IdempotencyKey.objects.bulk_create(
                    IdempotencyKey(actor=actor, key=key, fingerprint=prints[key], answer=answers[key])
                    for key in fresh
                )
        except IntegrityError:
            if last_try or not _answered(actor, prints).keys() & set(fresh):
                raise
            continue
        return {**known, **answers}
    raise AssertionError("unreachable")


def _fingerprint(request: Any) -> str:
    body = json.dumps(request, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _answered(actor: User, prints: Mapping[str, str]) -> dict[str, Answer]:
    rows = IdempotencyKey.objects.filter(actor=actor, key__in=prints)
    for row in rows:
        if row.fingerprint != prints[row.key]:
            raise KeyReused(row.key)
    return {row.key: row.answer for row in rows}
