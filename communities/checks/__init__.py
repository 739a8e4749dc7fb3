"""Checks of every ledger of this app, by what they are about."""

from communities.checks import catalogue, household, survey
from communities.checks.community import amount, area_per_household_of, ratio, taken_twice

__all__ = ["amount", "area_per_household_of", "catalogue", "household", "ratio", "survey", "taken_twice"]
