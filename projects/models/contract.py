"""Contracts, and who answers for what was built until when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import CatalogueItem
from projects.models.bundle import Bundle
from projects.models.parts import ProjectPart


class Contract(ProjectPart):
    """One contract of one project; one contract of a bundle stands once for each of its projects."""

    class Kind(models.TextChoices):
        """What is contracted."""

        SURVEY = "survey", _("site survey")
        DESIGN = "design", _("design")
        CONSTRUCTION = "construction", _("construction works")
        SUPERVISION = "supervision", _("supervision")
        TESTING = "testing", _("testing")
        OTHER = "other", _("other")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("contract number"), max_length=60)
    bundle = models.ForeignKey(
        Bundle,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name=_("bundle"),
    )
    firm = models.CharField(_("firm"), max_length=120)
    firm_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, help_text=_("18 characters")
    )
    manager = models.CharField(_("responsible person"), max_length=60, blank=True)
    amount_fen = models.BigIntegerField(_("contract sum"), null=True, blank=True, help_text=_("in 分"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        ordering = ["project_id", "kind", "number"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=models.Q(is_removed=False),
                name="contract_number_once_per_project",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.firm}"


class Liability(ProjectPart):
    """Which firm and person answer for one item of works, and until when (责任单位、责任人、保修期).

    The builder answers for life for what it built; the warranty ends on a day.
    """

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    item = models.ForeignKey(
        CatalogueItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="liabilities",
        verbose_name=_("contract"),
    )
    firm = models.CharField(_("firm"), max_length=120)
    firm_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    person = models.CharField(_("responsible person"), max_length=60)
    warranty_from = models.DateField(_("warranty from"), null=True, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    is_lifetime = models.BooleanField(_("answers for life"), default=True)
    telephone = models.CharField(_("repair telephone"), max_length=30, blank=True)

    class Meta:
        ordering = ["project_id", "item__position"]
        verbose_name = _("liability")
        verbose_name_plural = _("liabilities")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "item", "firm"],
                condition=models.Q(is_removed=False),
                name="liability_once_per_item_and_firm",
            ),
            models.CheckConstraint(
                condition=models.Q(warranty_from__isnull=True)
                | models.Q(warranty_until__isnull=True)
                | models.Q(warranty_until__gte=models.F("warranty_from")),
                name="liability_warranty_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.firm}"
