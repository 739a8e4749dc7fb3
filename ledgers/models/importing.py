"""An uploaded workbook on its way into a ledger, and what was learnt about its headings."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from ledgers.registry import find_ledger
from records.models import ChangeSet


class ImportBatchQuerySet(ScopedQuerySet["ImportBatch"]):
    """Batches of the units a user may see; only those who may import open them."""

    region_field: ClassVar[str] = "region"
    view_capability: ClassVar[Capability] = Capability.LEDGER_IMPORT
    edit_capability: ClassVar[Capability] = Capability.LEDGER_IMPORT


class ImportBatch(models.Model):
    """One uploaded file: kept with its digest, its mapping, its plan and what became of it."""

    class State(models.TextChoices):
        """Where the batch stands."""

        UPLOADED = "uploaded", _("uploaded")
        REFUSED = "refused", _("refused")
        MAPPING = "mapping", _("headings to be mapped")
        READING = "reading", _("being checked")
        PLANNED = "planned", _("checked")
        COMMITTING = "committing", _("being saved")
        COMMITTED = "committed", _("saved")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    ledger = models.CharField(_("ledger"), max_length=20)
    year = models.PositiveSmallIntegerField(_("plan year"), null=True, blank=True)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("for"),
        help_text=_("Whose rows they are."),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=200)
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size"), help_text=_("in bytes"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UPLOADED)
    refusal = models.JSONField(_("why it was refused"), default=dict, blank=True)
    mapping = models.JSONField(_("headings"), default=dict, blank=True)
    options = models.JSONField(_("choices made"), default=dict, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    plan_file = models.FileField(upload_to="imports/plans/%Y/%m/", max_length=200, blank=True)
    change_set = models.ForeignKey(
        ChangeSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("change set"),
    )
    committed_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        indexes = [models.Index(fields=["region", "-uploaded_at"], name="batch_region_recent")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def ledger_title(self) -> str:
        """Return the name of the ledger the batch is for."""
        known = find_ledger(self.ledger)
        return str(known.title) if known else self.ledger


class ColumnMapping(models.Model):
    """What a unit answered when a heading was not recognised: asked once, remembered."""

    ledger = models.CharField(_("ledger"), max_length=20)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    heading = models.CharField(_("heading"), max_length=120)
    column = models.CharField(_("column"), max_length=60, blank=True, help_text=_("Empty: leave it out."))
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remembered heading")
        verbose_name_plural = _("remembered headings")
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "region", "heading"], name="heading_answered_once_per_unit"
            )
        ]

    def __str__(self) -> str:
        return self.heading
