"""The subsidy per community: base × (share ± points by the residents' own money) × floor area."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.allocation import CannotAllocateError
from assessments.subsidies import Subsidy, Terms, Works, subsidies, terms_from_json
from tests.assessments import dezhou

TERMS = terms_from_json(dezhou.rule_data("per-community")["parameters"], Fraction(40, 100))
AREA = 10_000_00  # 10,000 ㎡ in 0.01 ㎡


def works(
    raised_fen: Any, *, basic: int = 0, improved: int = 0, enhanced: int = 0, area: int = AREA, key: str = "a"
) -> Any:
    return Works(key, area, {"basic": basic, "improving": improved, "enhancing": enhanced}, raised_fen)


# 400万元 of basic works on 10,000 ㎡: 400 元/㎡, of which 300 count; 40万元 must be raised.
@pytest.mark.parametrize(
    ("raised_wan", "points", "percent"),
    [
        ("40", 0, 40),
        ("40.01", 1, 41),  # a begun point counts whole
        ("44", 1, 41),
        ("44.01", 2, 42),
        ("80", 10, 50),
        ("200", 10, 50),  # not more than ten
        ("39.99", 0, 40),  # below, only whole points count
        ("36", -2, 38),
        ("35.99", -2, 38),
        ("0", -20, 20),
    ],
)
def test_own_money_above_and_below_the_least_moves_the_share(
    raised_wan: Any, points: Any, percent: Any
) -> None:
    raised = int(Fraction(raised_wan) * 1_000_000)
    [found] = subsidies(TERMS, [works(raised, basic=400_000_000)])
    assert found == Subsidy(
        "a",
        30_000 * percent * 100,  # 300 元 × percent × 10,000 ㎡
        Fraction(30_000),
        Fraction(percent, 100),
        Fraction(points),
        Fraction(40_000_000),
    )


def test_a_cheaper_community_counts_what_it_costs() -> None:
    [found] = subsidies(TERMS, [works(25_000_000, basic=250_000_000)])
    assert (found.base_fen, found.amount_fen) == (Fraction(25_000), 100_000_000)


def test_each_class_of_works_has_its_own_least_share() -> None:
    mixed = works(0, basic=100_000_000, improved=100_000_000, enhanced=100_000_000)
    [found] = subsidies(TERMS, [mixed])
    assert found.required_fen == 110_000_000
    # 36⅔ points are missing: 36 whole ones at 2 each.
    assert (found.points, found.ratio, found.amount_fen) == (Fraction(-72), Fraction(0), 0)


def test_begun_points_below_count_where_the_city_says_so() -> None:
    strict = Terms(TERMS.ratio, TERMS.base_fen, TERMS.least, malus_begun=True)
    [found] = subsidies(strict, [works(39_990_000, basic=400_000_000)])
    assert found.points == -2


def test_a_community_without_area_or_works_gets_nothing() -> None:
    found = subsidies(TERMS, [works(5, key="b"), works(5, basic=7, area=0)])
    assert [(one.key, one.amount_fen) for one in found] == [("a", 0), ("b", 0)]


@pytest.mark.parametrize(
    ("communities", "code"),
    [
        ([works(-1, basic=1)], "negative"),
        ([works(1, basic=-1)], "negative"),
        ([works(1, area=-1)], "negative"),
        ([works(1), works(2)], "twice"),
    ],
)
def test_figures_that_cannot_be_are_refused(communities: Any, code: Any) -> None:
    with pytest.raises(CannotAllocateError) as refused:
        subsidies(TERMS, communities)
    assert refused.value.code == code


def test_dezhous_counties_taken_as_communities_equal_a_second_calculation() -> None:
    """In 分 by whole numbers alone: floor, ceiling and half-up division written out."""
    rows = dezhou.rows()
    cases = [
        works(
            row["households"] * 70_000 + at * 991,
            basic=row["area"] * 250,
            improved=row["area"] * (at * 11),
            enhanced=row["area"] * 7,
            area=row["area"],
            key=row["key"],
        )
        for at, row in enumerate(rows)
    ]
    found = {one.key: one.amount_fen for one in subsidies(TERMS, cases)}
    by_hand = {}
    for at, row in enumerate(rows):
        basic, improved, enhanced = (row["area"] * rate for rate in (250, at * 11, 7))
        whole, raised = basic + improved + enhanced, row["households"] * 70_000 + at * 991
        surplus = 10 * raised - basic - 3 * improved - 7 * enhanced  # in tenths of a 分
        if surplus >= 0:
            points = min(10, (surplus * 10 + whole - 1) // whole)
        else:
            points = -2 * (-surplus * 10 // whole)
        percent = max(40 + points, 0)
        # amount = min(300元, whole ÷ ㎡) × percent × ㎡
        counted = min(30_000 * row["area"], whole * 100)
        by_hand[row["key"]] = (2 * counted * percent + 10_000) // 20_000
    assert found == by_hand
    assert len(set(by_hand.values())) == 12


money = st.integers(0, 10**10)


@given(money, money, money, money, st.integers(1, 10**8), st.integers(1, 10**9))
def test_more_own_money_never_lowers_the_subsidy(
    basic: Any, improved: Any, enhanced: Any, raised: Any, area: Any, more: Any
) -> None:
    less, rich = (
        subsidies(TERMS, [works(sum_, basic=basic, improved=improved, enhanced=enhanced, area=area)])[0]
        for sum_ in (raised, raised + more)
    )
    assert 0 <= less.amount_fen <= rich.amount_fen
    assert rich.amount_fen <= Fraction(30_000 * area, 200) + 1
