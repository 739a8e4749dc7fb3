"""The ledgers of this app over the API, by what they are about."""

from communities.api.catalogue import CatalogueItemViewSet, TaxonomyViewSet, TechnicalStandardViewSet
from communities.api.community import (
    BuildingViewSet,
    CommunityViewSet,
    RegionFilter,
    SharedRegionFilter,
    shared_region_filter,
)
from communities.api.household import HouseholdViewSet
from communities.api.survey import SurveyFindingViewSet

__all__ = [
    "BuildingViewSet",
    "CatalogueItemViewSet",
    "CommunityViewSet",
    "HouseholdViewSet",
    "RegionFilter",
    "SharedRegionFilter",
    "SurveyFindingViewSet",
    "TaxonomyViewSet",
    "TechnicalStandardViewSet",
    "shared_region_filter",
]
