"""A result in words: fact, arithmetic and evidence of each indicator, as the pages and papers say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessments import scoring
from assessments.formulas import Measure, formula_of
from assessments.models import Assessment, Evidence, FactSheet, Move, ScoreEntry
from records.units import FEN_PER_WAN_YUAN

Json = scoring.Json


def plain(value: Fraction | str) -> str:
    """Return a number with as many decimals as it needs, two at most: 7.50 → 7.5, 8.00 → 8."""
    text = scoring.text(Fraction(value))
    return text.rstrip("0").rstrip(".").replace("-", "−")


def one_place(value: str) -> str:
    """Return points as lists show them: 83.4; two places where the second one counts."""
    shown = plain(value)
    return shown if "." in shown else f"{shown}.0"


def amount(number: str, measure: str) -> str:
    """Return one of a fact's two numbers: counts with separators, money in 万元 with two decimals."""
    if measure == Measure.FEN:
        shown = scoring.hundredths(Fraction(int(number), FEN_PER_WAN_YUAN))
        return f"{int(shown):,}.{scoring.text(abs(shown))[-2:]}"
    return f"{int(number):,}"


def fact_words(line: Json) -> str:
    """Return an indicator's fact as a sentence: 24 ÷ 24 个 = 100%."""
    fact, known = line["fact"], formula_of(line["formula"])
    if fact is None or known is None:
        return ""
    whole = int(fact["whole"])
    said = str(known.words) % {
        "part": amount(fact["part"], known.measure),
        "whole": amount(fact["whole"], known.measure),
    }
    if known.measure == Measure.FEN:
        said = _("%(fact)s (10,000 yuan)") % {"fact": said}
    if fact["kind"] == "share" and whole:
        said = f"{said} = {plain(scoring.value_of(fact))}%"
    return said


def how_words(line: Json) -> str:
    """Return how the fact became points: 12 × 62.6% = 7.51."""
    base, full = plain(line["base"]), plain(line["points"])
    if line["method"] == "manual":
        return _("points given by people") if line["entry"] else _("no points yet")
    if line["empty"]:
        return {
            "zero": _("nothing to judge by: no points"),
            "full": _("nothing to judge by: no loss"),
            "leave_out": _("nothing to judge by: left out"),
        }[line["empty"]]
    params, fact = line["params"], line["fact"]
    if line["method"] == "per_case":
        cases, free = plain(fact["part"]), params.get("free", "0")
        counted = f"({cases} − {free})" if scoring.number(free) else cases
        return f"{full} − {counted} × {plain(params.get('per', '1'))} = {base}"
    value = plain(scoring.value_of(fact))
    target, floor = params.get("target", "100"), params.get("floor", "0")
    if (target, floor) == ("100", "0"):
        return f"{full} × {_capped(scoring.value_of(fact))}% = {base}"
    return f"{full} × ({value} − {floor}) ÷ ({target} − {floor}) = {base}"


def _capped(value: Fraction) -> str:
    return plain(min(value, Fraction(100)))


def sheet_of(
    assessment: Assessment, *, rows: Mapping[str, int], only: str = "all"
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the lines of the page by block, and how many indicators each filter shows; three queries.

    ``rows``: rows behind each indicator's fact.  ``only``: ``all``, ``lost`` (with a loss) or ``found`` (with
    a finding).
    """
    document = assessment.document
    people = _people(assessment)
    evidence: dict[str, list[Evidence]] = {}
    for laid in Evidence.objects.live().filter(assessment=assessment):
        evidence.setdefault(laid.indicator, []).append(laid)
    checked = _checked_by(assessment)
    lines = document["indicators"]
    counts = {name: sum(_belongs(line, name) for line in lines) for name in ("all", "lost", "found")}
    shown = [line for line in lines if _belongs(line, only)]
    blocks = []
    for block in document["blocks"]:
        mine = [line for line in shown if line["block"] == block["code"]]
        if mine:
            listed = [_shown(line, people, checked, evidence.get(line["code"], []), rows) for line in mine]
            blocks.append({**block, "lines": listed})
    return blocks, counts


def _belongs(line: Json, only: str) -> bool:
    if only == "lost":
        return scoring.number(line["lost"]) > 0
    return bool(line["deductions"]) if only == "found" else True


def _shown(
    line: Json,
    people: Mapping[int, str],
    checked: str,
    evidence: Sequence[Evidence],
    rows: Mapping[str, int],
) -> dict[str, Any]:
    said = line["deductions"][-1:] or ([line["entry"]] if line["entry"] else [])
    return {
        **line,
        "full": plain(line["points"]),
        "fact_words": fact_words(line),
        "how": how_words(line),
        "evidence": evidence,
        "rows": rows.get(line["code"], 0),
        "reviewer": f"{people.get(said[0]['by'], '')} {said[0]['at'][:10]}" if said else checked,
    }


def _people(assessment: Assessment) -> dict[int, str]:
    lines = assessment.document["indicators"]
    keys = {row["by"] for line in lines for row in line["deductions"]}
    keys |= {line["entry"]["by"] for line in lines if line["entry"]}
    return dict(User.objects.filter(pk__in=keys - {None}).values_list("pk", "display_name"))


def _checked_by(assessment: Assessment) -> str:
    """Return who handed the assessment on after the check or review last, and when."""
    steps = [Assessment.State.CHECK, Assessment.State.REVIEW]
    last = (
        Move.objects.filter(assessment=assessment, from_state__in=steps)
        .exclude(to_state__in=[Assessment.State.SELF, *steps[:1]])
        .select_related("by")
        .order_by("-pk")
        .first()
    )
    return f"{last.by.display_name} {last.at:%Y-%m-%d}" if last is not None and last.by else ""


def costliest(document: Json, most: int = 4) -> list[Json]:
    """Return the indicators that cost the most points, those with none left out."""
    lines = [line for line in document["indicators"] if scoring.number(line["lost"]) > 0]
    blocks = {block["code"]: block["name"] for block in document["blocks"]}
    ranked = sorted(lines, key=lambda line: (-scoring.number(line["lost"]), line["code"]))[:most]
    return [{**line, "block_name": blocks[line["block"]]} for line in ranked]


def band_words(document: Json) -> str:
    """Return between which bounds the score lies: 80 ≤ score < 90."""
    bounds = sorted((scoring.number(band["from"]) for band in document["scheme"]["bands"]), reverse=True)
    total = scoring.number(document["total"])
    low = next((bound for bound in bounds if total >= bound), Fraction())
    above = [bound for bound in bounds if bound > low]
    if not above:
        return _("score ≥ %(low)s") % {"low": plain(low)}
    return _("%(low)s ≤ score < %(high)s") % {"low": plain(low), "high": plain(min(above))}


def row_counts(assessment: Assessment) -> dict[str, int]:
    """Return how many ledger rows stand behind the fact of each indicator."""
    members = FactSheet.objects.filter(pk=assessment.fact_sheet_id).values_list("members", flat=True).get()
    unit = assessment.document["about"]["unit"]
    found = {}
    for line in assessment.document["indicators"]:
        stored = members.get(line["formula"], {}).get(unit, {})
        found[line["code"]] = sum(len(flat) // 3 for flat in stored.values())
    return found


def step_label(step: str) -> str:
    """Return the name of the step on which something was written."""
    return str(ScoreEntry.Step(step).label)
