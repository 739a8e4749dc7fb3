"""What the boards have behind their doors: an alert of a unit, and a rule that all share."""

from __future__ import annotations

from datetime import date

from accounts.models import Region
from dashboards.models import Alert, AlertEvent, AlertRule


def targets(region: Region, project: int) -> dict[str, str]:
    """Open an alert about a unit and return its name and its rule's."""
    rule = AlertRule.objects.get(code="start_behind")
    on = date(2020, 6, 30)
    facts = {"value": "33.6", "started": 1, "planned": 4, "rate": "16.1", "due": "49.7", "thresholds": {}}
    alert = Alert.objects.create(
        rule=rule,
        key=f"{region.pk}//2020/",
        unit=region,
        plan_year=2020,
        level=Alert.Level.RED,
        since=on,
        level_since=on,
        seen_on=on,
        facts=facts,
        projects=[project],
    )
    AlertEvent.objects.create(alert=alert, kind=AlertEvent.Kind.OPENED, on=on, level=alert.level, facts=facts)
    return {"alert": str(alert.pk), "alert_rule": rule.code, "limit": "area_per_household"}
