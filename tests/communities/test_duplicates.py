"""Likely duplicates: flagged by name, alias, address and size within a unit, never merged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Region, User
from communities.duplicates import core
from communities.models import Community
from projects.models import Project
from records.models import ChangeSet
from records.planning import Change, Outcome, Status
from records.services import apply_many

pytestmark = pytest.mark.django_db


def enter(actor: User, *rows: dict[str, Any], model: Any = Community) -> list[Outcome]:
    region = Region.objects.get(code="222401").pk
    extra = {"region_id": region} if model is Community else {}
    changes = [Change(values={**extra, **row}) for row in rows]
    return apply_many(model, actor=actor, source=ChangeSet.Source.GRID, changes=changes)


def codes(found: Outcome) -> set[str]:
    return {finding.code for finding in found.open_soft}


@pytest.mark.parametrize(
    ("first", "second", "flagged"),
    [
        ({"name": "铁路家属院"}, {"name": "铁路小区"}, True),
        ({"name": "州府家园", "aliases": "州府小区、老州府"}, {"name": "老州府"}, True),
        ({"name": "甲小区", "address": "公园路 12号"}, {"name": "乙小区", "address": "公园路12号"}, True),
        (
            {"name": "甲小区", "household_count": 638, "floor_area": Decimal("51847.91")},
            {"name": "乙小区", "household_count": 638, "floor_area": Decimal("51847.91")},
            True,
        ),
        ({"name": "铁南小区", "household_count": 638}, {"name": "铁北小区", "household_count": 638}, False),
        ({"name": "铁南小区", "street": "北山街道"}, {"name": "铁南小区", "street": "河南街道"}, True),
    ],
)
def test_a_new_row_that_resembles_another_is_flagged_and_kept(
    yanji: User, first: dict[str, Any], second: dict[str, Any], flagged: bool
) -> None:
    enter(yanji, first)
    [found] = enter(yanji, second)
    assert found.status is Status.CREATED
    assert ("likely_duplicate" in codes(found)) is flagged
    assert Community.objects.count() == 2


def test_rows_of_one_batch_are_compared_with_each_other(yanji: User) -> None:
    found = enter(yanji, {"name": "铁路家属院"}, {"name": "铁路小区"})
    assert [("likely_duplicate" in codes(row)) for row in found] == [False, True]


def test_another_units_rows_are_neither_compared_nor_told(yanji: User, dunhua: User) -> None:
    elsewhere = Region.objects.get(code="222403").pk
    enter(dunhua, {"name": "铁路家属院", "region_id": elsewhere})
    [found] = enter(yanji, {"name": "铁路小区"})
    assert codes(found) == set()


def test_a_community_in_a_second_plan_year_needs_a_reason(yanji: User) -> None:
    [row] = enter(yanji, {"name": "铁南小区"})
    community = {"community_id": row.row["id"]}
    [first] = enter(yanji, {**community, "plan_year": 2019}, model=Project)
    [second] = enter(yanji, {**community, "plan_year": 2020}, model=Project)
    assert (codes(first), codes(second)) == (set(), {"renovated_before"})
    assert "2019" in second.open_soft[0].message


def test_a_name_is_never_stripped_to_nothing() -> None:
    assert (core("小区"), core("建小区"), core("铁路 职工宿舍")) == ("小区", "建小区", "铁路")
