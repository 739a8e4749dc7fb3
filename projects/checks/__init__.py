"""Checks of every ledger of this app, by what they are about."""

from projects.checks import plan

__all__ = ["plan"]
