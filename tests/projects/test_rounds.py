"""Monthly rounds: opened, filled in, signed, returned, accepted, closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from projects import months, rounds
from projects.models import ReportingRound, UnitReturn
from projects.punctuality import days_late, league
from tests.conftest import make_user
from tests.projects.months import MONTH, TODAY, built, opened, report, submitted

pytestmark = pytest.mark.django_db
State = UnitReturn.State


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def states() -> dict[str, str]:
    """Return the state of every unit's return."""
    return dict(UnitReturn.objects.values_list("unit__code", "state"))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_months_follow_one_another_without_gap(day: date) -> None:
    first = months.month_of(day)
    last = months.month_end(first)
    assert first <= day <= last
    assert (first.day, last.month) == (1, first.month)
    assert months.month_of(date.fromordinal(last.toordinal() + 1)) == date.fromordinal(last.toordinal() + 1)
    assert months.month_end(months.month_before(first)).toordinal() + 1 == first.toordinal()


def test_a_round_opens_with_a_return_for_every_unit_that_builds() -> None:
    built("向阳小区"), built("铁南小区")
    built("林海小区", "222403")
    built("已完小区", "220101", completed_on=date(2026, 9, 30))
    built("未开小区", "220284", started_on=None)

    held = rounds.open_round(MONTH, actor=None)

    assert (held.month, held.opens_on, held.due_on) == (MONTH, date(2026, 10, 25), date(2026, 11, 3))
    assert states() == {"222401": "draft", "222403": "draft"}
    built("后来小区", "220284")
    assert rounds.open_round(MONTH, actor=None) == held
    assert states() == {"222401": "draft", "222403": "draft", "220284": "draft"}


def test_only_the_province_opens_a_round_by_hand_and_none_of_a_month_to_come(
    province_user: User, yanji: User, prefecture_reviewer: User
) -> None:
    for stranger in (yanji, prefecture_reviewer):
        with pytest.raises(PermissionDenied):
            rounds.open_round(MONTH, actor=stranger)
    with pytest.raises(rounds.RoundError):
        rounds.open_round(date(2026, 12, 1), actor=province_user)
    assert ReportingRound.objects.count() == 0
    assert rounds.open_round(MONTH, actor=province_user).month == MONTH


def test_a_return_is_signed_when_every_project_is_reported(yanji: User) -> None:
    one, two, three = built("向阳小区"), built("铁南小区"), built("河南小区")
    report(one), report(two, invested_fen=None)
    found = opened()

    with pytest.raises(rounds.Incomplete) as told:
        rounds.submit(found, actor=yanji, signed_name="王某")

    listed = {gap.community: gap.project for gap in told.value.gaps}
    assert listed == {"铁南小区": two.pk, "河南小区": three.pk}
    assert states() == {"222401": "draft"}
    assert rounds.filled(MONTH, [found.unit_id]) == {found.unit_id: (1, 3)}


def test_what_was_signed_is_kept_with_name_and_moment(yanji: User) -> None:
    report(built())
    found = submitted(yanji)

    found.refresh_from_db()
    assert (found.state, found.signed_name, found.submitted_by) == (State.SUBMITTED, "王某", yanji)
    assert found.submitted_at == found.first_submitted_at
    assert list(found.history.values_list("state", flat=True)) == ["submitted", "draft"]


@pytest.mark.parametrize("name", ["", "  "])
def test_a_return_without_a_signature_is_refused(name: str, yanji: User) -> None:
    report(built())
    with pytest.raises(rounds.RoundError):
        rounds.submit(opened(), actor=yanji, signed_name=name)
    assert states() == {"222401": "draft"}


def test_strangers_neither_submit_nor_decide(yanji: User, dunhua: User, auditor: User) -> None:
    report(built())
    found = opened()
    for stranger in (dunhua, auditor):
        with pytest.raises(PermissionDenied):
            rounds.submit(found, actor=stranger, signed_name="李某")
    rounds.submit(found, actor=yanji, signed_name="王某")
    elsewhere = make_user("tonghua", "通化市审核员", Role.REVIEWER, "220500")
    for stranger in (yanji, dunhua, auditor, elsewhere):
        with pytest.raises(PermissionDenied):
            rounds.accept(found, actor=stranger)
        with pytest.raises(PermissionDenied):
            rounds.return_(found, actor=stranger, reason="数字不符")
    assert states() == {"222401": "submitted"}


