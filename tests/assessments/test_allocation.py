"""Sharing money by factors, against a second calculation that knows nothing of the first."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from assessments.allocation import (
    Band,
    Bounds,
    CannotAllocateError,
    Case,
    Member,
    Rule,
    Term,
    allocate,
    amounts_of,
    changes,
    effects,
)
from assessments.allocation_json import case_as_json, case_from_json, result_as_json, text_of
from tests.assessments import dezhou

TOTAL = 1_234_567_890_123  # 分: 123.46亿元, a sum that leaves a rest under every rule


# ---------------------------------------------------------------- the second calculation


def proportion(rows: Any, amount: Any, percent: Any) -> Any:
    """Return percent × amount ÷ sum of amounts for each county, as a fraction of the whole."""
    whole = sum(amount(row) for row in rows)
    return {row["key"]: Fraction(percent, 100) * amount(row) / whole for row in rows}


def first_year(rows: Any) -> Any:
    return [
        proportion(rows, lambda row: row["area"] * row["k"], 40),
        proportion(rows, lambda row: row["households"] * row["k"], 40),
        proportion(rows, lambda row: row["buildings"] * row["k"], 10),
        proportion(rows, lambda row: row["communities"] * row["k"], 10),
    ]


def later_years(rows: Any) -> Any:
    return [
        proportion(rows, lambda row: row["area"] * row["k"], 40),
        proportion(rows, lambda row: row["households"] * row["k"], 30),
        proportion(rows, lambda row: row["buildings"] * row["k"], 10),
        proportion(rows, lambda row: row["communities"] * row["k"], 10),
        proportion(rows, lambda row: row["S"], 10),
    ]


def two_part(rows: Any) -> Any:
    weights = (("area", 40), ("households", 40), ("buildings", 10), ("communities", 10))
    volume = [proportion(rows, lambda row, name=name: row[name] * row["k"], part) for name, part in weights]
    reward = [proportion(rows, lambda row, name=name: row[name] * row["p"], part) for name, part in weights]
    return [{key: Fraction(4, 5) * of for key, of in part.items()} for part in volume] + [
        {key: Fraction(1, 5) * of for key, of in part.items()} for part in reward
    ]


def reward(rows: Any) -> Any:
    return [
        proportion(rows, lambda row: row["renovated_households"] * row["k"], 20),
        proportion(rows, lambda row: row["invested"] * row["k"], 70),
        proportion(rows, lambda row: row["S"] * row["k"], 10),
    ]


def expected(parts: Any, total: Any, unit: int = 1) -> Any:
    """Give each county its whole units, then the rest one by one to whoever misses most."""
    exact = {key: sum(part[key] for part in parts) * total / unit for key in parts[0]}
    given = {key: amount.numerator // amount.denominator for key, amount in exact.items()}
    while sum(given.values()) < total // unit:
        lack = {key: exact[key] - given[key] for key in sorted(exact)}
        given[max(lack, key=lack.__getitem__)] += 1
    return {key: amount * unit for key, amount in given.items()}


BY_HAND = {
    "cz2019-31-first": first_year,
    "cz2019-31-later": later_years,
    "two-part-80-20": two_part,
    "reward-20-70-10": reward,
}


@pytest.mark.parametrize("code", BY_HAND)
@pytest.mark.parametrize(("total", "unit"), [(TOTAL, 1), (1, 1), (96_377_0000_00, 10_000)])
def test_dezhous_counties_get_what_a_second_calculation_gives_to_the_fen(
    code: Any, total: Any, unit: Any
) -> None:
    rule = replace(dezhou.rule(code), unit_fen=unit)
    shares = allocate(Case(rule, total, dezhou.members()))
    assert {share.key: share.amount_fen for share in shares} == expected(
        BY_HAND[code](dezhou.rows()), total, unit
    )
    assert sum(share.amount_fen for share in shares) == total
    assert [share.key for share in shares] == sorted(share.key for share in shares)


def test_the_published_volumes_are_those_of_the_plan() -> None:
    rows = dezhou.rows()
    sums = {
        name: sum(row[name] for row in rows) for name in ("communities", "buildings", "households", "area")
    }
    assert sums == {"communities": 313, "buildings": 1164, "households": 35305, "area": 377_720_000}


def test_the_shares_of_one_million_are_these() -> None:
    """Written down once from the second calculation, so that both cannot change together unseen."""
    case = Case(dezhou.rule("cz2019-31-first"), 100_000_000, dezhou.members())
    assert amounts_of(case) == PINNED


PINNED = {
    "371400": 25105426,
    "371401": 7996426,
    "371402": 1749277,
    "371403": 1395793,
    "371404": 2470367,
    "371405": 8140602,
    "371406": 7507645,
    "371407": 6644499,
    "371408": 8379668,
    "371409": 4154958,
    "371410": 5245291,
    "371411": 21210048,
}


def test_each_terms_amounts_add_up_to_its_weight_and_each_units_to_its_share() -> None:
    case = Case(dezhou.rule("two-part-80-20"), TOTAL, dezhou.members())
    shares = allocate(case)
    for at, term in enumerate(case.rule.terms):
        assert sum(share.by_term[at] for share in shares) == term.weight * TOTAL
    for share in shares:
        assert sum(share.by_term) == share.exact
        assert abs(share.amount_fen - share.exact) < 1


def test_where_difficulty_stands_in_the_reward_is_a_parameter() -> None:
    rule = dezhou.rule("two-part-80-20")
    both = replace(
        rule,
        terms=tuple(
            replace(term, by=term.by | {"k"}) if term.part == "reward" else term for term in rule.terms
        ),
    )
    rows = dezhou.rows()
    weights = (("area", 40), ("households", 40), ("buildings", 10), ("communities", 10))
    parts = [
        {
            key: Fraction(4, 5) * of
            for key, of in proportion(rows, lambda row, n=n: row[n] * row["k"], w).items()
        }
        for n, w in weights
    ] + [
        {
            key: Fraction(1, 5) * of
            for key, of in proportion(rows, lambda row, n=n: row[n] * row["k"] * row["p"], w).items()
        }
        for n, w in weights
    ]
    assert amounts_of(Case(both, TOTAL, dezhou.members())) == expected(parts, TOTAL)
    assert amounts_of(Case(both, TOTAL, dezhou.members())) != amounts_of(Case(rule, TOTAL, dezhou.members()))


def test_the_performance_coefficient_follows_the_score_by_share_or_by_band() -> None:
    plain = dezhou.rule("two-part-80-20")
    banded = replace(
        plain,
        bands=(
            Band(Fraction(90), Fraction(11, 10)),
            Band(Fraction(80), Fraction(1)),
            Band(Fraction(60), Fraction(9, 10)),
        ),
    )
    assert plain.p_of(Fraction("85.81")) == Fraction("0.8581")
    assert [banded.p_of(Fraction(score)) for score in ("90", "89.99", "80", "60", "59.99")] == [
        Fraction(11, 10),
        1,
        1,
        Fraction(9, 10),
        0,
    ]
    rows = dezhou.rows()
    for row in rows:
        row["p"] = row["S"] / 100
    unhanded = Case(plain, TOTAL, dezhou.members(with_p=False))
    assert amounts_of(unhanded) == expected(two_part(rows), TOTAL)


def test_equal_remainders_go_to_the_smaller_code() -> None:
    rule = Rule((Term("communities", Fraction(1)),))
    three = [Member(key, {"communities": Fraction(1)}) for key in ("220300", "220100", "220200")]
    assert amounts_of(Case(rule, 100, tuple(three))) == {"220100": 34, "220200": 33, "220300": 33}


# ---------------------------------------------------------------- floors and ceilings


def test_floors_and_ceilings_hold_after_rounding_and_the_others_bear_it_in_proportion() -> None:
    rule = replace(dezhou.rule("cz2019-31-later"), unit_fen=10_000)
    members = dezhou.members()
    total = 96_377_0000_00
    free = allocate(Case(rule, total, members))
    low, high = members[5].key, members[0].key
    # A floor that is no multiple of the rounding unit, and a ceiling too.
    lows = {member.key: 200_000_001 for member in members}
    highs = {high: 1_999_999_999}
    bound = {share.key: share for share in allocate(Case(rule, total, members, Bounds(lows, highs)))}
    assert sum(share.amount_fen for share in bound.values()) == total
    assert all(share.amount_fen >= 200_000_001 for share in bound.values())
    assert bound[high].amount_fen == 1_999_990_000
    assert bound[high].bound == "ceiling"
    levels = {
        share.exact / next(was.exact for was in free if was.key == share.key)
        for share in bound.values()
        if not share.bound
    }
    assert len(levels) == 1
    assert bound[low].amount_fen > next(was.amount_fen for was in free if was.key == low)


@pytest.mark.parametrize(
    "bounds",
    [Bounds(lows={"a": 60, "b": 60}), Bounds(highs={"a": 40, "b": 40}), Bounds({"a": 50}, {"a": 40})],
)
def test_bounds_without_room_are_refused(bounds: Any) -> None:
    rule = Rule((Term("communities", Fraction(1)),))
    members = tuple(Member(key, {"communities": Fraction(1)}) for key in "ab")
    with pytest.raises(CannotAllocateError) as refused:
        allocate(Case(rule, 100, members, bounds))
    assert refused.value.code == "bounds"


# ---------------------------------------------------------------- what cannot be allocated


def member(key: str = "a", **changed: Any) -> Any:
    values: dict[str, Any] = {
        "factors": {"area": Fraction(1)},
        "k": Fraction(1),
        "score": Fraction(80),
        "p": None,
    }
    return Member(key, **(values | changed))


AREA = Term("area", Fraction(1), frozenset("k"))


@pytest.mark.parametrize(
    ("rule", "members", "code", "detail"),
    [
        (Rule((AREA,)), (), "nobody", ""),
        (Rule((AREA,)), (member(), member()), "twice", ""),
        (Rule((replace(AREA, weight=Fraction(9, 10)),)), (member(),), "weights", ""),
        (
            Rule((replace(AREA, weight=Fraction(2)), replace(AREA, weight=Fraction(-1)))),
            (member(),),
            "weights",
            "",
        ),
        (Rule((AREA,), unit_fen=10_000), (member(),), "total", "10000"),
        (Rule((AREA,)), (member(k=None),), "k", "a"),
        (Rule((AREA,)), (member(k=Fraction(-1)),), "negative", "a"),
        (Rule((AREA,)), (member(k=Fraction(0)),), "factor", "area"),
        (Rule((Term("score", Fraction(1)),)), (member(score=None),), "score", "a"),
        (Rule((replace(AREA, by=frozenset("p")),)), (member(score=None),), "score", "a"),
        (
            Rule((AREA,), (Band(Fraction(90), Fraction(1)), Band(Fraction(80), Fraction(2)))),
            (member(),),
            "bands",
            "",
        ),
    ],
)
def test_what_cannot_be_allocated_says_why_and_for_whom(
    rule: Any, members: Any, code: Any, detail: Any
) -> None:
    with pytest.raises(CannotAllocateError) as refused:
        allocate(Case(rule, 12_345, members))
    assert (refused.value.code, refused.value.detail) == (code, detail)


def test_a_unit_without_a_task_needs_no_coefficient_and_gets_nothing() -> None:
    rule = Rule((AREA,))
    assert amounts_of(Case(rule, 99, (member(), member("b", factors={}, k=None, score=None)))) == {
        "a": 99,
        "b": 0,
    }


# ---------------------------------------------------------------- 10,000 random cases


def random_case(draw: Any) -> Any:
    code = draw.choice(list(BY_HAND))
    rule = replace(dezhou.rule(code), unit_fen=draw.choice((1, 100, 10_000)))
    if draw.random() < 0.3:
        rule = replace(
            rule, bands=(Band(Fraction(60), Fraction(9, 10)), Band(Fraction(90), Fraction(11, 10)))
        )
    names = rule.factors
    members = tuple(
        Member(
            f"{at:03d}",
            {
                name: Fraction(draw.choice((0, 1, draw.randint(1, 99), draw.randint(1, 10**8))))
                + (name == names[0])
                for name in names
            },
            Fraction(draw.randint(50, 150), 100),
            Fraction(draw.randint(6000, 10_000), 100),
            draw.choice((None, Fraction(draw.randint(50, 150), 100))),
        )
        for at in range(draw.randint(2, 6))
    )
    first = replace(members[0], factors={name: value + 1 for name, value in members[0].factors.items()})
    total = rule.unit_fen * draw.choice((0, 1, draw.randint(2, 1000), draw.randint(10**6, 10**11)))
    return Case(rule, total, (first, *members[1:]))


def raised(draw: Any, case: Any) -> Any:
    """Return the case with one influence of one unit grown, and that unit's code."""
    at = draw.randrange(len(case.members))
    grown = case.members[at]
    choice = draw.choice((*case.rule.factors, "k", "score", "p"))
    if choice in case.rule.factors:
        more = grown.factors[choice] + draw.choice((1, draw.randint(1, 10**7)))
        grown = replace(grown, factors={**grown.factors, choice: more})
    elif choice == "p" and grown.p is not None:
        grown = replace(grown, p=grown.p + Fraction(draw.randint(1, 50), 100))
    elif choice == "k":
        grown = replace(grown, k=grown.k + Fraction(draw.randint(1, 50), 100))
    else:
        grown = replace(grown, score=grown.score + Fraction(draw.randint(1, 500), 100))
    members = list(case.members)
    members[at] = grown
    return replace(case, members=tuple(members)), grown.key


