"""Next year's money: the rules it is shared by, the coefficients of units, and the runs of a rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from assessments.models.facts import FrozenQuerySet
from funding.models import FundBatch
from records.models import VersionedQuerySet, VersionedRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class AllocationRuleQuerySet(FrozenQuerySet):
    """Rules; a revision is written once."""

    def current(self) -> Self:
        """Return the newest revision of each rule."""
        newest = AllocationRule.objects.filter(code=OuterRef("code")).order_by("-revision")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))


class AllocationRule(models.Model):
    """One revision of a rule by which money is shared: what a document says, as data.

    ``parameters`` are read by ``assessments.allocation`` (mode ``factors``: terms, weights, what adjusts
    them, bands of the performance coefficient) or by ``assessments.subsidies`` (mode ``communities``).
    Nothing of a revision changes: other weights are the next revision, and runs name the one they used.
    """

    class Mode(models.TextChoices):
        """How the money is shared."""

        FACTORS = "factors", _("a fixed sum, by factors")
        COMMUNITIES = "communities", _("so much for each community")

    code = models.SlugField(_("code"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    name = models.CharField(_("name"), max_length=80)
    document = models.CharField(_("document number"), max_length=80)
    effective_from = models.DateField(_("in force from"))
    mode = models.CharField(_("way of sharing"), max_length=12, choices=Mode.choices)
    parameters = models.JSONField(_("parameters"))
    source = models.CharField(_("source"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    objects = AllocationRuleQuerySet.as_manager()

    class Meta:
        ordering = ["effective_from", "code", "revision"]
        verbose_name = _("allocation rule")
        verbose_name_plural = _("allocation rules")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="allocation_rule_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.revision}"

    def get_absolute_url(self) -> str:
        """Return the page of the rule."""
        return reverse("allocation:rule", args=[self.pk])

    @property
    def by_factors(self) -> bool:
        """Tell whether a fixed sum is shared by factors."""
        return self.mode == self.Mode.FACTORS


class FiscalFactorQuerySet(VersionedQuerySet["FiscalFactor"]):
    """Coefficients, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"
    edit_capability: ClassVar[Capability] = Capability.ALLOCATION_RUN


