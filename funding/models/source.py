"""Where money comes from, and by which instrument."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from records.models import SharedQuerySet, VersionedRecord


class SourceQuerySet(SharedQuerySet["Source"]):
    """Sources that hold in a region."""

    view_capability: ClassVar[Capability] = Capability.FUND_VIEW
    edit_capability: ClassVar[Capability] = Capability.FUND_EDIT


class Source(VersionedRecord):
    """A source of money: a channel and the instrument by which it pays.

    Channels after the scheme of the province of 2020: governments of each level, residents, utilities, former
    owner units, social capital.  ``split_days`` is the time to pass a transfer on (预算法第五十二条: 30
    days); empty where nothing is passed on.  ``subject`` is the budget subject (2210108 老旧小区改造).
    """

    class Channel(models.TextChoices):
        """Who pays."""

        CENTRAL = "central", _("central government")
        PROVINCIAL = "provincial", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        BOND = "bond", _("local government bond")
        LOAN = "loan", _("policy loan")
        RESIDENTS = "residents", _("residents")
        UTILITY = "utility", _("utilities")
        FORMER_OWNER = "former_owner", _("former owner units")
        SOCIAL = "social", _("social capital")
        OTHER = "other", _("other")

    class Instrument(models.TextChoices):
        """How it is paid."""

        SUBSIDY = "subsidy", _("government subsidy")
        BUDGET_INVESTMENT = "budget_investment", _("central budget investment")
        OWN_BUDGET = "own_budget", _("own budget")
        SPECIAL_BOND = "special_bond", _("special bond")
        LOAN = "loan", _("loan")
        DIRECT = "direct", _("direct payment")
        REPAIR_FUND = "repair_fund", _("maintenance fund used")
        REPAIR_FUND_TOP_UP = "repair_fund_top_up", _("maintenance fund topped up")
        PROVIDENT_FUND = "provident_fund", _("housing provident fund")
        PUBLIC_INCOME = "public_income", _("public income of the community")
        DONATION = "donation", _("donations and work in kind")
        OWN_FACILITY = "own_facility", _("own facilities")
        INVESTMENT_SUBSIDY = "investment_subsidy", _("investment with subsidy")
        CAPITAL_INJECTION = "capital_injection", _("injection of capital")
        INTEREST_SUBSIDY = "interest_subsidy", _("loan with interest subsidy")
        PPP = "ppp", _("PPP paid by performance")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    instrument = models.CharField(_("instrument"), max_length=30, choices=Instrument.choices)
    subject = models.CharField(_("budget subject"), max_length=20, blank=True)
    split_days = models.PositiveSmallIntegerField(_("days to pass it on"), null=True, blank=True)
    by_batch = models.BooleanField(
        _("comes by batches"),
        default=False,
        help_text=_("Money comes with a document of a higher level and is split to units and projects."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    objects = models.Manager.from_queryset(SourceQuerySet)()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("source of money")
        verbose_name_plural = _("sources of money")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(is_removed=False), name="source_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
