"""The money ledgers over the API."""

from funding.api.batch import AllotmentViewSet, FundBatchViewSet, SourceViewSet
from funding.api.commitment import AgreementViewSet, ContributionViewSet, PayBandViewSet
from funding.api.event import MoneyEventViewSet

__all__ = [
    "AgreementViewSet",
    "AllotmentViewSet",
    "ContributionViewSet",
    "FundBatchViewSet",
    "MoneyEventViewSet",
    "PayBandViewSet",
    "SourceViewSet",
]
