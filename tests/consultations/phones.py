"""Phones of households that their slips have let in, for the tests of the residents' pages."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from communities.models import Household
from consultations import privacy
from consultations.access import token_hash
from consultations.models import AccessCode, ResidentSession, RollEntry


def session_of(household: Household, *, accepts: bool = True) -> tuple[ResidentSession, str]:
    """Let a household in without its slip; return the session and the value of its cookie."""
    token = secrets.token_urlsafe(24)
    code, _made = AccessCode.objects.get_or_create(
        household=household,
        community=household.community,
        defaults={
            # A nought is in no locator of a real slip: the two never meet, whatever else a test hands out.
            "locator": f"0{household.pk % 256:02X}",
            "code_hash": secrets.token_hex(32),
            "secret_hash": secrets.token_hex(32),
        },
    )
    session = ResidentSession.objects.create(
        token_hash=token_hash(token),
        code=code,
        household=household,
        community=household.community,
        expires_at=timezone.now() + timedelta(days=1),
    )
    if accepts:
        privacy.accept(session)
    return session, token


def session_at(entry: RollEntry) -> ResidentSession:
    """Let the household of a place on the roll in, before it has read the notice about its data."""
    session, _token = session_of(entry.household, accepts=False)
    return session


def phone_of(household: Household, *, accepts: bool = True, strict: bool = False) -> Client:
    """Return the browser of a household."""
    client = Client(enforce_csrf_checks=strict)
    _session, token = session_of(household, accepts=accepts)
    client.cookies[settings.RESIDENT_COOKIE_NAME] = token
    return client
