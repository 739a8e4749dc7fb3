"""Post-management (建后管理): who looks after the community, with which fund, and the visits that check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from projects.models.parts import ProjectPart
from records.models import SharedQuerySet, VersionedRecord


class ManagementArrangement(ProjectPart):
    """How one renovated community is looked after: who decides, who manages, for what fee."""

    class Mode(models.TextChoices):
        """Who manages (物业 mode)."""

        PROFESSIONAL = "professional", _("professional company")
        TRUSTED = "trusted", _("entrusted to a state company")
        STREET = "street", _("street-run")
        SELF = "self", _("residents themselves")
        BASIC = "basic", _("basic service only")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    party_branch = models.CharField(_("party branch"), max_length=120, blank=True)
    residents_committee = models.CharField(_("residents' committee"), max_length=120, blank=True)
    owners_committee = models.CharField(_("owners' committee"), max_length=120, blank=True)
    owners_committee_on = models.DateField(_("owners' committee since"), null=True, blank=True)
    mode = models.CharField(_("management mode"), max_length=20, choices=Mode.choices, blank=True)
    manager = models.CharField(_("managed by"), max_length=120, blank=True)
    fee_fen = models.BigIntegerField(
        _("management fee"), null=True, blank=True, help_text=_("in 分 per ㎡ and month")
    )
    fee_rate = models.DecimalField(
        _("fees collected"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    starts_on = models.DateField(_("in force since"), null=True, blank=True)

    class Meta:
        ordering = ["project__code"]
        verbose_name = _("management arrangement")
        verbose_name_plural = _("management arrangements")
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(is_removed=False), name="arrangement_once_per_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}"


class MaintenanceFund(ProjectPart):
    """The maintenance fund (维修资金) of one community: set up, paid in, topped up."""

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    established_on = models.DateField(_("established on"), null=True, blank=True)
    balance_fen = models.BigIntegerField(_("balance"), null=True, blank=True, help_text=_("in 分"))
    due_fen = models.BigIntegerField(_("to be paid in"), null=True, blank=True, help_text=_("in 分"))
    paid_fen = models.BigIntegerField(_("paid in"), null=True, blank=True, help_text=_("in 分"))
    topped_up_fen = models.BigIntegerField(_("topped up"), null=True, blank=True, help_text=_("in 分"))
    as_of = models.DateField(_("as of"), null=True, blank=True)

    class Meta:
        ordering = ["project__code"]
        verbose_name = _("maintenance fund")
        verbose_name_plural = _("maintenance funds")
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(is_removed=False), name="fund_once_per_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}"


class UpkeepTask(ProjectPart):
    """One line of the upkeep plan: what is looked after, how often, by whom."""

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    task = models.CharField(_("task"), max_length=120)
    months = models.PositiveSmallIntegerField(_("every … months"), null=True, blank=True)
    responsible = models.CharField(_("responsible"), max_length=120, blank=True)
    last_done_on = models.DateField(_("last done on"), null=True, blank=True)

    class Meta:
        ordering = ["project__code", "pk"]
        verbose_name = _("upkeep task")
        verbose_name_plural = _("upkeep plan")

    def __str__(self) -> str:
        return self.task


class UpkeepVisit(ProjectPart):
    """A visit some months after acceptance (回头看): made by the timetable, recorded by who went."""

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    months = models.PositiveSmallIntegerField(_("months after acceptance"))
    due_on = models.DateField(_("due on"))
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    visitor = models.CharField(_("visitor"), max_length=60, blank=True)
    satisfaction = models.DecimalField(
        _("satisfied residents"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    fee_rate = models.DecimalField(
        _("fees collected"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    is_managed = models.BooleanField(_("still managed"), null=True, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "project__code"]
        verbose_name = _("visit after completion")
        verbose_name_plural = _("visits after completion")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "months"],
                condition=models.Q(is_removed=False),
                name="visit_once_per_interval",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} +{self.months}"


class CareModelQuerySet(SharedQuerySet["CareModel"]):
    """Models of post-management that hold in a region."""

    edit_capability: ClassVar[Capability] = Capability.CATALOGUE_EDIT


class CareModel(VersionedRecord):
    """A way of looking after renovated communities that a city has tried (海绵城市, 红色物业 …)."""

    PARENTS: ClassVar[tuple[str, ...]] = ("region_id",)

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    city = models.CharField(_("city it comes from"), max_length=30, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))

    objects = models.Manager.from_queryset(CareModelQuerySet)()

    class Meta:
        ordering = ["code"]
        verbose_name = _("care model")
        verbose_name_plural = _("care models")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(is_removed=False), name="care_model_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region each model holds in."""
        return [row.get("region_id") for row in rows]


class CareModelTag(ProjectPart):
    """One community that follows one care model."""

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    care_model = models.ForeignKey(
        CareModel, on_delete=models.PROTECT, related_name="tags", verbose_name=_("care model")
    )
    since = models.DateField(_("since"), null=True, blank=True)

    class Meta:
        ordering = ["care_model__code", "project__code"]
        verbose_name = _("community of a care model")
        verbose_name_plural = _("communities of care models")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "care_model"],
                condition=models.Q(is_removed=False),
                name="care_tag_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.care_model}: {self.project}"
