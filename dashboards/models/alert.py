"""Alerts: rules as data, what they found, and every step of an alert's life."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from projects.models import Project
from records.models import SettingChange


class AlertRule(models.Model):
    """What makes an alert: a registered way to look (``code``) with the thresholds and the source of both.

    A finding alerts yellow or red from its threshold on, in the unit the way of looking names; an empty
    threshold never does.  ``params`` are further figures of the rule, by name.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    yellow = models.DecimalField(_("yellow from"), max_digits=10, decimal_places=2, null=True, blank=True)
    red = models.DecimalField(_("red from"), max_digits=10, decimal_places=2, null=True, blank=True)
    params = models.JSONField(_("further figures"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=300)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    revision = models.PositiveIntegerField(_("revision"), default=1)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(yellow__isnull=False) | Q(red__isnull=False), name="alert_rule_has_a_threshold"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return the page of the rule."""
        return reverse("dashboards:alert_rule", args=[self.code])


class AlertRuleChange(SettingChange):
    """One change of a rule."""

    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="changes")

    class Meta(SettingChange.Meta):
        verbose_name = _("change of an alert rule")
        verbose_name_plural = _("changes of alert rules")

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"


class AlertQuerySet(ScopedQuerySet["Alert"]):
    """Alerts, in the scope of the region they are about."""

    region_field: ClassVar[str] = "unit"
    view_capability: ClassVar[Capability] = Capability.DASHBOARD_VIEW
    edit_capability: ClassVar[Capability] = Capability.ALERT_EXPLAIN

    def open(self) -> AlertQuerySet:
        """Return those that are not closed."""
        return self.filter(closed_at=None)

    def unexplained(self) -> AlertQuerySet:
        """Return the open ones nobody has explained at their present level."""
        return self.open().filter(explained_at=None)

    def delete(self) -> NoReturn:
        """Refuse: alerts stay."""
        raise TypeError("Alerts are never deleted.")


class Alert(models.Model):
    """What a rule has found about a region, a plan year or a project, until its cause is gone.

    ``key`` names the subject: while its cause lasts there is one alert of a rule for it.  ``facts`` are the
    figures of the last evaluation, with the thresholds it was judged by.  Staff may close an alert whose
    cause lasts; it comes back only when it gets worse, or after the cause was gone (``gone_on``).
    """

    class Level(models.TextChoices):
        """How bad it is."""

        YELLOW = "yellow", pgettext_lazy("alert", "yellow")
        RED = "red", pgettext_lazy("alert", "red")

    class Closing(models.TextChoices):
        """How an alert was closed."""

        GONE = "gone", _("the cause is gone")
        STAFF = "staff", _("closed by staff")
        RULE = "rule", _("the rule was switched off")

    rule = models.ForeignKey(
        AlertRule, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("rule")
    )
    key = models.CharField(_("subject"), max_length=120, editable=False)
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("region")
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alerts",
        verbose_name=_("project"),
    )
    plan_year = models.PositiveSmallIntegerField(_("plan year"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    since = models.DateField(_("since"))
    level_since = models.DateField(_("at this level since"))
    facts = models.JSONField(_("facts"), default=dict)
    projects = models.JSONField(_("projects concerned"), default=list)
    seen_on = models.DateField(_("last found on"))
    explained_at = models.DateTimeField(_("explained at"), null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    explanation = models.CharField(_("reason"), max_length=1000, blank=True)
    measures = models.CharField(_("measures"), max_length=1000, blank=True)
    promised_on = models.DateField(_("to be mended by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_how = models.CharField(_("closed how"), max_length=10, choices=Closing.choices, blank=True)
    close_reason = models.CharField(_("reason of closing"), max_length=500, blank=True)
    gone_on = models.DateField(_("cause gone on"), null=True, blank=True)

    objects = models.Manager.from_queryset(AlertQuerySet)()

    class Meta:
        ordering = ["level", "-since", "unit__path", "pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [
            # The page, the panels and 待办: what is open in a region.
            models.Index(fields=["closed_at", "unit", "level"], name="alert_open_by_unit"),
            # The nightly comparison with what was found before.
            models.Index(fields=["rule", "key", "gone_on"], name="alert_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "key"], condition=Q(closed_at=None), name="alert_once_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(explained_at=None) | ~Q(explanation=""), name="alert_explained_in_words"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_how="") | (Q(closed_at__isnull=False) & ~Q(closed_how="")),
                name="alert_closed_somehow",
            ),
            models.CheckConstraint(
                condition=~Q(closed_how="staff") | (Q(closed_by__isnull=False) & ~Q(close_reason="")),
                name="alert_closed_by_staff_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.key}"

    def get_absolute_url(self) -> str:
        """Return the page of the alert."""
        return reverse("dashboards:alert", args=[self.pk])

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: alerts stay."""
        raise TypeError("Alerts are never deleted.")

    @property
    def is_open(self) -> bool:
        """Tell whether it is not closed."""
        return self.closed_at is None


class AlertEvent(models.Model):
    """One step in the life of an alert, with the facts of that day.  Only added to."""

    class Kind(models.TextChoices):
        """What happened."""

        OPENED = "opened", pgettext_lazy("alert", "opened")
        RAISED = "raised", pgettext_lazy("alert", "raised to red")
        LOWERED = "lowered", pgettext_lazy("alert", "lowered to yellow")
        EXPLAINED = "explained", pgettext_lazy("alert", "explained")
        CLOSED = "closed", pgettext_lazy("alert", "closed")

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty when the evaluation did it."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Alert.Level.choices)
    facts = models.JSONField(_("facts"), default=dict)
    text = models.CharField(_("text"), max_length=1000, blank=True)
    measures = models.CharField(_("measures"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step of an alert")
        verbose_name_plural = _("steps of alerts")

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"
