"""Checks of every ledger of this app, by what they are about."""

from funding.checks import (
    agreement,
    batch,
    chain,
    contribution,
    event,
    plausible,
    scope,
    source,
    splits,
    utility,
)

__all__ = [
    "agreement",
    "batch",
    "chain",
    "contribution",
    "event",
    "plausible",
    "scope",
    "source",
    "splits",
    "utility",
]
