"""Locks of the money ledgers: importing one fills the registry."""

from funding.locks import batch

__all__ = ["batch"]
