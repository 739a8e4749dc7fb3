"""Everything that changes an account: logging in, passwords, tokens, administration.

Each deed leaves its audit event in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import auth
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts import audit, login_guard, passwords, sessions
from accounts.models import User
from accounts.models.user import normalise_username
from accounts.requests import client_address

DORMANT_AFTER = timedelta(days=90)
# What an administrator may change of an account, and which of it decides what the account may do.
ACCOUNT_FIELDS = (
    "username",
    "display_name",
    "role",
    "region",
    "view_region",
    "duty",
    "department",
    "email",
    "expires_on",
)
RIGHTS = frozenset({"role", "region", "view_region", "duty"})


class OwnAccountError(Exception):
    """An administrator tried to change their own rights or to close their own account."""


# --- logging in and out -----------------------------------------------------------------------------


def log_in(request: HttpRequest, username: str, password: str) -> User | None:
    """Log somebody in, or return None: wrong, locked, closed and unknown all look the same from outside."""
    address = client_address(request)
    attempt = login_guard.reserve(username, address)
    if attempt.refused_for:
        # Refusals of a closed address are not written down one by one: they could fill the disk.
        if attempt.refused_for == "name":
            _record_failure(request, username, attempt, audit.Outcome.REFUSED)
        return None
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        _record_failure(request, username, attempt, audit.Outcome.FAILED)
        return None
    login_guard.forgive(username, address)
    sessions.begin(request, user)
    return user


def _record_failure(
    request: HttpRequest, username: str, attempt: login_guard.Attempt, outcome: audit.Outcome
) -> None:
    # An unknown name is not kept: it is often a password typed into the wrong box.
    known = User.objects.filter(username=normalise_username(username)).first()
    with transaction.atomic():
        detail = {"reason": "locked"} if attempt.refused_for else {}
        audit.record(audit.Kind.LOGIN, actor=known, request=request, outcome=outcome, **detail)
        if attempt.locks_name:
            audit.record(audit.Kind.LOGIN_LOCK, actor=known, request=request, locked="name")
        if attempt.closes_address:
            audit.record(audit.Kind.LOGIN_LOCK, request=request, locked="address")


@transaction.atomic
def log_out(request: HttpRequest, user: User) -> None:
    """End this session on the server."""
    audit.record(audit.Kind.LOGOUT, actor=user, request=request)
    auth.logout(request)


# --- passwords --------------------------------------------------------------------------------------


def confirms(request: HttpRequest, user: User, password: str) -> bool:
    """Tell whether the password is the user's own; wrong answers count as login failures."""
    address = client_address(request)
    attempt = login_guard.reserve(user.username, address)
    if attempt.refused_for:
        return False
    if not user.check_password(password):
        _record_failure(request, user.username, attempt, audit.Outcome.FAILED)
        return False
    login_guard.forgive(user.username, address)
    return True


@transaction.atomic
def change_password(request: HttpRequest, user: User, password: str) -> None:
    """Give a user the password they have chosen; their other sessions end, this one gets a new key."""
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    auth.update_session_auth_hash(request, user)
    request.session.save()
    ended = sessions.end_others(request, user)
    audit.record(audit.Kind.PASSWORD_CHANGE, actor=user, request=request, sessions_ended=ended)


# --- API tokens -------------------------------------------------------------------------------------


@transaction.atomic
def create_token(request: HttpRequest, user: User) -> str:
    """Give a user a new API token in place of the old one; return its key, to be shown once."""
    Token.objects.filter(user=user).delete()
    token = Token.objects.create(user=user)
    audit.record(audit.Kind.TOKEN_CREATE, actor=user, request=request)
    return str(token.key)


@transaction.atomic
def revoke_token(request: HttpRequest, user: User) -> None:
    """Take a user's API token away; calls that use it fail from now on."""
    if Token.objects.filter(user=user).delete()[0]:
        audit.record(audit.Kind.TOKEN_REVOKE, actor=user, request=request)


