"""A plan that is kept and read back is the same plan."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgers.importing.keeping import read_plan, write_plan
from ledgers.importing.plan import ImportPlan, PlannedRow
from records.marks import Mark

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**12),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from(Mark),
    # Texts that look like tags of other kinds among them.
    st.text(max_size=8) | st.sampled_from(["D1", "Munknown", "T2020-01-01", "", "S"]),
)
named = st.dictionaries(st.sampled_from(["name", "floor_area", "built_from", "remark"]), values)
texts = st.lists(st.text(max_size=5), min_size=4, max_size=4)
rows = st.builds(
    PlannedRow,
    number=st.integers(1, 20_000),
    status=st.sampled_from(["new", "changed", "same", "conflict", "rejected"]),
    label=st.text(max_size=8),
    pk=st.none() | st.integers(1, 10**9),
    version=st.none() | st.integers(1, 99),
    values=named,
    old=named,
    problems=st.lists(texts, max_size=2),
    doubts=st.lists(texts.map(lambda told: [*told, True]), max_size=2),
    conflicts=st.lists(
        st.tuples(st.just("name"), values, values, values, st.text(max_size=3), st.text(max_size=3)).map(
            list
        ),
        max_size=2,
    ),
    hidden=st.booleans(),
)


def kinds(plan: ImportPlan) -> list[list[type]]:
    """Return the kinds of all values: 1 and True and Decimal(1) are equal, and not the same."""
    return [
        [type(value) for value in (*row.values.values(), *row.old.values(), *sum(row.conflicts, []))]
        for row in plan.rows
    ]


@given(found=st.lists(rows, max_size=12), left_out=st.dictionaries(st.text(max_size=4), st.integers(0, 9)))
def test_a_plan_that_was_kept_comes_back_whole(
    tmp_path_factory: pytest.TempPathFactory, found: list[PlannedRow], left_out: dict[str, int]
) -> None:
    plan = ImportPlan(
        rows=found, left_out=left_out, remarks=["两列隐藏"], missing=["铁南小区"], missing_count=1
    )
    path = tmp_path_factory.mktemp("plan") / "plan.jsonl.gz"
    write_plan(plan, path)
    again = read_plan(path)
    assert again == plan
    assert kinds(again) == kinds(plan)
    assert not path.with_suffix(".part").exists()
