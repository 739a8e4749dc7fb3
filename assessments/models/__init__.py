"""Models of the assessments app."""

from assessments.models.allocation import (
    AllocationRule,
    AllocationRun,
    AllocationShare,
    FiscalFactor,
)
from assessments.models.assessment import (
    Appeal,
    Assessment,
    AssessmentReport,
    Deduction,
    Evidence,
    FactSheet,
    Move,
    ScoreEntry,
)
from assessments.models.scheme import Band, BandSet, Block, Indicator, Scheme

__all__ = [
    "AllocationRule",
    "AllocationRun",
    "AllocationShare",
    "Appeal",
    "Assessment",
    "AssessmentReport",
    "Band",
    "BandSet",
    "Block",
    "Deduction",
    "Evidence",
    "FactSheet",
    "FiscalFactor",
    "Indicator",
    "Move",
    "Scheme",
    "ScoreEntry",
]
