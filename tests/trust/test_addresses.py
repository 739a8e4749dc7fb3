"""Whatever stands in an address, the portal answers: hostile values in every part that any page reads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from tests.trust.access_table import DOORS, Door
from tests.trust.world import OWN, WHO, World, body_of, taken_back

pytestmark = pytest.mark.django_db
# A digit that int() refuses, a number that no key holds, days from which nobody can reckon on or back.
NUMBERS, DAYS = ("²", "9" * 25), ("9999-12-31", "0001-01-01")
NAMES_OF_DAYS = {"on", "day", "month", "since", "until", "happened_after", "happened_before"}
HOW_NAMES_ARE_READ = ("__getitem__", "getlist", "__contains__")
# The schema takes seconds to write, and reads nothing of its own.
LEFT_OUT = {"api-schema"}
# Where in the portal's code a name is read, and which.
Place = tuple[str, int, str]


def reader() -> tuple[str, int]:
    """Return the line of the portal's own code that reads a name; none for what libraries read alone."""
    frame: Any = sys._getframe(3)
    while frame is not None:
        path: str = frame.f_code.co_filename
        if path.startswith(str(settings.BASE_DIR)) and ".venv" not in path:
            return ("", 0) if "/tests/" in path else (path, frame.f_lineno)
        frame = frame.f_back
    return "", 0


@contextmanager
def names_noted(places: set[Place]) -> Iterator[None]:
    """Note every name that is looked for in the query of a request."""

    def noting(known: Callable[..., Any]) -> Callable[..., Any]:
        def note(fields: QueryDict, name: str, *rest: Any) -> Any:
            places.add((*reader(), name))
            return known(fields, name, *rest)

        return note

    with ExitStack() as patches:
        for method in HOW_NAMES_ARE_READ:
            known = getattr(QueryDict, method)
            patches.enter_context(mock.patch.object(QueryDict, method, noting(known)))
        yield


def doors() -> Iterator[tuple[Door, str]]:
    """Yield one door of each address that is read, and who opens it."""
    seen = set(LEFT_OUT)
    for door in DOORS:
        if door.method == "GET" and door.route not in seen and door.ok < 500:
            seen.add(door.route)
            yield door, next((role for role in WHO if role in door.allowed), min(door.allowed))


def with_hostile_names(door: Door, world: World, names: set[str]) -> Iterator[str]:
    """Yield the address of a door with each hostile value in each part of its query in turn."""
    args, query, _body = door.filled(world.targets[OWN])
    for name in sorted(names):
        for value in DAYS if name in NAMES_OF_DAYS else NUMBERS:
            fields = QueryDict(query, mutable=True)
            fields[name] = value
            yield f"{reverse(door.route, args=args)}?{fields.urlencode()}"


def with_hostile_parts(door: Door, world: World) -> Iterator[str]:
    """Yield the address of a door with a hostile value in each part of its path in turn."""
    args, _query, _body = door.filled(world.targets[OWN])
    for place in range(len(args)):
        for value in NUMBERS:
            try:
                yield reverse(door.route, args=[*args[:place], value, *args[place + 1 :]])
            except NoReverseMatch:
                continue


def broken_by(world: World, who: str, addresses: Iterator[str]) -> list[tuple[str, int]]:
    """Return the addresses that the portal cannot answer."""
    client, broken = world.client(who, raise_request_exception=False), []
    for address in addresses:
        with taken_back():
            answer = client.get(address)
            body_of(answer)
        if answer.status_code >= 500:
            broken.append((address, answer.status_code))
    return broken


def test_no_value_in_a_query_breaks_a_page(world: World) -> None:
    broken: list[tuple[str, int]] = []
    tried: set[Place] = set()
    for door, who in doors():
        if door.route.endswith("-detail"):
            continue  # the API narrows one row by the same names as their list
        args, query, _body = door.filled(world.targets[OWN])
        places: set[Place] = set()
        with names_noted(places), taken_back():
            body_of(world.client(who).get(f"{reverse(door.route, args=args)}?{query}"))
        # What many pages have read for them by one line is tried once.
        names = {name for *_line, name in places - tried}
        tried |= places
        broken += broken_by(world, who, with_hostile_names(door, world, names))
    assert not broken, "\n".join(map(str, broken))
    assert len(tried) > 150


def test_no_value_in_a_path_breaks_a_page(world: World) -> None:
    broken: list[tuple[str, int]] = []
    for door, who in doors():
        broken += broken_by(world, who, with_hostile_parts(door, world))
    assert not broken, "\n".join(map(str, broken))
