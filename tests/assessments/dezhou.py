"""The year plan of Dezhou's 12 counties of 2022, as published, with coefficients typed in by hand."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import assessments
from assessments.allocation import Member, Rule
from assessments.allocation_json import rule_from_json

HERE = Path(__file__).parent / "data"
RULES = Path(assessments.__file__).parent / "data" / "allocation_rules.json"

# Typed in for the tests: coefficient of difficulty, score, coefficient of performance.
TYPED = {
    "德城区": ("0.85", "91.75", "1.10"),
    "开发区": ("0.80", "95", "1.20"),
    "陵城区": ("1.02", "81", "1.00"),
    "乐陵市": ("1.05", "80.5", "1.00"),
    "临邑县": ("1.00", "85.81", "1.00"),
    "齐河县": ("0.90", "98.33", "1.20"),
    "庆云县": ("1.21", "60", "0.80"),
    "夏津县": ("1.17", "74.99", "0.90"),
    "平原县": ("1.08", "75", "0.90"),
    "宁津县": ("1.10", "59.99", "0.70"),
    "武城县": ("1.13", "90", "1.10"),
    "禹城市": ("0.97", "88.2", "1.05"),
}


def rows() -> list[dict[str, Any]]:
    """Return the counties with whole figures: area in 0.01 ㎡."""
    text = (HERE / "dezhou_2022_plan_by_county.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = []
    for at, row in enumerate(csv.DictReader(lines)):
        k, score, p = (Fraction(value) for value in TYPED[row["county"]])
        found.append(
            {
                "key": f"3714{at:02d}",
                "name": row["county"],
                "area": int(Fraction(row["area_wan_m2"]) * 1_000_000),
                "households": int(row["households"]),
                "buildings": int(row["buildings"]),
                "communities": int(row["communities"]),
                # Not published; any will do: 2.4万元 and 0.8 of the plan's households a year before.
                "renovated_households": int(row["households"]) * 8 // 10,
                "invested": int(row["households"]) * 2_400_000 + at * 12_345_678,
                "k": k,
                "S": score,
                "p": p,
            }
        )
    return found


def members(*, with_p: bool = True) -> tuple[Member, ...]:
    """Return the counties as the rules see them."""
    names = ("area", "households", "buildings", "communities", "renovated_households", "invested")
    return tuple(
        Member(
            row["key"],
            {name: Fraction(row[name]) for name in names},
            row["k"],
            row["S"],
            row["p"] if with_p else None,
        )
        for row in rows()
    )


def rule_data(code: str) -> dict[str, Any]:
    """Return the parameters of a packaged rule."""
    found: dict[str, Any] = next(
        entry for entry in json.loads(RULES.read_text(encoding="utf-8")) if entry["code"] == code
    )
    return found


def rule(code: str) -> Rule:
    """Return a packaged rule."""
    return rule_from_json(rule_data(code)["parameters"])
