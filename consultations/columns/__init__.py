"""Columns of the ledgers of this app."""

from consultations.columns.consultation import (
    ConsultationLedger,
    CostLedger,
    NoticeLedger,
    NoticeRuleLedger,
)

__all__ = ["ConsultationLedger", "CostLedger", "NoticeLedger", "NoticeRuleLedger"]
