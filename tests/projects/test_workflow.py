"""The workflow: one writer of the stage, gates that bind, and what stays visible of an exception."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Region, User
from projects import gating, workflow
from projects.gating import Transition
from projects.models import (
    DeadlineRule,
    ManagementArrangement,
    Milestone,
    PlanVersion,
    Project,
    StageTransition,
    Waiver,
)
from projects.workflow import GateClosed, MovedOn, WorkflowError
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.projects.planning import fresh, issued, projects
from tests.projects.stage import make_project
from tests.trust.world import write

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM
TODAY = timezone.localdate()

GATES = {
    "to_plan": ["projects.register", "projects.survey"],
    "declare": ["projects.planned", "projects.surveyed"],
    "to_build": [
        "projects.issued",
        "projects.plan_final",
        "projects.preparation",
        "consultations.heard",
        "funding.covered",
    ],
    "to_aftercare": [
        "projects.arranged",
        "projects.completed",
        "projects.accepted",
        "projects.handed_over",
        "projects.mended",
        "funding.reconciled",
    ],
}


def test_the_gate_table_is_pinned() -> None:
    """A gate that comes, goes or changes its name changes this table, which reviewers read."""
    assert {
        transition.value: [known.code for known in gating.gates_of(transition)] for transition in Transition
    } == GATES
    assert all(str(known.label) for step in Transition for known in gating.gates_of(step))


def prepared(project: Project) -> None:
    """Write what the gate of construction asks for: a final plan and every step of the preparation."""
    write(
        PlanVersion,
        [{"project_id": project.pk, "number": 1, "state": "final", "finalised_on": TODAY, "dated_on": TODAY}],
    )
    write(
        Milestone,
        [
            {"project_id": project.pk, "kind": kind, "actual_on": TODAY, "document_no": f"文{number}"}
            for number, kind in enumerate(Milestone.PREPARATION)
        ],
    )


def advance(project: Project, actor: User) -> StageTransition:
    """Move a project on as its page does."""
    return workflow.advance(project, actor=actor, source=FORM, seen_stage=project.stage)


def test_a_closed_gate_names_everything_missing_and_changes_nothing(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    with pytest.raises(GateClosed) as refused:
        advance(project, yanji)
    assert [item.code for item in refused.value.report.unmet] == [
        "projects.plan_final",
        *(f"projects.preparation.{kind}" for kind in Milestone.PREPARATION),
    ]
    assert all(item.what and item.owes for item in refused.value.report.unmet)
    [after] = fresh([project])
    assert (after.stage, after.version, after.ready_on) == ("plan", project.version, None)
    assert not project.transitions.filter(action="advance").exists()


def test_mending_what_is_missing_opens_the_gate(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    step = advance(project, yanji)
    [after] = fresh([project])
    assert (after.stage, after.stage_since, after.ready_on) == ("build", TODAY, TODAY)
    assert (step.action, step.from_stage, step.to_stage, step.actor, step.waived) == (
        "advance",
        "plan",
        "build",
        yanji,
        [],
    )
    assert Project.history.filter(id=project.pk).latest("version").stage == "build"
    assert ChangeSet.objects.get(pk=step.change_set_id or 0).actor == yanji


def grant(province: Region, code: str, **values: Any) -> int:
    """Write an approved waiver for this year and the next."""
    [pk] = write(
        Waiver,
        [
            {
                "kind": "gate",
                "code": code,
                "region_id": province.pk,
                "valid_from": TODAY - timedelta(days=1),
                "valid_until": TODAY + timedelta(days=30),
                "reason": "灾后重建，先行实施",
                "state": "approved",
                **values,
            }
        ],
    )
    return pk


def test_a_waiver_lets_pass_what_it_names_and_is_kept_with_the_step(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    first = grant(yanji.region, "projects.preparation.*")
    report = workflow.report_of(project)
    assert report is not None
    assert [item.code for item in report.unmet] == ["projects.plan_final"]
    assert {item.waiver for item in report.waived} == {first}
    second = grant(yanji.region, "projects.plan_final", project_id=project.pk)
    step = advance(project, yanji)
    assert {item["waiver"] for item in step.waived} == {first, second}
    assert len(step.waived) == 1 + len(Milestone.PREPARATION)


@pytest.mark.parametrize(
    "values",
    [
        {"valid_from": TODAY - timedelta(days=9), "valid_until": TODAY - timedelta(days=1)},
        {"valid_from": TODAY + timedelta(days=1)},
        {"state": "asked"},
        {"state": "revoked"},
        {"year_to": 2026},
        {"kind": "rule"},
    ],
)
def test_a_waiver_that_does_not_hold_lets_nothing_pass(
    yanji: User, province_user: User, values: dict[str, Any]
) -> None:
    [project] = issued(1, province_user)
    grant(yanji.region, "projects.*", **values)
    report = workflow.report_of(project)
    assert report is not None
    assert not report.waived
    assert len(report.unmet) == 1 + len(Milestone.PREPARATION)


def test_a_waiver_of_another_unit_does_not_hold(yanji: User, dunhua: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    grant(dunhua.region, "projects.*")
    report = workflow.report_of(project)
    assert report is not None
    assert not report.waived


def test_of_two_people_at_once_the_second_reads_that_it_has_moved(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    advance(project, yanji)
    with pytest.raises(MovedOn):
        advance(project, province_user)
    assert project.transitions.filter(action="advance").count() == 1


def test_what_opened_a_gate_stays_until_the_project_is_sent_back(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    advance(project, yanji)
    tender = Milestone.objects.get(project=project, kind="tender")

    def remove() -> Status:
        return apply(
            Milestone,
            actor=yanji,
            source=FORM,
            pk=tender.pk,
            base_version=tender.version,
            values={"actual_on": None},
        ).status

    assert remove() is Status.LOCKED
    workflow.send_back(
        fresh([project])[0], actor=province_user, source=FORM, seen_stage="build", reason="中标通知书有误"
    )
    [back] = fresh([project])
    assert (back.stage, back.ready_on) == ("plan", None)
    assert remove() is Status.CHANGED


@pytest.mark.parametrize("source", list(ChangeSet.Source))
def test_no_edit_writes_what_the_workflow_writes(province_user: User, source: ChangeSet.Source) -> None:
    [project] = projects(1)
    values: dict[str, Any] = {
        "stage": "build",
        "standing": "withdrawn",
        "library": "issued",
        "is_history": True,
        "ready_on": date(2027, 3, 1),
    }
    for name, value in values.items():
        found = apply(Project, actor=province_user, source=source, pk=project.pk, values={name: value})
        assert (name, found.status) == (name, Status.LOCKED)
    [after] = fresh([project])
    assert after.version == project.version


def test_dates_of_the_building_wait_for_the_gate(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)

    def start() -> Status:
        return apply(Project, actor=yanji, source=FORM, pk=project.pk, values={"started_on": TODAY}).status

    assert start() is Status.LOCKED
    prepared(project)
    advance(project, yanji)
    assert start() is Status.CHANGED
    step = Milestone.objects.get(project=project, kind="start")
    assert step.actual_on == TODAY


def test_a_new_row_cannot_begin_beyond_the_gate(yanji: User) -> None:
    [other] = projects(1)
    found = apply(
        Project,
        actor=yanji,
        source=ChangeSet.Source.WORKBOOK,
        values={"community_id": other.community_id, "plan_year": 2026, "started_on": date(2026, 5, 1)},
    )
    assert found.status is Status.LOCKED
    assert not Project.objects.filter(plan_year=2026).exists()


@pytest.mark.parametrize("step", ["send_back", "suspend"])
def test_stepping_back_needs_a_reason(yanji: User, province_user: User, step: str) -> None:
    [project] = issued(1, province_user)
    seen = {"seen_stage": project.stage} if step == "send_back" else {}
    with pytest.raises(WorkflowError):
        getattr(workflow, step)(project, actor=yanji, source=FORM, reason="  ", **seen)
    assert fresh([project])[0].version == project.version


def test_a_suspended_project_stands_still_until_it_is_resumed(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    workflow.suspend(project, actor=yanji, source=FORM, reason="等待规划调整")
    with pytest.raises(MovedOn):
        advance(project, yanji)
    workflow.resume(fresh([project])[0], actor=yanji, source=FORM)
    assert advance(fresh([project])[0], yanji).to_stage == "build"


def test_works_that_have_started_are_not_sent_back(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    advance(project, yanji)
    apply(Project, actor=yanji, source=FORM, pk=project.pk, values={"started_on": TODAY})
    with pytest.raises(WorkflowError):
        workflow.send_back(
            fresh([project])[0], actor=province_user, source=FORM, seen_stage="build", reason="误操作"
        )


def test_transitions_are_never_changed(yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    step = project.transitions.latest("pk")
    with pytest.raises(DatabaseError), transaction.atomic():
        StageTransition.objects.filter(pk=step.pk).update(reason="改写")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            StageTransition.objects.filter(pk=step.pk).delete()
    assert StageTransition.objects.get(pk=step.pk).reason == step.reason


def test_years_entered_as_history_follow_their_dates(yanji: User) -> None:
    [other] = projects(1)
    made = apply(
        Project,
        actor=yanji,
        source=ChangeSet.Source.WORKBOOK,
        values={"community_id": other.community_id, "plan_year": 2020, "started_on": date(2020, 5, 1)},
    )
    assert made.status is Status.CREATED
    row = Project.objects.get(pk=made.row["id"])
    assert (row.is_history, row.library, row.stage) == (True, "issued", "build")
    apply(Project, actor=yanji, source=FORM, pk=row.pk, values={"completed_on": date(2020, 10, 1)})
    row.refresh_from_db()
    assert row.stage == "aftercare"
    done = Milestone.objects.get(project=row, kind="completion")
    assert done.actual_on == date(2020, 10, 1)


def test_an_arrangement_of_the_post_management_changes_and_does_not_vanish(
    yanji: User, province_user: User
) -> None:
    [project] = issued(1, province_user)
    [pk] = write(
        ManagementArrangement, [{"project_id": project.pk, "mode": "self", "agreed_on": date(2026, 11, 2)}]
    )

    def edit(**values: Any) -> Status:
        return apply(ManagementArrangement, actor=yanji, source=FORM, pk=pk, values=values).status

    write_stage = {"stage": "aftercare"}
    apply(Project, actor=yanji, source=FORM, pk=project.pk, values=write_stage, bound=False)
    assert edit(mode="professional") is Status.CHANGED
    assert edit(mode="") is Status.LOCKED
    assert edit(agreed_on=None) is Status.LOCKED
    assert edit(is_removed=True) is Status.LOCKED


def test_what_is_missing_before_the_works_is_due_before_it_is_planned(yanji: User) -> None:
    """前期工作 3月31日前: a day of the calendar, of the award and of everything before it."""
    project = make_project(stage="plan", library="reserve")
    report = workflow.report_of(project)
    assert report is not None
    assert {item.due for item in report.unmet} == {date(2026, 3, 31)}
    write(Milestone, [{"project_id": project.pk, "kind": "notice", "planned_on": date(2026, 2, 10)}])
    report = workflow.report_of(project)
    assert report is not None
    dues = {item.code: item.due for item in report.unmet}
    assert dues["projects.preparation.notice"] == date(2026, 2, 10)
    [rule] = DeadlineRule.objects.filter(code="preparation")
    apply(DeadlineRule, actor=None, source=ChangeSet.Source.LOAD, pk=rule.pk, values={"month_day": 430})
    report = workflow.report_of(project)
    assert report is not None
    assert {item.due for item in report.unmet} == {date(2026, 2, 10), date(2026, 4, 30)}
