"""A vote that is lost ends the consultation, and the community leaves the plan with the tally as evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from consultations import counting, owed, rejection
from consultations.models import Ballot, Consultation
from projects import versions
from projects.models import AnnualPlan, Project, StageTransition
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.consultations.hearing import Hearing, hearing
from tests.projects.stage import write

State = Consultation.State
LOAD = ChangeSet.Source.LOAD
pytestmark = pytest.mark.django_db


def counted(against: int, agree: int, library: Project.Library = Project.Library.RESERVE) -> Hearing:
    """Write a closed hearing of twelve households whose vote is counted."""
    found = hearing()
    for number, entry in enumerate(found.entries[: against + agree]):
        choice = Ballot.Choice.AGAINST if number < against else Ballot.Choice.AGREE
        Ballot.objects.create(vote=found.vote, entry=entry, choice=choice, channel=Ballot.Channel.PAPER)
    days = {
        "opens_on": timezone.localdate() - timedelta(days=20),
        "closes_on": timezone.localdate() - timedelta(days=10),
    }
    pk = found.consultation.pk
    apply(Consultation, actor=None, source=LOAD, pk=pk, values={**days, "state": State.CLOSED})
    apply(Project, actor=None, source=LOAD, pk=found.project.pk, values={"library": library})
    counting.close_votes(found.consultation)
    found.consultation.refresh_from_db()
    return found


def test_a_community_that_no_document_has_issued_leaves_at_once(yanji: User) -> None:
    found = counted(against=8, agree=2)
    ended = rejection.reject(found.consultation, actor=yanji)
    assert (ended.state, ended.ended_on) == (State.REJECTED, timezone.localdate())
    found.project.refresh_from_db()
    assert found.project.standing == Project.Standing.WITHDRAWN
    step = StageTransition.objects.get(project=found.project)
    # Ten of twelve took part, two agreed: the tally stands in the reason.
    assert all(figure in step.reason for figure in ("10", "12", "2"))
    assert str(ended.pk) in step.document_no
    with pytest.raises(MovedOn):
        rejection.reject(found.consultation, actor=yanji)
    with pytest.raises(versions.NotFinal):
        versions.finalise(found.version, actor=yanji)


def test_out_of_an_issued_plan_the_province_takes_it(
    yanji: User, province_user: User, client_for: ClientFor
) -> None:
    found = counted(against=8, agree=2, library=Project.Library.ISSUED)
    plan = {"unit_id": found.project.unit_id, "year": found.project.plan_year}
    write(AnnualPlan, [{**plan, "state": AnnualPlan.State.ISSUED}])
    url = reverse("consultations:step", args=[found.consultation.pk, "reject"])
    client_for(yanji).post(url)
    found.project.refresh_from_db()
    assert found.project.standing == Project.Standing.ACTIVE
    found.consultation.refresh_from_db()
    assert found.consultation.state == State.REJECTED
    with pytest.raises(PermissionDenied):
        rejection.take_out(found.consultation, actor=yanji)
    assert len(owed.owed(province_user)) == 1
    out = reverse("consultations:step", args=[found.consultation.pk, "take-out"])
    client_for(province_user).post(out, {"document_no": "吉建城〔2026〕8号"})
    found.project.refresh_from_db()
    assert found.project.standing == Project.Standing.WITHDRAWN
    assert owed.owed(province_user) == []


@pytest.mark.parametrize(("against", "agree"), [(0, 12), (4, 8)])
def test_what_was_carried_is_not_voted_down(yanji: User, against: int, agree: int) -> None:
    found = counted(against, agree)
    with pytest.raises(WorkflowError):
        rejection.reject(found.consultation, actor=yanji)
    found.project.refresh_from_db()
    assert found.project.standing == Project.Standing.ACTIVE


def test_a_lost_vote_keeps_the_plan_from_being_final(yanji: User) -> None:
    found = counted(against=6, agree=6)
    yesterday = timezone.localdate() - timedelta(days=1)
    values = {"state": State.RESULT, "result_from": yesterday, "result_to": yesterday}
    apply(Consultation, actor=None, source=LOAD, pk=found.consultation.pk, values=values)
    with pytest.raises(versions.NotFinal) as refused:
        versions.finalise(found.version, actor=yanji)
    assert [item.code for item in refused.value.unmet] == ["consultations.carried"]
