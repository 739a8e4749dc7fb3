"""Nothing is final while a comment has no answer: on the page, by service, API, ledger, workbook and bulk."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from consultations import answers, moderation, proceedings, standing
from consultations.models import Comment, Consultation, Disposition
from consultations.tasks import open_and_close
from projects import versions, workflow
from projects.models import PlanVersion, Project
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet
from records.planning import Status
from records.services import apply, remove
from tests.conftest import ClientFor
from tests.consultations.hearing import Hearing, hearing
from tests.consultations.test_proceedings import answer, over, say
from tests.parallel import together

State = Consultation.State
FORM = ChangeSet.Source.FORM


def on_display(**values: object) -> Hearing:
    """Write a hearing whose result has hung long enough, with one comment that nobody has answered."""
    found = hearing()
    say(found)
    yesterday = timezone.localdate() - timedelta(days=1)
    over(found, State.RESULT, result_from=yesterday, result_to=yesterday, **values)
    return found


def is_final(found: Hearing) -> bool:
    """Tell whether any version of the plan has become final."""
    found.consultation.refresh_from_db()
    final = PlanVersion.objects.filter(project=found.project, state=PlanVersion.State.FINAL)
    return final.exists() or found.consultation.state == State.FINAL


def by_page(found: Hearing, user: User, client_for: ClientFor) -> None:
    """Press the button of the consultation's page."""
    url = reverse("consultations:step", args=[found.consultation.pk, "finalise"])
    page = client_for(user).post(url, follow=True).content.decode()
    assert "1" in page


def by_page_of_the_version(found: Hearing, user: User, client_for: ClientFor) -> None:
    """Press the button of the version's page."""
    client_for(user).post(reverse("projects:version_finalise", args=[found.version.pk]))


def by_service(found: Hearing, user: User, _client_for: ClientFor) -> None:
    """Call the service of consultations."""
    with pytest.raises(versions.NotFinal):
        proceedings.finalise(found.consultation, actor=user)


def by_service_of_versions(found: Hearing, user: User, _client_for: ClientFor) -> None:
    """Call the service of versions."""
    with pytest.raises(versions.NotFinal) as refused:
        versions.finalise(found.version, actor=user)
    assert [item.code for item in refused.value.unmet] == ["consultations.answered"]


def by_api(found: Hearing, user: User, client_for: ClientFor) -> None:
    """Send the state of consultation and version to the API, which does not take it."""
    for name, pk, state in (
        ("consultation", found.consultation.pk, "final"),
        ("planversion", found.version.pk, "final"),
    ):
        url = reverse(f"{name}-detail", args=[pk])
        body = json.dumps({"version": 2, "state": state})
        client_for(user).patch(url, body, content_type="application/json")


def by_grid(found: Hearing, user: User, client_for: ClientFor) -> None:
    """Type the state into the grids."""
    for slug, pk in (("consultations", found.consultation.pk), ("plan-versions", found.version.pk)):
        change = {"id": pk, "v": 2, "cells": {"state": "定稿"}, "key": f"a-key-of-{slug}"}
        url = reverse("ledgers:grid_save", args=[slug]) + "?year=2026"
        client_for(user).post(url, json.dumps({"changes": [change]}), content_type="application/json")


def by_write_path(found: Hearing, user: User, _client_for: ClientFor) -> None:
    """Write the state by the one write path, as a workbook would."""
    for model, pk in ((Consultation, found.consultation.pk), (PlanVersion, found.version.pk)):
        outcome = apply(model, actor=user, source=ChangeSet.Source.WORKBOOK, pk=pk, values={"state": "final"})
        assert outcome.status == Status.LOCKED


def by_taking_the_consultation_away(found: Hearing, user: User, _client_for: ClientFor) -> None:
    """Remove the consultation, or give it to another project, and try again."""
    pk = found.consultation.pk
    gone = remove(Consultation, actor=user, source=FORM, pk=pk, base_version=None, reason="x")
    assert gone.status == Status.LOCKED
    moved = apply(Consultation, actor=user, source=FORM, pk=pk, values={"kind": "needs"})
    assert moved.status == Status.LOCKED
    with pytest.raises(versions.NotFinal):
        versions.finalise(found.version, actor=user)


def by_calling_it_off(found: Hearing, user: User, _client_for: ClientFor) -> None:
    """Call the consultation off and try again."""
    proceedings.cancel(found.consultation, actor=user, reason="x")
    with pytest.raises(versions.NotFinal):
        versions.finalise(found.version, actor=user)


def by_moving_on(found: Hearing, user: User, client_for: ClientFor) -> None:
    """Move the project on to the works, alone and in bulk."""
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.advance(found.project, actor=user, source=FORM, seen_stage=Project.Stage.PLAN)
    assert "consultations.heard" in [item.code for item in refused.value.report.unmet]
    client_for(user).post(reverse("projects:move_all"), {"year": 2026, "stage": "plan"})
    found.project.refresh_from_db()
    assert found.project.stage == Project.Stage.PLAN


PATHS = (
    by_page,
    by_page_of_the_version,
    by_service,
    by_service_of_versions,
    by_api,
    by_grid,
    by_write_path,
    by_taking_the_consultation_away,
    by_calling_it_off,
    by_moving_on,
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_one_unanswered_comment_keeps_the_plan_from_being_final(
    path: Callable[[Hearing, User, ClientFor], None], yanji: User, client_for: ClientFor
) -> None:
    found = on_display()
    path(found, yanji, client_for)
    assert not is_final(found)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [by_page, by_page_of_the_version], ids=lambda path: path.__name__)
