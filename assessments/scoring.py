"""From scheme, facts and what people entered to the score: pure, exact, and the same bytes every time.

Nothing here reads the database.  Numbers come and go as text or whole numbers; inside they are fractions.
An indicator's points are rounded half up to two places and the total is the sum of what is printed, so that
readers who add find it.  A version of the arithmetic stands in the result: were it ever changed, issued
results would still be recomputed by theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

ARITHMETIC = 1
FULL = Fraction(100)
# The steps in their order: the last one that has spoken counts.
STEPS = ("self", "prefecture", "province")

Json = dict[str, Any]


class BadScheme(ValueError):
    """The scheme cannot be computed with: a figure is missing or contradicts another."""


def canonical(data: Any) -> bytes:
    """Return JSON data as the bytes that are hashed and compared."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data: Any) -> str:
    """Return the SHA-256 of JSON data, whatever the order of its keys."""
    return hashlib.sha256(canonical(data)).hexdigest()


def hundredths(value: Fraction) -> Fraction:
    """Return a number rounded half up to two places; half of a hundredth goes away from zero."""
    scaled = abs(value) * 100
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 100)


def text(value: Fraction) -> str:
    """Return a number of at most two places as it is stored: 7.50."""
    rounded = hundredths(value)
    return str((Decimal(rounded.numerator) / Decimal(rounded.denominator)).quantize(Decimal("0.01")))


def number(value: Any) -> Fraction:
    """Return a stored number; raises BadScheme for what is none."""
    return _parsed(str(value))


# Points and bounds come again in every unit: thousands of units read the same few texts.
@lru_cache(maxsize=16_384)
def _parsed(value: str) -> Fraction:
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as problem:
        raise BadScheme(value) from problem


def grade_of(total: Fraction, bands: Sequence[Mapping[str, Any]]) -> str:
    """Return the grade of a score: the highest band it reaches (≥); empty below all bands.

    Grades are computed and never typed: Chizhou's 85.81 of 2020 was printed 优秀 and is 良 by 90/80/60.
    """
    reached = [band for band in bands if total >= number(band["from"])]
    return max(reached, key=lambda band: number(band["from"]))["label"] if reached else ""


def score(
    scheme: Json, facts: Mapping[str, Json], entries: Json, *, about: Json, scheme_hash: str = ""
) -> Json:
    """Return the whole result of one unit.

    ``scheme``: ``blocks`` and ``indicators`` in their order, ``bands``.  ``facts``: by formula ``part``,
    ``whole`` and ``kind`` (``share`` or ``cases``).  ``entries``: ``points`` (step, indicator, points,
    reason, by, at) and ``deductions`` (also id, finding, document_no, cancels).  ``about`` is carried along:
    unit, year, day, fact sheet.  ``scheme_hash`` spares hashing one scheme for thousands of units.  Raises
    BadScheme.
    """
    lines = [_line(indicator, facts, entries) for indicator in scheme["indicators"]]
    counted = [line for line in lines if not line["left_out"]]
    available = sum((number(line["points"]) for line in counted), Fraction())
    earned = sum((number(line["earned"]) for line in counted), Fraction())
    total = hundredths(earned * FULL / available) if available else Fraction()
    return {
        "arithmetic": ARITHMETIC,
        "about": dict(about),
        "scheme": {"sha256": scheme_hash or sha256(scheme), "name": scheme["name"], "bands": scheme["bands"]},
        "indicators": lines,
        "blocks": [_block(block, lines) for block in scheme["blocks"]],
        "available": text(available),
        "earned": text(earned),
        "total": text(total),
        "grade": grade_of(total, scheme["bands"]),
        "complete": not any(line["awaited"] for line in lines),
    }


def _block(block: Mapping[str, Any], lines: Sequence[Json]) -> Json:
    mine = [line for line in lines if line["block"] == block["code"]]
    counted = [line for line in mine if not line["left_out"]]
    points = sum((number(line["points"]) for line in counted), Fraction())
    earned = sum((number(line["earned"]) for line in counted), Fraction())
    return {
        "code": block["code"],
        "name": block["name"],
        "points": text(points),
        "earned": text(earned),
        "lost": text(points - earned),
    }


