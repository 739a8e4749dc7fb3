"""Reports that should have been made while the timetable stood still, and were not."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dashboards.models.bulletin import Bulletin


class MissedReport(models.Model):
    """A period that nobody reports on any more, and why; staff acknowledge that they know.

    Of periods too long ago one row stands for the whole stretch, under the plan year of its last day.
    """

    class Reason(models.TextChoices):
        """Why it cannot be made after the fact."""

        PLAN_CHANGED = "plan", _("The plan was changed after that day: its figures cannot be told any more.")
        MONEY_NOT_KEPT = "money", _("The money of that day was not kept.")
        TOO_OLD = "old", _("Too long ago: only the latest periods before a gap ends are made up for.")

    kind = models.CharField(_("kind"), max_length=20, choices=Bulletin.Kind.choices)
    plan_year = models.PositiveSmallIntegerField(_("plan year"))
    period_start = models.DateField(_("first day of the period"))
    period_end = models.DateField(_("last day of the period"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    noted_at = models.DateTimeField(_("noted at"), db_default=Now())
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)

    class Meta:
        ordering = [F("acknowledged_at").asc(nulls_first=True), "-period_end", "kind", "plan_year"]
        verbose_name = _("missed report")
        verbose_name_plural = _("missed reports")
        constraints = [
            models.UniqueConstraint(fields=["kind", "plan_year", "period_end"], name="missed_report_once"),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")), name="missed_report_in_order"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="missed_report_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_end:%Y-%m-%d} {self.plan_year}"

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: what was missed was missed."""
        raise TypeError("Missed reports are never deleted.")
