"""What other parts of the portal may know of assessments: scores by unit, the newest ones first."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Region
from assessments.models import Assessment


def scores(year: int) -> dict[int, Decimal]:
    """Return the issued scores of a plan year by unit; units without one are left out.  One query."""
    found = Assessment.objects.issued().filter(year=year).order_by().values_list("unit_id", "total")
    return {unit: total for unit, total in found if total is not None}


def assessment_of(unit: Region, year: int) -> Assessment | None:
    """Return a unit's assessment of a plan year, whatever its state; None before it was opened."""
    return Assessment.objects.filter(unit=unit, year=year).select_related("scheme", "fact_sheet").first()


def latest(units: list[int]) -> dict[int, Assessment]:
    """Return the newest issued assessment of each unit; one query."""
    rows = Assessment.objects.issued().filter(unit__in=units).order_by("year").select_related("unit")
    return {row.unit_id: row for row in rows}


def course(unit: Region) -> list[tuple[int, Decimal, str]]:
    """Return a unit's issued scores over the years, oldest first: year, score, grade."""
    rows = Assessment.objects.issued().filter(unit=unit).order_by("year")
    return [(row.year, row.total, row.grade) for row in rows if row.total is not None]


def over_years(units: list[int]) -> list[tuple[int, int, Decimal, str]]:
    """Return the issued scores of units over the years, oldest first: year, unit, score, grade; one query."""
    rows = (
        Assessment.objects.issued().filter(unit__in=units, total__isnull=False).order_by("year", "unit__path")
    )
    return [
        (year, unit, total, grade)
        for year, unit, total, grade in rows.values_list("year", "unit_id", "total", "grade")
        if total is not None
    ]
