"""The plan of one community, version by version: clauses, and items of works with quantities and prices."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from communities.models import CatalogueItem
from projects.models.parts import ProjectPart
from records.marks import Mark


class PlanVersion(ProjectPart):
    """One version of a community's renovation plan (改造方案).

    A version that has been put to the residents or made final is never edited: the next one is made from it.
    """

    class State(models.TextChoices):
        """How firm the version is."""

        DRAFT = "draft", _("being drawn up")
        PUBLISHED = "published", _("put to the residents")
        SUPERSEDED = "superseded", _("superseded")
        FINAL = "final", _("final")

    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    summary = models.TextField(_("summary"), max_length=4000, blank=True)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    finalised_on = models.DateField(_("final since"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["project_id", "number"]
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=models.Q(is_removed=False),
                name="plan_version_number_once",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(is_removed=False, state="final"),
                name="plan_version_one_final",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class PlanClause(ProjectPart):
    """One clause of a plan version in words: what residents can comment on."""

    UPWARD: ClassVar[str] = "plan_version"
    PARENTS: ClassVar[tuple[str, ...]] = ("plan_version_id", "project_id")

    # ``version`` is taken: every ledger row counts its own.
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="clauses", verbose_name=_("plan version")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    # The same clause in the version before, so that two versions can be compared clause by clause.
    former = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("was")
    )

    class Meta:
        ordering = ["plan_version_id", "number"]
        verbose_name = _("plan clause")
        verbose_name_plural = _("plan clauses")
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "number"],
                condition=models.Q(is_removed=False),
                name="clause_number_once_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PlanItem(ProjectPart):
    """One item of works in a plan version: what, where, how much, at what price."""

    UPWARD: ClassVar[str] = "plan_version"
    PARENTS: ClassVar[tuple[str, ...]] = ("plan_version_id", "project_id")

    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="items", verbose_name=_("plan version")
    )
    clause = models.ForeignKey(
        PlanClause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("clause"),
    )
    item = models.ForeignKey(
        CatalogueItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit_price_fen = models.BigIntegerField(_("unit price"), null=True, blank=True, help_text=_("in 分"))
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True, help_text=_("in 分"))
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible department"),
    )
    # Works that open the ground name the road and the weeks, so that a road is opened once.
    road = models.CharField(_("road opened"), max_length=60, blank=True)
    dig_from = models.DateField(_("ground opened from"), null=True, blank=True)
    dig_to = models.DateField(_("ground closed by"), null=True, blank=True)

    class Meta:
        ordering = ["plan_version_id", "item__position", "place", "pk"]
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "item", "place"],
                condition=models.Q(is_removed=False),
                name="plan_item_once_per_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.place}".strip()

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill the amount: quantity × unit price, half up to the 分; without both it stays as typed."""
        quantity, price = row.get("quantity"), row.get("unit_price_fen")
        if isinstance(quantity, Mark) or isinstance(price, Mark) or quantity is None or price is None:
            return
        exact = Decimal(quantity) * price
        row["amount_fen"] = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
