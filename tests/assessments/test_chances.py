"""What would raise a score most: the same arithmetic, on facts that were changed by exactly so much."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from assessments import scoring
from assessments.chances import all_taken, chances
from assessments.models import Assessment
from tests.assessments.conftest import fresh
from tests.conftest import ClientFor

BANDS = [{"label": "优", "from": "90"}, {"label": "良", "from": "80"}, {"label": "差", "from": "0"}]


def indicator(code: str, points: str, **values: Any) -> dict[str, Any]:
    plain = {"block": "b", "name": code, "method": "share", "direction": "up", "params": {}}
    formula = "" if values.get("method") == "manual" else f"f.{code}"
    return {"code": code, "points": points, "formula": formula, **plain, **values}


def scheme(*indicators: dict[str, Any]) -> dict[str, Any]:
    blocks = [{"code": "b", "name": "产出"}]
    return {"name": "方案", "bands": BANDS, "blocks": blocks, "indicators": list(indicators)}


SCHEME = scheme(
    indicator("done", "40", params={"target": "95"}),
    indicator("late", "20", method="per_case", direction="down", params={"per": "3", "free": "1"}),
    indicator("waste", "10", direction="down", params={"target": "0", "floor": "50"}),
    indicator("heard", "10", params={"empty": "leave_out"}),
    indicator("praise", "20", method="manual"),
)


def share(part: int, whole: int) -> dict[str, str]:
    return {"part": str(part), "whole": str(whole), "kind": "share"}


def result(done: int, late: int, praise: str | None = None) -> dict[str, Any]:
    facts = {
        "f.done": share(done, 24),
        "f.late": {"part": str(late), "whole": "24", "kind": "cases"},
        "f.waste": share(6, 24),
        "f.heard": share(0, 0),
    }
    points = [] if praise is None else [{"indicator": "praise", "step": "self", "points": praise}]
    return scoring.score(SCHEME, facts, {"points": points, "deductions": []}, about={})


def test_each_chance_says_by_how_much_the_fact_has_to_change() -> None:
    found = chances(SCHEME, result(done=12, late=4))
    assert [(one.line["code"], one.part, one.then["earned"], scoring.text(one.gain)) for one in found] == [
        ("praise", None, "20.00", "22.22"),
        # 95 % of 24 are 22.8: the 23rd has to be done.
        ("done", 11, "40.00", "21.05"),
        ("late", -3, "20.00", "10.00"),
        ("waste", -6, "10.00", "5.55"),
    ]
    assert all_taken(SCHEME, result(done=12, late=4), found)["total"] == "100.00"


def test_what_has_all_its_points_or_nothing_to_judge_by_is_no_chance() -> None:
    found = chances(SCHEME, result(done=24, late=1, praise="20"))
    assert [one.line["code"] for one in found] == ["waste"]


def test_a_deduction_stays_in_the_trial() -> None:
    facts = {"f.done": share(12, 24)}
    taken = {"id": 1, "indicator": "done", "points": "5", "cancels": None, "step": "province"}
    asked = scheme(indicator("done", "100"))
    now = scoring.score(asked, facts, {"points": [], "deductions": [taken]}, about={})
    (found,) = chances(asked, now)
    assert (found.part, now["total"], found.total, found.grade) == (12, "45.00", "95.00", "优")


@given(done=st.integers(0, 30), late=st.integers(0, 24), praise=st.integers(0, 20))
def test_a_chance_gains_what_the_score_of_its_fact_gains(done: int, late: int, praise: int) -> None:
    now = result(done, late, str(praise))
    for one in chances(SCHEME, now):
        assert one.gain > 0
        assert scoring.number(one.total) - scoring.number(now["total"]) == one.gain
        if one.line["code"] == "done":
            assert one.part is not None
            assert result(done + one.part, late, str(praise))["total"] == one.total
            assert Fraction(done + one.part, 24) >= Fraction(95, 100) > Fraction(done + one.part - 1, 24)


@pytest.mark.django_db
def test_the_page_shows_the_trial_until_the_score_is_issued_and_keeps_nothing(
    opened: dict[str, Assessment], yanji: User, client_for: ClientFor
) -> None:
    mine = opened["222401"]
    before = fresh(mine).document
    answer = client_for(yanji).get(reverse("assessments:assessment", args=[mine.pk]))
    shown = {line["code"]: line for line in answer.context["chances"]["lines"]}
    assert shown["started"]["change"] == "1 more"
    assert "4 ÷ 4 communities = 100%" in shown["started"]["then"]
    assert fresh(mine).document == before