def test_the_same_paths_lead_to_the_final_plan_once_it_is_answered(
    path: Callable[[Hearing, User, ClientFor], None], yanji: User, client_for: ClientFor
) -> None:
    found = on_display()
    answer(Comment.objects.get(), yanji)
    path(found, yanji, client_for)
    assert is_final(found)
    found.consultation.refresh_from_db()
    assert found.consultation.state == State.FINAL


@pytest.mark.django_db
def test_what_a_resident_has_withdrawn_holds_nothing_up(yanji: User) -> None:
    found = on_display()
    Comment.objects.update(state=Comment.State.WITHDRAWN)
    assert proceedings.finalise(found.consultation, actor=yanji).state == State.FINAL


@pytest.mark.django_db
def test_what_is_not_shown_is_owed_an_answer_all_the_same(yanji: User) -> None:
    found = on_display()
    moderation.hide(Comment.objects.all(), actor=yanji, reason="含有他人姓名")
    with pytest.raises(versions.NotFinal):
        proceedings.finalise(found.consultation, actor=yanji)


@pytest.mark.django_db
def test_many_are_answered_at_once_and_an_answer_taken_back_holds_the_plan_again(yanji: User) -> None:
    found = hearing()
    for number in range(3):
        say(found, household=number)
    held = over(found)
    given = answers.Answer(Disposition.Outcome.REFUSED, "本次不列入，下年再议。")
    assert len(answers.answer(held.comments.all(), given, actor=yanji)) == 3
    assert proceedings.mark_answered(held, actor=yanji).state == State.ANSWERED
    first = Comment.objects.order_by("pk")[0]
    answers.take_back(first, actor=yanji, reason="写错了")
    held.refresh_from_db()
    assert (held.state, standing.unanswered([held]).count()) == (State.CLOSED, 1)
    assert first.dispositions.filter(is_current=False).count() == 1
    with pytest.raises(WorkflowError):
        proceedings.mark_answered(held, actor=yanji)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        answers.Answer("x", "y"),
        answers.Answer(Disposition.Outcome.REFUSED, "  "),
        answers.Answer(Disposition.Outcome.DUPLICATE, "同上"),
        answers.Answer(Disposition.Outcome.REFUSED, "长" * 1001),
    ],
)
def test_an_answer_that_is_none_is_refused(yanji: User, given: answers.Answer) -> None:
    found = hearing()
    comment = say(found)
    with pytest.raises(WorkflowError):
        answers.answer([comment], given, actor=yanji)
    assert Disposition.objects.count() == 0


@pytest.mark.django_db
def test_a_change_is_named_in_the_next_version_of_the_same_plan(yanji: User) -> None:
    found, other = hearing(), hearing("河南小区")
    comment = say(found)
    for clause in (found.clauses[0], other.clauses[0]):
        given = answers.Answer(Disposition.Outcome.ADOPTED, "已改。", clause=clause)
        with pytest.raises(WorkflowError):
            answers.answer([comment], given, actor=yanji)


@pytest.mark.django_db
def test_strangers_answer_and_show_nothing(dunhua: User) -> None:
    comment = say(hearing())
    given = answers.Answer(Disposition.Outcome.REFUSED, "不。")
    with pytest.raises(Comment.DoesNotExist):
        answers.answer([comment], given, actor=dunhua)
    with pytest.raises(Comment.DoesNotExist):
        moderation.hide([comment], actor=dunhua, reason="x")
    comment.refresh_from_db()
    assert (comment.state, Disposition.objects.count()) == (Comment.State.PUBLISHED, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_finalise_at_once_one_does(yanji: User) -> None:
    found = on_display()
    answer(Comment.objects.get(), yanji)
    act = lambda: proceedings.finalise(found.consultation, actor=yanji)  # noqa: E731
    said = together([act, act])
    assert sorted(type(one).__name__ for one in said) == ["Consultation", "MovedOn"]
    assert PlanVersion.objects.filter(project=found.project, state="final").count() == 1
    assert any(isinstance(one, MovedOn) for one in said)


@pytest.mark.django_db(transaction=True)
def test_an_objection_that_comes_while_the_plan_is_made_final_is_not_missed(yanji: User) -> None:
    """The resident's post was let in before midnight and is stored while the officer finalises."""
    found = on_display()
    answer(Comment.objects.get(), yanji)
    held, go_on = threading.Event(), threading.Event()

    def object_late() -> None:
        with transaction.atomic():
            standing.hold(found.consultation)
            held.set()
            go_on.wait(10)
            say(found, Comment.Kind.OBJECTION, 1)

    def finalise() -> Any:
        held.wait(10)
        threading.Timer(0.3, go_on.set).start()
        return versions.finalise(found.version, actor=yanji)

    said = together([object_late, finalise])
    assert said[0] is None
    assert isinstance(said[1], versions.NotFinal)
    assert not is_final(found)


@pytest.mark.django_db
def test_beat_closes_by_its_own_task() -> None:
    found = hearing(closes_on=timezone.localdate() - timedelta(days=1))
    open_and_close()
    found.consultation.refresh_from_db()
    assert found.consultation.state == State.CLOSED
