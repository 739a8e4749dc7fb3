"""Checks of every ledger of this app, by what they are about."""

from projects.checks import (
    acceptance,
    aftercare,
    bundle,
    contract,
    milestone,
    plan,
    quality,
    reporting,
    survey,
    version,
    waiver,
)

__all__ = [
    "acceptance",
    "aftercare",
    "bundle",
    "contract",
    "milestone",
    "plan",
    "quality",
    "reporting",
    "survey",
    "version",
    "waiver",
]
