"""The tabs of a project are those whose pages open: nobody is led to a refusal."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from projects import pages
from projects.models import Project
from tests.conftest import ClientFor
from tests.funding.money_rows import a_project

pytestmark = pytest.mark.django_db
EVERYBODY = ("province_user", "prefecture_reviewer", "yanji", "auditor", "worker", "liaison")


def addresses(project: int) -> set[str]:
    found = set()
    for _key, _label, name in pages.TABS:
        try:
            found.add(reverse(name, args=[project]))
        except NoReverseMatch:
            continue
    return found


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_tab_is_shown_to_whoever_may_open_it(
    who: str, request: pytest.FixtureRequest, client_for: ClientFor
) -> None:
    user: User = request.getfixturevalue(who)
    project = a_project(started_on=date(2026, 4, 1))
    client = client_for(user)
    page = client.get(reverse("projects:project", args=[project]))
    shown = {tab["url"] for tab in page.context["tabs"]}
    opened = {url for url in addresses(project) if client.get(url).status_code != 403}
    assert shown == opened
    assert Project.objects.visible_to(user).filter(pk=project).exists()


def test_the_money_is_no_tab_of_the_worker_nor_of_the_liaison(
    yanji: User, worker: User, liaison: User, client_for: ClientFor
) -> None:
    project = a_project()
    money = reverse("funding:of_project", args=[project])
    for name in ("projects:project", "projects:versions", "projects:aftercare", "projects:quality"):
        url = reverse(name, args=[project])
        told = {user.username: money in client_for(user).get(url).text for user in (yanji, worker, liaison)}
        assert told == {"yanji": True, "worker": False, "liaison": False}, name
