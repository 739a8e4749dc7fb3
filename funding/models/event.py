"""What happened to a project's money, step by step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from funding.models.contribution import Contribution
from funding.models.parts import FundPart
from funding.models.source import Source
from projects.models import Contract, Project


class MoneyEvent(FundPart):
    """One movement of a project's money from one source: 计划 → 下达 → 到位 → 支付 → 结算.

    Money that comes by batches is 下达 by its allotments (``funding.Allotment``); an event of that step is
    for sources without batches (a promise of the county's budget, a utility's confirmed share).  A payment
    back or a correction is a negative amount with its reason in the remark.
    """

    class Step(models.TextChoices):
        """How far the money had come."""

        PLANNED = "planned", pgettext_lazy("money", "planned")
        ISSUED = "issued", pgettext_lazy("money", "issued")
        ARRIVED = "arrived", pgettext_lazy("money", "arrived")
        PAID = "paid", pgettext_lazy("money", "paid")
        SETTLED = "settled", pgettext_lazy("money", "settled")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)
    SIGNED: ClassVar[frozenset[str]] = frozenset({"amount_fen"})

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="events", verbose_name=_("source of money")
    )
    step = models.CharField(_("step"), max_length=10, choices=Step.choices)
    happened_on = models.DateField(_("date"))
    amount_fen = models.BigIntegerField(_("amount"), help_text=_("in 分"))
    voucher = models.CharField(_("voucher number"), max_length=60)
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="money_events",
        verbose_name=_("contract"),
    )
    contribution = models.ForeignKey(
        Contribution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="money_events",
        verbose_name=_("contribution"),
    )
    payee = models.CharField(_("payee"), max_length=120, blank=True)

    class Meta:
        ordering = ["project_id", "happened_on", "voucher"]
        verbose_name = _("money event")
        verbose_name_plural = _("money events")
        indexes = [
            # The rollups: everything of a unit by step and source up to a day, answered from the index.
            models.Index(
                fields=["unit", "step", "source", "happened_on", "is_removed", "amount_fen"],
                name="money_unit_step",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "step", "voucher"],
                condition=Q(is_removed=False),
                name="money_voucher_once",
            ),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="money_amount_is_not_zero"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | ~Q(remark=""), name="money_back_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on:%Y-%m-%d} {self.get_step_display()} {self.voucher}"


class MoneyBalance(models.Model):
    """The sums of a project's money from one source: paid ≤ arrived ≤ issued, held by the database itself.

    Kept by what follows every write of allotments and events, in their transaction and under the row's lock.
    ``issued_fen`` holds the project's allotments of issued batches and its own events of that step.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="balances")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    planned_fen = models.BigIntegerField(default=0)
    issued_fen = models.BigIntegerField(default=0)
    arrived_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    settled_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "source"], name="money_balance_once"),
            models.CheckConstraint(
                condition=Q(arrived_fen__lte=F("issued_fen")), name="arrived_within_issued"
            ),
            models.CheckConstraint(condition=Q(paid_fen__lte=F("arrived_fen")), name="paid_within_arrived"),
            models.CheckConstraint(
                condition=Q(planned_fen__gte=0, issued_fen__gte=0, arrived_fen__gte=0)
                & Q(paid_fen__gte=0, settled_fen__gte=0),
                name="money_sums_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.source_id}"
