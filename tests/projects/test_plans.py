"""Reserve library → declared → passed by prefecture and province → issued; and changes in the year."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.models import Region, User
from accounts.roles import Role
from projects import adjustments, plans
from projects.baselines import compare_baselines, totals
from projects.models import AnnualPlan, PlanBaseline, Project, StageTransition
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.services import apply
from tests.conftest import make_user
from tests.projects.planning import YEAR, fresh, issued, passed, places, projects

pytestmark = pytest.mark.django_db
Library = Project.Library
DOCUMENT = "吉建城〔2027〕3号"


def test_a_project_passes_prefecture_and_province_into_the_plan(
    yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    found = projects(2)
    plans.declare(found, actor=yanji)
    plans.pass_review(found, actor=prefecture_reviewer)
    plans.pass_review(found, actor=province_user)
    [baseline] = plans.issue_plan(
        [yanji.region], YEAR, document_no=DOCUMENT, issued_on=date(2027, 3, 1), actor=province_user
    )
    assert places(found) == [Library.ISSUED, Library.ISSUED]
    plan = AnnualPlan.objects.get(unit=yanji.region, year=YEAR)
    assert (plan.state, plan.document_no, plan.issued_on) == ("issued", DOCUMENT, date(2027, 3, 1))
    assert (plan.target_communities, plan.target_households, plan.target_area) == (
        2,
        424,
        Decimal("42400.00"),
    )
    assert (baseline.number, baseline.communities, baseline.buildings, baseline.households) == (1, 2, 12, 424)
    steps = StageTransition.objects.filter(project=found[0]).values_list("action", "actor__username")
    assert list(steps) == [
        ("declare", "yanji"),
        ("pass", "yanbian"),
        ("pass", "province"),
        ("issue", "province"),
    ]


def test_a_declaration_names_what_every_project_lacks(yanji: User) -> None:
    whole, bare = projects(1)[0], projects(1, "222401", 2026, planned_households=None)[0]
    with pytest.raises(plans.Refused) as refusal:
        plans.declare([whole, bare], actor=yanji)
    assert [
        (found.project.pk, len(found.report.unmet)) for found in refusal.value.obstacles if found.report
    ] == [(bare.pk, 1)]
    assert places([whole, bare]) == [Library.RESERVE, Library.RESERVE]


def test_nobody_passes_what_they_declared_not_even_among_others(yanji: User) -> None:
    own, others = projects(1), projects(1, year=2026)
    plans.declare(own, actor=yanji)
    colleague = make_user("colleague", "同事", Role.ENTRY, "222401")
    plans.declare(others, actor=colleague)
    # The officer has become the prefecture's reviewer meanwhile.
    yanji.role, yanji.region = Role.REVIEWER, Region.objects.get(code="222400")
    yanji.view_region = yanji.region
    yanji.save()
    with pytest.raises(plans.SelfApproval) as refusal:
        plans.pass_review([*own, *others], actor=yanji)
    assert [found.project.pk for found in refusal.value.obstacles] == [own[0].pk]
    assert places([*own, *others]) == [Library.DECLARED, Library.DECLARED]
    plans.pass_review(others, actor=yanji)
    assert places([*own, *others]) == [Library.DECLARED, Library.PREFECTURE_PASSED]


def test_whoever_passed_for_the_prefecture_does_not_pass_for_the_province(
    yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    found = projects(1)
    plans.declare(found, actor=yanji)
    plans.pass_review(found, actor=prefecture_reviewer)
    prefecture_reviewer.region = prefecture_reviewer.view_region = province_user.region
    prefecture_reviewer.save()
    with pytest.raises(plans.SelfApproval):
        plans.pass_review(found, actor=prefecture_reviewer)
    assert places(found) == [Library.PREFECTURE_PASSED]


def test_a_returned_project_is_declared_and_passed_again_by_the_same_people(
    yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    found = projects(1)
    plans.declare(found, actor=yanji)
    plans.pass_review(found, actor=prefecture_reviewer)
    plans.return_(found, actor=province_user, reason="户数与楼栋合计不符")
    assert places(found) == [Library.RESERVE]
    step = StageTransition.objects.filter(project=found[0]).last()
    assert step is not None
    assert (step.action, step.reason) == ("return", "户数与楼栋合计不符")
    plans.declare(found, actor=yanji)
    plans.pass_review(found, actor=prefecture_reviewer)
    plans.pass_review(found, actor=province_user)
    assert places(found) == [Library.PROVINCE_PASSED]


def test_a_return_without_a_reason_is_refused(yanji: User, prefecture_reviewer: User) -> None:
    found = projects(1)
    plans.declare(found, actor=yanji)
    with pytest.raises(WorkflowError):
        plans.return_(found, actor=prefecture_reviewer, reason="  ")
    assert places(found) == [Library.DECLARED]


def test_each_level_reviews_its_own_step_in_its_own_region(
    yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    found = projects(1)
    plans.declare(found, actor=yanji)
    with pytest.raises(plans.Overtaken):
        plans.pass_review(found, actor=province_user)
    with pytest.raises(PermissionDenied):
        plans.pass_review(found, actor=yanji)
    stranger = make_user("tonghua", "通化市审核员", Role.REVIEWER, "220500")
    with pytest.raises(Project.DoesNotExist):
        plans.pass_review(found, actor=stranger)
    assert places(found) == [Library.DECLARED]


def test_the_second_approver_reads_who_was_first(
    yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    found = projects(1)
    plans.declare(found, actor=yanji)
    second = make_user("yanbian2", "延边州审核员乙", Role.REVIEWER, "222400")
    plans.pass_review(found, actor=prefecture_reviewer)
    with pytest.raises(plans.Overtaken) as told:
        plans.pass_review(found, actor=second)
    assert "延边州审核员" in str(told.value)
    assert StageTransition.objects.filter(project=found[0], action="pass").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("crowd")
def test_of_two_approvers_at_once_one_takes_the_step(yanji: User, prefecture_reviewer: User) -> None:
    found = projects(3)
    plans.declare(found, actor=yanji)
    people = [prefecture_reviewer, make_user("yanbian2", "延边州审核员乙", Role.REVIEWER, "222400")]
    start = threading.Barrier(2)

    def act(user: User) -> Any:
        start.wait()
        try:
            return plans.pass_review(found, actor=user)
        except plans.Overtaken as late:
            return late
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(act, people))
    late = [answer for answer in answers if isinstance(answer, plans.Overtaken)]
    assert (len(late), len(late[0].obstacles)) == (1, 3)
    assert StageTransition.objects.filter(action="pass").count() == 3
    assert set(places(found)) == {Library.PREFECTURE_PASSED}


def test_a_plan_is_issued_once_and_later_projects_are_added(province_user: User) -> None:
    first = issued(2, province_user)
    unit = first[0].unit
    with pytest.raises(WorkflowError):
        plans.issue_plan([unit], YEAR, document_no=DOCUMENT, issued_on=date(2027, 3, 1), actor=province_user)
    [late] = passed(1, year=2026)
    moved = apply(
        Project, actor=None, source=ChangeSet.Source.LOAD, pk=late.pk, values={"plan_year": YEAR}, bound=False
    )
    assert moved.writes
    [late] = fresh([late])
    [baseline] = adjustments.add(
        [late], actor=province_user, reason="省里追加任务", document_no="吉建城〔2027〕9号"
    )
    assert (baseline.number, baseline.kind, baseline.communities) == (2, "add", 3)
    assert places([late]) == [Library.ISSUED]


def test_withdrawing_one_project_keeps_the_original_and_gives_the_adjusted_totals(
    province_user: User,
) -> None:
    found = issued(3, province_user)
    reason = "居民表决未通过，两次征求意见均未达到法定比例"
    step, baseline = adjustments.withdraw(
        found[1], actor=province_user, reason=reason, document_no="延市建〔2027〕41号"
    )
    assert step.to_standing == Project.Standing.WITHDRAWN
    assert baseline is not None
    kept = PlanBaseline.objects.filter(plan=baseline.plan).order_by("number")
    read = [
        (one.number, one.kind, one.communities, one.buildings, one.households, one.area, one.reason)
        for one in kept
    ]
    assert read == [
        (1, "issue", 3, 18, 636, Decimal("63600.00"), ""),
        (2, "withdraw", 2, 12, 424, Decimal("42400.00"), reason),
    ]
    assert totals(kept[0].rows).investment_fen == 3 * 848_000_000
    assert totals(kept[1].rows).investment_fen == 2 * 848_000_000
    [difference] = compare_baselines(kept[0], kept[1])
    assert (difference.kind, difference.row["project"], [one.number for one in difference.by]) == (
        "removed",
        found[1].pk,
        [2],
    )
    plan = AnnualPlan.objects.get(pk=baseline.plan_id)
    assert plan.target_communities == 3  # as issued; the adjusted task is the last baseline's


def test_a_withdrawal_goes_by_where_the_project_stands_not_by_what_was_seen(
    province_user: User, yanji: User
) -> None:
    [seen] = passed(1)
    plans.issue_plan([seen.unit], YEAR, document_no=DOCUMENT, issued_on=date(2027, 3, 1), actor=province_user)
    assert seen.library == Library.PROVINCE_PASSED  # as it was read before the plan was issued
    with pytest.raises(PermissionDenied):
        adjustments.withdraw(seen, actor=yanji, reason="x", document_no="y")
    _step, baseline = adjustments.withdraw(seen, actor=province_user, reason="x", document_no="y")
    assert baseline is not None
    assert (baseline.number, baseline.communities) == (2, 0)


def test_an_adjustment_writes_locked_figures_with_reason_and_evidence(province_user: User) -> None:
    [project, *_others] = issued(2, province_user)
    baseline = adjustments.adjust(
        project,
        {"planned_households": 240, "planned_area": Decimal("22000.50")},
        actor=province_user,
        reason="实测面积",
        document_no="吉建城〔2027〕8号",
        base_version=project.version,
    )
    [project] = fresh([project])
    assert (project.planned_households, project.planned_area) == (240, Decimal("22000.50"))
    former = PlanBaseline.objects.get(plan=baseline.plan, number=1)
    [difference] = compare_baselines(former, baseline)
    assert [(moved.key, moved.old, moved.new) for moved in difference.moved] == [
        ("households", 212, 240),
        ("area", "21200.00", "22000.50"),
    ]
    assert (baseline.households, former.households) == (452, 424)


def test_an_adjustment_needs_reason_evidence_and_a_change(province_user: User) -> None:
    [project] = issued(1, province_user)
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"planned_households": 240}, "", "x"),
        ({"planned_households": 240}, "x", " "),
        ({"planned_households": 212}, "x", "x"),
        ({"planned_investment_fen": -1}, "x", "x"),
    ]
    for figures, reason, document in wrong:
        with pytest.raises(WorkflowError):
            adjustments.adjust(project, figures, actor=province_user, reason=reason, document_no=document)
    assert PlanBaseline.objects.count() == 1


def test_the_second_of_two_adjustments_sees_that_it_is_late(province_user: User) -> None:
    [project] = issued(1, province_user)
    common: dict[str, Any] = {
        "actor": province_user,
        "reason": "核实",
        "document_no": "x",
        "base_version": project.version,
    }
    adjustments.adjust(project, {"planned_households": 240}, **common)
    with pytest.raises(adjustments.NotAdjusted):
        adjustments.adjust(project, {"planned_households": 250}, **common)
    assert fresh([project])[0].planned_households == 240
    assert PlanBaseline.objects.count() == 2


def test_units_do_not_change_an_issued_plan(province_user: User, yanji: User) -> None:
    [project] = issued(1, province_user)
    told: dict[str, Any] = {"actor": yanji, "reason": "x", "document_no": "x"}
    with pytest.raises(PermissionDenied):
        adjustments.withdraw(project, **told)
    with pytest.raises(PermissionDenied):
        adjustments.adjust(project, {"planned_households": 1}, **told)
    with pytest.raises(PermissionDenied):
        adjustments.add([project], **told)
    assert PlanBaseline.objects.count() == 1


def test_a_unit_withdraws_what_no_document_has_issued(yanji: User, dunhua: User) -> None:
    [project] = projects(1)
    with pytest.raises(Project.DoesNotExist):
        adjustments.withdraw(project, actor=dunhua, reason="x", document_no="x")
    step, baseline = adjustments.withdraw(
        project, actor=yanji, reason="列入征收范围", document_no="延市征〔2027〕2号"
    )
    assert (step.reason, baseline) == ("列入征收范围", None)
    assert fresh([project])[0].standing == Project.Standing.WITHDRAWN


def test_a_plan_issued_before_baselines_gets_its_first_with_its_first_change(province_user: User) -> None:
    # 2020 is history: its rows open as issued.
    found = projects(2, year=2020)
    apply(
        AnnualPlan,
        actor=None,
        source=ChangeSet.Source.LOAD,
        values={
            "unit_id": found[0].unit_id,
            "year": 2020,
            "state": "issued",
            "issued_on": date(2020, 4, 20),
            "document_no": "吉建城〔2020〕8号",
        },
    )
    adjustments.withdraw(found[0], actor=province_user, reason="x", document_no="y")
    kept = PlanBaseline.objects.order_by("number").values_list("kind", "communities", "effective_on")
    assert [tuple(one) for one in kept][0] == ("issue", 2, date(2020, 4, 20))
    assert kept[1][:2] == ("withdraw", 1)


def test_no_statement_changes_a_baseline(province_user: User) -> None:
    issued(1, province_user)
    baseline = PlanBaseline.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanBaseline.objects.filter(pk=baseline.pk).update(communities=9)
    assert PlanBaseline.objects.get().communities == 1
