"""The funnel of steps: what it counts, and that every number leads to its rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from dashboards.funnel import funnel
from projects.models import Milestone, Project
from tests.conftest import ClientFor
from tests.projects.planning import issued
from tests.trust.world import write

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


@pytest.fixture
def steps(province_user: User) -> list[Project]:
    """Four projects of 2026: three consulted, two approved, one after the day."""
    found = issued(4, province_user, year=2026)
    rows = [("consultation", 0, 3, 1), ("consultation", 1, 3, 2), ("consultation", 2, 7, 1)]
    rows += [("approval", 0, 4, 1), ("approval", 1, 4, 2)]
    write(
        Milestone,
        [
            {
                "project_id": found[at].pk,
                "kind": kind,
                "actual_on": date(2026, month, day),
                "document_no": "x",
            }
            for kind, at, month, day in rows
        ],
    )
    return found


def counts(on: date) -> dict[str, int]:
    """Return how many have done each step that anybody has done."""
    return {
        step.kind: step.reached
        for step in funnel(Project.objects.live(), years=[2026], on=on)
        if step.reached
    }


@pytest.mark.usefixtures("steps")
def test_steps_are_counted_as_of_a_day_and_by_plan_year() -> None:
    assert counts(DAY) == {"consultation": 2, "approval": 2}
    assert counts(date(2026, 7, 1)) == {"consultation": 3, "approval": 2}
    assert counts(date(2026, 3, 1)) == {"consultation": 1}
    assert not any(step.reached for step in funnel(Project.objects.live(), years=[2027], on=DAY))


def test_every_number_leads_to_its_rows(client_for: ClientFor, yanji: User, steps: list[Project]) -> None:
    client = client_for(yanji)
    board = client.get(reverse("dashboards:overview"), {"year": "2026", "on": "2026-06-30"})
    lines = board.context["funnel"]["lines"]
    assert [(line["step"].kind, line["step"].reached, line["waiting"]) for line in lines[:3]] == [
        ("consultation", 2, 2),
        ("approval", 2, 0),
        ("notice", 0, 2),
    ]
    listed = client.get(lines[0]["url"])
    assert [line["project"].pk for line in listed.context["lines"]] == [steps[0].pk, steps[1].pk]


def test_a_step_or_day_that_is_none_is_not_found(client_for: ClientFor, yanji: User) -> None:
    client = client_for(yanji)
    assert client.get(reverse("projects:index"), {"step": "x"}).status_code == 404
    assert client.get(reverse("projects:index"), {"step": "start", "on": "x"}).status_code == 404
