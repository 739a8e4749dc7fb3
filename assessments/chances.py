"""What would raise a score most: a trial calculation that is stored nowhere.

Each indicator's fact is set to the value that earns all its points and the whole score is computed again by
``assessments.scoring``: there is no second formula.  A standing deduction stays in every trial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from assessments import scoring

Json = scoring.Json


@dataclass(frozen=True, slots=True)
class Chance:
    """What one indicator can still bring: the fact that earns most, and the score with it.

    ``line`` is the indicator as it is, ``then`` as it would be; ``part`` by how much the counted part of the
    fact changes (in its own unit: cases, 分), None where people give the points or nothing can be judged yet.
    """

    line: Json
    then: Json
    part: int | None
    gain: Fraction
    total: str
    grade: str


def chances(scheme: Json, result: Json) -> list[Chance]:
    """Return what each indicator of a result can still bring, the most first; equal gains by code.

    ``scheme`` is the scheme as JSON by which ``result`` was computed.  What cannot gain is left out.
    """
    found = [_chance(scheme, result, line) for line in result["indicators"] if not line["left_out"]]
    gaining = [chance for chance in found if chance is not None and chance.gain > 0]
    return sorted(gaining, key=lambda chance: (-chance.gain, chance.line["code"]))


def all_taken(scheme: Json, result: Json, taken: Sequence[Chance]) -> Json:
    """Return the result if all of the chances were taken at once."""
    facts, entries = _facts(result), _entries(result)
    for chance in taken:
        _put(facts, entries, chance.then)
    return _scored(scheme, result, facts, entries)


def _chance(scheme: Json, result: Json, line: Json) -> Chance | None:
    asked = next(row for row in scheme["indicators"] if row["code"] == line["code"])
    aim = _aim(line, asked["direction"])
    if aim is None:
        return None
    facts, entries = _facts(result), _entries(result)
    _put(facts, entries, aim)
    then = _scored(scheme, result, facts, entries)
    reached = next(row for row in then["indicators"] if row["code"] == line["code"])
    fact = line["fact"]
    moved = None
    if line["method"] != "manual" and not line["empty"]:
        moved = int(aim["fact"]["part"]) - int(fact["part"])
    gain = scoring.number(then["total"]) - scoring.number(result["total"])
    return Chance(line, reached, moved, gain, then["total"], then["grade"])


def _aim(line: Json, direction: str) -> Json | None:
    """Return the line with the fact, or the points, that earn all it can; None where that cannot be said."""
    if line["method"] == "manual":
        entry = line["entry"] or {"step": "self", "indicator": line["code"], "by": None, "at": ""}
        return {**line, "entry": {**entry, "points": line["points"]}}
    fact = line["fact"]
    if line["empty"] or fact is None:
        return None
    part = _part_for_all(line, fact, direction)
    return {**line, "fact": {**fact, "part": str(part)}}


def _part_for_all(line: Json, fact: Mapping[str, str], direction: str) -> int:
    part, params = int(fact["part"]), line["params"]
    if line["method"] == "per_case":
        return min(part, floor(scoring.number(params.get("free", "0"))))
    wanted = scoring.number(params.get("target", "100")) * int(fact["whole"])
    if fact["kind"] == "share":
        wanted /= 100
    return max(part, ceil(wanted)) if direction == "up" else min(part, floor(wanted))


def _put(facts: dict[str, Json], entries: Json, line: Json) -> None:
    if line["method"] == "manual":
        others = [row for row in entries["points"] if row["indicator"] != line["code"]]
        entries["points"] = [*others, line["entry"]]
    else:
        facts[line["formula"]] = line["fact"]


def _facts(result: Json) -> dict[str, Json]:
    return {line["formula"]: line["fact"] for line in result["indicators"] if line["fact"]}


def _entries(result: Json) -> Json:
    lines = result["indicators"]
    return {
        "points": [line["entry"] for line in lines if line["entry"]],
        "deductions": [row for line in lines for row in line["deductions"]],
    }


def _scored(scheme: Json, result: Json, facts: Mapping[str, Json], entries: Json) -> Json:
    return scoring.score(
        scheme, facts, entries, about=result["about"], scheme_hash=result["scheme"]["sha256"]
    )
