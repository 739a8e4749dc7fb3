"""What somebody typed into the grid that could not be accepted yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CellDraft(models.Model):
    """The text of a cell that no rule lets through: kept for its writer, so that nothing typed is lost."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ledger = models.CharField(_("ledger"), max_length=20)
    record_id = models.BigIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=60)
    text = models.CharField(_("text"), max_length=500)
    message = models.CharField(_("what is wrong"), max_length=300)
    mend = models.CharField(_("how to mend it"), max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft cell")
        verbose_name_plural = _("draft cells")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ledger", "record_id", "column"], name="one_draft_per_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.record_id} {self.column}"
