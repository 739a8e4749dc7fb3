"""Models of the assessments app."""

from assessments.models.allocation import (
    AllocationRule,
    AllocationRun,
    AllocationShare,
    FiscalFactor,
)
from assessments.models.assessment import Assessment
from assessments.models.facts import FactSheet
from assessments.models.parts import Appeal, Deduction, Evidence, Move, ScoreEntry
from assessments.models.report import AssessmentReport
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
