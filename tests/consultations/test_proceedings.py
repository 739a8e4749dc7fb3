"""A consultation goes its way by its days and its services, and no other way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from consultations import proceedings, reading, standing
from consultations.models import Comment, Consultation, Disposition, Notice, Roll
from consultations.notice_rules import NoticeRules, reaches_share
from consultations.timekeeping import keep_time
from projects import versions
from projects.gating import Transition, examine
from projects.models import PlanClause, PlanVersion, Project
from projects.workflow import MovedOn, WorkflowError
from records.models import ChangeSet
from records.services import apply
from tests.consultations.hearing import Hearing, hearing, plan, register
from tests.projects.stage import make_project, write

State = Consultation.State
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = timezone.localdate


def draft(**values: object) -> Consultation:
    """Write a draft on the plan of a community with a register."""
    project = make_project("建工小区", stage=Project.Stage.PLAN)
    register(project)
    version = plan(project, PlanVersion.State.DRAFT)
    row = {
        "project_id": project.pk,
        "title": "建工小区改造方案",
        "plan_version_id": version.pk,
        "organiser": "北山街道办事处",
        "telephone": "0433-0000000",
        "closes_on": TODAY() + timedelta(days=10),
        **values,
    }
    found: Consultation = write(Consultation, [row])[0]
    return found


def say(found: Hearing, kind: Comment.Kind = Comment.Kind.COMMENT, household: int = 0) -> Comment:
    """Write what a household has said."""
    return Comment.objects.create(
        project=found.project,
        consultation=found.consultation,
        kind=kind,
        clause=found.clauses[0],
        text="台阶太高，老人上不去。",
        household=found.households[household],
        voice="1栋 居民",
        state=Comment.State.PUBLISHED,
        key=f"{found.consultation.pk}-{household}-{kind}-{Comment.objects.count()}",
    )


def answer(comment: Comment, actor: User, clause: PlanClause | None = None) -> Disposition:
    """Write an answer."""
    outcome = Disposition.Outcome.ADOPTED if clause else Disposition.Outcome.REFUSED
    return Disposition.objects.create(
        comment=comment, outcome=outcome, reason="见条文。", clause=clause, answered_by=actor
    )


def over(found: Hearing, state: State = State.CLOSED, **values: object) -> Consultation:
    """Bring a consultation to where its days are over."""
    past = {"opens_on": TODAY() - timedelta(days=20), "closes_on": TODAY() - timedelta(days=10)}
    [vote] = found.consultation.votes.all()
    vote.is_decisive = False
    vote.save()
    apply(
        Consultation,
        actor=None,
        source=ChangeSet.Source.LOAD,
        pk=found.consultation.pk,
        values={**past, "state": state, **values},
    )
    return Consultation.objects.get(pk=found.consultation.pk)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ((2026, 11, 1, 23, 59, 59), State.NOTICE),
        ((2026, 11, 2, 0, 0, 0), State.OPEN),
        ((2026, 11, 9, 23, 59, 59), State.OPEN),
        ((2026, 11, 10, 0, 0, 0), State.CLOSED),
    ],
)
@pytest.mark.parametrize("written", [State.NOTICE, State.OPEN])
def test_it_opens_and_closes_at_midnight_in_shanghai_whatever_a_job_has_written(
    moment: tuple[int, ...], state: State, written: State
) -> None:
    found = Consultation(state=written, opens_on=date(2026, 11, 2), closes_on=date(2026, 11, 9))
    now = datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]
    with timezone.override("America/New_York"):
        assert standing.state_on(found, now.astimezone(ZoneInfo("UTC"))) == state
        assert standing.is_open(found, now) is (state == State.OPEN)


@pytest.mark.django_db
def test_announcing_closes_the_version_freezes_the_roll_and_puts_up_the_notice(yanji: User) -> None:
    found = proceedings.announce(draft(), actor=yanji, places="各单元门口")
    assert (found.state, found.announced_on, found.opens_on) == (State.OPEN, TODAY(), TODAY())
    assert found.plan_version is not None
    version = PlanVersion.objects.get(pk=found.plan_version.pk)
    assert version.state == PlanVersion.State.PUBLISHED
    assert Roll.objects.get(consultation=found).households == 12
    notice = Notice.objects.get(consultation=found)
    assert (notice.kind, notice.from_on, notice.to_on, notice.places) == (
        Notice.Kind.PLAN,
        TODAY(),
        found.closes_on,
        "各单元门口",
    )
    assert reading.main_consultation(found.project.community) == found
    with pytest.raises(MovedOn):
        proceedings.announce(found, actor=yanji)


@pytest.mark.django_db
def test_a_notice_shorter_than_the_rule_is_refused_and_nothing_is_written(yanji: User) -> None:
    found = draft(closes_on=TODAY() + timedelta(days=6))
    with pytest.raises(WorkflowError, match=(TODAY() + timedelta(days=7)).isoformat()):
        proceedings.announce(found, actor=yanji)
    found.refresh_from_db()
    assert (found.state, Roll.objects.count(), Notice.objects.count()) == (State.DRAFT, 0, 0)
    assert found.plan_version is not None
    assert found.plan_version.state == PlanVersion.State.DRAFT


@pytest.mark.django_db
def test_strangers_and_readers_announce_nothing(dunhua: User, auditor: User) -> None:
    found = draft()
    with pytest.raises(Consultation.DoesNotExist):
        proceedings.announce(found, actor=dunhua)
    with pytest.raises(PermissionDenied):
        proceedings.announce(found, actor=auditor)
    found.refresh_from_db()
    assert found.state == State.DRAFT


@pytest.mark.django_db
def test_the_clock_opens_and_closes_and_runs_twice_without_harm() -> None:
    found = hearing(state=State.NOTICE)
    late = hearing("河南小区", closes_on=TODAY() - timedelta(days=1))
    # Votes wait for the sheets of paper; nothing else does.
    assert keep_time()[:2] == (1, 1)
    states = [Consultation.objects.get(pk=one.consultation.pk).state for one in (found, late)]
    assert states == [State.OPEN, State.CLOSED]
    assert keep_time()[:2] == (0, 0)


@pytest.mark.django_db
def test_nobody_closes_before_the_day_residents_were_told(yanji: User) -> None:
    found = hearing()
    with pytest.raises(WorkflowError, match="24:00"):
        proceedings.close(found.consultation, actor=yanji)
    later = TODAY() + timedelta(days=14)
    with pytest.raises(WorkflowError):
        proceedings.extend(found.consultation, TODAY(), actor=yanji, reason="雨天")
    moved = proceedings.extend(found.consultation, later, actor=yanji, reason="雨天")
    assert moved.closes_on == later


@pytest.mark.django_db
def test_the_whole_way_from_comments_to_the_final_version(yanji: User) -> None:
    found = hearing()
    comment = say(found)
    held = over(found)
    with pytest.raises(WorkflowError, match="1"):
        proceedings.mark_answered(held, actor=yanji)
    given = answer(comment, yanji, found.clauses[1])
    Disposition.objects.filter(pk=given.pk).update(clause=None)
    proceedings.mark_answered(held, actor=yanji)
    held = proceedings.revise(held, actor=yanji)
    revised = held.revised_version
    assert revised is not None
    assert (revised.number, revised.based_on_id, revised.state) == (2, found.version.pk, "draft")
    until = TODAY() + timedelta(days=7)
    with pytest.raises(WorkflowError, match="1"):
        proceedings.show_result(held, until, actor=yanji)
    Disposition.objects.filter(pk=given.pk).update(clause=revised.clauses.get(number=2))
    with pytest.raises(WorkflowError, match=until.isoformat()):
        proceedings.show_result(held, until - timedelta(days=1), actor=yanji)
    held = proceedings.show_result(held, until, actor=yanji)
    with pytest.raises(versions.NotFinal, match="24:00"):
        proceedings.finalise(held, actor=yanji)
    over(found, State.RESULT, result_to=TODAY() - timedelta(days=1))
    done = proceedings.finalise(held, actor=yanji)
    assert (done.state, done.ended_on) == (State.FINAL, TODAY())
    states = dict(PlanVersion.objects.filter(project=found.project).values_list("number", "state"))
    assert states == {1: "superseded", 2: "final"}
    with pytest.raises(MovedOn):
        proceedings.finalise(held, actor=yanji)


@pytest.mark.django_db
def test_a_version_made_final_on_its_own_page_ends_the_consultation(yanji: User) -> None:
    found = hearing()
    over(found, State.RESULT, result_from=TODAY(), result_to=TODAY() - timedelta(days=1))
    versions.finalise(found.version, actor=yanji)
    found.consultation.refresh_from_db()
    assert found.consultation.state == State.FINAL


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.NOTICE, State.OPEN, State.CLOSED, State.ANSWERED, State.REVISED])
def test_no_version_is_final_while_the_consultation_is_under_way(yanji: User, state: State) -> None:
    found = hearing()
    over(found, state)
    with pytest.raises(versions.NotFinal):
        versions.finalise(found.version, actor=yanji)
    other = versions.new_version(found.project, actor=yanji, from_version=found.version)
    with pytest.raises(versions.NotFinal):
        versions.finalise(other, actor=yanji)


@pytest.mark.django_db
def test_calling_it_off_does_not_take_the_answers_away_from_residents(yanji: User) -> None:
    found = hearing()
    comment = say(found)
    with pytest.raises(WorkflowError):
        proceedings.cancel(found.consultation, actor=yanji, reason=" ")
    proceedings.cancel(found.consultation, actor=yanji, reason="方案重做")
    with pytest.raises(versions.NotFinal) as refused:
        versions.finalise(found.version, actor=yanji)
    assert [item.code for item in refused.value.unmet] == ["consultations.answered"]
    answer(comment, yanji)
    assert versions.finalise(found.version, actor=yanji).state == PlanVersion.State.FINAL


@pytest.mark.django_db
def test_objections_of_one_third_of_the_people_stop_the_plan(yanji: User) -> None:
    found = hearing()
    held = over(found, State.RESULT, result_from=TODAY(), result_to=TODAY() - timedelta(days=1))
    for number in range(3):
        answer(say(found, Comment.Kind.OBJECTION, number), yanji)
    assert not versions.unmet_for_final(found.version)
    answer(say(found, Comment.Kind.OBJECTION, 3), yanji)
    with pytest.raises(versions.NotFinal) as refused:
        proceedings.finalise(held, actor=yanji)
    assert [item.code for item in refused.value.unmet] == ["consultations.objections"]
    found.consultation.refresh_from_db()
    assert found.consultation.state == State.RESULT


@pytest.mark.django_db
def test_the_gate_of_works_asks_for_the_end_of_a_consultation_that_was_begun() -> None:
    def owed(project: Project) -> list[str]:
        report = examine([project], Transition.TO_BUILD)[project.pk]
        return [item.what for item in report.unmet if item.code == "consultations.heard"]

    found = hearing()
    without = make_project("静安小区", stage=Project.Stage.PLAN)
    later = make_project("未来小区", year=2028, stage=Project.Stage.PLAN)
    assert [len(owed(project)) for project in (found.project, without, later)] == [1, 0, 1]
    over(found, State.FINAL)
    assert owed(found.project) == []


@pytest.mark.django_db
def test_a_rule_decides_days_and_share_exactly() -> None:
    project = make_project()
    rules = NoticeRules()
    assert rules.earliest_end(Notice.Kind.PLAN, project, date(2026, 11, 2)) == date(2026, 11, 9)
    rule = rules.rule(Notice.Kind.RESULT, project)
    assert [reaches_share(number, 12, rule) for number in (0, 3, 4)] == [False, False, True]
    assert not reaches_share(12, 12, rules.rule(Notice.Kind.PLAN, project))
