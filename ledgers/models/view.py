"""How somebody likes to see a ledger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Hidden columns, folded groups, filter and order of a ledger's grid, under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ledger = models.CharField(_("ledger"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    layout = models.JSONField(_("layout"), default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "ledger", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name
