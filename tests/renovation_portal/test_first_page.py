"""The first page after login leads everybody on: the three administrators, too."""

from __future__ import annotations

import pytest

from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "sections", "start"),
    [
        ("system_admin", ["jobs"], "/jobs/"),
        ("security_admin", ["users"], "/accounts/users/"),
        ("audit_admin", ["audit"], "/accounts/audit/"),
    ],
)
def test_an_administrator_finds_the_own_pages_in_the_menu_and_on_the_first_page(
    client_for: ClientFor, who: str, sections: list[str], start: str, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))

    page = client.get("/")

    assert [section["key"] for section in page.context["portal"]["sections"]] == sections
    assert page.context["start"]["url"] == start
    assert client.get(start).status_code == 200
