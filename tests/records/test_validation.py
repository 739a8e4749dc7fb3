"""What a column can hold: many values at once are judged as each of them alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.models import Community
from projects.models import Project
from records.marks import Mark
from records.models import VersionedRecord
from records.validation import validate

anything = st.one_of(
    st.none(),
    st.sampled_from(Mark),
    st.booleans(),
    st.integers(-(10**20), 10**20) | st.integers(-2, 40_000),
    st.decimals(places=2) | st.decimals(places=7, min_value=-200, max_value=10**13),
    st.sampled_from(
        [Decimal("NaN"), Decimal("Infinity"), Decimal("12.3400"), Decimal("-0.00"), Decimal("1e30")]
    ),
    st.dates() | st.datetimes(),
    st.text(max_size=12) | st.sampled_from(["", "a\x00b", "x" * 121, "self", "professional"]),
)
right = {
    "name": st.text(min_size=1, max_size=9).filter(lambda text: "\x00" not in text),
    "management": st.sampled_from(["", "self", "abandoned"]),
    "household_count": st.none() | st.integers(0, 9999),
    "floor_area": st.none() | st.decimals(0, 10**11, places=2),
    "longitude": st.none() | st.decimals(-180, 180, places=6),
    "is_removed": st.booleans(),
}


@pytest.mark.parametrize(
    ("model", "name"),
    [(Community, name) for name in (*right, "built_from", "no_such_field")]
    + [(Project, name) for name in ("started_on", "invested_fen", "progress_percent")],
)
@given(data=st.data())
def test_many_values_are_judged_as_each_alone(
    model: type[VersionedRecord], name: str, data: st.DataObject
) -> None:
    usual = right.get(name, st.none() | st.integers(1, 9) | st.dates(date(1950, 1, 1), date(2050, 1, 1)))
    values: list[Any] = data.draw(st.lists(usual, max_size=6)) + data.draw(st.lists(anything, max_size=2))
    rows = [{name: value} for value in values]
    together = validate(model, rows, [(name,)] * len(rows))
    alone = [validate(model, [row], [(name,)])[0] for row in rows]
    assert [[str(found.message) for found in row] for row in together] == [
        [str(found.message) for found in row] for row in alone
    ]


def test_values_that_look_right_in_a_crowd_are_still_found() -> None:
    crowd: dict[str, tuple[Any, Any]] = {
        "household_count": (3, True),
        "floor_area": (Decimal("1.50"), Decimal("1.505")),
        "name": ("铁南小区", "x" * 121),
        "management": ("self", "nobody"),
        "built_from": (1990, 40_000),
    }
    for name, (fine, wrong) in crowd.items():
        rows = [{name: fine}] * 5 + [{name: wrong}] + [{name: fine}] * 5
        found = validate(Community, rows, [(name,)] * len(rows))
        assert [bool(row) for row in found] == [False] * 5 + [True] + [False] * 5, name
    days = [{"started_on": day} for day in (date(2020, 1, 1), datetime(2020, 1, 1), date(1850, 1, 1))]
    assert [bool(row) for row in validate(Project, days, [("started_on",)] * 3)] == [False, False, True]
