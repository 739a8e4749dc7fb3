"""What residents, utilities and former owner units take upon themselves, and agreements with investors."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from communities.models import Building
from funding.models.parts import FundPart
from funding.models.source import Source


class Contribution(FundPart):
    """What a group of households, a utility or a former owner unit pays towards one project.

    The sum follows from the rule: per household (成都2022：800元/户), per ㎡ (首期维修资金≥5元/㎡) or fixed.
    Instalments fall due every ``every_months`` months from ``first_due_on``; what came in are money events of
    the step 到位 that name the contribution.  Groups are buildings and entrances, never names.
    """

    class Payer(models.TextChoices):
        """Who pays."""

        RESIDENTS = "residents", _("residents")
        UTILITY = "utility", _("utility")
        FORMER_OWNER = "former_owner", _("former owner unit")
        OTHER = "other", _("other")

    class Basis(models.TextChoices):
        """What the sum is counted from."""

        HOUSEHOLD = "household", _("per household")
        AREA = "area", _("per ㎡")
        FIXED = "fixed", _("fixed sum")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("source of money")
    )
    payer = models.CharField(_("payer"), max_length=20, choices=Payer.choices)
    group = models.CharField(
        _("household group or unit"),
        max_length=80,
        help_text=_("Building and entrance, or the name of the unit; no names of persons."),
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department or utility"),
    )
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    area = models.DecimalField(
        _("floor area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    basis = models.CharField(_("counted"), max_length=10, choices=Basis.choices, default=Basis.FIXED)
    rate_fen = models.BigIntegerField(
        _("rate"), null=True, blank=True, help_text=_("in 分 per household or ㎡")
    )
    agreed_fen = models.BigIntegerField(_("agreed sum"), help_text=_("in 分"))
    instalments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    first_due_on = models.DateField(_("first due on"), null=True, blank=True)
    every_months = models.PositiveSmallIntegerField(_("months between"), default=1)

    class Meta:
        ordering = ["project_id", "payer", "group"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "group"],
                condition=Q(is_removed=False),
                name="contribution_once_per_group",
            ),
            models.CheckConstraint(condition=Q(agreed_fen__gte=0), name="contribution_not_negative"),
            models.CheckConstraint(
                condition=Q(instalments__gte=1, instalments__lte=60, every_months__gte=1),
                name="contribution_instalments_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.group

    @classmethod
    def by_rule(cls, row: Any) -> int | None:
        """Return the sum the rule gives in 分, half up; None for a fixed sum or an incomplete rule."""
        measure = {cls.Basis.HOUSEHOLD: "households", cls.Basis.AREA: "area"}.get(row.get("basis"))
        rate, number = row.get("rate_fen"), row.get(measure) if measure else None
        if not isinstance(rate, int) or not isinstance(number, int | Decimal):
            return None
        return int((Decimal(rate) * number).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill a sum that nobody has entered from the rule."""
        if row.get("agreed_fen") is None:
            row["agreed_fen"] = cls.by_rule(row)


class Agreement(FundPart):
    """What an investor and the government agreed for one project (社会资本协议), by mode of taking part.

    With PPP the yearly pay follows from the assessed score: ``base_pay_fen`` times the share of the highest
    ``PayBand`` the score reaches (绩效付费).  Terms are each agreement's own data.
    """

    class Mode(models.TextChoices):
        """How social capital takes part (投资补助、资本金注入、贷款贴息 and PPP after the scheme of 2020)."""

        INVESTMENT_SUBSIDY = "investment_subsidy", _("investment with subsidy")
        CAPITAL_INJECTION = "capital_injection", _("injection of capital")
        INTEREST_SUBSIDY = "interest_subsidy", _("loan with interest subsidy")
        PPP = "ppp", _("PPP paid by performance")
        EPC = "epc", _("EPC")
        OTHER = "other", _("other")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    number = models.CharField(_("agreement number"), max_length=60)
    partner = models.CharField(_("investor"), max_length=120)
    partner_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, help_text=_("18 characters")
    )
    mode = models.CharField(_("mode"), max_length=20, choices=Mode.choices)
    invested_fen = models.BigIntegerField(
        _("investment promised"), null=True, blank=True, help_text=_("in 分")
    )
    public_fen = models.BigIntegerField(
        _("public money promised"), null=True, blank=True, help_text=_("in 分: subsidy, capital or interest")
    )
    loan_fen = models.BigIntegerField(_("loan"), null=True, blank=True, help_text=_("in 分"))
    interest_percent = models.DecimalField(
        _("interest subsidised"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    base_pay_fen = models.BigIntegerField(_("yearly pay"), null=True, blank=True, help_text=_("in 分"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        ordering = ["project_id", "number"]
        verbose_name = _("agreement with an investor")
        verbose_name_plural = _("agreements with investors")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=Q(is_removed=False),
                name="agreement_number_once_per_project",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="agreement_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.partner}"


class PayBand(FundPart):
    """From which score on an agreement pays which share of its yearly pay; bounds count upwards (≥)."""

    UPWARD: ClassVar[str] = "agreement"
    PARENTS: ClassVar[tuple[str, ...]] = ("agreement_id", "project_id")

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        related_name="bands",
        verbose_name=_("agreement with an investor"),
    )
    from_score = models.DecimalField(_("from score"), max_digits=5, decimal_places=2)
    share_percent = models.DecimalField(_("share paid"), max_digits=5, decimal_places=2, help_text=_("in %"))

    class Meta:
        ordering = ["agreement_id", "-from_score"]
        verbose_name = _("pay by score")
        verbose_name_plural = _("pay by score")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "from_score"],
                condition=Q(is_removed=False),
                name="pay_band_once_per_score",
            ),
            models.CheckConstraint(
                condition=Q(from_score__gte=0, from_score__lte=100)
                & Q(share_percent__gte=0, share_percent__lte=100),
                name="pay_band_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"≥{self.from_score}: {self.share_percent}%"
