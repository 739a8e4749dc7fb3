"""Frozen means frozen: once, whole, unchanged by whatever the ledgers do later."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Region, User
from dashboards import snapshots
from dashboards.figures import Amounts, Measure
from dashboards.models import Snapshot
from dashboards.places import Places, all_projects
from dashboards.rollups import progress
from dashboards.snapshots import Frozen, NotOver, freeze, freeze_month
from projects.models import Project
from projects.months import previous_month_end
from tests.dashboards.conftest import JUNE, MAY, change, enter, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def june(year: list[Project], province_user: User) -> Snapshot:
    """Give the frozen June."""
    snapshot, _is_new = freeze(
        region=Region.objects.get(code="220000"), plan_year=2020, on=JUNE, by=province_user
    )
    return snapshot


def test_a_snapshot_says_what_the_ledgers_say(june: Snapshot) -> None:
    for code in ("220000", "222400", "222401"):
        places = Places.within(Region.objects.get(code=code))
        frozen = Frozen.find((2020,), JUNE)
        assert frozen is not None
        projects = all_projects(places.region)
        for by in (None, "unit", "prefecture", "year"):
            live = progress(projects, places, years=(2020,), on=JUNE, by=by)
            assert frozen.rows(places, by) == live


def test_a_snapshot_keeps_every_project_with_its_version(june: Snapshot, year: list[Project]) -> None:
    june.refresh_from_db()
    kept = {member[0]: member[1] for member in june.members}
    assert kept == {project.pk: 1 for project in year if project.plan_year == 2020}
    assert june.is_intact
    june.members = june.members[1:]
    assert not june.is_intact


def test_the_rows_of_a_frozen_number_are_that_number(june: Snapshot) -> None:
    places = Places.within(Region.objects.get(code="222400"))
    frozen = Frozen.find((2020,), JUNE)
    assert frozen is not None
    (row,) = frozen.rows(places)
    for measure in Measure:
        members = frozen.members(places, measure)
        counted = sum((member.amounts for member in members), Amounts())
        if measure in {Measure.INCOMPLETE, Measure.SIMULATED}:
            assert counted.communities == row.figures.of(measure).communities
        else:
            assert counted == row.figures.of(measure)


def test_later_changes_of_the_ledgers_do_not_reach_a_snapshot(
    june: Snapshot, year: list[Project], province_user: User
) -> None:
    before = (june.sha256, june.figures, june.members)
    change(year[0], province_user, "无施工单位进场照片", started_on=None)
    enter([{"unit": "222401", **started(date(2020, 6, 2))}])
    june.refresh_from_db()
    assert (june.sha256, june.figures, june.members) == before
    assert june.is_intact
    again, is_new = freeze(region=june.region, plan_year=2020, on=JUNE)
    assert (again.pk, is_new) == (june.pk, False)


def test_no_path_changes_a_snapshot(june: Snapshot) -> None:
    with pytest.raises(TypeError):
        Snapshot.objects.update(sha256="x")
    with pytest.raises(TypeError):
        Snapshot.objects.all().bulk_update([june], ["sha256"])
    with pytest.raises(TypeError):
        Snapshot.objects.filter(pk=june.pk).delete()
    with pytest.raises(TypeError):
        june.delete()
    june.sha256 = "x"
    with pytest.raises(DatabaseError), transaction.atomic():
        june.save()
    assert Snapshot.objects.get(pk=june.pk).is_intact


def test_today_cannot_be_frozen(year: list[Project]) -> None:
    with pytest.raises(NotOver):
        freeze(region=snapshots.province(), plan_year=2020, on=timezone.localdate())
    assert not Snapshot.objects.exists()


def test_freezing_leaves_a_trace_of_who_did_it(june: Snapshot, province_user: User) -> None:
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.SNAPSHOT_FREEZE)
    assert (event.actor, event.detail["snapshot"]) == (province_user, june.pk)


def test_a_month_freezes_the_plan_years_still_reported(year: list[Project]) -> None:
    made = freeze_month(JUNE)
    assert [(snapshot.plan_year, snapshot.on) for snapshot in made] == [(2019, JUNE), (2020, JUNE)]
    assert freeze_month(JUNE) == []


def test_months_missed_while_the_machinery_was_away_are_caught_up(year: list[Project]) -> None:
    freeze(region=snapshots.province(), plan_year=2020, on=date(2020, 3, 31))
    made = freeze_month(JUNE, plan_year=2020)
    assert [snapshot.on for snapshot in made] == [date(2020, 4, 30), MAY, JUNE]


def test_months_before_the_first_snapshot_are_left_alone(year: list[Project]) -> None:
    made = freeze_month(JUNE, plan_year=2020)
    assert [snapshot.on for snapshot in made] == [JUNE]


def test_several_years_are_frozen_only_when_each_is(june: Snapshot) -> None:
    assert Frozen.find((2019, 2020), JUNE) is None
    assert snapshots.frozen_days((2019, 2020)) == []
    freeze(region=june.region, plan_year=2019, on=JUNE)
    both = Frozen.find((2019, 2020), JUNE)
    assert both is not None
    (row,) = both.rows(Places.within(june.region))
    assert row.figures.planned.communities == 11
    assert snapshots.frozen_days((2019, 2020)) == [JUNE]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2020, 7, 1), JUNE),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(2021, 1, 1), date(2020, 12, 31)),
    ],
)
def test_the_month_that_is_over(today: date, expected: date) -> None:
    assert snapshots.last_month_end(today) == expected == previous_month_end(today)
