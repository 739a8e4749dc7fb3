"""与上期相比: the rows that moved a number, by whom and why."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from dashboards import moves, snapshots
from dashboards.snapshots import freeze
from projects.models import Project
from records.models import ChangeSet
from records.services import remove
from tests.dashboards.conftest import JUNE, MAY, change, enter, started

pytestmark = pytest.mark.django_db


def moved(year: int = 2020) -> dict[str, moves.Move]:
    region = snapshots.province()
    before, _new = freeze(region=region, plan_year=year, on=MAY)
    now, _new = freeze(region=region, plan_year=year, on=JUNE)
    return {move.name: move for move in moves.between(now, before)}


def test_what_happened_in_june_moved_the_number(province_user: User) -> None:
    enter(
        [
            {"unit": "222401", "name": "早开", **started(date(2020, 4, 1))},
            {"unit": "222401", "name": "新开", **started(date(2020, 6, 11))},
            {"unit": "222403", "name": "完工", **started(date(2020, 4, 1), completed_on=date(2020, 6, 20))},
            {"unit": "222403", "name": "具备", "ready_on": date(2020, 6, 3)},
        ],
        province_user,
    )
    found = moved()
    assert {name: (move.before, move.after, move.started) for name, move in found.items()} == {
        "新开": ("preparing", "under_way", 1),
        "完工": ("under_way", "completed", 0),
    }
    assert (found["新开"].day, found["新开"].by, found["新开"].unit) == ("2020-06-11", "省级管理", "222401")


def test_a_start_taken_back_names_who_and_why(year: list[Project], province_user: User) -> None:
    region = snapshots.province()
    before, _new = freeze(region=region, plan_year=2020, on=MAY)
    change(year[0], province_user, "省级退回：无施工单位进场照片", started_on=None)
    change(year[0], None, "改备注", remark="补充")
    now, _new = freeze(region=region, plan_year=2020, on=JUNE)
    (move,) = [move for move in moves.between(now, before) if move.project == year[0].pk]
    assert (move.name, move.before, move.after, move.started) == ("铁南小区", "under_way", "ready", -1)
    assert (move.by, move.reason) == ("省级管理", "省级退回：无施工单位进场照片")


def test_projects_that_joined_left_or_changed_their_size_are_listed(
    year: list[Project], province_user: User
) -> None:
    region = snapshots.province()
    before, _new = freeze(region=region, plan_year=2020, on=MAY)
    enter([{"unit": "222401", "name": "增补", **started(date(2020, 6, 2))}], province_user)
    remove(
        Project,
        actor=province_user,
        source=ChangeSet.Source.FORM,
        pk=year[1].pk,
        base_version=1,
        reason="退库",
    )
    change(year[4], province_user, "核实户数", planned_households=64)
    now, _new = freeze(region=region, plan_year=2020, on=JUNE)
    found = {move.project: move for move in moves.between(now, before)}

    left = found[year[1].pk]
    assert (left.before, left.after, left.started, left.reason) == ("under_way", "", -1, "退库")
    (joined,) = [move for move in found.values() if move.name == "增补"]
    assert (joined.before, joined.after, joined.started) == ("", "under_way", 1)
    resized = found[year[4].pk]
    assert (resized.households_before, resized.households_after, resized.reason) == (50, 64, "核实户数")


def test_the_moves_explain_the_whole_difference(year: list[Project], province_user: User) -> None:
    region = snapshots.province()
    before, _new = freeze(region=region, plan_year=2020, on=date(2020, 3, 31))
    change(year[6], province_user, "", planned_households=90)
    now, _new = freeze(region=region, plan_year=2020, on=JUNE)
    found = moves.between(now, before)
    counts = [
        sum(
            snapshots.sums_by_unit(snapshots.members_of(snapshot).values())[unit].started.communities
            for unit in {move.unit for move in found}
        )
        for snapshot in (before, now)
    ]
    assert sum(move.started for move in found) == counts[1] - counts[0] == 4
    assert moves.read([move.as_json() for move in found]) == found


def test_nothing_moved_is_nothing_listed(db: None) -> None:
    enter([{"unit": "222401", **started(date(2020, 4, 1))}])
    assert moved() == {}
