"""What surrounds a change: who made it and why, which doubts were settled, which requests were answered."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChangeSet(models.Model):
    """One act of writing: a saved form, a pasted block, an imported workbook, an API call, a job."""

    class Source(models.TextChoices):
        """The door a change came through."""

        FORM = "form", pgettext_lazy("source of a change", "form")
        GRID = "grid", _("grid")
        WORKBOOK = "workbook", _("workbook")
        API = "api", _("API")
        JOB = "job", _("background job")
        UNDO = "undo", _("undo")
        LOAD = "load", _("initial load")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("changed by"),
        related_name="+",
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    label = models.CharField(_("label"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")

    def __str__(self) -> str:
        return f"{self.pk} {self.get_source_display()}"


class Confirmation(models.Model):
    """Somebody's word that a doubtful value is right, with the reason.

    It holds for exactly the values it was given for (``fingerprint``): change one and the doubt is back.
    """

    record_type = models.CharField(_("record type"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    code = models.CharField(_("check"), max_length=60)
    fingerprint = models.CharField(max_length=40)
    reason = models.CharField(_("reason"), max_length=500)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "code", "fingerprint"], name="confirmation_once_per_value"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="confirmation_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} {self.code}"


class Limit(models.Model):
    """A bound of a plausibility check, as data: a province can change it without a deploy."""

    code = models.CharField(_("check"), max_length=60, unique=True)
    label = models.CharField(_("meaning"), max_length=120)
    low = models.DecimalField(_("from"), max_digits=18, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("to"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)

    class Meta:
        ordering = ["code"]
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(low__lte=models.F("high")),
                name="limit_low_not_above_high",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Return the page of the limit."""
        return reverse("limits:limit", args=[self.code])


class SettingChange(models.Model):
    """One change of a setting: who set it from what to what, when and why.  Only added to."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    before = models.JSONField(_("before"), encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        abstract = True
        ordering = ["-pk"]


class LimitChange(SettingChange):
    """One change of a limit."""

    limit = models.ForeignKey(Limit, on_delete=models.PROTECT, related_name="changes")

    class Meta(SettingChange.Meta):
        verbose_name = _("change of a limit")
        verbose_name_plural = _("changes of limits")

    def __str__(self) -> str:
        return f"{self.limit_id} {self.at:%Y-%m-%d}"


class IdempotencyKey(models.Model):
    """A request that was already answered: repeating it returns the same answer and writes nothing."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_once_per_actor")
        ]

    def __str__(self) -> str:
        return self.key
