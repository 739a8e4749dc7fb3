"""What the ledgers said on a day: the facts assessments and papers are computed from."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FrozenQuerySet(models.QuerySet[Any]):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: such a row stays as it was written."""
        raise TypeError("These rows are never changed.")

    def delete(self) -> NoReturn:
        """Refuse: such a row stays."""
        raise TypeError("These rows are never deleted.")


class FactSheet(models.Model):
    """What the ledgers said about all units at the end of a day, formula by formula; frozen.

    ``data`` holds for each formula and unit (by code) value, numerator, denominator and note as text;
    ``members`` the rows behind each fact with their versions.  A fact sheet taken again for the same day is
    the next number: assessments name the one they were computed from.
    """

    class Kind(models.TextChoices):
        """What it was taken for."""

        ANNUAL = "annual", _("yearly assessment")
        MIDYEAR = "midyear", _("mid-year check")
        MONTHLY = "monthly", _("monthly score")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("plan year"))
    on = models.DateField(_("as of the end of"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    data = models.JSONField(_("facts by formula and unit"))
    members = models.JSONField(_("rows behind the facts"))
    sha256 = models.CharField("SHA-256", max_length=64)
    frozen_at = models.DateTimeField(_("frozen at"), db_default=Now())
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-on", "-number"]
        verbose_name = _("fact sheet")
        verbose_name_plural = _("fact sheets")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "on", "number"], name="fact_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.on:%Y-%m-%d} #{self.number}"

    @property
    def mark(self) -> str:
        """Return the name by which papers cite the fact sheet."""
        return f"{self.year}-{self.on:%Y%m%d}-{self.sha256[:8]}"
