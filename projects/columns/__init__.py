"""Columns of the ledgers of this app, a file for each subject."""

from projects.columns.bundle import BundleLedger
from projects.columns.plan import PlanLedger
from projects.columns.project import ProjectLedger
from projects.columns.version import ItemLedger, VersionLedger

__all__ = ["BundleLedger", "ItemLedger", "PlanLedger", "ProjectLedger", "VersionLedger"]
