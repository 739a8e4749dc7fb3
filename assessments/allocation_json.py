"""Allocation as frozen data: rules, cases and results as JSON, every number as exact text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from assessments.allocation import (
    DIFFICULTY,
    PERFORMANCE,
    Band,
    Bounds,
    CannotAllocateError,
    Case,
    Member,
    Rule,
    Share,
    Term,
)


def number(text: str | int) -> Fraction:
    """Return an exact number written as a decimal or a fraction (``0.4``, ``2/5``)."""
    return Fraction(str(text))


def text_of(value: Fraction) -> str:
    """Return a number as exact text: a decimal where it has one, else a fraction."""
    places, rest = 0, value.denominator
    while rest > 1 and places < 30:
        places, rest = places + 1, Fraction(value * 10 ** (places + 1)).denominator
    if rest > 1 or not places:
        return str(value)
    digits = f"{int(value * 10**places):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}"


def rule_from_json(data: Mapping[str, Any]) -> Rule:
    """Return the rule that parameters describe; raise CannotAllocateError (``rule``) when they do not."""
    try:
        terms = tuple(
            Term(term["factor"], number(term["weight"]), frozenset(term.get("by", ())), term.get("part", ""))
            for term in data["terms"]
        )
        bands = tuple(Band(number(band["from"]), number(band["p"])) for band in data.get("bands", ()))
        unit_fen = int(data.get("unit_fen", 1))
    except (KeyError, TypeError, ValueError) as error:
        raise CannotAllocateError("rule", str(error)) from error
    if any(not term.by <= {DIFFICULTY, PERFORMANCE} for term in terms):
        raise CannotAllocateError("rule", "by")
    return Rule(terms, bands, unit_fen)


def case_as_json(case: Case) -> dict[str, Any]:
    """Return a case as it is frozen: every number as exact text, units by code."""
    rule = case.rule
    return {
        "rule": {
            "terms": [
                {
                    "factor": term.factor,
                    "weight": text_of(term.weight),
                    "by": sorted(term.by),
                    "part": term.part,
                }
                for term in rule.terms
            ],
            "bands": [{"from": text_of(band.score), "p": text_of(band.p)} for band in rule.bands],
            "unit_fen": rule.unit_fen,
        },
        "total_fen": case.total_fen,
        "members": [_member_json(member) for member in sorted(case.members, key=lambda member: member.key)],
        "bounds": {
            "lows": dict(sorted(case.bounds.lows.items())),
            "highs": dict(sorted(case.bounds.highs.items())),
        },
    }


def _member_json(member: Member) -> dict[str, Any]:
    typed = {"k": member.k, "score": member.score, "p": member.p}
    return {
        "key": member.key,
        "factors": {name: text_of(value) for name, value in sorted(member.factors.items())},
        **{name: None if value is None else text_of(value) for name, value in typed.items()},
    }


def case_from_json(data: Mapping[str, Any]) -> Case:
    """Return the case that was frozen."""
    return Case(
        rule=rule_from_json(data["rule"]),
        total_fen=data["total_fen"],
        members=tuple(
            Member(
                row["key"],
                {name: number(value) for name, value in row["factors"].items()},
                **{name: None if row[name] is None else number(row[name]) for name in ("k", "score", "p")},
            )
            for row in data["members"]
        ),
        bounds=Bounds(data["bounds"]["lows"], data["bounds"]["highs"]),
    )


def result_as_json(shares: Sequence[Share]) -> dict[str, Any]:
    """Return a result as it is frozen; exact amounts as text, so that the same case gives the same bytes."""
    return {
        "shares": [
            {
                "key": share.key,
                "amount_fen": share.amount_fen,
                "exact": text_of(share.exact),
                "by_term": [text_of(amount) for amount in share.by_term],
                "bound": share.bound,
            }
            for share in shares
        ]
    }
