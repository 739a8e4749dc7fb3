"""Checks of the ledgers of this app."""

from assessments.checks import fiscal

__all__ = ["fiscal"]
