"""The arithmetic of scores: exact, monotone, the same bytes every time."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import scoring
from assessments.scoring import BadScheme, grade_of, hundredths, number, per_case, score, share

MOF = [
    {"label": "优", "from": "90.00"},
    {"label": "良", "from": "80.00"},
    {"label": "中", "from": "60.00"},
    {"label": "差", "from": "0.00"},
]
JIANGXI = [
    {"label": "优秀", "from": "95.00"},
    {"label": "良好", "from": "85.00"},
    {"label": "合格", "from": "75.00"},
    {"label": "差", "from": "0.00"},
]
NOBODY: dict[str, Any] = {"points": [], "deductions": []}


def indicator(code: str, points: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "block": "output",
        "name": code,
        "points": points,
        "formula": f"f.{code}",
        "method": "share",
        "direction": "up",
        "params": {},
        "needs_evidence": False,
        "note": "",
        **more,
    }


def scheme(*indicators: dict[str, Any]) -> dict[str, Any]:
    blocks = [{"code": "output", "name": "产出"}]
    return {
        "name": "方案",
        "year": 2020,
        "number": 1,
        "bands": MOF,
        "blocks": blocks,
        "indicators": list(indicators),
    }


def fact(part: int, whole: int, kind: str = "share") -> dict[str, str]:
    return {"part": str(part), "whole": str(whole), "kind": kind}


@pytest.mark.parametrize(
    ("total", "mof", "jiangxi"),
    [
        # Chizhou 2020: printed 优秀 at 85.81; the bands decide.
        ("85.81", "良", "良好"),
        ("91.75", "优", "良好"),
        ("80.5", "良", "合格"),
        ("90", "优", "良好"),
        ("89.99", "良", "良好"),
        ("95", "优", "优秀"),
        ("85", "良", "良好"),
        ("75", "中", "合格"),
        ("74.99", "中", "差"),
        ("60", "中", "差"),
        ("59.99", "差", "差"),
        ("0", "差", "差"),
    ],
)
def test_a_bound_belongs_to_the_grade_above_it(total: str, mof: str, jiangxi: str) -> None:
    assert (grade_of(number(total), MOF), grade_of(number(total), JIANGXI)) == (mof, jiangxi)


def test_the_mean_of_chizhou_is_what_was_published() -> None:
    mean = sum(map(Fraction, ("91.75", "90", "81", "80.5")), Fraction()) / 4
    assert scoring.text(mean) == "85.81"
    assert grade_of(hundredths(mean), MOF) == "良"


def test_an_indicator_reads_as_a_sentence_of_arithmetic() -> None:
    found = score(
        scheme(
            indicator("execution", "60"),
            indicator("quality", "20", method="per_case", params={"per": "3"}),
            indicator("word", "20", method="manual", formula=""),
        ),
        {"f.execution": fact(626, 1000), "f.quality": fact(1, 3, "cases")},
        {
            "points": [
                {"step": "self", "indicator": "word", "points": "20.00", "reason": "", "by": 1, "at": ""},
                {
                    "step": "province",
                    "indicator": "word",
                    "points": "15.50",
                    "reason": "x",
                    "by": 2,
                    "at": "b",
                },
                {
                    "step": "prefecture",
                    "indicator": "word",
                    "points": "18.00",
                    "reason": "",
                    "by": 3,
                    "at": "c",
                },
            ],
            "deductions": [
                _deduction(7, "execution", "1.20"),
                _deduction(8, "execution", "2.00"),
                _deduction(9, "execution", "2.00", cancels=8),
            ],
        },
        about={"unit": "222401"},
    )
    assert [(line["base"], line["earned"], line["lost"]) for line in found["indicators"]] == [
        ("37.56", "36.36", "23.64"),
        ("17.00", "17.00", "3.00"),
        ("15.50", "15.50", "4.50"),
    ]
    assert [row["id"] for row in found["indicators"][0]["deductions"]] == [7]
    assert (found["total"], found["grade"], found["complete"]) == ("68.86", "中", True)
    assert found["blocks"] == [
        {"code": "output", "name": "产出", "points": "100.00", "earned": "68.86", "lost": "31.14"}
    ]


def _deduction(key: int, code: str, points: str, cancels: int | None = None) -> dict[str, Any]:
    return {
        "id": key,
        "step": "province",
        "indicator": code,
        "points": points,
        "finding": "审计发现",
        "document_no": "",
        "by": 2,
        "at": "d",
        "cancels": cancels,
    }


@pytest.mark.parametrize(
    ("rule", "total"),
    [("zero", "50.00"), ("full", "75.00"), ("leave_out", "66.67")],
)
def test_what_nobody_can_judge_is_judged_by_its_rule(rule: str, total: str) -> None:
    one = indicator("done", "75")
    empty = indicator("heard", "25", params={"empty": rule})
    found = score(scheme(one, empty), {"f.done": fact(2, 3), "f.heard": fact(0, 0)}, NOBODY, about={})
    assert found["total"] == total


def test_a_rate_over_a_hundred_earns_no_more_than_the_points() -> None:
    found = score(scheme(indicator("started", "100")), {"f.started": fact(110, 100)}, NOBODY, about={})
    assert (found["total"], found["indicators"][0]["fact"]["part"]) == ("100.00", "110")


@pytest.mark.parametrize(
    ("params", "direction"),
    [
        ({"target": "50", "floor": "50"}, "up"),
        ({"target": "100", "floor": "0"}, "down"),
        ({"target": "x"}, "up"),
    ],
)
def test_figures_that_contradict_each_other_are_refused(params: dict[str, str], direction: str) -> None:
    with pytest.raises(BadScheme):
        share(Fraction(10), Fraction(1), params, direction)


def test_less_is_better_between_its_bounds() -> None:
    params = {"target": "10", "floor": "30"}
    values = [share(Fraction(8), Fraction(value), params, "down") for value in (5, 10, 20, 30, 40)]
    assert values == [8, 8, 4, 0, 0]


COUNTS = st.integers(min_value=0, max_value=10**13)


@given(part=COUNTS, more=COUNTS, whole=st.integers(min_value=1, max_value=10**13))
def test_more_never_earns_less(part: int, more: int, whole: int) -> None:
    asked = scheme(indicator("done", "100"))
    low = score(asked, {"f.done": fact(part, whole)}, NOBODY, about={})
    high = score(asked, {"f.done": fact(part + more, whole)}, NOBODY, about={})
    assert Decimal(low["total"]) <= Decimal(high["total"]) <= 100


@given(cases=st.integers(0, 10**6), more=st.integers(0, 10**6))
def test_more_cases_never_earn_more(cases: int, more: int) -> None:
    params = {"per": "0.1", "free": "2"}
    few = per_case(Fraction(6), Fraction(cases), params)
    many = per_case(Fraction(6), Fraction(cases + more), params)
    assert 0 <= many <= few <= 6


@given(st.fractions(min_value=-1000, max_value=1000))
def test_rounding_agrees_with_the_decimal_module(value: Fraction) -> None:
    expected = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_UP
    )
    assert Decimal(scoring.text(value)) == expected


@given(
    st.lists(
        st.tuples(COUNTS, st.integers(min_value=0, max_value=10**9), st.integers(1, 9999)),
        min_size=1,
        max_size=20,
    )
)
def test_the_total_is_the_sum_of_what_is_printed_and_the_same_bytes_again(
    drawn: list[tuple[int, int, int]],
) -> None:
    asked = scheme(
        *(
            indicator(f"i{place}", scoring.text(Fraction(points, 100)))
            for place, (_part, _whole, points) in enumerate(drawn)
        )
    )
    asked["indicators"].append(indicator("rest", scoring.text(Fraction(10**6)), method="manual", formula=""))
    facts = {f"f.i{place}": fact(part, whole) for place, (part, whole, _points) in enumerate(drawn)}
    first = score(asked, facts, NOBODY, about={"unit": "1"})
    second = score(json.loads(json.dumps(asked)), dict(reversed(facts.items())), NOBODY, about={"unit": "1"})
    assert scoring.canonical(first) == scoring.canonical(second)
    printed = sum((Fraction(line["earned"]) for line in first["indicators"]), Fraction())
    assert number(first["earned"]) == printed
    assert printed == sum((Fraction(block["earned"]) for block in first["blocks"]), Fraction())
