"""Whole numbers shared out add up exactly, whatever the order they come in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.shares import CannotShareError, by_largest_remainder, within_bounds

weights = st.lists(st.integers(0, 10_000) | st.fractions(0, 100, max_denominator=50), min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("total", "weighed", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (100, [1, 2, 3], [17, 33, 50]),
        (7, [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [4, 2, 1]),
        (5, [0, 1], [0, 5]),
        (0, [0, 0], [0, 0]),
        (-10, [1, 1, 1], [-3, -3, -4]),
    ],
)
def test_parts_are_the_exact_shares_with_the_rest_to_the_largest_remainders(
    total: Any, weighed: Any, parts: Any
) -> None:
    assert by_largest_remainder(total, weighed) == parts


def test_equal_remainders_go_to_the_smaller_key() -> None:
    assert by_largest_remainder(10, [1, 1, 1], ["220300", "220100", "220200"]) == [3, 4, 3]
    assert by_largest_remainder(11, [1, 1, 1], ["220300", "220100", "220200"]) == [3, 4, 4]


@pytest.mark.parametrize(("total", "weighed"), [(1, [0, 0]), (1, []), (1, [-1, 2])])
def test_nothing_is_shared_among_nobody_or_by_negative_weights(total: Any, weighed: Any) -> None:
    with pytest.raises(CannotShareError):
        by_largest_remainder(total, weighed)


def test_two_parts_under_one_key_are_refused() -> None:
    with pytest.raises(CannotShareError):
        by_largest_remainder(10, [1, 1], ["a", "a"])


@settings(max_examples=300)
@given(st.integers(0, 10**12), weights, st.randoms(use_true_random=False))
def test_parts_add_up_stay_near_their_share_and_do_not_depend_on_the_order(
    total: Any, weighed: Any, random: Any
) -> None:
    if not sum(weighed):
        return
    keys = [f"{at:03d}" for at in range(len(weighed))]
    parts = dict(zip(keys, by_largest_remainder(total, weighed, keys), strict=True))
    assert sum(parts.values()) == total
    whole = sum(weighed)
    for key, weight in zip(keys, weighed, strict=True):
        assert abs(parts[key] - Fraction(total) * weight / whole) < 1
    order = list(range(len(keys)))
    random.shuffle(order)
    mixed = [keys[at] for at in order]
    again = by_largest_remainder(total, [weighed[at] for at in order], mixed)
    assert dict(zip(mixed, again, strict=True)) == parts


@pytest.mark.parametrize(
    ("total", "weighed", "lows", "highs", "parts"),
    [
        # Nothing binds.
        (100, [1, 3], [0, 0], [None, None], [25, 75]),
        # A floor takes from the others in proportion.
        (100, [1, 3, 6], [40, 0, 0], [None] * 3, [40, 20, 40]),
        # What a ceiling leaves goes to the others in proportion; a unit without a weight gets its floor.
        (100, [8, 1, 1, 0], [0, 0, 0, 10], [50, None, None, None], [50, 20, 20, 10]),
        # Both at once, and one pushed over its ceiling by what another left.
        (100, [6, 3, 1], [0, 0, 20], [45, 40, None], [45, 35, 20]),
        # Everything at its bound.
        (30, [1, 1], [10, 20], [10, 20], [10, 20]),
    ],
)
def test_floors_and_ceilings_hold_and_the_others_share_the_rest(
    total: Any, weighed: Any, lows: Any, highs: Any, parts: Any
) -> None:
    assert within_bounds(total, weighed, lows, highs) == parts


@pytest.mark.parametrize(
    ("total", "lows", "highs"),
    [(10, [6, 5], [None, None]), (10, [0, 0], [4, 5]), (10, [5, 0], [4, None])],
)
def test_bounds_that_leave_no_room_are_refused(total: Any, lows: Any, highs: Any) -> None:
    with pytest.raises(CannotShareError):
        within_bounds(total, [1, 1], lows, highs)


@settings(max_examples=300)
@given(st.integers(0, 10**9), weights, st.data())
def test_parts_within_bounds_add_up_and_all_free_ones_stand_at_one_level(
    total: Any, weighed: Any, data: Any
) -> None:
    count = len(weighed)
    lows = data.draw(st.lists(st.integers(0, 10**6), min_size=count, max_size=count))
    room = data.draw(st.lists(st.none() | st.integers(0, 10**9), min_size=count, max_size=count))
    highs = [None if more is None else low + more for low, more in zip(lows, room, strict=True)]
    try:
        parts = within_bounds(total, weighed, lows, highs)
    except CannotShareError:
        unlimited = any(high is None and weight > 0 for high, weight in zip(highs, weighed, strict=True))
        most = sum(
            int(high or 0) if weight else low
            for high, low, weight in zip(highs, lows, weighed, strict=True)
            if not unlimited
        )
        assert sum(lows) > total or (not unlimited and most < total)
        return
    assert sum(parts) == total
    levels = set()
    for part, weight, low, high in zip(parts, weighed, lows, highs, strict=True):
        assert part >= low
        assert high is None or part <= high
        if weight and part > low and (high is None or part < high):
            levels.add(part / weight)
    assert len(levels) <= 1
