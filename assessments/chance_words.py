"""The trial calculation of a score in words, as the pages show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from assessments import chances, scoring, words
from assessments.formulas import Measure, formula_of
from assessments.models import Scheme

# So many lines say where the points are; the rest are small.
MOST = 8


def trial(scheme: Scheme, result: scoring.Json) -> dict[str, Any]:
    """Return what would raise a score most, for ``_chances.html``; one query."""
    read = _as_scored(scheme, result)
    found = chances.chances(read, result)
    whole = chances.all_taken(read, result, found)
    blocks = {block["code"]: block["name"] for block in result["blocks"]}
    return {
        "lines": [_line(one, blocks) for one in found[:MOST]],
        "more": max(len(found) - MOST, 0),
        "now": result["total"],
        "total": whole["total"],
        "grade": whole["grade"],
    }


def _as_scored(scheme: Scheme, result: scoring.Json) -> scoring.Json:
    """Return the scheme as a result repeats it; of an indicator, it leaves out the direction alone."""
    ways = dict(scheme.indicators.values_list("code", "direction"))
    return {
        "name": result["scheme"]["name"],
        "bands": result["scheme"]["bands"],
        "blocks": result["blocks"],
        "indicators": [{**line, "direction": ways[line["code"]]} for line in result["indicators"]],
    }


def _line(one: chances.Chance, blocks: dict[str, str]) -> dict[str, Any]:
    line = one.line
    return {
        "code": line["code"],
        "name": line["name"],
        "block": blocks[line["block"]],
        "now": words.fact_words(line) or words.how_words(line),
        "change": _change(one),
        "then": words.fact_words(one.then) if one.part is not None else "",
        "gain": words.plain(one.gain),
        "total": one.total,
        "grade": one.grade,
    }


def _change(one: chances.Chance) -> str:
    if one.part is None:
        return _("up to %(points)s points, given by people") % {"points": words.plain(one.line["points"])}
    known = formula_of(one.line["formula"])
    measure = known.measure if known is not None else Measure.COUNT
    number = words.amount(str(abs(one.part)), measure)
    if measure == Measure.FEN:
        number = _("%(amount)s (10,000 yuan)") % {"amount": number}
    return (_("%(number)s more") if one.part > 0 else _("%(number)s fewer")) % {"number": number}
