"""Checks of the ledgers of this app, by what they are about."""

from consultations.checks import consultation

__all__ = ["consultation"]
