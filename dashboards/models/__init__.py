"""Models of the dashboards app."""

from dashboards.models.alert import Alert, AlertEvent, AlertRule, AlertRuleChange
from dashboards.models.bulletin import Bulletin
from dashboards.models.snapshot import Snapshot

__all__ = ["Alert", "AlertEvent", "AlertRule", "AlertRuleChange", "Bulletin", "Snapshot"]
