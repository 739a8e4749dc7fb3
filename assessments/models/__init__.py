"""Models of the assessments app."""

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
    "Appeal",
    "Assessment",
    "AssessmentReport",
    "Band",
    "BandSet",
    "Block",
    "Deduction",
    "Evidence",
    "FactSheet",
    "Indicator",
    "Move",
    "Scheme",
    "ScoreEntry",
]
