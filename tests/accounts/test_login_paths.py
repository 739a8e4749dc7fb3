"""Where a login comes from and where it leads to: neither is what the client says it is."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import AuditEvent, LoginGuard, User
from tests.accounts.test_login import log_in

pytestmark = pytest.mark.django_db

# --- where from -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.1"),
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 172.16.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.1.1.1:55555", "1.1.1.1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
    ],
)
def test_only_the_trusted_end_of_the_forwarded_chain_counts(
    client: Client, yanji: User, settings: LazySettings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    log_in(client, HTTP_X_FORWARDED_FOR=forwarded)

    assert AuditEvent.objects.get(kind="login").address == expected


def test_inventing_addresses_does_not_get_around_the_limit(db: None, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(30):
        log_in(Client(), f"nobody{number}", "wrong", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 9.9.9.9")

    assert LoginGuard.objects.get(kind="address").key == "9.9.9.9"
    assert LoginGuard.objects.filter(kind="name").count() == 20


# --- where to ---------------------------------------------------------------------------------------

EVIL = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "https://evil.example", "http://evil.example", "https:evil.example",
    "https:/evil.example", "http:///evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,x", "vbscript:x", "ftp://evil.example", " //evil.example", "\t//evil.example",
    "/\t/evil.example", "/\n/evil.example", "evil.example", "@evil.example",
    "https://testserver@evil.example", "http://testserver.evil.example", "", "/\x08/evil.example",
    "/%5cevil.example\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_a_foreign_target_is_replaced_by_the_first_page(client: Client, yanji: User, target: str) -> None:
    assert log_in(client, next=target).headers["Location"] == "/"


@pytest.mark.parametrize(
    "target",
    ["/ledgers/projects/?year=2020&unit=222401", "/%2f%2fevil.example", "/a//b", "/?next=//evil.example"],
)
def test_a_path_of_this_host_is_kept(client: Client, yanji: User, target: str) -> None:
    assert log_in(client, next=target).headers["Location"] == target
