"""The annual plan (年度计划) of one reporting unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import ScopedQuerySet
from records.models import VersionedQuerySet, VersionedRecord


class AnnualPlanQuerySet(VersionedQuerySet["AnnualPlan"]):
    """Annual plans, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"


AnnualPlanManager = models.Manager.from_queryset(AnnualPlanQuerySet)


class AnnualPlan(VersionedRecord):
    """What one unit is to renovate in one plan year: the target figures that were issued to it.

    The targets are the plan as issued; the projects beneath are the plan as listed. They should agree, and a
    check says where they do not.
    """

    class State(models.TextChoices):
        """Whether the plan has been issued (计划下达)."""

        DRAFT = "draft", _("being drawn up")
        ISSUED = "issued", _("issued")

    PARENTS: ClassVar[tuple[str, ...]] = ("unit_id",)

    year = models.PositiveSmallIntegerField(_("plan year"))
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="annual_plans", verbose_name=_("reporting unit")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    target_projects = models.PositiveIntegerField(_("target projects"), null=True, blank=True)
    target_communities = models.PositiveIntegerField(_("target communities"), null=True, blank=True)
    target_buildings = models.PositiveIntegerField(_("target buildings"), null=True, blank=True)
    target_households = models.PositiveIntegerField(_("target households"), null=True, blank=True)
    target_area = models.DecimalField(
        _("target floor area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = AnnualPlanManager()

    class Meta:
        ordering = ["-year", "unit__path"]
        verbose_name = _("annual plan")
        verbose_name_plural = _("annual plans")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=models.Q(is_removed=False),
                name="plan_once_per_unit_and_year",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2000, year__lte=2100), name="plan_year_is_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit}"

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each plan."""
        return [row.get("unit_id") for row in rows]


class PlanBaselineQuerySet(ScopedQuerySet["PlanBaseline"]):
    """Baselines, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"


class PlanBaseline(models.Model):
    """The plan of one unit and year as it stood from one document on; append-only.

    Number 1 is the plan as first issued; every adjustment in the year (增补、调整、退库) makes the next one.
    ``rows`` holds each project's planned figures at that moment, so that any former baseline stays readable
    whatever happens to the projects.
    """

    class Kind(models.TextChoices):
        """What made this baseline."""

        ISSUE = "issue", _("first issue")
        ADD = "add", _("added mid-year")
        ADJUST = "adjust", _("adjusted")
        WITHDRAW = "withdraw", _("withdrawn")

    plan = models.ForeignKey(
        AnnualPlan, on_delete=models.PROTECT, related_name="baselines", verbose_name=_("annual plan")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("plan year"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    effective_on = models.DateField(_("effective on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    communities = models.PositiveIntegerField(_("communities"))
    buildings = models.PositiveIntegerField(_("buildings"))
    households = models.PositiveIntegerField(_("households"))
    area = models.DecimalField(_("floor area"), max_digits=16, decimal_places=2, help_text=_("in ㎡"))
    rows = models.JSONField(_("projects"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = models.Manager.from_queryset(PlanBaselineQuerySet)()

    class Meta:
        ordering = ["plan_id", "number"]
        verbose_name = _("plan baseline")
        verbose_name_plural = _("plan baselines")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="baseline_number_once_per_plan"),
            models.CheckConstraint(
                condition=models.Q(kind="issue") | ~models.Q(reason=""), name="baseline_change_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} / {self.number}"
