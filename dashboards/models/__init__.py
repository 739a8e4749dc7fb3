"""Models of the dashboards app."""

from dashboards.models.bulletin import Bulletin
from dashboards.models.snapshot import Snapshot

__all__ = ["Bulletin", "Snapshot"]
