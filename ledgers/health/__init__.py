"""The health check of the data (数据体检): every check over rows as they stand, and rules over many rows."""

from ledgers.health import rules

__all__ = ["rules"]