def _line(indicator: Mapping[str, Any], facts: Mapping[str, Json], entries: Json) -> Json:
    """Return one indicator: what is known, how it becomes points, what was taken, what is left."""
    full = number(indicator["points"])
    entry = _entry(indicator["code"], entries["points"]) if indicator["method"] == "manual" else None
    fact = facts.get(indicator["formula"]) if indicator["formula"] else None
    base, empty = _base(indicator, fact, entry)
    taken = _standing(indicator["code"], entries["deductions"])
    left_out = empty == "leave_out"
    loss = sum((number(row["points"]) for row in taken), Fraction())
    earned = Fraction() if left_out else max(hundredths(base) - loss, Fraction())
    return {
        "code": indicator["code"],
        "block": indicator["block"],
        "name": indicator["name"],
        "points": text(full),
        "method": indicator["method"],
        "formula": indicator["formula"],
        "params": dict(indicator["params"]),
        "fact": dict(fact) if fact else None,
        "empty": empty,
        "entry": entry,
        "base": text(base),
        "deductions": taken,
        "earned": text(earned),
        "lost": text(Fraction() if left_out else full - earned),
        "left_out": left_out,
        "awaited": indicator["method"] == "manual" and entry is None,
    }


def _base(indicator: Mapping[str, Any], fact: Json | None, entry: Json | None) -> tuple[Fraction, str]:
    """Return the points before deductions, and what was done where there is no fact to judge by."""
    full = number(indicator["points"])
    if indicator["method"] == "manual":
        return (min(number(entry["points"]), full) if entry else Fraction()), ""
    if fact is None or (fact["kind"] == "share" and not int(fact["whole"])):
        rule = indicator["params"].get("empty", "zero")
        return (full if rule == "full" else Fraction()), rule
    if indicator["method"] == "per_case":
        return per_case(full, number(fact["part"]), indicator["params"]), ""
    return share(full, value_of(fact), indicator["params"], indicator["direction"]), ""


def value_of(fact: Mapping[str, Any]) -> Fraction:
    """Return what a fact says: part ÷ whole of a share in per cent, the number of cases otherwise."""
    part = number(fact["part"])
    return part * 100 / number(fact["whole"]) if fact["kind"] == "share" else part


def share(full: Fraction, value: Fraction, params: Mapping[str, Any], direction: str = "up") -> Fraction:
    """Return points in proportion: none at ``floor`` (0), all at ``target`` (100), linear between.

    Where less is better the floor lies above the target.  Raises BadScheme when it does not.
    """
    target = number(params.get("target", "100"))
    floor = number(params.get("floor", "0"))
    if (target <= floor) if direction == "up" else (target >= floor):
        raise BadScheme("target and floor")
    reached = (value - floor) / (target - floor)
    return full * min(max(reached, Fraction()), Fraction(1))


def per_case(full: Fraction, cases: Fraction, params: Mapping[str, Any]) -> Fraction:
    """Return the points left when each case beyond ``free`` (0) costs ``per`` (1); at least ``least`` (0)."""
    counted = max(cases - number(params.get("free", "0")), Fraction())
    left = full - counted * number(params.get("per", "1"))
    return min(max(left, number(params.get("least", "0"))), full)


def _entry(code: str, entries: Sequence[Json]) -> Json | None:
    """Return the points that count for an indicator: the latest of the last step that has spoken."""
    mine = [row for row in entries if row["indicator"] == code]
    for step in reversed(STEPS):
        found = [row for row in mine if row["step"] == step]
        if found:
            return dict(found[-1])
    return None


def _standing(code: str, deductions: Sequence[Json]) -> list[Json]:
    """Return an indicator's deductions that nobody has taken back."""
    gone = {row["cancels"] for row in deductions if row["cancels"] is not None}
    return [
        dict(row)
        for row in deductions
        if row["indicator"] == code and row["cancels"] is None and row["id"] not in gone
    ]
