"""Counting against a slow, obvious model that knows nothing of the code under test."""

from __future__ import annotations

import ast
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultations import tally
from consultations.tally import ABSTAIN, AGAINST, AGREE, Missing, Place, Rule, Weight, count

ORDINARY = Rule(Fraction(2, 3), Fraction(1, 2), agree_is_exclusive=True)
WEIGHTY = Rule(Fraction(2, 3), Fraction(3, 4))
STAIRWELL = Rule(Fraction(1), Fraction(1), agree_of_all=True)
JINAN = Rule(Fraction(2, 3), Fraction(2, 3), agree_of_all=True)
RULES = (ORDINARY, WEIGHTY, STAIRWELL, JINAN)


def slow(rule: Rule, places: list[Place]) -> dict[str, object]:
    """Count owner by owner, with lists and cross-multiplication, as one would on paper."""
    owners = sorted({place.person for place in places})
    words: list[tuple[int, str]] = []  # (area of the owner, the word that counts or nothing)
    for owner in owners:
        mine = [place for place in places if place.person == owner]
        spoken = sorted((place.order, place.choice) for place in mine if place.choice != "")
        words.append((sum(place.area for place in mine), spoken[-1][1] if spoken else ""))
    everybody = len(words), sum(area for area, _word in words)
    side = {
        name: (
            len([1 for _area, word in words if word == name]),
            sum(area for area, word in words if word == name),
        )
        for name in (AGREE, AGAINST, ABSTAIN)
    }
    joined = sum(pair[0] for pair in side.values()), sum(pair[1] for pair in side.values())
    base = everybody if rule.agree_of_all else joined
    enough = joined[0] > 0
    agreed = side[AGREE][0] > 0
    for dimension in (0, 1):
        left = joined[dimension] * rule.join.denominator
        enough = enough and left >= rule.join.numerator * everybody[dimension]
        left = side[AGREE][dimension] * rule.agree.denominator
        right = rule.agree.numerator * base[dimension]
        agreed = agreed and (left > right or (left == right and not rule.agree_is_exclusive))
    return {"roll": everybody, **side, "joined": joined, "quorate": enough, "passed": enough and agreed}


def fast(rule: Rule, places: list[Place]) -> dict[str, object]:
    """Return what the portal counts, in the shape of the model."""
    made = count(rule, places)
    return {
        "roll": (made.roll.people, made.roll.area),
        AGREE: (made.agree.people, made.agree.area),
        AGAINST: (made.against.people, made.against.area),
        ABSTAIN: (made.abstain.people, made.abstain.area),
        "joined": (made.joined.people, made.joined.area),
        "quorate": made.is_quorate,
        "passed": made.is_passed,
    }


@st.composite
def rolls(draw: st.DrawFn) -> list[Place]:
    """Draw a roll: up to 14 places of up to 8 owners, every answer at a time of its own."""
    size = draw(st.integers(1, 14))
    orders = draw(st.permutations(range(1, size + 1)))
    return [
        Place(
            person=f"={draw(st.integers(0, 7))}",
            # Equal areas make the exact bounds frequent.
            area=draw(st.sampled_from([5025, 5025, 5025, 8800, 12001])),
            choice=draw(st.sampled_from([AGREE, AGREE, AGAINST, ABSTAIN, ""])),
            order=order,
        )
        for order in orders
    ]


def people(agree: int, against: int = 0, abstain: int = 0, silent: int = 0, area: int = 5000) -> list[Place]:
    """Return owners of one place each, all of one area."""
    words = [AGREE] * agree + [AGAINST] * against + [ABSTAIN] * abstain + [""] * silent
    return [Place(f"#{number}", area, word, number + 1) for number, word in enumerate(words)]


@settings(deadline=None)
@given(rolls(), st.sampled_from(RULES))
@example(people(6, silent=3), WEIGHTY)
@example(people(3, against=3), ORDINARY)
def test_the_tally_is_that_of_the_slow_model(places: list[Place], rule: Rule) -> None:
    assert fast(rule, places) == slow(rule, places)


@settings(deadline=None)
@given(rolls(), st.sampled_from(RULES), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    places: list[Place], rule: Rule, chance: random.Random
) -> None:
    mixed = places[:]
    chance.shuffle(mixed)
    assert count(rule, mixed) == count(rule, places)


@settings(deadline=None)
@given(rolls(), st.sampled_from(RULES))
def test_a_tally_survives_being_kept(places: list[Place], rule: Rule) -> None:
    made = count(rule, places)
    assert tally.Tally.from_data(made.as_data()) == made


@settings(deadline=None)
@given(rolls(), st.sampled_from(RULES))
def test_what_is_missing_is_exactly_what_is_missing(places: list[Place], rule: Rule) -> None:
    made = count(rule, places)
    assert made.missing_to_join.is_met == made.is_quorate
    assert made.missing_to_agree.is_met == made.is_agreed


