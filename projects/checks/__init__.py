"""Checks of every ledger of this app, by what they are about."""

from projects.checks import bundle, plan, version

__all__ = ["bundle", "plan", "version"]
