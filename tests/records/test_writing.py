"""Many rows into tables: every text arrives as it was, in few statements, on either database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region
from communities.models import Community
from records.marks import Mark
from records.models import ChangeSet
from records.planning import Change, Outcome
from records.services import Mode, apply_many

pytestmark = pytest.mark.django_db

# Enough for several statements on SQLite and for a stream on PostgreSQL.
MANY = 450
AWKWARD = ("a\tb", "back\\slash", "\\N", "two\nlines", "r\rn", "\\.", "'quoted\" %s", "无", "")


def write(rows: list[dict[str, Any]], pks: list[int | None] | None = None) -> list[Outcome]:
    return apply_many(
        Community,
        actor=None,
        source=ChangeSet.Source.LOAD,
        changes=[Change(row, pk) for row, pk in zip(rows, pks or [None] * len(rows), strict=True)],
        mode=Mode.ALL_OR_NOTHING,
    )


def awkward_rows(shift: int) -> list[dict[str, Any]]:
    region = Region.objects.get(code="222401").pk
    return [
        {
            "name": f"小区{number}",
            "region_id": region,
            "remark": AWKWARD[(number + shift) % len(AWKWARD)],
            "built_from": None if number % 2 else 1990,
            "household_count": Mark.UNKNOWN if number % 3 else 100 + shift,
            "floor_area": Decimal("8200.50") + shift,
        }
        for number in range(MANY)
    ]


def stored(pks: list[int | None]) -> list[tuple[Any, ...]]:
    names = ("name", "remark", "built_from", "household_count", "markers", "floor_area", "is_removed")
    found = Community.objects.in_bulk(pks)
    return [tuple(getattr(found[pk], name) for name in names) for pk in pks if pk is not None]


def expected(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            row["name"],
            row["remark"],
            row["built_from"],
            None if isinstance(row["household_count"], Mark) else row["household_count"],
            {"household_count": "unknown"} if isinstance(row["household_count"], Mark) else {},
            row["floor_area"],
            False,
        )
        for row in rows
    ]


def test_many_rows_arrive_as_they_were_when_made_and_when_changed() -> None:
    first, second = awkward_rows(0), awkward_rows(1)
    pks = [found.pk for found in write(first)]
    assert stored(pks) == expected(first)
    write(second, pks)
    assert stored(pks) == expected(second)
    history: Any = Community.history.model
    assert history.objects.count() == 2 * MANY


def test_many_changed_rows_take_few_statements() -> None:
    pks = [found.pk for found in write(awkward_rows(0))]
    with CaptureQueriesContext(connection) as asked:
        write(awkward_rows(1), pks)
    assert len(asked) < 30