def test_ten_thousand_random_cases_add_up_ignore_the_order_and_never_punish_more_of_a_factor() -> None:
    draw = random.Random(20260101)
    more = 0
    for _case in range(10_000):
        case = random_case(draw)
        amounts = amounts_of(case)
        assert sum(amounts.values()) == case.total_fen
        assert all(amount >= 0 and amount % case.rule.unit_fen == 0 for amount in amounts.values())
        mixed = list(case.members)
        draw.shuffle(mixed)
        assert amounts_of(replace(case, members=tuple(mixed))) == amounts
        grown, key = raised(draw, case)
        now = amounts_of(grown)
        assert now[key] >= amounts[key], (case, key)
        more += now[key] > amounts[key]
    # The test can fail only where growth is felt.
    assert more > 3_000


def test_a_thousand_bounded_cases_add_up_and_never_punish_more_of_a_factor() -> None:
    draw = random.Random(20260102)
    held, refusals = 0, set()
    for _case in range(1_000):
        case = random_case(draw)
        even = case.total_fen // len(case.members)
        lows = {member.key: draw.randint(0, even // 2) for member in case.members if draw.random() < 0.5}
        highs = {
            member.key: draw.randint(even, 2 * even + 1) for member in case.members if draw.random() < 0.3
        }
        case = replace(case, bounds=Bounds(lows, highs))
        try:
            shares = allocate(case)
        except CannotAllocateError as refused:
            refusals.add(refused.code)
            continue
        held += any(share.bound for share in shares)
        amounts = {share.key: share.amount_fen for share in shares}
        assert sum(amounts.values()) == case.total_fen
        assert all(amounts[key] >= low for key, low in lows.items())
        assert all(amounts[key] <= high for key, high in highs.items())
        grown, key = raised(draw, case)
        assert amounts_of(grown)[key] >= amounts[key], (case, key)
    assert held > 300
    assert refusals <= {"bounds"}


# ---------------------------------------------------------------- effects, changes, freezing


def test_effects_are_differences_to_the_case_without_them_and_add_up_to_nothing() -> None:
    case = Case(
        dezhou.rule("cz2019-31-later"),
        TOTAL,
        dezhou.members(),
        Bounds(lows={dezhou.members()[3].key: 60_000_000_000}),
    )
    found = effects(case)
    assert set(found) == {"score", "difficulty", "bounds"}
    assert all(sum(moved.values()) == 0 for moved in found.values())
    equal = replace(case, members=tuple(replace(m, k=Fraction(1)) for m in case.members))
    assert found["difficulty"] == {
        key: amount - amounts_of(equal)[key] for key, amount in amounts_of(case).items()
    }
    best, worst = "371405", "371409"  # 98.33 and 59.99 points
    assert found["score"][best] > 0 > found["score"][worst]
    assert "score" not in effects(replace(case, rule=dezhou.rule("cz2019-31-first")))


def test_changes_between_two_years_are_told_step_by_step_and_add_up() -> None:
    before = Case(dezhou.rule("cz2019-31-first"), 50_000_000_000, dezhou.members()[:-1])
    grown = tuple(
        replace(
            m, factors={n: v * (2 + at % 3) for n, v in m.factors.items()}, score=Fraction(m.score or 0) - at
        )
        for at, m in enumerate(dezhou.members())
    )
    after = Case(dezhou.rule("cz2019-31-later"), 60_000_000_000, grown[1:])
    moved = changes(before, after)
    assert list(moved) == ["total", "rule", "volumes", "score"]
    was, now = amounts_of(before), amounts_of(after)
    for key in sorted({*was, *now}):
        assert sum(step[key] for step in moved.values()) == now.get(key, 0) - was.get(key, 0)
    assert sum(moved["total"].values()) == 10_000_000_000
    assert changes(before, before) == {}


def test_a_frozen_case_gives_the_same_bytes_again() -> None:
    case = Case(
        dezhou.rule("two-part-80-20"), TOTAL, dezhou.members(), Bounds({"371403": 5}, {"371400": 10**12})
    )
    text = json.dumps(case_as_json(case), sort_keys=True)
    thawed = case_from_json(json.loads(text))
    assert json.dumps(case_as_json(thawed), sort_keys=True) == text
    digests = {
        hashlib.sha256(json.dumps(result_as_json(allocate(run)), sort_keys=True).encode()).hexdigest()
        for run in (case, thawed, replace(case, members=case.members[::-1]))
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(2, 5), "0.4"),
        (Fraction(1, 3), "1/3"),
        (Fraction(12), "12"),
        (Fraction("85.81"), "85.81"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 2**40), "1/1099511627776"),
    ],
)
def test_numbers_are_kept_as_exact_text(value: Any, text: Any) -> None:
    assert text_of(value) == text
    assert Fraction(text) == value
