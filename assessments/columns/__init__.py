"""Columns of the ledgers of this app."""

from assessments.columns.fiscal import FiscalFactorLedger

__all__ = ["FiscalFactorLedger"]
