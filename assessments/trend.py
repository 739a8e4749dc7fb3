"""A unit's scores over the years against the middle of the province and the bounds of the grades, as SVG.

Numbers are coordinates within a view box; the template puts them into attributes and tells them as a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from assessments import words
from assessments.models import Assessment

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 240, 40, 600, 14, 206
FULL = 100


def trend_of(assessment: Assessment) -> dict[str, Any] | None:
    """Return the chart of a unit's assessments; None for fewer than two; two queries.

    Whoever sees one assessment of a unit sees them all.  The median is that of the issued scores of all units
    in the year; a year not issued yet has none.
    """
    mine = Assessment.objects.filter(unit=assessment.unit_id, total__isnull=False).order_by("year")
    rows = list(mine.only("pk", "year", "total", "grade", "state"))
    if len(rows) < 2:
        return None
    middles = _medians([row.year for row in rows])
    points = [_point(place, len(rows), row, middles.get(row.year)) for place, row in enumerate(rows)]
    known = [point for point in points if point["median"] is not None]
    bands = [
        {"y": _y(Decimal(band["from"])), "label": f"{band['label']} ≥ {words.plain(band['from'])}"}
        for band in assessment.document["scheme"]["bands"]
        if Decimal(band["from"]) > 0
    ]
    return {
        "box": f"0 0 {WIDTH} {HEIGHT}",
        "left": LEFT,
        "right": RIGHT,
        "bottom": BOTTOM,
        "below": BOTTOM + 20,
        "grid": [{"y": _y(Decimal(value)), "label": value} for value in (0, 50, FULL)],
        "bands": bands,
        "points": points,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "median_line": " ".join(f"{point['x']},{point['median_y']}" for point in known),
        "medians": known,
    }


def _medians(years: list[int]) -> Mapping[int, Decimal]:
    found: dict[int, list[Decimal]] = {}
    issued = Assessment.objects.issued().filter(year__in=years).order_by()
    for year, total in issued.values_list("year", "total"):
        if total is not None:
            found.setdefault(year, []).append(total)
    return {
        year: Decimal(median(totals)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for year, totals in found.items()
    }


def _point(place: int, count: int, row: Assessment, middle: Decimal | None) -> dict[str, Any]:
    total = row.total or Decimal()
    x = LEFT + 40 + Decimal(RIGHT - LEFT - 80) * place / (count - 1)
    said = _("%(year)s: %(score)s points, %(grade)s") % {
        "year": row.year,
        "score": total,
        "grade": row.grade,
    }
    return {
        "x": f"{x:.1f}",
        "y": _y(total),
        "year": row.year,
        "total": total,
        "grade": row.grade,
        "state": row.get_state_display(),
        "median": middle,
        "median_y": None if middle is None else _y(middle),
        "text": said,
        "url": row.get_absolute_url(),
    }


def _y(score: Decimal) -> str:
    """Return the place of a score; the base line is always zero."""
    return f"{BOTTOM - (BOTTOM - TOP) * score / FULL:.1f}"
