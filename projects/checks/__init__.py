"""Checks of every ledger of this app, by what they are about."""

from projects.checks import acceptance, bundle, contract, milestone, plan, quality, version

__all__ = ["acceptance", "bundle", "contract", "milestone", "plan", "quality", "version"]
