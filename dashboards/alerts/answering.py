"""What people do about alerts: explain them, close them, set the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Capability
from dashboards.models import Alert, AlertEvent, AlertRule, AlertRuleChange

RULE_FIELDS = ("yellow", "red", "params", "source", "is_active")


class AlertError(Exception):
    """A step that cannot be taken; the message says why, in the reader's language."""


class MovedOn(AlertError):
    """The alert or the rule has changed meanwhile."""


def explain(
    alert: Alert, *, actor: User, explanation: str, measures: str, promised_on: date | None = None
) -> Alert:
    """Say why an alert of one's own region is so, and what is being done about it.

    An explanation may be written anew while the alert is open; every one stays in the history.  Raises
    PermissionDenied, MovedOn for an alert that was closed meanwhile, AlertError without words.
    """
    if not explanation.strip() or not measures.strip():
        raise AlertError(_("Write the reason and what is being done."))
    with transaction.atomic():
        held = _hold(alert, actor, Capability.ALERT_EXPLAIN)
        held.explanation, held.measures = explanation.strip()[:1000], measures.strip()[:1000]
        held.promised_on, held.explained_by, held.explained_at = promised_on, actor, timezone.now()
        held.save(update_fields=["explanation", "measures", "promised_on", "explained_by", "explained_at"])
        _note(held, AlertEvent.Kind.EXPLAINED, actor, held.explanation, held.measures)
    return held


def close(alert: Alert, *, actor: User, reason: str) -> Alert:
    """Close an alert though its cause lasts; it comes back when it gets worse or comes anew.

    Raises PermissionDenied, MovedOn for one that is closed already, AlertError without a reason.
    """
    if not reason.strip():
        raise AlertError(_("Write why it is closed."))
    with transaction.atomic():
        held = _hold(alert, actor, Capability.ALERT_MANAGE)
        held.closed_at, held.closed_by = timezone.now(), actor
        held.closed_how, held.close_reason = Alert.Closing.STAFF, reason.strip()[:500]
        held.save(update_fields=["closed_at", "closed_by", "closed_how", "close_reason"])
        _note(held, AlertEvent.Kind.CLOSED, actor, held.close_reason)
    return held


def _hold(alert: Alert, actor: User, capability: Capability) -> Alert:
    held = Alert.objects.select_for_update(of=("self",)).select_related("unit").get(pk=alert.pk)
    if not actor.may(capability) or not actor.region.contains(held.unit):
        raise PermissionDenied(capability)
    if not held.is_open:
        raise MovedOn(_("This alert is closed already."))
    return held


def _note(alert: Alert, kind: str, actor: User, text: str, measures: str = "") -> None:
    AlertEvent.objects.create(
        alert=alert,
        kind=kind,
        on=timezone.localdate(),
        by=actor,
        level=alert.level,
        facts=alert.facts,
        text=text,
        measures=measures,
    )


def set_rule(
    rule: AlertRule,
    *,
    actor: User,
    seen: int,
    yellow: Decimal | None,
    red: Decimal | None,
    params: dict[str, int],
    source: str,
    is_active: bool,
    reason: str,
) -> AlertRule:
    """Set thresholds and figures of a rule; the next evaluation judges by them.

    Raises PermissionDenied, MovedOn when somebody changed the rule since revision ``seen``, AlertError for
    a rule without thresholds, source or reason.
    """
    if not actor.may(Capability.ALERT_MANAGE):
        raise PermissionDenied(Capability.ALERT_MANAGE)
    if yellow is None and red is None:
        raise AlertError(_("Give at least one threshold; switch the rule off when it is not to alert."))
    if not source.strip() or not reason.strip():
        raise AlertError(_("Name the source of the figures and the reason of the change."))
    with transaction.atomic():
        held = AlertRule.objects.select_for_update().get(pk=rule.pk)
        if held.revision != seen:
            raise MovedOn(_("Somebody changed this rule meanwhile. Look at it again."))
        before = _figures(held)
        held.yellow, held.red, held.params = yellow, red, params
        held.source, held.is_active = source.strip()[:300], is_active
        after = _figures(held)
        if after == before:
            return held
        held.revision += 1
        held.save()
        AlertRuleChange.objects.create(
            rule=held, by=actor, before=before, after=after, reason=reason.strip()[:500]
        )
        audit.record(
            audit.Kind.SETTINGS_CHANGE, actor=actor, what="alert.rule", rule=held.code, revision=held.revision
        )
    return held


def _figures(rule: AlertRule) -> dict[str, Any]:
    return {
        "yellow": None if rule.yellow is None else f"{rule.yellow:.2f}",
        "red": None if rule.red is None else f"{rule.red:.2f}",
        "params": rule.params,
        "source": rule.source,
        "is_active": rule.is_active,
    }
