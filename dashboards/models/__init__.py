"""Models of the dashboards app."""

from dashboards.models.alert import Alert, AlertEvent, AlertRule, AlertRuleChange
from dashboards.models.bulletin import Bulletin
from dashboards.models.missed import MissedReport
from dashboards.models.returns import ReturnDefinition
from dashboards.models.schedule import Delivery, ReportSchedule, Subscription
from dashboards.models.snapshot import Snapshot

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertRule",
    "AlertRuleChange",
    "Bulletin",
    "Delivery",
    "MissedReport",
    "ReportSchedule",
    "ReturnDefinition",
    "Snapshot",
    "Subscription",
]
