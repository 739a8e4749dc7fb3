"""A real browser in front of the portal, for every test that asks for one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from accounts.models import User
    from tests.conftest import ClientFor

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once for all tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: set CHROMIUM")
    # Playwright's loop runs in this thread, where Django would refuse its own database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        # Chromium has no sandbox for root.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, client_for: ClientFor) -> Iterator[OpenPage]:
    """Open an address as a user (None: nobody), at a width; fail the test on any error in its console.

    Tools that a test itself puts into the page may need ``bypass_csp``; what a test breaks on purpose it
    names in ``expecting``, by a part of the browser's complaint.
    """
    contexts = []
    complaints: list[str] = []
    # An answer of 400 or 404 is an error to the browser too; tests ask for them on purpose.
    expected = ["responded with a status of 40"]

    def opened(
        path: str,
        user: User | None,
        width: int = 1440,
        *,
        bypass_csp: bool = False,
        expecting: Sequence[str] = (),
    ) -> Page:
        expected.extend(expecting)
        context = chromium.new_context(
            base_url=live_server.url,
            locale="en-GB",
            viewport={"width": width, "height": 900},
            bypass_csp=bypass_csp,
        )
        contexts.append(context)
        if user is not None:
            cookie = client_for(user).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(part in text for part in expected)] == []


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds on a page: rule and the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run({resultTypes: ['violations']}))"
        ".violations.map(v => ({rule: v.id, at: v.nodes.map(n => n.target)}))"
    )
    return found


def trouble(page: Page) -> dict[int, list[dict[str, Any]]]:
    """Return what axe finds at the width of a desk and of a phone, and where the page is wider than that."""
    found = {}
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        broken = axe_violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            broken.append({"rule": "wider than the screen", "at": []})
        if broken:
            found[width] = broken
    return found
