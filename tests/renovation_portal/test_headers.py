"""Headers of every answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from tests.conftest import ClientFor
from tests.renovation_portal.test_settings import PRODUCTION, load

pytestmark = pytest.mark.django_db
CSP = (
    "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


FROM_SETTINGS = (
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT",
    "SECURE_REDIRECT_EXEMPT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_SAMESITE",
)  # fmt: skip


@pytest.fixture
def production(tmp_path: Path, settings: LazySettings) -> None:
    """What settings.py says of transport and cookies when it is loaded for production."""
    for name, value in load(tmp_path, PRODUCTION, *FROM_SETTINGS).items():
        setattr(settings, name, value)


def policy(text: str) -> dict[str, list[str]]:
    """Return a content policy as directives with their sources."""
    parts = [part.split() for part in text.split(";")]
    return {name: sorted(sources) for name, *sources in parts}


def assert_headers(response: object) -> None:
    """Check the headers that every answer bears."""
    headers = response.headers  # type: ignore[attr-defined]
    told = dict(headers)
    assert policy(told.pop("Content-Security-Policy")) == policy(CSP)
    assert {name: told.get(name) for name in ALWAYS if name != "Content-Security-Policy"} == {
        name: value for name, value in ALWAYS.items() if name != "Content-Security-Policy"
    }


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/", "/no/such/page/", "/healthz", "/accounts/users/"]
)
def test_every_answer_bears_them(client: Client, address: str) -> None:
    assert_headers(client.get(address))


def test_refusals_and_methods_that_do_not_exist_bear_them_too(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    for response in (
        client.get("/accounts/users/"),
        client.post("/accounts/sessions/x/end/"),
        client.delete("/accounts/"),
        Client(enforce_csrf_checks=True).post("/accounts/login/"),
        client.get("/accounts/", headers={"Accept": "application/json"}),
    ):
        assert_headers(response)


def test_the_policy_names_a_nonce_only_where_a_page_uses_one(client: Client) -> None:
    assert "nonce-" not in client.get("/accounts/login/").headers["Content-Security-Policy"]


def test_no_other_origin_is_let_in(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in response.headers


def test_pages_of_people_who_are_logged_in_are_kept_nowhere(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    for address in ("/accounts/", "/accounts/password/", "/accounts/users/", "/no/such/page/"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_login_page_is_not_kept_either(client: Client) -> None:
    assert "no-store" in client.get("/accounts/login/").headers["Cache-Control"]


@pytest.mark.usefixtures("production")
def test_https_is_remembered_for_a_year(client: Client) -> None:
    for address in ("/accounts/login/", "/no/such/page/", "/"):
        response = client.get(address, headers={"X-Forwarded-Proto": "https"})
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.usefixtures("production")
def test_plain_http_is_sent_on_but_for_the_health_checks(client: Client) -> None:
    assert client.get("/accounts/login/").headers["Location"] == "https://testserver/accounts/login/"
    assert client.get("/healthz").status_code == 200


def test_cookies_are_closed_to_scripts_and_other_sites(yanji: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"username": "yanji", "password": "Tests only 2020"})

    session = client.cookies["sessionid"]
    assert (session["httponly"], session["samesite"], session["path"]) == (True, "Lax", "/")


@pytest.mark.usefixtures("production")
def test_cookies_travel_encrypted_in_production(yanji: User) -> None:
    client = Client(headers={"X-Forwarded-Proto": "https"})
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"username": "yanji", "password": "Tests only 2020"})
    client.post("/i18n/setlang/", {"language": "en"})

    cookies = client.cookies
    assert set(cookies) == {"__Host-sessionid", "__Host-csrftoken", "django_language"}
    assert {(cookie["secure"], cookie["samesite"], cookie["domain"]) for cookie in cookies.values()} == {
        (True, "Lax", "")
    }
    # The page sends its token back itself, so its script may read that one.
    assert {name for name, cookie in cookies.items() if not cookie["httponly"]} == {"__Host-csrftoken"}


@pytest.mark.parametrize("address", ["/.git/HEAD", "/static/", "/metrics", "/__debug__/", "/admin/", "/.env"])
def test_nothing_lies_open_beside_the_portal(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_trace_is_refused(client: Client) -> None:
    assert client.trace("/accounts/login/").status_code == 405
