"""Who is named in a bulletin, and the sentences it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from dashboards.composing import Facts, compose, default_narrative
from dashboards.figures import Amounts, Figures, Row
from dashboards.ranking import named, ranked
from dashboards.runs import sentence, text_of
from projects.day_words import full_day, month_day
from tests.dashboards.conftest import JUNE


def unit(code: int, planned: int, started: int, completed: int = 0) -> Row:
    figures = Figures(
        planned=Amounts(planned, planned * 100),
        preparing=Amounts(max(planned - started, 0), max(planned - started, 0) * 100),
        under_way=Amounts(started - completed, (started - completed) * 110),
        completed=Amounts(completed, completed * 110),
    )
    return Row(f"{code}", f"市县{code}", figures, "220100")


def facts(*units: Row, on: date = JUNE, before: Figures | None = None, plan_year: int = 2020) -> Facts:
    whole = sum((row.figures for row in units), Figures())
    return Facts("220000", plan_year, on, units, [Row("220100", "长春市", whole)], before)


def document(given: Facts, **narrative: str) -> dict[str, object]:
    return compose(
        given, number=3, dated=date(2020, 7, 8), narrative=narrative, draft=False, mark="2020-20200630-abc"
    )


def text(given: Facts, **narrative: str) -> list[str]:
    blocks = document(given, **narrative)["blocks"]
    return [text_of(block["runs"]) for block in blocks]  # type: ignore[attr-defined]


def test_equal_rates_share_a_place_and_units_without_a_plan_have_none() -> None:
    rows = [unit(1, 10, 5), unit(2, 10, 8), unit(3, 20, 10, completed=4), unit(4, 0, 0), unit(5, 10, 1)]
    assert [(place, row.key) for place, row in ranked(rows)] == [
        (1, "2"),
        (2, "3"),
        (2, "1"),
        (4, "5"),
        (None, "4"),
    ]


def test_fast_slow_finished_and_idle_units_are_told_apart() -> None:
    rows = [unit(code, 20, code) for code in range(1, 16)] + [unit(90, 5, 5), unit(91, 5, 6), unit(92, 4, 0)]
    who = named(rows)
    assert [row.key for row in who.fast] == ["15", "14", "13", "12", "11", "10"]
    assert [row.key for row in who.slow] == ["1", "2", "3", "4", "5"]
    assert [row.key for row in who.finished] == ["91", "90"]
    assert [row.key for row in who.idle] == ["92"]


def test_with_few_units_nobody_is_both_fast_and_slow() -> None:
    who = named([unit(1, 10, 2), unit(2, 10, 4), unit(3, 10, 6)])
    assert [row.key for row in who.fast] == ["3", "2"]
    assert [row.key for row in who.slow] == ["1"]
    assert named([unit(1, 10, 2)]).slow == ()


def test_the_first_paragraph_says_cumulative_share_and_change() -> None:
    before = Figures(planned=Amounts(1945, 194500), under_way=Amounts(144))
    first = text(facts(unit(1, 1945, 313), before=before))[0]
    assert "1,945" in first
    assert "From January to June, 313 communities and 34,430 households" in first
    assert "16.1% of the year's plan, 8.7 percentage points more than at the end of May;" in first
    assert "by households 17.7%" in first


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (20, "5.0 percentage points less than at the end of May"),
        (15, "the same as at the end of May"),
    ],
)
def test_a_fall_and_a_standstill_have_their_own_words(before: int, expected: str) -> None:
    earlier = Figures(planned=Amounts(100), under_way=Amounts(before))
    assert expected in text(facts(unit(1, 100, 15), before=earlier))[0]


def test_without_the_month_before_nothing_is_compared() -> None:
    first = text(facts(unit(1, 10, 5)))[0]
    assert "percentage points" not in first
    assert "50.0% of the year's plan;" in first


def test_the_period_is_named_by_its_place_in_the_plan_year() -> None:
    january = facts(unit(1, 10, 5), on=date(2020, 1, 31))
    assert "In January, 5 communities" in text(january)[0]
    next_year = facts(unit(1, 10, 5), on=date(2021, 2, 28))
    assert "By the end of February 2021, 5 communities" in text(next_year)[0]


def test_chapters_are_numbered_without_gaps_and_empty_ones_left_out() -> None:
    blocks = text(facts(unit(1, 10, 5), unit(2, 10, 1), unit(3, 4, 0)), next_steps="抓紧。\n再抓紧。")
    assert blocks[1:] == [
        "1. Units that progress faster",
        "市县1 (50.0%).",
        "2. Units that progress more slowly",
        "市县2 (10.0%).",
        "市县3 have not started.",
        "3. Next steps",
        "抓紧。",
        "再抓紧。",
    ]


def test_when_all_have_started_everything_one_sentence_says_so() -> None:
    given = facts(unit(1, 10, 10), unit(2, 5, 6))
    assert "All 2 cities and counties have started everything." in text(given)
    assert default_narrative(given)["matters"] == ""


def test_a_draft_names_the_day_by_which_all_must_start_only_while_it_lies_ahead() -> None:
    given = facts(unit(1, 10, 5), unit(2, 5, 0))
    ahead, past = given.on + timedelta(days=1), given.on
    assert default_narrative(given, ahead)["next_steps"].endswith(f"started by {month_day(ahead)}.")
    without = "and start what has not been started yet without delay."
    assert default_narrative(given, past)["next_steps"].endswith(without)
    assert default_narrative(given)["next_steps"].endswith(without)
    next_year = given.on.replace(year=given.on.year + 1)
    assert default_narrative(given, next_year)["next_steps"].endswith(f"started by {full_day(next_year)}.")


def test_every_number_of_a_paragraph_knows_its_rows() -> None:
    blocks = document(facts(unit(1, 10, 5), unit(2, 10, 1)))["blocks"]
    runs = [run for block in blocks for run in block["runs"]]  # type: ignore[attr-defined]
    linked = {run["t"]: (run["m"], run["r"]) for run in runs if run.get("m")}
    assert linked["20"] == ("planned", "220000")
    assert linked["6"] == ("started", "220000")
    assert linked["50.0%"] == ("started", "1")


def test_the_tables_add_up_and_keep_numbers_as_numbers() -> None:
    tables = document(facts(unit(1, 10, 5), unit(2, 30, 1)))["tables"]
    unit_table = tables[1]  # type: ignore[index]
    assert [row["code"] for row in unit_table["rows"]] == ["1", "2"]
    assert unit_table["total"]["started"] == sum(row["started"] for row in unit_table["rows"]) == 6
    assert (unit_table["rows"][0]["rate"], unit_table["total"]["rate"]) == ("50.0", "15.0")


def test_invented_data_says_so() -> None:
    row = unit(1, 10, 5)
    simulated = replace(row, figures=replace(row.figures, simulated=Amounts(10)))
    assert "Simulated data" in str(document(facts(simulated))["note"])
    assert "Simulated data" not in str(document(facts(row))["note"])


def test_a_document_speaks_the_language_of_the_office_not_of_the_reader() -> None:
    given = facts(unit(1, 10, 5))
    expected = document(given)
    with translation.override("zh-hans"):
        assert document(given) == expected


def test_a_sentence_keeps_the_order_of_its_translation() -> None:
    runs = sentence("%(b)s after %(a)s.", a="x", b={"t": "7", "m": "started", "r": "1"})
    assert runs == [{"t": "7", "m": "started", "r": "1"}, {"t": " after "}, {"t": "x"}, {"t": "."}]
