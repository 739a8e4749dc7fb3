"""Columns of the ledgers of communities, buildings, findings and works."""

from communities.columns.building import BuildingLedger
from communities.columns.catalogue import CatalogueLedger, department_widget, named
from communities.columns.community import CommunityLedger
from communities.columns.household import HouseholdLedger
from communities.columns.kinds import COUNT, DAY, FLAG, SQUARE_METRES, TEXT, YEAR, remark_column
from communities.columns.places import REGION_ALIASES, community_column, region_column, street_column
from communities.columns.recognition import (
    region_widget,
    resolve_communities,
    shared_region_widget,
    unit_widget,
    working_unit,
)
from communities.columns.standard import StandardLedger, TaxonomyLedger
from communities.columns.survey import FindingLedger

__all__ = [
    "COUNT",
    "DAY",
    "FLAG",
    "REGION_ALIASES",
    "SQUARE_METRES",
    "TEXT",
    "YEAR",
    "BuildingLedger",
    "CatalogueLedger",
    "CommunityLedger",
    "FindingLedger",
    "StandardLedger",
    "TaxonomyLedger",
    "HouseholdLedger",
    "community_column",
    "department_widget",
    "named",
    "region_column",
    "region_widget",
    "remark_column",
    "resolve_communities",
    "shared_region_widget",
    "street_column",
    "unit_widget",
    "working_unit",
]
