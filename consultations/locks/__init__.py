"""Locks of the ledgers of this app, by what they are about."""

from consultations.locks import consultation

__all__ = ["consultation"]