def test_a_returned_return_is_mended_and_signed_again(yanji: User, prefecture_reviewer: User) -> None:
    report(built())
    found = submitted(yanji)
    first = found.first_submitted_at

    with pytest.raises(rounds.RoundError):
        rounds.return_(found, actor=prefecture_reviewer, reason=" ")
    rounds.return_(found, actor=prefecture_reviewer, reason="投资完成额与凭证不符")

    found.refresh_from_db()
    assert (found.state, found.return_reason) == (State.RETURNED, "投资完成额与凭证不符")
    with time_machine.travel("2026-11-25T12:00:00+08:00", tick=False):
        rounds.submit(found, actor=yanji, signed_name="王某")
    found.refresh_from_db()
    assert (found.state, found.first_submitted_at, found.return_reason) == (State.SUBMITTED, first, "")
    assert timezone.localtime(found.submitted_at).day == 25


def test_nobody_accepts_what_they_submitted(province_user: User, prefecture_reviewer: User) -> None:
    report(built())
    found = opened()
    # A manager may not submit; whoever once did and was promoted may still not decide.
    officer = make_user("both", "两职", Role.ENTRY, "220000")
    rounds.submit(found, actor=officer, signed_name="两职")
    officer.role = Role.MANAGER
    officer.save()

    with pytest.raises(rounds.RoundError):
        rounds.accept(found, actor=officer)
    with pytest.raises(rounds.RoundError):
        rounds.return_(found, actor=officer, reason="再看")
    rounds.accept(found, actor=prefecture_reviewer)
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (State.ACCEPTED, prefecture_reviewer)


def test_of_two_deciders_the_second_is_told(
    yanji: User, province_user: User, prefecture_reviewer: User
) -> None:
    report(built())
    found = submitted(yanji)
    rounds.accept(found, actor=prefecture_reviewer)

    with pytest.raises(rounds.MovedOn):
        rounds.accept(found, actor=province_user)
    with pytest.raises(rounds.MovedOn):
        rounds.submit(found, actor=yanji, signed_name="王某")
    assert found.history.count() == 3


def test_closing_makes_accepted_returns_final_and_leaves_the_others_to_be_made_up(
    yanji: User, dunhua: User, province_user: User, prefecture_reviewer: User
) -> None:
    report(built())
    late = built("林海小区", "222403")
    found = submitted(yanji)
    rounds.accept(found, actor=prefecture_reviewer)
    held = found.round
    with pytest.raises(PermissionDenied):
        rounds.close_round(held, actor=yanji)

    assert rounds.close_round(held, actor=province_user) == 1

    assert states() == {"222401": "closed", "222403": "draft"}
    with pytest.raises(rounds.MovedOn):
        rounds.close_round(held, actor=province_user)
    with pytest.raises(rounds.MovedOn):
        rounds.return_(found, actor=province_user, reason="再看")
    # 补报: the late unit reports, and what is accepted now is final at once.
    report(late)
    made_up = UnitReturn.objects.get(unit__code="222403")
    rounds.submit(made_up, actor=dunhua, signed_name="李某")
    rounds.accept(made_up, actor=prefecture_reviewer)
    assert states() == {"222401": "closed", "222403": "closed"}
    assert days_late(UnitReturn.objects.select_related("round").get(pk=made_up.pk), TODAY) == 19


def test_a_month_that_is_not_over_cannot_be_closed(province_user: User) -> None:
    held = rounds.open_round(date(2026, 11, 1), actor=None)
    with pytest.raises(rounds.RoundError):
        rounds.close_round(held, actor=province_user)
    held.refresh_from_db()
    assert held.closed_at is None


def test_the_league_counts_what_came_in_time_and_how_much_of_it(yanji: User) -> None:
    one, two = built("向阳小区"), built("铁南小区")
    built("林海小区", "222403")
    september = date(2026, 9, 1)
    for project in (one, two):
        report(project, september)
    with time_machine.travel("2026-10-02T12:00:00+08:00", tick=False):
        submitted(yanji, september)
    report(one)
    opened()

    table = league(UnitReturn.objects.all(), TODAY)

    told = [
        (row.unit.code, row.returns, row.on_time, row.missing, row.timeliness, row.completeness)
        for row in table
    ]
    assert told == [
        ("222401", 2, 1, 1, Decimal("50.0"), Decimal("75.0")),
        ("222403", 2, 0, 2, Decimal("0.0"), Decimal("0.0")),
    ]
