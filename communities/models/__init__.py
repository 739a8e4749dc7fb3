"""Models of the communities app."""

from communities.models.building import Building, building_key
from communities.models.catalogue import CatalogueItem, Taxonomy, TechnicalStandard
from communities.models.community import Community, community_key
from communities.models.household import Household, entrance_key, room_key
from communities.models.survey import Survey, SurveyFinding, SurveySignOff

__all__ = [
    "Building",
    "CatalogueItem",
    "Community",
    "Household",
    "Survey",
    "SurveyFinding",
    "SurveySignOff",
    "Taxonomy",
    "TechnicalStandard",
    "building_key",
    "community_key",
    "entrance_key",
    "room_key",
]
