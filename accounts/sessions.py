"""How long a session lasts, how many one person has, and how they end.

Idle and absolute time are measured by the server's rows; browsers have no say in them.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import Session, User
from accounts.requests import client_address
from accounts.roles import ADMINISTRATORS, Role

# Activity is written down at most this often: reading a page shall not wait for the write lock of a big
# import.  A session may therefore end up to a minute early, never late.
TOUCH_EVERY = timedelta(seconds=60)


def idle_limit(user: User) -> timedelta:
    """Return how long a user may do nothing: administrators less than others."""
    is_administrator = Role(user.role) in ADMINISTRATORS
    return timedelta(
        seconds=settings.SESSION_IDLE_SECONDS_ADMIN if is_administrator else settings.SESSION_IDLE_SECONDS
    )


def over_because(session: Session, user: User) -> str:
    """Return why a session is over (``idle`` or ``lifetime``), or nothing while it lasts."""
    now = timezone.now()
    if now - session.started_at > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
        return "lifetime"
    if now - session.seen_at > idle_limit(user):
        return "idle"
    return ""


def touch(session: Session) -> None:
    """Note that the user has just done something."""
    now = timezone.now()
    if now - session.seen_at < TOUCH_EVERY:
        return
    session.seen_at = now
    Session.objects.filter(pk=session.pk).update(seen_at=now)


def begin(request: HttpRequest, user: User) -> None:
    """Log a user in under a fresh session key; end the oldest sessions beyond the number allowed."""
    with transaction.atomic():
        # The row of the user makes logins that arrive together take turns from first to last: none may be
        # pushed out by another one half-way.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        before = request.session.session_key
        auth.login(request, user)
        if request.session.session_key == before:
            # Django keeps the key when the same user logs in once more.
            request.session.cycle_key()
        request.session["address"] = client_address(request)
        request.session["agent"] = request.headers.get("User-Agent", "")[:200]
        request.session.save()
        audit.record(audit.Kind.LOGIN, actor=user, request=request)
        _end_surplus(request, user)


def _end_surplus(request: HttpRequest, user: User) -> None:
    now = timezone.now()
    mine = Session.objects.filter(user=user)
    mine.filter(seen_at__lt=now - idle_limit(user)).delete()
    mine.filter(expire_date__lt=now).delete()
    surplus = mine.order_by("-started_at", "-seen_at").exclude(pk=request.session.session_key)
    for session in surplus[settings.SESSIONS_PER_USER - 1 :]:
        session.delete()
        audit.record(
            audit.Kind.SESSION_END, actor=user, request=request, reason="newer login", session=session.handle
        )


def end_own(request: HttpRequest, user: User, handle: str) -> bool:
    """End one of the user's own sessions; tell whether there was one of that name."""
    with transaction.atomic():
        deleted, _rows = Session.objects.filter(user=user, handle=handle).delete()
        if deleted:
            audit.record(
                audit.Kind.SESSION_END, actor=user, request=request, reason="ended by user", session=handle
            )
    return bool(deleted)


def end_others(request: HttpRequest, user: User) -> int:
    """End the user's sessions in other browsers; return how many there were."""
    return Session.objects.filter(user=user).exclude(pk=request.session.session_key).delete()[0]


def end_all(user: User) -> int:
    """End every session of a user; return how many there were."""
    return Session.objects.filter(user=user).delete()[0]
