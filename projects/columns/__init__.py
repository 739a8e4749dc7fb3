"""Columns of the year-plan ledger and of the plan by unit."""

from projects.columns.plan import PlanLedger
from projects.columns.project import ProjectLedger

__all__ = ["PlanLedger", "ProjectLedger"]
