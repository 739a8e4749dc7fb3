"""Columns of the ledgers of this app, a file for each subject."""

from projects.columns.acceptance import AcceptanceLedger, HandoverLedger, SignerLedger
from projects.columns.aftercare import ArrangementLedger, CareTagLedger, FundLedger, UpkeepLedger, VisitLedger
from projects.columns.bundle import BundleLedger
from projects.columns.calendar import DeadlineLedger, SeasonLedger, StepTimeLedger, TimeLimitLedger
from projects.columns.contract import ContractLedger, LiabilityLedger
from projects.columns.milestone import MilestoneLedger
from projects.columns.plan import PlanLedger
from projects.columns.project import ProjectLedger
from projects.columns.quality import DefectLedger, InspectionLedger
from projects.columns.reporting import ProgressLedger, QuantityLedger
from projects.columns.version import ItemLedger, VersionLedger

__all__ = [
    "AcceptanceLedger",
    "ArrangementLedger",
    "BundleLedger",
    "CareTagLedger",
    "ContractLedger",
    "DeadlineLedger",
    "DefectLedger",
    "FundLedger",
    "HandoverLedger",
    "InspectionLedger",
    "ItemLedger",
    "LiabilityLedger",
    "MilestoneLedger",
    "PlanLedger",
    "ProgressLedger",
    "ProjectLedger",
    "QuantityLedger",
    "SeasonLedger",
    "SignerLedger",
    "StepTimeLedger",
    "TimeLimitLedger",
    "UpkeepLedger",
    "VersionLedger",
    "VisitLedger",
]
