"""The steps of an assessment, and that an issued one stays what it was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from assessments import appeals, computing, entering, facts, proceedings, results, scoring
from assessments.models import Appeal, Assessment, Deduction, FactSheet, Move
from assessments.proceedings import Outdated, StepRefused
from projects.models import Project
from tests.assessments.conftest import (
    END,
    after_appeals,
    complete,
    default_scheme,
    fresh,
    through_to_published,
    unit,
)

pytestmark = pytest.mark.django_db
State = Assessment.State


def _line(assessment: Assessment, code: str) -> dict[str, object]:
    found: dict[str, object] = next(
        line for line in assessment.document["indicators"] if line["code"] == code
    )
    return found


def test_opening_a_year_scores_every_unit_with_a_plan(opened: dict[str, Assessment]) -> None:
    assert sorted(opened) == ["222401", "222403"]
    yanji = fresh(opened["222401"])
    started = _line(yanji, "started")
    assert started["fact"] == {"part": "3", "whole": "4", "kind": "share"}
    assert started["earned"] == "6.00"
    completed = _line(yanji, "completed")
    assert (completed["fact"], completed["earned"]) == ({"part": "2", "whole": "4", "kind": "share"}, "5.00")
    assert _line(yanji, "prepared")["fact"] == {"part": "2", "whole": "4", "kind": "share"}
    assert yanji.total == Decimal(yanji.document["total"])
    assert yanji.grade == scoring.grade_of(scoring.number(yanji.total), yanji.document["scheme"]["bands"])
    assert [move.to_state for move in Move.objects.filter(assessment=yanji)] == [State.SELF]


def test_opening_twice_opens_once(opened: dict[str, Assessment], province_user: User) -> None:
    again = proceedings.open_year(year=2020, scheme=default_scheme(), on=END, by=province_user)
    assert again == []
    assert (Assessment.objects.count(), FactSheet.objects.count()) == (2, 1)


def test_opening_is_refused_with_a_reason(year: list[Project], province_user: User, yanji: User) -> None:
    scheme = default_scheme()
    with pytest.raises(PermissionDenied):
        proceedings.open_year(year=2020, scheme=scheme, on=END, by=yanji)
    with pytest.raises(StepRefused):
        proceedings.open_year(year=2020, scheme=scheme, on=timezone.localdate(), by=province_user)
    with pytest.raises(StepRefused):
        proceedings.open_year(year=2031, scheme=scheme, on=END, by=province_user)
    assert not Assessment.objects.exists()


def test_an_issued_assessment_recomputes_byte_equal_after_the_ledger_changed(
    opened: dict[str, Assessment],
    year: list[Project],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
    second_manager: User,
) -> None:
    mine = opened["222401"]
    mine = proceedings.pass_on(assessment=mine, seen=mine.revision, by=yanji)
    mine = entering.enter(
        assessment=mine,
        seen=mine.revision,
        losses=[
            entering.Loss("earmarked", Decimal("1.2"), "多支付进度款 28.60 万元，已追回", "审计 2020-14")
        ],
        by=prefecture_reviewer,
    )
    mine = proceedings.pass_on(assessment=mine, seen=mine.revision, by=prefecture_reviewer)
    (mine,) = proceedings.publish(assessments=[(mine, mine.revision)], by=province_user)
    mine = after_appeals(mine)
    (issued,) = proceedings.issue(
        assessments=[(mine, mine.revision)], document_no="吉建〔2021〕3号", by=second_manager
    )
    before = scoring.canonical(fresh(issued).document)
    score = fresh(issued).total

    complete(year[2], yanji, completed_on=date(2020, 12, 1))
    User.objects.filter(pk=prefecture_reviewer.pk).update(display_name="改名的人")

    after = fresh(issued)
    assert computing.recompute(after) == before
    assert scoring.sha256(after.document) == after.sha256
    assert computing.is_reproduced(after)
    assert facts.is_intact(after.fact_sheet)
    assert results.scores(2020) == {issued.unit_id: score}
    # What was mended counts in the next period alone.
    later = facts.freeze(
        kind=FactSheet.Kind.ANNUAL, year=2020, on=date(2021, 1, 31), units=[unit("222401")], by=None
    )
    assert facts.facts_of(later, "222401")["progress.completed"]["part"] == "3"
    assert facts.facts_of(after.fact_sheet, "222401")["progress.completed"]["part"] == "2"


def test_the_database_refuses_to_change_what_was_issued(
    opened: dict[str, Assessment],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
    second_manager: User,
) -> None:
    mine = after_appeals(
        through_to_published(
            opened["222401"], unit_user=yanji, reviewer=prefecture_reviewer, manager=province_user
        )
    )
    (issued,) = proceedings.issue(assessments=[(mine, mine.revision)], document_no="1号", by=second_manager)
    for statement in (
        f"UPDATE assessments_assessment SET total = 99 WHERE id = {issued.pk}",
        "UPDATE assessments_factsheet SET data = '{}'",
        "UPDATE assessments_indicator SET points = 1",
        "UPDATE assessments_scheme SET name = 'x'",
        "UPDATE assessments_band SET from_score = 1 WHERE from_score = 90",
        "UPDATE assessments_move SET reason = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(StepRefused):
        entering.enter(assessment=issued, seen=fresh(issued).revision, by=province_user)
    assert fresh(issued).total == issued.total


def test_whose_turn_it_is_not_changes_nothing(
    opened: dict[str, Assessment], dunhua: User, prefecture_reviewer: User, province_user: User, auditor: User
) -> None:
    mine = opened["222401"]
    for stranger in (dunhua, prefecture_reviewer, province_user, auditor):
        with pytest.raises(PermissionDenied):
            proceedings.pass_on(assessment=mine, seen=mine.revision, by=stranger)
    assert (fresh(mine).state, fresh(mine).revision) == (State.SELF, 1)


def test_an_old_page_changes_nothing(opened: dict[str, Assessment], yanji: User) -> None:
    mine = opened["222401"]
    proceedings.pass_on(assessment=mine, seen=1, by=yanji)
    with pytest.raises((Outdated, PermissionDenied)):
        proceedings.pass_on(assessment=mine, seen=1, by=yanji)
    assert (fresh(mine).state, fresh(mine).revision) == (State.CHECK, 2)


def test_a_deduction_is_taken_back_with_a_reason(
    opened: dict[str, Assessment], yanji: User, prefecture_reviewer: User
) -> None:
    mine = opened["222401"]
    full = fresh(mine).total
    mine = proceedings.pass_on(assessment=mine, seen=mine.revision, by=yanji)
    loss = entering.Loss("quality", Decimal("3"), "延春小区屋面渗漏，逾期 12 天")
    mine = entering.enter(assessment=mine, seen=mine.revision, losses=[loss], by=prefecture_reviewer)
    assert _line(fresh(mine), "quality")["earned"] == "3.00"
    key = Deduction.objects.get().pk
    with pytest.raises(StepRefused):
        entering.enter(assessment=mine, seen=mine.revision, taken_back={key: " "}, by=prefecture_reviewer)
    mine = entering.enter(
        assessment=mine, seen=mine.revision, taken_back={key: "已按期整改"}, by=prefecture_reviewer
    )
    assert (fresh(mine).total, _line(fresh(mine), "quality")["deductions"]) == (full, [])
    assert Deduction.objects.count() == 2


@pytest.mark.parametrize(
    "loss",
    [
        entering.Loss("quality", Decimal("0"), "x"),
        entering.Loss("quality", Decimal("6.01"), "x"),
        entering.Loss("quality", Decimal("1"), " "),
        entering.Loss("nothing", Decimal("1"), "x"),
    ],
)
def test_deductions_that_cannot_be_are_refused(
    opened: dict[str, Assessment], yanji: User, prefecture_reviewer: User, loss: entering.Loss
) -> None:
    mine = proceedings.pass_on(assessment=opened["222401"], seen=1, by=yanji)
    with pytest.raises(StepRefused):
        entering.enter(assessment=mine, seen=2, losses=[loss], by=prefecture_reviewer)
    assert (fresh(mine).revision, Deduction.objects.count()) == (2, 0)


def test_nobody_gives_points_to_what_the_ledgers_say(opened: dict[str, Assessment], yanji: User) -> None:
    with pytest.raises(StepRefused):
        entering.enter(
            assessment=opened["222401"],
            seen=1,
            points=[entering.Points("started", Decimal("8"))],
            by=yanji,
        )


def test_an_appeal_is_answered_before_the_score_is_issued(
    opened: dict[str, Assessment],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
    second_manager: User,
) -> None:
    mine = through_to_published(
        opened["222401"], unit_user=yanji, reviewer=prefecture_reviewer, manager=province_user
    )
    assert mine.appeal_until == timezone.localdate() + timedelta(days=10)
    made = appeals.appeal(assessment=mine, indicator="completed", text="建安小区已于12月完工", by=yanji)
    mine = after_appeals(mine)
    with pytest.raises(StepRefused):
        proceedings.issue(assessments=[(mine, mine.revision)], document_no="1号", by=second_manager)
    with pytest.raises(StepRefused):
        appeals.answer(found=made, outcome="accepted", text=" ", by=province_user)
    appeals.answer(found=made, outcome="rejected", text="台账未记完工", by=province_user)
    with pytest.raises(StepRefused):
        appeals.answer(found=made, outcome="accepted", text="改主意", by=province_user)
    with pytest.raises(StepRefused):
        # Four eyes: who published does not issue.
        proceedings.issue(assessments=[(mine, mine.revision)], document_no="1号", by=province_user)
    (issued,) = proceedings.issue(assessments=[(mine, mine.revision)], document_no="1号", by=second_manager)
    assert fresh(issued).state == State.ISSUED
    assert [(row.outcome, row.answer) for row in Appeal.objects.all()] == [("rejected", "台账未记完工")]
    kept = AuditEvent.objects.filter(kind__in=["appeal.answer", "assessment.issue"]).order_by("pk")
    assert [(row.kind, row.actor, row.detail) for row in kept] == [
        ("appeal.answer", province_user, {"appeal": made.pk, "assessment": mine.pk, "result": "rejected"}),
        (
            "assessment.issue",
            second_manager,
            {
                "assessment": mine.pk,
                "unit": "222401",
                "year": 2020,
                "document_no": "1号",
                "sha256": issued.sha256,
            },
        ),
    ]


def test_an_accepted_appeal_leads_back_to_the_review_and_new_facts(
    opened: dict[str, Assessment],
    year: list[Project],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
) -> None:
    mine = through_to_published(
        opened["222401"], unit_user=yanji, reviewer=prefecture_reviewer, manager=province_user
    )
    made = appeals.appeal(assessment=mine, indicator="completed", text="建安小区漏记", by=yanji)
    appeals.answer(found=made, outcome="accepted", text="已核实", by=province_user)
    mine = proceedings.send_back(
        assessment=mine, seen=mine.revision, reason="申诉成立，重新取数", by=province_user
    )
    complete(year[2], yanji, completed_on=date(2020, 12, 1))
    before = mine.total
    mine = proceedings.retake_facts(assessment=mine, seen=mine.revision, reason="申诉成立", by=province_user)
    assert _line(fresh(mine), "completed")["fact"] == {"part": "3", "whole": "4", "kind": "share"}
    assert (fresh(mine).total or 0) > (before or 0)
    assert fresh(mine).fact_sheet.number == 2
    # The other unit stays with the facts it had.
    assert fresh(opened["222403"]).fact_sheet.number == 1


def test_too_late_is_no_appeal(
    opened: dict[str, Assessment], yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    mine = after_appeals(
        through_to_published(
            opened["222401"], unit_user=yanji, reviewer=prefecture_reviewer, manager=province_user
        )
    )
    with pytest.raises(StepRefused):
        appeals.appeal(assessment=mine, indicator="", text="不服", by=yanji)
    assert not Appeal.objects.exists()
