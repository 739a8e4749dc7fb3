"""Columns of the community ledger and the building ledger."""

from communities.columns.building import BuildingLedger
from communities.columns.community import CommunityLedger
from communities.columns.kinds import COUNT, SQUARE_METRES, TEXT, YEAR
from communities.columns.recognition import region_widget, resolve_communities, unit_widget, working_unit

__all__ = [
    "COUNT",
    "SQUARE_METRES",
    "TEXT",
    "YEAR",
    "BuildingLedger",
    "CommunityLedger",
    "region_widget",
    "resolve_communities",
    "unit_widget",
    "working_unit",
]