class FiscalFactor(VersionedRecord):
    """How hard the finances of a unit are in a year (财政困难程度系数 k), as the finance department sets it.

    It holds until a later year has its own.
    """

    PARENTS: ClassVar[tuple[str, ...]] = ("unit_id",)

    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="fiscal_factors", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    coefficient = models.DecimalField(_("difficulty coefficient"), max_digits=7, decimal_places=4)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(FiscalFactorQuerySet)()

    class Meta:
        ordering = ["-year", "unit__path"]
        verbose_name = _("difficulty coefficient")
        verbose_name_plural = _("difficulty coefficients")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(is_removed=False),
                name="fiscal_factor_once_per_unit_and_year",
            ),
            models.CheckConstraint(condition=Q(coefficient__gt=0), name="fiscal_factor_is_positive"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100), name="fiscal_factor_year_is_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit} {self.coefficient}"

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each coefficient."""
        return [row.get("unit_id") for row in rows]


class AllocationRunQuerySet(ScopedQuerySet["AllocationRun"]):
    """Runs, in the scope of the region whose money is shared."""

    view_capability: ClassVar[Capability] = Capability.ALLOCATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.ALLOCATION_RUN

    def signed(self) -> Self:
        """Return the runs that somebody signed."""
        return self.filter(state__in=[AllocationRun.State.SIGNED, AllocationRun.State.DRAFTED])

    def kept(self) -> Self:
        """Return the runs nobody has put away."""
        return self.exclude(state=AllocationRun.State.DISCARDED)

    def published_to(self, user: User | AnonymousUser) -> Self:
        """Return the signed runs that concern somebody who may see money: of regions around their own too."""
        if not user.is_authenticated or not user.may(Capability.FUND_VIEW):
            return self.none()
        within = Q(region__path__startswith=user.view_region.path)
        return self.signed().filter(within | Q(region__code__in=user.view_region.ancestor_codes))

    def delete(self) -> NoReturn:
        """Refuse: runs stay."""
        raise TypeError("Allocation runs are never deleted.")


class AllocationRun(models.Model):
    """One calculation of who gets what: a scenario until a second person signs it.

    ``inputs`` holds everything that decides the result (rule, sum, volumes, coefficients, scores, bounds, and
    where each came from), ``result`` the shares; both are written once, and the database refuses to change
    them.  Another try is another run.
    """

    class State(models.TextChoices):
        """How far it has come."""

        SCENARIO = "scenario", pgettext_lazy("allocation run", "scenario")
        DISCARDED = "discarded", pgettext_lazy("allocation run", "put away")
        SIGNED = "signed", pgettext_lazy("allocation run", "signed")
        DRAFTED = "drafted", pgettext_lazy("allocation run", "batch drafted")

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="allocation_runs", verbose_name=_("money of")
    )
    year = models.PositiveSmallIntegerField(_("budget year"))
    title = models.CharField(_("title"), max_length=120)
    note = models.CharField(_("note"), max_length=500, blank=True)
    rule = models.ForeignKey(
        AllocationRule, on_delete=models.PROTECT, related_name="runs", verbose_name=_("allocation rule")
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("compared with")
    )
    task_year = models.PositiveSmallIntegerField(_("plan year"))
    total_fen = models.BigIntegerField(_("total"), help_text=_("in 分"))
    inputs = models.JSONField(_("inputs"))
    result = models.JSONField(_("result"))
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SCENARIO)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    batch = models.OneToOneField(
        FundBatch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch")
    )
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(AllocationRunQuerySet)()

    class Meta:
        ordering = ["-year", "-pk"]
        verbose_name = _("allocation run")
        verbose_name_plural = _("allocation runs")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "title"],
                condition=Q(state__in=["signed", "drafted"]),
                name="allocation_signed_once",
                violation_error_message=_("This money has been shared and signed already."),
            ),
            models.CheckConstraint(condition=Q(total_fen__gte=0), name="allocation_total_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=["scenario", "discarded"], signed_by=None, signed_at=None, batch=None)
                | Q(state="signed", signed_by__isnull=False, signed_at__isnull=False, batch=None)
                | Q(
                    state="drafted",
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    batch__isnull=False,
                ),
                name="allocation_state_is_signed_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title} #{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the page of the run."""
        return reverse("allocation:run", args=[self.pk])

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: runs stay."""
        raise TypeError("Allocation runs are never deleted.")

    @property
    def is_scenario(self) -> bool:
        """Tell whether it still awaits its signature."""
        return self.state == self.State.SCENARIO

    @property
    def is_signed(self) -> bool:
        """Tell whether somebody signed it."""
        return self.state in {self.State.SIGNED, self.State.DRAFTED}

    @property
    def mark(self) -> str:
        """Return the name by which papers cite the run."""
        return f"{self.year}-{self.pk}-{self.sha256[:8]}"


class AllocationShareQuerySet(FrozenQuerySet):
    """Shares of runs."""

    def largest_first(self) -> Self:
        """Return the shares, the largest first."""
        return self.order_by(F("amount_fen").desc(), "unit__path")


class AllocationShare(models.Model):
    """What one unit gets by a run, in 分; a copy of the result that sums and joins can use."""

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="shares")
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    amount_fen = models.BigIntegerField(_("amount"), help_text=_("in 分"))

    objects = AllocationShareQuerySet.as_manager()

    class Meta:
        ordering = ["run_id", "unit__path"]
        verbose_name = _("share of a unit")
        verbose_name_plural = _("shares of units")
        constraints = [
            models.UniqueConstraint(fields=["run", "unit"], name="allocation_share_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="allocation_share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.amount_fen}"
