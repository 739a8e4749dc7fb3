"""Checks of every ledger of this app, by what they are about."""

from communities.checks import catalogue, survey
from communities.checks.community import amount, area_per_household_of, ratio, taken_twice

__all__ = ["amount", "area_per_household_of", "catalogue", "ratio", "survey", "taken_twice"]
