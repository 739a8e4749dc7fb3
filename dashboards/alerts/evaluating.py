"""The evaluation: every active rule looks, and alerts are opened, raised, lowered and closed accordingly.

Running it again changes nothing: what was found is compared with what stands open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Region
from dashboards.alerts.registry import MOST_NAMED, WAYS, Found, Night
from dashboards.models import Alert, AlertEvent, AlertRule

Level, Kind, Closing = Alert.Level, AlertEvent.Kind, Alert.Closing
Note = Callable[[int, int, str], None]
LOOKING = gettext_noop("Looking by the rules")


@dataclass
class Judged:
    """What one rule found that is bad enough, by subject, with its level."""

    rule: AlertRule
    found: dict[str, tuple[Found, str]] = field(default_factory=dict)


@dataclass
class Counts:
    """What an evaluation did."""

    opened: int = 0
    raised: int = 0
    lowered: int = 0
    closed: int = 0
    open: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts as a job keeps them."""
        return {name: getattr(self, name) for name in ("opened", "raised", "lowered", "closed", "open")}


def evaluate(region: Region, on: date | None = None, *, note: Note | None = None) -> Counts:
    """Look by every rule at the end of a day and keep what was found, in one transaction."""
    day = on or timezone.localdate()
    judged = look(Night(region, day), note=note)
    with transaction.atomic():
        return keep(region, judged, day)


def look(night: Night, *, note: Note | None = None) -> list[Judged]:
    """Return what every active rule finds; nothing is written."""
    rules = [rule for rule in AlertRule.objects.filter(is_active=True) if rule.code in WAYS]
    judged = []
    for number, rule in enumerate(rules):
        if note:
            note(number, len(rules), LOOKING)
        judged.append(_judged(night, rule))
    return judged


def _judged(night: Night, rule: AlertRule) -> Judged:
    made, way = Judged(rule), WAYS[rule.code]
    for found in way.find(night, rule):
        level = way.grade(rule, found.value)
        if level is not None:
            made.found[found.key] = (found, level)
    return made


def keep(region: Region, judged: Sequence[Judged], on: date) -> Counts:
    """Bring the alerts to what was found; call it in a transaction."""
    # One evaluation at a time: the second finds what the first has opened.
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    counts, events = Counts(), _Events(on)
    by_rule: dict[int, dict[str, Alert]] = {}
    # Of each subject its last alert: open, or closed by staff while the cause lasts.
    standing = Alert.objects.filter(gone_on=None).order_by("pk")
    for alert in standing:
        by_rule.setdefault(alert.rule_id, {})[alert.key] = alert
    looked = {made.rule.pk for made in judged}
    for made in judged:
        _keep_rule(made, by_rule.get(made.rule.pk, {}), on, counts, events)
    off = [alert for rule, known in by_rule.items() if rule not in looked for alert in known.values()]
    for alert in off:
        _close(alert, Closing.RULE, on, counts, events)
    events.write()
    counts.open = Alert.objects.open().count()
    return counts


class _Events:
    """The steps of one evaluation, written together."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.rows: list[AlertEvent] = []

    def add(self, alert: Alert, kind: str) -> None:
        """Note a step of an alert that has its key already."""
        self.rows.append(AlertEvent(alert=alert, kind=kind, on=self.on, level=alert.level, facts=alert.facts))

    def write(self) -> None:
        """Write the steps."""
        AlertEvent.objects.bulk_create(self.rows, batch_size=500)


def _keep_rule(made: Judged, known: Mapping[str, Alert], on: date, counts: Counts, events: _Events) -> None:
    fresh = []
    for key, (found, level) in made.found.items():
        alert = known.get(key)
        if alert is None:
            fresh.append(_new(made.rule, found, level, on))
        elif alert.is_open:
            _update(alert, made.rule, found, level, on, counts, events)
        elif level == Level.RED and alert.level == Level.YELLOW:
            # Staff closed it as yellow, and it got worse: it speaks again.
            Alert.objects.filter(pk=alert.pk).update(gone_on=on)
            fresh.append(_new(made.rule, found, level, on))
    Alert.objects.bulk_create(fresh, batch_size=500)
    for alert in fresh:
        events.add(alert, Kind.OPENED)
    counts.opened += len(fresh)
    for key, alert in known.items():
        if key not in made.found:
            _close(alert, Closing.GONE, on, counts, events)


def _facts(rule: AlertRule, found: Found) -> dict[str, Any]:
    thresholds = {
        name: None if value is None else f"{value.normalize():f}"
        for name, value in (("yellow", rule.yellow), ("red", rule.red))
    }
    return {**found.facts, "value": f"{found.value.normalize():f}", "thresholds": thresholds}


def _new(rule: AlertRule, found: Found, level: str, on: date) -> Alert:
    return Alert(
        rule=rule,
        key=found.key,
        unit_id=found.unit,
        project_id=found.project,
        plan_year=found.plan_year,
        level=level,
        since=on,
        level_since=on,
        facts=_facts(rule, found),
        projects=list(found.projects[:MOST_NAMED]),
        seen_on=on,
    )


def _update(
    alert: Alert, rule: AlertRule, found: Found, level: str, on: date, counts: Counts, events: _Events
) -> None:
    was = alert.level
    alert.facts, alert.projects = _facts(rule, found), list(found.projects[:MOST_NAMED])
    alert.seen_on, alert.level = on, level
    if level != was:
        alert.level_since = on
    if level == Level.RED and was == Level.YELLOW:
        # What was explained as yellow has to be explained anew; the words stay in the history.
        alert.explained_at = alert.explained_by = None
        alert.explanation = alert.measures = ""
        alert.promised_on = None
        counts.raised += 1
        events.add(alert, Kind.RAISED)
    elif level != was:
        counts.lowered += 1
        events.add(alert, Kind.LOWERED)
    alert.save()


def _close(alert: Alert, how: str, on: date, counts: Counts, events: _Events) -> None:
    alert.gone_on = on
    if alert.is_open:
        alert.closed_at, alert.closed_how = timezone.now(), how
        counts.closed += 1
        events.add(alert, Kind.CLOSED)
    alert.save(update_fields=["gone_on", "closed_at", "closed_how"])
