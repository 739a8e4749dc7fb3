"""The access table: every route, every role, own region, foreign region and nowhere, every method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from tests.trust.access_table import ADMINISTRATORS, DOORS, Door
from tests.trust.world import (
    ANONYMOUS,
    FOREIGN,
    OWN,
    Targets,
    World,
    body_of,
    comparable,
    steady,
    taken_back,
    writes_noted,
)

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = [str(role) for role in Role]


def routes(patterns: list[Any] | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address of the URL conf with its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern} has no name, so nobody can list it"
            yield space + pattern.name, pattern


def knock(client: Client, door: Door, targets: Targets, method: str = "") -> HttpResponseBase:
    """Send the request of a door, in a browser of its own: some doors end the session."""
    args, query, body = door.filled(targets)
    address = reverse(door.route, args=args) + (f"?{query}" if query else "")
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    answer: HttpResponseBase = client.generic(method or door.method, address, body, content_type=kind)
    return answer


def asked(door: Door) -> str:
    """Return how a door is named in a complaint."""
    return f"{door.method} {door.route} {' '.join(door.args)} {door.query} {door.body}".strip()


def test_every_route_method_and_action_stands_in_the_table() -> None:
    listed = {(door.route, door.method) for door in DOORS}
    found = dict(routes())
    assert {route for route, _method in listed} == set(found)
    actions = {
        (route, method.upper())
        for route, pattern in found.items()
        for method in getattr(pattern.callback, "actions", None) or {}
        if method != "head"  # added by the first request, as the twin of GET
    }
    assert actions - listed == set()


def test_every_route_with_a_name_in_it_is_tried_with_a_strangers(world: World) -> None:
    tried = {door.route for door in DOORS if door.has_strangers}
    named = {route for route, pattern in routes() if "<" in str(pattern.pattern)}
    assert named - tried == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_the_table_says_and_nowhere_else(world: World, role: str) -> None:
    wrong = []
    for door in DOORS:
        with taken_back():
            answer = knock(world.client(role), door, world.targets[OWN])
            body = body_of(answer)
        if answer.status_code != door.expected(role):
            wrong.append((asked(door), answer.status_code, body[:300] if answer.status_code < 500 else ""))
        # The administrators' own pages are for the whole province.
        if role not in ADMINISTRATORS and answer.status_code == 200:
            assert FOREIGN.encode() not in steady(body), asked(door)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ROLES)
def test_what_is_foreign_is_answered_word_for_word_like_what_is_absent(world: World, role: str) -> None:
    wrong = []
    for door in DOORS:
        if role not in door.allowed or role in door.everywhere or not door.has_strangers:
            continue
        answers = []
        for targets in (world.targets[FOREIGN], world.absent):
            with taken_back(), writes_noted() as tables:
                answer = knock(world.client(role), door, targets)
                answers.append((answer.status_code, comparable(body_of(answer), door.named(targets))))
            assert tables == set(), asked(door)
        [(status, text), (_status, other)] = answers
        if status != door.foreign or answers[0] != answers[1]:
            lines = zip(text.splitlines(), other.splitlines(), strict=False)
            wrong.append((asked(door), status, next((pair for pair in lines if pair[0] != pair[1]), "")))
    assert not wrong, "\n".join(map(str, wrong))


def test_visitors_without_an_account_see_the_login_page_and_nothing_else(world: World) -> None:
    wrong, login = [], reverse("accounts:login")
    for door in DOORS:
        with taken_back():
            answer = knock(world.client(ANONYMOUS), door, world.targets[OWN])
            body_of(answer)
        expected = door.anonymous
        if door.is_data and door.anonymous == 302 and "{" in door.body:
            expected = 401  # a script cannot follow a redirect to a page made for people
        leads = answer.headers.get("Location", "")
        # Residents have no accounts: whoever has no slip comes to their door, or to what all may read.
        way_in = "/p/" if door.route.startswith("residents:") else login
        astray = expected == 302 and door.route != "set_language" and not leads.startswith(way_in)
        if answer.status_code != expected or astray:
            wrong.append((asked(door), answer.status_code, leads))
    assert not wrong, "\n".join(map(str, wrong))


def test_methods_that_no_door_has_are_refused_whoever_asks(world: World) -> None:
    wrong, seen = [], set()
    for door in DOORS:
        known = {other.method for other in DOORS if other.route == door.route}
        for method in METHODS:
            if method in known or (door.route, method) in seen:
                continue
            seen.add((door.route, method))
            for who in (min(door.allowed), ANONYMOUS):
                with taken_back():
                    answer = knock(world.client(who), door, world.targets[OWN], method)
                if answer.status_code != 405:
                    wrong.append((method, door.route, who, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_asking_for_the_head_of_a_page_is_like_asking_for_the_page(world: World) -> None:
    wrong = []
    for door in DOORS:
        if door.method != "GET":
            continue
        role = min(door.allowed)
        answer = knock(world.client(role), door, world.targets[OWN], "HEAD")
        if answer.status_code != door.ok or body_of(answer):
            wrong.append((asked(door), answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_no_request_that_writes_goes_without_its_token_against_forgery(world: World) -> None:
    wrong = []
    for door in DOORS:
        if door.method == "GET":
            continue
        careful = world.client(min(door.allowed), enforce_csrf_checks=True)
        with taken_back():
            answer = knock(careful, door, world.targets[OWN])
        if answer.status_code != 403:
            wrong.append((asked(door), answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_reading_changes_nothing(world: World) -> None:
    wrong = []
    for door in DOORS:
        if door.method == "GET":
            with taken_back(), writes_noted() as tables:
                body_of(knock(world.client(min(door.allowed)), door, world.targets[OWN]))
            if tables:
                wrong.append((asked(door), sorted(tables)))
    assert not wrong, "\n".join(map(str, wrong))


def test_what_is_written_is_noted(world: World) -> None:
    door = next(door for door in DOORS if door.route == "accounts:user_close")
    with taken_back(), writes_noted() as tables:
        assert knock(world.client(str(Role.SECURITY_ADMIN)), door, world.targets[OWN]).status_code == door.ok
    assert tables == {"accounts_user", "authtoken_token"}
