"""The rules over many rows, one file a subject."""

from ledgers.health.rules import dates, doubles, figures, names, plans, progress

__all__ = ["dates", "doubles", "figures", "names", "plans", "progress"]
