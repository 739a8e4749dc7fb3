"""Papers made from frozen facts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet


class ReportQuerySet(ScopedQuerySet["AssessmentReport"]):
    """Reports, in the scope of their region."""

    view_capability: ClassVar[Capability] = Capability.ASSESSMENT_VIEW


class AssessmentReport(models.Model):
    """A paper made from frozen facts: monthly scores, mid-year check, the year of a unit or the province."""

    class Kind(models.TextChoices):
        """What the paper is."""

        MONTHLY = "monthly", _("monthly progress score")
        MIDYEAR = "midyear", _("mid-year check")
        UNIT = "unit", _("annual report of a unit")
        PROVINCE = "province", _("annual report of the province")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region"))
    year = models.PositiveSmallIntegerField(_("plan year"))
    on = models.DateField(_("as of the end of"))
    document = models.JSONField(_("document"))
    files = models.JSONField(_("files"), default=dict)
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(ReportQuerySet)()

    class Meta:
        ordering = ["-on", "kind", "region__path"]
        verbose_name = _("assessment report")
        verbose_name_plural = _("assessment reports")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "year", "on"], name="assessment_report_once_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} {self.on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page of the report."""
        return reverse("assessments:report", args=[self.pk])
