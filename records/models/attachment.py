"""Files and photos that belong to ledger rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import ScopedQuerySet


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    """Files, in the scope of the row they belong to."""

    region_field: ClassVar[str] = "region"

    def of(self, record_type: str, *record_ids: int) -> AttachmentQuerySet:
        """Return the files of some rows of one ledger that have not been taken away."""
        return self.filter(record_type=record_type, record_id__in=record_ids, removed_at=None)


class Attachment(models.Model):
    """A document or photo beside a ledger row: kept as evidence, never overwritten.

    ``record_type`` is the model's label such as ``projects.milestone``; ``region`` is the row's region and
    carries the scope.  ``purpose`` says which of the row's files this is (``before`` and ``after`` of a
    defect).  ``sha256`` is of the bytes kept, ``picture_hash`` of a photo's pixels alone: it finds the same
    photo under two names.
    """

    class Kind(models.TextChoices):
        """What a file is to the people who look at it."""

        PHOTO = "photo", _("photo")
        DOCUMENT = "document", _("document")

    record_type = models.CharField(_("record type"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("city or county")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    purpose = models.CharField(_("purpose"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m", max_length=200)
    file_name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveIntegerField(_("size"), help_text=_("in bytes"))
    sha256 = models.CharField(max_length=64)
    picture_hash = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    removed_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    removed_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(AttachmentQuerySet)()

    class Meta:
        ordering = ["record_type", "record_id", "pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["record_type", "record_id"], name="attachment_of_record"),
            # The health check: one photo under two rows.
            models.Index(fields=["picture_hash"], name="attachment_picture"),
        ]

    def __str__(self) -> str:
        return self.title or self.file_name