# --- administration ---------------------------------------------------------------------------------


@transaction.atomic
def create_account(request: HttpRequest | None, account: User) -> str:
    """Save a new account under an initial password; return it, to be handed over once."""
    initial = _give_initial(account)
    account.save()
    audit.record(audit.Kind.USER_CREATE, request=request, **_subject(account), fields=_fields(account))
    return initial


@transaction.atomic
def change_account(request: HttpRequest, account: User) -> None:
    """Save an account that a form has filled in.

    Raise OwnAccountError when administrators would change what they themselves may do.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    before, after = _fields(stored), _fields(account)
    changed = {name: [before[name], after[name]] for name in ACCOUNT_FIELDS if before[name] != after[name]}
    if account == request.user and changed.keys() & (RIGHTS | {"expires_on"}):
        raise OwnAccountError
    account.save(update_fields=ACCOUNT_FIELDS)
    for kind, names in (
        (audit.Kind.ROLE_CHANGE, changed.keys() & RIGHTS),
        (audit.Kind.USER_CHANGE, changed.keys() - RIGHTS),
    ):
        if names:
            fields = {name: changed[name] for name in sorted(names)}
            audit.record(kind, request=request, **_subject(account), fields=fields)


@transaction.atomic
def close_account(request: HttpRequest | None, account: User, reason: str = "") -> None:
    """Close an account: its sessions and its token end with it."""
    if request is not None and account == request.user:
        raise OwnAccountError
    account.is_active = False
    account.save(update_fields=["is_active"])
    Token.objects.filter(user=account).delete()
    sessions.end_all(account)
    audit.record(audit.Kind.USER_CLOSE, request=request, **_subject(account), reason=reason)


@transaction.atomic
def reopen_account(request: HttpRequest, account: User) -> str:
    """Open a closed account under a new initial password; return it, to be handed over once."""
    initial = _give_initial(account)
    account.is_active = True
    # Counted from today, or the nightly search for dormant accounts would close it again.
    account.last_login = timezone.now()
    account.save(
        update_fields=["is_active", "last_login", "password", "must_change_password", "password_changed_at"]
    )
    audit.record(audit.Kind.USER_OPEN, request=request, **_subject(account))
    return initial


@transaction.atomic
def reset_password(request: HttpRequest, account: User) -> str:
    """Set a new initial password; sessions and token end.  Return it, to be handed over once."""
    if account == request.user:
        raise OwnAccountError
    initial = _give_initial(account)
    account.save(update_fields=["password", "must_change_password", "password_changed_at"])
    Token.objects.filter(user=account).delete()
    sessions.end_all(account)
    audit.record(audit.Kind.PASSWORD_RESET, request=request, **_subject(account))
    return initial


def close_dormant() -> int:
    """Close the accounts that nobody has used for 90 days (GB/T 22239-2019, 访问控制 c); return how many."""
    limit = timezone.now() - DORMANT_AFTER
    unused = Q(last_login__lt=limit) | Q(last_login__isnull=True, date_joined__lt=limit)
    closed = 0
    for account in User.objects.filter(unused, is_active=True):
        close_account(None, account, reason="dormant")
        closed += 1
    return closed


def _give_initial(account: User) -> str:
    initial = passwords.make_initial()
    account.set_password(initial)
    account.must_change_password = True
    account.password_changed_at = timezone.now()
    return initial


def _subject(account: User) -> dict[str, Any]:
    return {"account": account.pk, "username": account.username}


def _fields(account: User) -> dict[str, Any]:
    return {
        "username": account.username,
        "display_name": account.display_name,
        "role": account.role,
        "region": account.region.code,
        "view_region": account.view_region.code,
        "duty": account.duty.code if account.duty else None,
        "department": account.department,
        "email": account.email,
        "expires_on": account.expires_on.isoformat() if account.expires_on else None,
    }
