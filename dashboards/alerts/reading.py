"""Reading alerts: what is open now, and what was open on a day, for panels, pages and bulletins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import Region
from dashboards.alerts.registry import WAYS, Way
from dashboards.models import Alert, AlertEvent, AlertRule
from dashboards.models.alert import AlertQuerySet

Level = Alert.Level
ORDER = {Level.RED: 0, Level.YELLOW: 1}
SIGNS = {Level.RED: "overdue", Level.YELLOW: "soft"}
UNKNOWN = "—"


def way_of(rule: AlertRule) -> Way | None:
    """Return the way of looking of a rule; None when the portal no longer has it."""
    return WAYS.get(rule.code)


def label_of(rule: AlertRule) -> str:
    """Return what a rule is called."""
    way = way_of(rule)
    return str(way.label) if way else rule.code


def words_of(rule: AlertRule, facts: dict[str, Any]) -> str:
    """Return what an alert found, in words."""
    way = way_of(rule)
    return way.say(facts) if way else UNKNOWN


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """One alert as it stood at the end of a day."""

    pk: int
    rule: str
    label: str
    level: str
    since: date
    unit: Region
    project: str
    plan_year: int | None
    words: str
    is_explained: bool

    @property
    def sign(self) -> str:
        """Return the sign of the level."""
        return SIGNS[Level(self.level)]


def in_places(alerts: AlertQuerySet, region: Region) -> AlertQuerySet:
    """Return the alerts about a region or anything below it."""
    return alerts if region.parent_id is None else alerts.filter(unit__path__startswith=region.path)


def open_for(region: Region, on: date, *, year: int | None = None) -> list[OpenAlert]:
    """Return the alerts of a region that were open at the end of a day, worst first; two queries.

    Level and facts are those of the last step up to the day.  ``year`` keeps those of one plan year and
    those of none.
    """
    rows = in_places(Alert.objects.all(), region).filter(since__lte=on)
    if year is not None:
        rows = rows.filter(Q(plan_year=year) | Q(plan_year=None))
    rows = rows.filter(Q(closed_at=None) | Q(closed_at__date__gt=on))
    listed = list(rows.select_related("rule", "unit", "project__community").order_by("unit__path", "pk"))
    steps: dict[int, list[AlertEvent]] = defaultdict(list)
    for event in AlertEvent.objects.filter(alert__in=[row.pk for row in listed], on__lte=on).order_by("pk"):
        steps[event.alert_id].append(event)
    found = [_as_of(row, steps[row.pk], on) for row in listed]
    return sorted(found, key=lambda row: (ORDER[Level(row.level)], row.rule, row.unit.path, row.pk))


def _as_of(alert: Alert, steps: list[AlertEvent], on: date) -> OpenAlert:
    last = steps[-1] if steps and alert.seen_on > on else None
    facts, level = (last.facts, last.level) if last else (alert.facts, alert.level)
    explained = False
    for step in steps:
        if step.kind == AlertEvent.Kind.EXPLAINED:
            explained = True
        elif step.kind in {AlertEvent.Kind.OPENED, AlertEvent.Kind.RAISED}:
            explained = False
    return OpenAlert(
        pk=alert.pk,
        rule=alert.rule.code,
        label=label_of(alert.rule),
        level=level,
        since=alert.since,
        unit=alert.unit,
        project=alert.project.community.name if alert.project else "",
        plan_year=alert.plan_year,
        words=words_of(alert.rule, facts),
        is_explained=explained,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """The open alerts of one rule at one level."""

    rule: str
    label: str
    level: str
    alerts: int
    units: int
    communities: int
    names: tuple[str, ...]
    unexplained: int

    @property
    def sign(self) -> str:
        """Return the sign of the level."""
        return SIGNS[Level(self.level)]


def grouped(alerts: Iterable[OpenAlert], most_names: int = 4) -> list[Group]:
    """Return alerts by level and rule, red first and then by how many units they concern."""
    groups: dict[tuple[str, str], list[OpenAlert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.level, alert.rule].append(alert)
    made = []
    for (level, rule), listed in groups.items():
        units = {alert.unit.pk: alert.unit.label for alert in listed}
        made.append(
            Group(
                rule=rule,
                label=listed[0].label,
                level=level,
                alerts=len(listed),
                units=len(units),
                communities=sum(1 for alert in listed if alert.project),
                names=tuple(list(units.values())[:most_names]),
                unexplained=sum(1 for alert in listed if not alert.is_explained),
            )
        )
    return sorted(made, key=lambda group: (ORDER[Level(group.level)], -group.units, group.rule))
