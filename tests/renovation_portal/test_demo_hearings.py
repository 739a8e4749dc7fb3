"""The three hearings of the demonstration: heard to the end, open now, voted down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from communities.models import Household
from consultations import counting
from consultations.models import Ballot, Comment, Consultation, Disposition
from consultations.standing import is_open, unanswered
from projects.models import PlanVersion, Project
from renovation_portal.demo import hearings
from renovation_portal.demo.cast import seat_cast
from renovation_portal.demo.loading import load as load_demo

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]
State = Consultation.State


@pytest.fixture(scope="module")
def _demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demonstration with its accounts and the hearings once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        seat_cast()
        assert hearings.load() == 3
        yield
        transaction.set_rollback(True)


@pytest.fixture
def told(_demonstration: None) -> dict[str, Consultation]:
    """Return the hearings of the demonstration by how they stand."""
    return {one.state: one for one in Consultation.objects.live().select_related("project__community")}


def test_each_hearing_stands_where_its_story_ends_and_is_told_once(told: dict[str, Consultation]) -> None:
    assert hearings.load() == 0
    assert set(told) == {State.FINAL, State.OPEN, State.REJECTED}
    finished, running, lost = told[State.FINAL], told[State.OPEN], told[State.REJECTED]
    assert [(one.roll.households, one.roll.people) for one in (finished, running, lost)] == [
        (212, 212),
        (144, 144),
        (72, 72),
    ]
    assert not unanswered([finished]).exists()
    assert is_open(running)
    assert running.comments.filter(state=Comment.State.PENDING).count() == 2
    assert lost.project.standing == Project.Standing.WITHDRAWN
    results = {state: counting.result_of(one.votes.get()) for state, one in told.items()}
    assert results[State.OPEN] is None
    passed, failed = results[State.FINAL], results[State.REJECTED]
    assert passed is not None
    assert passed.is_passed
    assert failed is not None
    assert not failed.is_passed
    assert Ballot.objects.filter(vote__consultation=finished, is_live=True).count() == 186


def test_what_was_adopted_names_the_clause_of_the_final_version(told: dict[str, Consultation]) -> None:
    finished = told[State.FINAL]
    final = PlanVersion.objects.get(project=finished.project, state=PlanVersion.State.FINAL)
    promised = Disposition.objects.filter(comment__consultation=finished, outcome__in=("adopted", "partly"))
    assert promised.count() == 10
    assert set(promised.values_list("clause__plan_version", flat=True)) == {final.pk}
    changed = [
        clause for clause in final.clauses.all() if clause.former and clause.former.text != clause.text
    ]
    assert len(changed) == 5


def test_the_slip_opens_the_open_hearing_and_is_good_for_one_household(
    told: dict[str, Consultation], client: Client
) -> None:
    slip = hearings.demo_slip()
    assert slip is not None
    place, address, typed = slip
    community = told[State.OPEN].project.community
    assert place.startswith(community.name)
    door, _sign, secret = address.partition("#s=")
    assert door == reverse("residents:enter", args=[community.code])
    assert client.post(door, {"secret": secret}).status_code == 302
    other = Client()
    assert other.post(door, {"typed": typed}).status_code == 302
    assert Household.objects.filter(access_codes__isnull=False).distinct().count() == 1