@settings(deadline=None)
@given(
    agree=st.integers(0, 30),
    against=st.integers(0, 30),
    silent=st.integers(0, 30),
    rule=st.sampled_from(RULES),
)
def test_so_many_more_and_not_one_fewer_reach_the_shares(
    agree: int, against: int, silent: int, rule: Rule
) -> None:
    """Try every number of newcomers who agree, one by one."""
    shares_only = Rule(Fraction(0), rule.agree, rule.agree_is_exclusive, rule.agree_of_all)
    after = [people(agree + more, against, silent=silent - more) for more in range(silent + 1)]
    agreed = [more for more, places in enumerate(after) if slow(shares_only, places)["passed"]]
    quorate = [more for more, places in enumerate(after) if slow(rule, places)["quorate"]]
    made = count(rule, people(agree, against, silent=silent))
    assert made.missing_to_agree.people == (agreed[0] if agreed else None)
    if quorate:
        assert made.missing_to_join.people == quorate[0]


@pytest.mark.parametrize(
    ("places", "quorate", "passed"),
    [
        (people(6, silent=3), True, True),  # exactly two thirds take part
        (people(600, silent=301), False, False),  # one short of it
        (people(66, silent=33), True, True),
        (people(66, silent=34), False, False),
    ],
)
def test_two_thirds_include_two_thirds(places: list[Place], quorate: bool, passed: bool) -> None:
    made = count(WEIGHTY, places)
    assert (made.is_quorate, made.is_passed) == (quorate, passed)


@pytest.mark.parametrize(
    ("agree", "against", "passed"), [(75, 25, True), (74, 25, False), (3, 1, True), (299, 100, False)]
)
def test_three_quarters_include_three_quarters(agree: int, against: int, passed: bool) -> None:
    assert count(WEIGHTY, people(agree, against)).is_passed is passed


@pytest.mark.parametrize(("agree", "against", "passed"), [(50, 50, False), (51, 50, True), (1, 1, False)])
def test_more_than_half_excludes_the_half(agree: int, against: int, passed: bool) -> None:
    assert count(ORDINARY, people(agree, against)).is_passed is passed


def test_who_abstains_takes_part_and_does_not_agree() -> None:
    made = count(ORDINARY, people(3, abstain=3))
    assert (made.joined.people, made.is_quorate, made.is_passed) == (6, True, False)


def test_people_alone_or_area_alone_are_not_enough() -> None:
    small = [Place(f"#{number}", 4000, AGREE, number + 1) for number in range(9)]
    large = Place("=shop", 40_000, "", 0)
    by_people = count(WEIGHTY, [*small, large])
    assert (by_people.join_shares[0] >= Fraction(2, 3), by_people.is_quorate) == (True, False)
    by_area = count(WEIGHTY, [Place("=shop", 400_000, AGREE, 1), *people(0, silent=1)])
    assert (by_area.join_shares[1] >= Fraction(2, 3), by_area.is_quorate) == (True, False)


def test_an_owner_of_several_places_is_one_person_and_the_last_answer_speaks_for_all() -> None:
    mine = [Place("=a", 5000, AGREE, 1), Place("=a", 7000, AGAINST, 3), Place("=a", 9000, "", 0)]
    made = count(ORDINARY, [*mine, Place("#1", 5000, AGREE, 2)])
    assert (made.households, made.answered) == (4, 3)
    assert (made.roll, made.agree, made.against) == (Weight(2, 26_000), Weight(1, 5000), Weight(1, 21_000))


def test_all_of_the_stairwell_means_all() -> None:
    assert count(STAIRWELL, people(12)).is_passed
    short = count(STAIRWELL, people(11, silent=1))
    assert (short.is_passed, short.missing_to_agree.people) == (False, 1)
    assert count(STAIRWELL, people(11, against=1)).missing_to_agree == Missing(None, None)


def test_nobody_has_decided_nothing() -> None:
    assert not count(Rule(Fraction(0), Fraction(0)), people(0, silent=4)).is_passed
    assert not count(ORDINARY, []).is_passed


def test_what_cannot_be_reached_any_more_is_said() -> None:
    assert count(WEIGHTY, people(2, against=8, silent=2)).missing_to_agree.people is None


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="majority"):
        count(ORDINARY, [Place("#1", 5000, "majority", 1)])
    with pytest.raises(ValueError, match="between 0 and 1"):
        Rule(Fraction(4, 3), Fraction(1, 2))


def test_percentages_are_cut_off_and_never_flatter() -> None:
    assert [tally.percent(Fraction(*pair)) for pair in ((2, 3), (199, 300), (1, 1), (0, 1), (1, 2000))] == [
        "66.66",
        "66.33",
        "100.00",
        "0.00",
        "0.05",
    ]
    assert tally.percent(Fraction(999, 1000), 0) == "99"


def test_the_tally_knows_no_django_and_no_floating_point() -> None:
    tree = ast.parse(Path(tally.__file__ or "").read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert named | plain == {"__future__", "collections.abc", "dataclasses", "fractions", "typing"}
    floats = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    divisions = [
        node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    ]
    assert not floats
    # The one division is of fractions: it stays one.
    assert len(divisions) == 1
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in {"float", "Decimal"}
    ]
