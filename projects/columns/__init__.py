"""Columns of the ledgers of this app, a file for each subject."""

from projects.columns.aftercare import ArrangementLedger, CareTagLedger, FundLedger, UpkeepLedger, VisitLedger
from projects.columns.bundle import BundleLedger
from projects.columns.plan import PlanLedger
from projects.columns.project import ProjectLedger
from projects.columns.reporting import ProgressLedger, QuantityLedger
from projects.columns.version import ItemLedger, VersionLedger

__all__ = [
    "ArrangementLedger",
    "BundleLedger",
    "CareTagLedger",
    "FundLedger",
    "ItemLedger",
    "PlanLedger",
    "ProgressLedger",
    "ProjectLedger",
    "QuantityLedger",
    "UpkeepLedger",
    "VersionLedger",
    "VisitLedger",
]
