"""The departments and utilities that share the work of one renovation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department or utility with facilities or duties of its own in every community (部门、专营单位).

    The province's list is data: which department answers for an item of works stands in the catalogue.
    """

    class Kind(models.TextChoices):
        """Whether it governs, supplies, or works on the spot."""

        GOVERNMENT = "government", _("government department")
        UTILITY = "utility", _("utility")
        LOCAL = "local", _("street or neighbourhood")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("department or utility")
        verbose_name_plural = _("departments and utilities")

    def __str__(self) -> str:
        return self.name
