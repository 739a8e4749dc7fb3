"""Columns of the ledgers of this app."""

from funding.columns.agreement import AgreementLedger, PayBandLedger
from funding.columns.batch import AllotmentLedger, BatchLedger
from funding.columns.contribution import ContributionLedger
from funding.columns.event import EventLedger
from funding.columns.source import SourceLedger, source_widget

__all__ = [
    "AgreementLedger",
    "AllotmentLedger",
    "BatchLedger",
    "ContributionLedger",
    "EventLedger",
    "PayBandLedger",
    "SourceLedger",
    "source_widget",
]
