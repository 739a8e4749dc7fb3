"""The last result of a health check of the data."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import ScopedQuerySet


class HealthRunQuerySet(ScopedQuerySet["HealthRun"]):
    """Results, in the scope of the region they were made for."""

    region_field: ClassVar[str] = "region"


class HealthRun(models.Model):
    """What the check of a region's rows found, and when; the next check of the same rows takes its place.

    ``findings`` are dicts as ``ledgers.health.running`` makes them, ``units`` maps keys of reporting units to
    the rows checked in each.  Reasons given for findings are ``records.Confirmation``s, as everywhere.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region"))
    year = models.PositiveSmallIntegerField(_("plan year"), default=0, help_text=_("0: all years"))
    language = models.CharField(_("language"), max_length=10)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    row_count = models.PositiveIntegerField(_("rows checked"))
    units = models.JSONField(default=dict)
    findings = models.JSONField(_("findings"), default=list)

    objects = models.Manager.from_queryset(HealthRunQuerySet)()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("health check")
        verbose_name_plural = _("health checks")
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "language"], name="health_run_last_one_only")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year or ''}".strip()
