"""Models of the communities app."""

from communities.models.building import Building, building_key
from communities.models.community import Community, community_key

__all__ = ["Building", "Community", "building_key", "community_key"]
