"""From the rows of an assessment to its result, and the proof that an issued one still is what it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments import facts, schemes, scoring
from assessments.models import Assessment, Deduction, FactSheet, Scheme, ScoreEntry


def entries_of(assessments: Iterable[int]) -> dict[int, scoring.Json]:
    """Return what people entered, by assessment, as the arithmetic reads it; two queries."""
    keys = list(assessments)
    found: dict[int, scoring.Json] = {key: {"points": [], "deductions": []} for key in keys}
    for entry in ScoreEntry.objects.filter(assessment__in=keys).order_by("pk"):
        found[entry.assessment_id]["points"].append(
            {**_said(entry), "points": scoring.text(Fraction(entry.points)), "reason": entry.reason}
        )
    for row in Deduction.objects.filter(assessment__in=keys).order_by("pk"):
        found[row.assessment_id]["deductions"].append(
            {
                **_said(row),
                "id": row.pk,
                "points": scoring.text(Fraction(row.points)),
                "finding": row.finding,
                "document_no": row.document_no,
                "cancels": row.cancels_id,
            }
        )
    return found


def _said(row: Any) -> dict[str, Any]:
    """Return who said it, on which step, and when; people by key, since names may change."""
    at = row.at.astimezone(UTC).isoformat(timespec="seconds")
    return {"step": row.step, "indicator": row.indicator, "by": row.by_id, "at": at}


def result_of(
    scheme: scoring.Json, sheet: FactSheet, unit: str, entries: scoring.Json, scheme_hash: str = ""
) -> scoring.Json:
    """Return the result of one unit from what is frozen and what people entered."""
    about = {
        "unit": unit,
        "year": sheet.year,
        "on": f"{sheet.on:%Y-%m-%d}",
        "facts": sheet.sha256,
        "kind": sheet.kind,
    }
    known = facts.facts_of(sheet, unit)
    return scoring.score(scheme, known, entries, about=about, scheme_hash=scheme_hash)


def scores_of(scheme: Scheme, sheet: FactSheet, units: Iterable[str]) -> dict[str, scoring.Json]:
    """Return the results of units by code from facts alone: the early view, without anybody's entries."""
    read = schemes.as_json(scheme)
    nobody: scoring.Json = {"points": [], "deductions": []}
    named = scoring.sha256(read)
    return {unit: result_of(read, sheet, unit, nobody, named) for unit in units}


def compute(assessment: Assessment) -> Assessment:
    """Fill document, total and grade of an assessment in memory; whoever calls writes them."""
    entries = entries_of([assessment.pk])[assessment.pk]
    read = schemes.as_json(assessment.scheme)
    document = result_of(read, assessment.fact_sheet, assessment.unit.code, entries)
    fill(assessment, document)
    return assessment


def fill(assessment: Assessment, document: scoring.Json) -> None:
    """Copy total and grade from a result: they are never typed."""
    assessment.document = document
    assessment.total = Decimal(document["total"])
    assessment.grade = document["grade"]


def recompute(assessment: Assessment) -> bytes:
    """Compute an assessment anew from scheme, fact sheet and entries alone, as the bytes that were hashed."""
    entries = entries_of([assessment.pk])[assessment.pk]
    read = schemes.as_json(assessment.scheme)
    return scoring.canonical(
        result_of(read, assessment.fact_sheet, assessment.document["about"]["unit"], entries)
    )


def is_reproduced(assessment: Assessment) -> bool:
    """Tell whether an issued assessment still comes out byte for byte, from facts that are intact."""
    again = recompute(assessment)
    return again == scoring.canonical(assessment.document) and facts.is_intact(assessment.fact_sheet)
