"""Models of the funding app."""

from funding.models.batch import Allotment, FundBatch, SplitBalance
from funding.models.contribution import Agreement, Contribution, PayBand
from funding.models.event import MoneyBalance, MoneyEvent
from funding.models.source import Source

__all__ = [
    "Agreement",
    "Allotment",
    "Contribution",
    "FundBatch",
    "MoneyBalance",
    "MoneyEvent",
    "PayBand",
    "Source",
    "SplitBalance",
]
