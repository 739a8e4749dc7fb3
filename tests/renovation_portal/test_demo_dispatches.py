"""The ad-hoc tables of the demonstration: under way, answered by most units, some late, and made once."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from ledgers.dispatching import service
from ledgers.models import Dispatch, DispatchRow
from records.models import ChangeSet
from renovation_portal.demo import asking, loading

pytestmark = pytest.mark.django_db


@pytest.fixture
def winter(province_user: User) -> Dispatch:
    """The table about the winter, in a demonstration without communities."""
    ChangeSet.objects.create(source=ChangeSet.Source.LOAD, label=loading.LABEL)
    User.objects.filter(pk=province_user.pk).update(is_demo=True)
    assert asking.load() == 1
    return Dispatch.objects.get()


def test_most_units_have_answered_and_some_are_late(winter: Dispatch) -> None:
    parts = list(winter.parts.select_related("unit"))
    states = [part.state for part in parts]
    assert len(parts) == 47
    assert 25 < states.count("submitted") < 45
    assert states.count("returned") == 1
    late = [part for part in parts if service.is_late(part, winter, timezone.now())]
    assert len([part for part in late if part.state == "submitted"]) > 0
    assert len([part for part in late if part.state == "waiting"]) > 5
    # Those with an account are left to whoever tries it.
    assert {part.state for part in parts if part.unit.code in {"222401", "222403"}} == {"waiting"}
    assert all(part.submitted_at <= timezone.now() for part in parts if part.submitted_at)


def test_what_was_answered_is_marked_and_complete(winter: Dispatch) -> None:
    told = service.filled(winter)
    for part in winter.parts.all():
        assert told[part.unit_id].missing == (0 if part.state in {"submitted", "returned"} else 3)
    answered = winter.parts.exclude(state="waiting").values("unit")
    rows = DispatchRow.objects.filter(dispatch=winter)
    assert set(rows.filter(unit__in=answered).values_list("is_simulated", flat=True)) == {True}


def test_a_second_start_asks_one_question(winter: Dispatch) -> None:
    with CaptureQueriesContext(connection) as captured:
        call_command("demo_dispatches", verbosity=0)
    asked = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == 1
    assert Dispatch.objects.count() == 1
