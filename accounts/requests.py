"""What a request tells: who sent it, from where, and which numbers it names."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


def current_user(request: HttpRequest) -> User:
    """Return who is logged in; raise PermissionDenied when nobody is."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the visitor as the outermost trusted proxy saw it.

    Each proxy appends the address it was called from, so with ``TRUSTED_PROXIES`` = n the n-th element from
    the right was written by our own outermost proxy; everything to its left came from the client and may be
    invented.  A header that is too short or no address did not pass our proxies: the connection counts.
    """
    connection: str = request.META.get("REMOTE_ADDR", "")
    chain: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    hops: int = settings.TRUSTED_PROXIES
    if 0 < hops <= len(chain) and (told := _clean_address(chain[-hops])):
        return told
    return _clean_address(connection)


def _clean_address(text: str) -> str | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def wants_data(request: HttpRequest) -> bool:
    """Tell whether a script asked, which cannot follow a redirect to a page made for people."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Sec-Fetch-Dest") == "empty"
        or request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def is_for_api(request: HttpRequest) -> bool:
    """Tell whether a program asked at an address of the API: whatever happens, it is answered in JSON."""
    return request.path_info.startswith("/api/")


def safe_next(request: HttpRequest, target: str) -> str:
    """Return where to go on after login: a path on this host, or the first page for anything else."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    is_plain = all(character.isprintable() and character != "\\" for character in target)
    if is_path and is_plain and url_has_allowed_host_and_scheme(target, {request.get_host()}):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


# The days that an address may name: from any of them one can reckon on and back.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def day_named(text: str | None) -> date | None:
    """Return the day that a part of an address names, written 2020-06-30; None for whatever is none."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


# Every number of so many digits fits the keys of both databases.
MOST_DIGITS = 18


def whole_number(text: str | None) -> int | None:
    """Return the whole number that a part of an address or form names; None for whatever is none.

    Digits of other scripts, signs and numbers longer than any key are none.
    """
    if text and len(text) <= MOST_DIGITS and text.isascii() and text.isdecimal():
        return int(text)
    return None


def is_background(request: HttpRequest) -> bool:
    """Tell whether a timer of a page asked rather than a person (``X-Background: 1``)."""
    return request.headers.get("X-Background") == "1"
